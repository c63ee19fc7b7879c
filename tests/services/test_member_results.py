"""Results of own sittings, as far as they are released."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from examroom import GRACE, ExamRoom, wrong
from sqlalchemy.orm import Session

from quizengine.domain.answers import correct_answer
from quizengine.domain.blueprints import ReleasePolicy
from quizengine.domain.text import Refused
from quizengine.services.access import Actor
from quizengine.services.closing import close_due
from quizengine.services.exams import release
from quizengine.services.member_results import MemberResult, result
from quizengine.services.repairs import Decision, repair
from quizengine.storage.models import Sitting

ActorOf = Callable[[str], Actor]
MANUAL = ReleasePolicy(scores="manual", answers="manual")
SCORES = ReleasePolicy(scores="at_once", answers="manual")
ALL = ReleasePolicy(scores="at_once", answers="at_once")


def result_of(room: ExamRoom, sitting: Sitting, language: str = "en") -> MemberResult:
    return result(room.session, room.now, GRACE, sitting.person_id, sitting.id, language)


def refused(room: ExamRoom, sitting: Sitting, person: str = "chen") -> Refused:
    with pytest.raises(Refused) as refusal:
        result(room.session, room.now, GRACE, room.school.persons[person], sitting.id, "en")
    return refusal.value


def test_nothing_before_scores_are_released(room: ExamRoom, actor_of: ActorOf) -> None:
    exam = room.open("quick", release=MANUAL)
    sitting = room.sit("chen", exam)
    assert (refused(room, sitting).code, refused(room, sitting).status) == ("not-released", 403)
    release(room.session, room.now, actor_of("admin"), exam.id, answers=False)
    assert result_of(room, sitting).score == 10


def test_nothing_while_the_sitting_is_open(room: ExamRoom) -> None:
    sitting = room.begin("chen", room.open("quick", release=ALL))
    assert refused(room, sitting).code == "not-released"


def test_somebody_elses_is_unknown(room: ExamRoom) -> None:
    sitting = room.sit("chen", room.open("quick", release=ALL))
    assert refused(room, sitting, "wang").status == 404


def test_scores_come_without_right_answers(room: ExamRoom) -> None:
    sitting = room.sit("chen", room.open("quick", release=SCORES))
    shown = result_of(room, sitting)
    assert (shown.state, shown.score, shown.max_score, shown.passed) == ("graded", 10, 10, True)
    assert not shown.answers_released
    for question in shown.questions:
        assert question.answer
        # The points of a question would tell whether its answer was right.
        assert (question.points, question.pending) == (None, False)
        assert (question.correct, question.explanation, question.basis) == (None, None, None)


def test_after_release_each_question_is_explained(room: ExamRoom) -> None:
    sitting = room.sit("chen", room.open("quick", release=ALL), wrong)
    shown = result_of(room, sitting, "zh_CN")
    assert (shown.score, shown.passed, shown.exam.title) == (0, False, "离校测验")
    for question, asked in zip(shown.questions, room.questions(sitting), strict=True):
        assert (question.answer, question.correct) == (None, correct_answer(asked))
        assert (question.points, question.explanation) == (0, asked.explanation)
        assert question.basis is not None
        [basis] = question.basis
        assert (basis.law, basis.article, basis.item) == ("bmf-2024", "28", "2")
        assert (basis.title, basis.version) == ("保密法", "2024年修订")


def test_a_result_that_waits_for_a_grader_is_pending(room: ExamRoom) -> None:
    sitting = room.sit("li", room.open("all-types", release=ALL))
    shown = result_of(room, sitting)
    assert (shown.state, shown.score, shown.passed) == ("pending", None, None)
    points = {question.type: question.points for question in shown.questions}
    assert points["short"] is None
    assert points["match"] == 6


def test_parts_of_a_case_are_explained(room: ExamRoom) -> None:
    sitting = room.sit("li", room.open("all-types", release=ALL))
    case = result_of(room, sitting).questions[-1]
    assert set(case.correct) == {part.id for part in case.parts}
    assert all(part.explanation and part.stem for part in case.parts)
    hidden = room.sit("wang", room.open("all-types", release=SCORES))
    assert not any(part.explanation for part in result_of(room, hidden).questions[-1].parts)


def test_a_repaired_question_says_so(room: ExamRoom, actor_of: ActorOf) -> None:
    exam = room.open("quick", release=SCORES)
    sitting = room.sit("chen", exam, wrong)
    dropped, accepted = (question.id for question in room.questions(sitting)[:2])
    for decision in (
        Decision(dropped, 1, "drop", reason="two options are right"),
        Decision(accepted, 1, "accept", ["b"], "b is right too"),
    ):
        repair(room.session, room.now, actor_of("admin"), decision)
    shown = {question.id: question for question in result_of(room, sitting).questions}
    assert shown[dropped].max_points == 0
    assert [(r.action, r.reason, r.answer) for r in shown[accepted].repairs] == [
        ("accept", None, None)
    ]
    release(room.session, room.now, actor_of("admin"), exam.id, answers=True)
    shown = {question.id: question for question in result_of(room, sitting).questions}
    assert [(r.action, r.reason) for r in shown[dropped].repairs] == [
        ("drop", "two options are right")
    ]
    assert [(r.reason, r.answer) for r in shown[accepted].repairs] == [("b is right too", ["b"])]


def test_right_answers_wait_while_an_answer_may_still_arrive(room: ExamRoom) -> None:
    sitting = room.begin("chen", room.open(release=ALL))
    room.now = sitting.deadline + GRACE
    close_due(room.session, room.now)
    early = result_of(room, sitting)
    assert not early.answers_released
    assert {(q.correct, q.points, q.explanation) for q in early.questions} == {(None, None, None)}
    room.now += timedelta(seconds=1)
    assert result_of(room, sitting).answers_released


def test_the_statements_do_not_grow_with_the_questions(
    room: ExamRoom, session: Session, statements: list[str]
) -> None:
    counts = []
    for blueprint in ("quick", "all-types"):
        sitting = room.sit("wang", room.open(blueprint, release=ALL))
        person_id, sitting_id = sitting.person_id, sitting.id
        session.close()
        statements.clear()
        result(session, room.now, GRACE, person_id, sitting_id, "en")
        counts.append(len(statements))
    assert counts[0] == counts[1] <= 8

"""Answers that came too late: an organizer decides, and the result follows."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from examroom import ExamRoom
from sqlalchemy import select
from sqlalchemy.orm import Session

from quizengine.domain.text import Refused
from quizengine.services.access import Actor
from quizengine.services.late_answers import decide, late_answers
from quizengine.services.marking import save_marks
from quizengine.services.marking_queue import claim_next
from quizengine.services.reach import reach
from quizengine.storage.models import Exam, LateAnswer, LedgerEntry, Sitting

ActorOf = Callable[[str], Actor]
FILL = "leaving-fill-1"


@pytest.fixture
def exam(room: ExamRoom) -> Exam:
    return room.open("quick")


@pytest.fixture
def sitting(room: ExamRoom, exam: Exam) -> Sitting:
    """Handed in without the blank, which came afterwards."""
    sitting = room.sit("wang", exam, {FILL: None})
    assert room.save(sitting, FILL, ["脱密期"], 7) == "after_submit"
    return sitting


def only(session: Session) -> LateAnswer:
    return session.scalars(select(LateAnswer)).one()


def test_accepting_makes_it_the_answer_and_corrects_the_result(
    session: Session, room: ExamRoom, sitting: Sitting, actor_of: ActorOf
) -> None:
    assert sitting.score == Decimal("8.00")
    late = only(session)
    assert decide(session, room.now, actor_of("admin"), late.id, accept=True, reason="断网")
    assert sitting.score == Decimal("10.00")
    entry = session.get_one(LedgerEntry, sitting.entry_seq)
    body = json.loads(entry.body)
    assert (entry.kind, body["data"]["reason"]["code"]) == ("result-correction", "late-answer")
    assert body["data"]["reason"]["late_answer"] == late.id
    assert (late.decision, late.reason) == ("accepted", "断网")


def test_rejecting_keeps_the_result_and_the_reason(
    session: Session, room: ExamRoom, sitting: Sitting, actor_of: ActorOf
) -> None:
    late = only(session)
    assert not decide(session, room.now, actor_of("admin"), late.id, accept=False, reason="no")
    assert (sitting.score, late.decision, late.reason) == (Decimal("8.00"), "rejected", "no")
    with pytest.raises(Refused) as again:
        decide(session, room.now, actor_of("admin"), late.id, accept=True, reason="x")
    assert again.value.code == "decided"


def test_the_list_shows_both_answers_and_the_undecided_first(
    session: Session, room: ExamRoom, exam: Exam, sitting: Sitting, actor_of: ActorOf
) -> None:
    room.now += timedelta(minutes=1)
    room.save(sitting, "leaving-true-1", ["a"], 9)
    decide(session, room.now, actor_of("admin"), only_first(session), accept=True, reason="ok")
    seen = reach(session, actor_of("admin"), exam.id)
    lines, total = late_answers(session, seen)
    assert total == 2
    assert [line.question.id for line in lines] == ["leaving-true-1", FILL]
    assert (lines[0].answer, lines[0].stored, lines[0].login) == (["a"], ["b"], "wang")
    assert len(late_answers(session, seen, undecided=True)[0]) == 1


def only_first(session: Session) -> int:
    return session.scalars(select(LateAnswer.id).order_by(LateAnswer.id)).first() or 0


def test_it_is_for_organizers_of_the_exam_and_nobody_decides_the_own_case(
    session: Session, room: ExamRoom, exam: Exam, sitting: Sitting, actor_of: ActorOf
) -> None:
    late = only(session)
    for login in ("organizer", "auditor", "grader", "wang"):
        with pytest.raises(Refused) as refused:
            decide(session, room.now, actor_of(login), late.id, accept=True, reason="x")
        assert refused.value.status == 403
    wang = Actor(sitting.person_id, "", 0, "", actor_of("admin").roles)
    with pytest.raises(Refused) as own:
        decide(session, room.now, wang, late.id, accept=True, reason="x")
    assert own.value.code == "own-case"
    lines, _ = late_answers(session, reach(session, actor_of("organizer"), exam.id))
    assert [line.login for line in lines] == ["wang"], "within the subtree"


@pytest.mark.parametrize(("late_id", "reason", "code"), [(99, "x", "unknown-late-answer")])
def test_unknown_ones_are_refused(
    session: Session, room: ExamRoom, actor_of: ActorOf, late_id: int, reason: str, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        decide(session, room.now, actor_of("admin"), late_id, accept=True, reason=reason)
    assert refused.value.code == code


def test_a_reason_is_needed(
    session: Session, room: ExamRoom, sitting: Sitting, actor_of: ActorOf
) -> None:
    with pytest.raises(Refused) as refused:
        decide(session, room.now, actor_of("admin"), only(session).id, accept=True, reason=" ")
    assert (refused.value.code, only(session).decision) == ("reason", None)


def test_a_late_text_is_marked_again_and_an_equal_result_is_no_correction(
    session: Session, room: ExamRoom, actor_of: ActorOf
) -> None:
    exam = room.open("all-types", counts="last")
    sitting = room.sit("li", exam)
    short = next(q for q in room.questions(sitting) if q.type == "short")
    grader = actor_of("grader")

    def mark(*points: str) -> None:
        number = claim_next(session, room.now, grader, exam.id)
        assert number is not None
        marks = {"": [Decimal(p) for p in points]}
        save_marks(session, room.now, grader, exam.id, number, marks)

    mark("1", "1")
    first = sitting.score
    room.save(sitting, short.id, ["补充的答案"], 9)
    decide(session, room.now, actor_of("admin"), only(session).id, accept=True, reason="x")
    assert (sitting.score, sitting.state) == (None, "submitted")
    mark("1", "1")
    assert (sitting.score, sitting.state, sitting.entries) == (first, "graded", 1)

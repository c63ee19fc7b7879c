"""Opening, changing and taking back an exam, and adjustments for one member."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from examroom import ZONE, ExamRoom
from sqlalchemy import select
from sqlalchemy.orm import Session

from quizengine.domain.answers import correct_answer
from quizengine.domain.blueprints import Quota, ReleasePolicy, Section
from quizengine.domain.text import Refused
from quizengine.services.access import Actor
from quizengine.services.adjustments import AdjustmentPlan, adjust
from quizengine.services.bank import served_blueprint
from quizengine.services.exam_plans import audience_size, highest, outlook
from quizengine.services.exams import (
    ExamPlan,
    blueprint_of,
    cancel_exam,
    change_window,
    open_exam,
)
from quizengine.services.papers import redraw_papers
from quizengine.services.person_board import answer_sheet, person_board
from quizengine.services.reach import reach
from quizengine.storage.engine import writing
from quizengine.storage.models import CurrentQuestion, Exam, Paper, PersonTier

ActorOf = Callable[[str], Actor]


@pytest.fixture
def exam(room: ExamRoom) -> Exam:
    return room.open("quick")


def plan(session: Session, room: ExamRoom, unit: str = "HQ") -> ExamPlan:
    blueprint = served_blueprint(session, "quick")
    return ExamPlan(
        blueprint,
        blueprint.title,
        room.school.units[unit],
        [("graduate", room.school.units[unit])],
        room.now,
        room.now + timedelta(days=1),
    )


def test_the_outlook_counts_the_audience_and_names_every_shortage(
    session: Session, room: ExamRoom, actor_of: ActorOf
) -> None:
    good = plan(session, room)
    assert outlook(session, ZONE, actor_of("admin"), good).members == 2
    assert outlook(session, ZONE, actor_of("admin"), good).shortages == []
    greedy = good.blueprint.model_copy(
        update={
            "sections": [Section(type="single", count=9, points=1)],
            "quotas": [Quota(difficulty=[5], min=2)],
        }
    )
    found = outlook(session, ZONE, actor_of("admin"), replace(good, blueprint=greedy))
    texts = [text.render() for text in found.shortages]
    assert "type=single: 9 needed, but the pool has only 3; 6 short." in texts
    assert any("difficulty=5" in text for text in texts)
    with pytest.raises(Refused):
        open_exam(session, room.now, ZONE, actor_of("admin"), replace(good, blueprint=greedy))
    assert session.scalars(select(Exam)).all() == []


def test_the_outlook_is_for_the_own_subtree(
    session: Session, room: ExamRoom, actor_of: ActorOf
) -> None:
    assert audience_size(session, ZONE, actor_of("organizer"), plan(session, room, "CS")) == 1
    with pytest.raises(Refused) as refused:
        audience_size(session, ZONE, actor_of("organizer"), plan(session, room, "PHY"))
    assert refused.value.status == 403


def test_units_below_others_add_nothing() -> None:
    assert highest([(1, "/1/"), (2, "/1/2/"), (3, "/3/"), (11, "/11/")]) == [1, 3, 11]
    assert highest([]) == []


def test_the_same_exam_is_not_opened_twice(
    session: Session, room: ExamRoom, actor_of: ActorOf
) -> None:
    admin, wanted = actor_of("admin"), plan(session, room)
    first = open_exam(session, room.now, ZONE, admin, wanted)
    with pytest.raises(Refused) as refused:
        open_exam(session, room.now, ZONE, admin, wanted)
    assert refused.value.code == "exam-exists"
    cancel_exam(session, room.now, admin, first.id)
    open_exam(session, room.now, ZONE, admin, wanted)


def test_a_pool_that_became_too_small_costs_no_paper(
    session: Session, room: ExamRoom, exam: Exam, actor_of: ActorOf
) -> None:
    before = set(session.scalars(select(Paper.id)))
    with writing(session):
        session.delete(session.get_one(CurrentQuestion, "leaving-fill-1"))
    with pytest.raises(Refused) as refused:
        redraw_papers(session, room.now, ZONE, actor_of("admin"), exam.id)
    assert refused.value.code == "infeasible"
    assert set(session.scalars(select(Paper.id))) == before


def test_what_is_over_stays_as_it_is(
    session: Session, room: ExamRoom, exam: Exam, actor_of: ActorOf
) -> None:
    admin = actor_of("admin")
    room.conclude(exam)
    later = room.now + timedelta(days=1)
    for act in (
        lambda: cancel_exam(session, room.now, admin, exam.id),
        lambda: redraw_papers(session, room.now, ZONE, admin, exam.id),
        lambda: change_window(session, room.now, admin, exam.id, exam.opens_at, later),
    ):
        with pytest.raises(Refused) as refused:
            act()
        assert refused.value.code == "exam-over"


@pytest.mark.parametrize(
    ("login", "changes", "code"),
    [
        ("chen", {"reason": " "}, "reason"),
        ("chen", {"extra_s": -1}, "adjustment"),
        ("chen", {"extra_s": 10**6}, "adjustment"),
        ("chen", {"extra_attempts": 99}, "adjustment"),
        ("chen", {"closes_at": datetime.fromisoformat("2020-01-01T00:00Z")}, "window"),
        ("li", {}, "unknown-person"),
        ("admin", {}, "own-case"),
    ],
)
def test_adjustments_that_are_refused(
    session: Session,
    room: ExamRoom,
    exam: Exam,
    actor_of: ActorOf,
    login: str,
    changes: dict[str, object],
    code: str,
) -> None:
    wanted = replace(AdjustmentPlan(extra_s=60, reason="ill"), **changes)  # type: ignore[arg-type]
    with pytest.raises(Refused) as refused:
        adjust(session, room.now, actor_of("admin"), exam.id, room.school.persons[login], wanted)
    assert refused.value.code == code


def test_extra_time_reaches_a_sitting_at_once_and_replaces_what_was_there(
    session: Session, room: ExamRoom, exam: Exam, actor_of: ActorOf
) -> None:
    sitting = room.begin("chen", exam)
    plain = sitting.deadline
    for seconds in (600, 300):
        wanted = AdjustmentPlan(extra_s=seconds, reason="ill")
        adjust(session, room.now, actor_of("admin"), exam.id, sitting.person_id, wanted)
        assert sitting.deadline == plain + timedelta(seconds=seconds)
    seen = reach(session, actor_of("admin"), exam.id)
    board = person_board(session, ZONE, seen, sitting.person_id)
    assert board.window.extra_s == 300
    assert board.invited


def test_time_that_is_taken_away_ends_now_and_not_in_the_past(
    session: Session, room: ExamRoom, exam: Exam, actor_of: ActorOf
) -> None:
    sitting = room.begin("chen", exam)
    question = room.questions(sitting)[0]
    room.now += timedelta(minutes=5)
    before = exam.opens_at - timedelta(days=8)
    for day in (before, before - timedelta(days=8)):
        wanted = AdjustmentPlan(opens_at=day - timedelta(days=1), closes_at=day, reason="mistake")
        adjust(session, room.now, actor_of("admin"), exam.id, sitting.person_id, wanted)
    assert sitting.deadline == room.now
    room.now += timedelta(seconds=10)
    assert room.save(sitting, question.id, correct_answer(question)) == "grace"


def test_right_answers_of_a_sheet_wait_for_those_who_may_only_read(
    session: Session, room: ExamRoom, actor_of: ActorOf
) -> None:
    exam = room.open("quick", attempts=2)
    sitting = room.sit("wang", exam)
    for login in ("auditor", "organizer"):
        actor = actor_of(login)
        with pytest.raises(Refused) as refused:
            answer_sheet(session, actor, reach(session, actor, exam.id), sitting.id, "en")
        assert refused.value.status == 403
    admin = actor_of("admin")
    seen = reach(session, admin, exam.id)
    _, shown = answer_sheet(session, admin, seen, sitting.id, "en")
    assert all(question.correct for question in shown.questions)
    second = room.begin("wang", exam)
    with pytest.raises(Refused) as still_open:
        answer_sheet(session, admin, seen, second.id, "en")
    assert still_open.value.code == "still-open"
    room.conclude(exam)
    auditor = actor_of("auditor")
    answer_sheet(session, auditor, reach(session, auditor, exam.id), sitting.id, "en")


def test_an_organizer_who_takes_the_exam_sees_no_sheet_before_it_is_over(
    session: Session, room: ExamRoom, actor_of: ActorOf
) -> None:
    at_once = ReleasePolicy(scores="at_once", answers="at_once")
    exam = room.open("quick", release=at_once)
    with writing(session):
        person_id = room.school.persons["organizer"]
        session.add(PersonTier(person_id=person_id, tier=blueprint_of(exam).tier))
    sitting = room.sit("wang", exam)
    actor = actor_of("organizer")
    with pytest.raises(Refused) as refused:
        answer_sheet(session, actor, reach(session, actor, exam.id), sitting.id, "en")
    assert refused.value.code == "examinee"
    room.conclude(exam)
    answer_sheet(session, actor, reach(session, actor, exam.id), sitting.id, "en")

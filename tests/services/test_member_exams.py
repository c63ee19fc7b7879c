"""A member's list of exams: own windows, attempts, and the result that counts."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest
from examroom import ZONE, ExamRoom, wrong
from school import School
from sqlalchemy import select
from sqlalchemy.orm import Session

from quizengine.domain.answers import correct_answer
from quizengine.domain.blueprints import ReleasePolicy
from quizengine.domain.text import Refused
from quizengine.services.access import Actor
from quizengine.services.adjustments import AdjustmentPlan, adjust
from quizengine.services.audience import exam_for_member
from quizengine.services.exams import cancel_exam
from quizengine.services.member_exams import MemberExam, letter_view, member_exams
from quizengine.services.papers import audience_ids
from quizengine.storage.engine import writing
from quizengine.storage.models import Exam, Person, PersonTier

ActorOf = Callable[[str], Actor]
HOUR = timedelta(hours=1)
AT_ONCE = ReleasePolicy(scores="at_once", answers="manual")


def listed(room: ExamRoom, login: str = "chen", language: str = "en") -> list[MemberExam]:
    return member_exams(room.session, room.now, ZONE, room.school.persons[login], language)


def test_each_sees_the_exams_of_own_tiers_and_units(room: ExamRoom) -> None:
    everywhere = room.open("quick")
    physics = room.open("quick", "PHY")
    members = room.open("all-types", "CS")
    assert {line.id for line in listed(room, "chen")} == {everywhere.id, physics.id}
    assert {line.id for line in listed(room, "wang")} == {everywhere.id, members.id}
    assert [line.id for line in listed(room, "li")] == [members.id]
    assert listed(room, "auditor") == []


def test_titles_are_in_the_language(room: ExamRoom) -> None:
    room.open("quick")
    assert [line.title for line in listed(room)] == ["Leaving test"]
    assert [line.title for line in listed(room, language="zh_CN")] == ["离校测验"]


def test_the_latest_window_comes_first(room: ExamRoom) -> None:
    first = room.open("quick")
    room.now += HOUR
    second = room.open("quick")
    assert [line.id for line in listed(room)] == [second.id, first.id]


@pytest.mark.parametrize(("hours", "state"), [(-1, "coming"), (0, "open"), (2, "closed")])
def test_the_state_follows_the_window(room: ExamRoom, hours: int, state: str) -> None:
    exam = room.open("quick")
    room.now = exam.opens_at + hours * HOUR
    assert [line.state for line in listed(room)] == [state]


def test_an_adjustment_moves_ones_own_window_only(room: ExamRoom, actor_of: ActorOf) -> None:
    exam = room.open("quick")
    plan = AdjustmentPlan(
        extra_s=600,
        opens_at=exam.closes_at + HOUR,
        closes_at=exam.closes_at + 3 * HOUR,
        extra_attempts=1,
        reason="resit",
    )
    chen = room.school.persons["chen"]
    adjust(room.session, room.now, actor_of("admin"), exam.id, chen, plan)
    [own], [other] = listed(room, "chen"), listed(room, "wang")
    assert (own.state, own.opens_at, own.attempts_left) == ("coming", plan.opens_at, 2)
    assert (own.closes_at, own.duration_s, own.extra_s) == (plan.closes_at, 600, 600)
    assert (other.state, other.extra_s, other.attempts_left) == ("open", 0, 1)


def test_extra_time_keeps_an_exam_open_for_who_sits(room: ExamRoom, actor_of: ActorOf) -> None:
    exam = room.open("quick")
    chen = room.school.persons["chen"]
    plan = AdjustmentPlan(extra_s=3600, reason="illness")
    adjust(room.session, room.now, actor_of("admin"), exam.id, chen, plan)
    room.now = exam.closes_at - timedelta(minutes=1)
    sitting = room.begin("chen", exam)
    room.now = exam.closes_at + timedelta(minutes=30)
    [own], [other] = listed(room, "chen"), listed(room, "wang")
    assert (own.state, own.sitting_id) == ("open", sitting.id)
    assert (other.state, other.sitting_id) == ("closed", None)
    room.now = sitting.deadline + timedelta(seconds=1)
    assert [line.state for line in listed(room, "chen")] == ["closed"]


def test_a_cancelled_exam_is_gone(room: ExamRoom, actor_of: ActorOf) -> None:
    exam = room.open("quick")
    cancel_exam(room.session, room.now, actor_of("admin"), exam.id)
    assert listed(room) == []


def test_a_letter_is_asked_for_until_it_is_signed(room: ExamRoom) -> None:
    exam = room.open("all-types")
    assert [line.needs_commitment for line in listed(room, "li")] == [True]
    assert not _letter(room, exam).signed
    room.begin("li", exam)
    assert [line.needs_commitment for line in listed(room, "li")] == [False]
    assert (_letter(room, exam).signed, _letter(room, exam).title) == (True, "Commitment")


def _letter(room: ExamRoom, exam: Exam):  # type: ignore[no-untyped-def]
    return letter_view(room.session, ZONE, room.school.persons["li"], exam.id, "en")


@pytest.mark.parametrize(
    ("rule", "attempt", "score"), [("best", 2, 10), ("first", 1, 0), ("last", 3, 0)]
)
def test_the_blueprint_says_which_attempt_counts(
    room: ExamRoom, rule: str, attempt: int, score: int
) -> None:
    exam = room.open("quick", attempts=3, counts=rule, release=AT_ONCE)
    for answering in (wrong, correct_answer, wrong):
        room.sit("chen", exam, answering)
    [line] = listed(room)
    assert line.result is not None
    assert (line.result.attempt, line.result.score) == (attempt, score)
    assert line.result.sitting_id == line.sittings[attempt - 1]
    assert line.attempts_left == 0


def test_a_result_that_waits_for_a_grader_has_no_score(room: ExamRoom) -> None:
    room.sit("li", room.open("all-types", release=AT_ONCE))
    [line] = listed(room, "li")
    assert line.result is not None
    assert (line.result.state, line.result.score, line.result.passed) == ("pending", None, None)


def test_there_is_no_result_before_release(room: ExamRoom) -> None:
    policy = ReleasePolicy(scores="after_close", answers="after_close")
    exam = room.open("quick", release=policy)
    room.sit("chen", exam)
    assert [line.result for line in listed(room)] == [None]
    room.conclude(exam)
    assert [line.result is None for line in listed(room)] == [False]


def test_an_exam_taken_stays_in_the_list_of_who_left_its_audience(
    room: ExamRoom, session: Session, school: School
) -> None:
    exam = room.open("quick", "PHY", release=AT_ONCE)
    room.sit("chen", exam)
    with writing(session):
        session.get_one(Person, school.persons["chen"]).unit_id = school.units["CS-1"]
    assert [line.id for line in listed(room)] == [exam.id]


def test_who_left_the_audience_may_finish_an_open_sitting(
    room: ExamRoom, session: Session, school: School
) -> None:
    exam = room.open("quick", "PHY", attempts=2)
    sitting = room.begin("chen", exam)
    with writing(session):
        session.get_one(Person, school.persons["chen"]).unit_id = school.units["CS-1"]
    assert room.begin("chen", exam).id == sitting.id
    room.now = sitting.deadline + timedelta(seconds=1)
    with pytest.raises(Refused) as refusal:
        room.begin("chen", exam)
    assert refusal.value.code == "unknown-exam"


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "member"),
    [
        (None, None, True),
        # The exam is open on 2 March in Shanghai, from 16:00 to 18:00.
        (date(2026, 3, 2), date(2026, 3, 2), True),
        (date(2026, 3, 3), None, False),
        (None, date(2026, 3, 1), False),
    ],
)
def test_a_tier_must_be_held_on_a_day_of_the_window(
    room: ExamRoom,
    session: Session,
    school: School,
    valid_from: date | None,
    valid_to: date | None,
    member: bool,
) -> None:
    exam = room.open("quick")
    chen = school.persons["chen"]
    with writing(session):
        tier = session.scalars(select(PersonTier).where(PersonTier.person_id == chen)).one()
        tier.valid_from, tier.valid_to = valid_from, valid_to
    assert [line.id for line in listed(room)] == [exam.id] * member
    # Who may see it is who is counted as missing.
    assert (chen in audience_ids(session, exam, ZONE)) == member
    if member:
        assert exam_for_member(session, ZONE, chen, exam.id) is exam
    else:
        with pytest.raises(Refused):
            exam_for_member(session, ZONE, chen, exam.id)


def test_the_days_of_a_window_are_those_of_the_sites_zone(
    room: ExamRoom, session: Session, school: School
) -> None:
    # 23:00 UTC on 2 March is 3 March in Shanghai.
    room = replace(room, now=datetime.fromisoformat("2026-03-02T23:00:00+00:00"))
    room.open("quick")
    with writing(session):
        chen = school.persons["chen"]
        tier = session.scalars(select(PersonTier).where(PersonTier.person_id == chen)).one()
        tier.valid_from, tier.valid_to = None, date(2026, 3, 2)
    assert listed(room) == []


def test_the_statements_do_not_grow_with_the_exams(
    room: ExamRoom, session: Session, statements: list[str]
) -> None:
    def count() -> int:
        session.close()
        statements.clear()
        listed(room, "wang")
        return len(statements)

    room.sit("wang", room.open("quick", release=AT_ONCE))
    few = count()
    for blueprint in ("quick", "all-types") * 4:
        room.sit("wang", room.open(blueprint, release=AT_ONCE))
    assert count() == few <= 6

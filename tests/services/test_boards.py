"""Participation and results by unit, for the whole school and for a subtree."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from examroom import ZONE, ExamRoom, wrong
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from quizengine.domain.text import Refused
from quizengine.services.access import SYSTEM, Actor
from quizengine.services.adjustments import AdjustmentPlan, adjust
from quizengine.services.boards import (
    Tally,
    UnitLine,
    Wanted,
    distribution,
    live,
    matching,
    overall,
    percent,
    person_lines,
    unit_board,
)
from quizengine.services.reach import exam_list, reach
from quizengine.services.standings import Standing, standings
from quizengine.storage.engine import writing
from quizengine.storage.models import Exam, Paper, Person

ActorOf = Callable[[str], Actor]


@pytest.fixture
def exam(room: ExamRoom) -> Exam:
    """Audience: wang and cs4 in CS-2, cs1 to cs3 in CS-1, chen in PHY-2."""
    for number in (1, 2, 3):
        room.add_member(f"cs{number}", "CS-1", "graduate")
    room.add_member("cs4", "CS-2", "graduate")
    return room.open("quick", attempts=2)


def members_for(session: Session, actor: Actor, exam: Exam) -> list[Standing]:
    return standings(session, ZONE, reach(session, actor, exam.id))


def board(session: Session, actor: Actor, exam: Exam) -> list[UnitLine]:
    seen = reach(session, actor, exam.id)
    return unit_board(session, seen, standings(session, ZONE, seen))


def by_path(lines: list[UnitLine], room: ExamRoom) -> dict[str, Tally]:
    codes = {path: code for code, path in room.school.paths.items()}
    return {codes[line.path]: line.tally for line in lines}


def test_an_open_exam_counts_the_audience_as_the_roster_stands(
    session: Session, room: ExamRoom, exam: Exam
) -> None:
    room.sit("cs1", exam)
    room.sit("cs2", exam, wrong)
    room.begin("cs3", exam)
    tally = overall(members_for(session, SYSTEM, exam))
    assert (tally.expected, tally.started, tally.handed_in, tally.missing) == (6, 3, 2, 3)
    assert (tally.passed, tally.failed, tally.sitting, tally.marking) == (1, 1, 1, 0)
    assert (tally.participation, tally.pass_rate) == (Decimal("33.3"), Decimal("16.7"))
    assert (tally.mean, tally.pass_rate_of_results) == (Decimal("50.0"), Decimal("50.0"))
    room.add_member("late", "PHY-2", "graduate")
    assert overall(members_for(session, SYSTEM, exam)).expected == 7


def test_after_the_exam_newcomers_leavers_and_moves_change_nothing(
    session: Session, room: ExamRoom, exam: Exam
) -> None:
    room.sit("cs1", exam)
    room.conclude(exam)
    before = by_path(board(session, SYSTEM, exam), room)
    assert (before["HQ"].expected, before["HQ"].missing, before["CS-1"].passed) == (6, 5, 1)
    room.add_member("late", "PHY-2", "graduate")
    with writing(session):
        for login in ("cs1", "chen"):
            person = session.get_one(Person, room.school.persons[login])
            person.active = False
            person.unit_id = room.school.units["CS-2"]
    assert by_path(board(session, SYSTEM, exam), room) == before


def test_an_absence_is_made_good_by_a_later_sitting(
    session: Session, room: ExamRoom, exam: Exam
) -> None:
    room.conclude(exam)
    admin = Actor(room.school.persons["admin"], "", 0, "/", SYSTEM.roles)
    plan = AdjustmentPlan(
        opens_at=room.now, closes_at=room.now + timedelta(hours=1), reason="was ill"
    )
    adjust(session, room.now, admin, exam.id, room.school.persons["cs1"], plan)
    room.sit("cs1", exam)
    tally = overall(members_for(session, SYSTEM, exam))
    assert (tally.expected, tally.missing, tally.passed) == (6, 5, 1)


def test_erased_people_are_still_counted_as_absent(
    session: Session, room: ExamRoom, exam: Exam
) -> None:
    room.conclude(exam)
    with writing(session):
        for paper in exam_papers(session, room.school.persons["cs1"]):
            session.delete(paper)
        session.flush()
        session.delete(session.get_one(Person, room.school.persons["cs1"]))
    members = members_for(session, SYSTEM, exam)
    assert overall(members).missing == 6
    found = matching(session, members, Wanted(state="absent"))
    assert len(person_lines(session, exam.id, found)) == 5


def exam_papers(session: Session, person_id: int) -> list[object]:
    return list(session.scalars(select(Paper).where(Paper.person_id == person_id)))


def test_units_are_rolled_up_over_the_tree(session: Session, room: ExamRoom, exam: Exam) -> None:
    room.sit("cs1", exam)
    room.sit("cs4", exam)
    room.sit("chen", exam, wrong)
    lines = board(session, SYSTEM, exam)
    codes = {path: code for code, path in room.school.paths.items()}
    shape = [
        (codes[line.path], line.depth, line.tally.expected, line.tally.passed) for line in lines
    ]
    assert shape == [
        ("HQ", 0, 6, 2),
        ("CS", 1, 5, 2),
        ("CS-1", 2, 3, 1),
        ("CS-2", 2, 2, 1),
        ("PHY", 1, 1, 0),
        ("PHY-2", 2, 1, 0),
    ]


def test_an_organizer_of_a_secondary_unit_sees_that_subtree_alone(
    session: Session, room: ExamRoom, exam: Exam, actor_of: ActorOf
) -> None:
    room.sit("chen", exam)
    room.sit("wang", exam)
    organizer = actor_of("organizer")
    seen = reach(session, organizer, exam.id)
    assert not seen.manages
    lines = board(session, organizer, exam)
    assert [line.name for line in lines] == ["计算机学院", "教工第一支部", "学生第一支部"]
    members = members_for(session, organizer, exam)
    found = matching(session, members, Wanted())
    assert {line.login for line in person_lines(session, exam.id, found)} == {
        "wang",
        "cs1",
        "cs2",
        "cs3",
        "cs4",
    }
    assert live(session, room.now, seen, overall(members)).handed_in == 1


def test_an_exam_of_another_subtree_is_out_of_reach(
    session: Session, room: ExamRoom, actor_of: ActorOf
) -> None:
    exam = room.open("quick", "PHY")
    for login in ("organizer", "cs-admin", "li", "grader"):
        with pytest.raises(Refused) as refusal:
            reach(session, actor_of(login), exam.id)
        assert refusal.value.status == 403
        assert exam_list(session, room.now, actor_of(login)) == ([], 0)
    assert not reach(session, actor_of("auditor"), exam.id).manages
    assert reach(session, actor_of("admin"), exam.id).manages
    with pytest.raises(Refused) as unknown:
        reach(session, actor_of("admin"), 999)
    assert unknown.value.status == 404


def test_the_list_of_exams_counts_people_within_reach(
    session: Session, room: ExamRoom, exam: Exam, actor_of: ActorOf
) -> None:
    room.open("quick", "PHY")
    room.sit("chen", exam)
    room.sit("wang", exam)
    for login, manages, handed_in, total in (("admin", True, 2, 2), ("organizer", False, 1, 1)):
        lines, count = exam_list(session, room.now, actor_of(login))
        line = next(line for line in lines if line.exam.id == exam.id)
        assert (count, line.manages, line.handed_in, line.state) == (
            total,
            manages,
            handed_in,
            "open",
        )


def test_the_counted_attempt_is_shown(session: Session, room: ExamRoom, exam: Exam) -> None:
    room.sit("cs1", exam)
    room.sit("cs1", exam, wrong)
    [member] = [m for m in members_for(session, SYSTEM, exam) if m.state == "passed"]
    assert (member.attempts, member.score) == (2, Decimal("10.00"))


def test_a_sitting_that_needs_marks_is_neither_passed_nor_failed(
    session: Session, room: ExamRoom
) -> None:
    exam = room.open("all-types")
    room.sit("li", exam)
    tally = overall(members_for(session, SYSTEM, exam))
    assert (tally.marking, tally.passed, tally.failed, tally.mean) == (1, 0, 0, None)


def test_people_are_found_by_state_unit_and_name(
    session: Session, room: ExamRoom, exam: Exam
) -> None:
    room.sit("cs1", exam)
    members = members_for(session, SYSTEM, exam)

    def logins(**wanted: object) -> set[str]:
        found = matching(session, members, Wanted(**wanted))  # type: ignore[arg-type]
        return {line.login for line in person_lines(session, exam.id, found)}

    assert logins(state="passed") == {"cs1"}
    assert logins(unit_id=room.school.units["CS-2"], state="absent") == {"wang", "cs4"}
    assert logins(unit_id=room.school.units["PHY"]) == {"chen"}
    assert logins(text="陈") == {"chen"}
    assert logins(text="%") == set()
    assert logins(text="CS", state="absent") == {"cs2", "cs3", "cs4"}


def test_the_statements_do_not_grow_with_the_people(
    session: Session, room: ExamRoom, exam: Exam, statements: list[str]
) -> None:
    def count() -> int:
        session.expire_all()
        statements.clear()
        seen = reach(session, SYSTEM, exam.id)
        members = standings(session, ZONE, seen)
        unit_board(session, seen, members)
        live(session, room.now, seen, overall(members))
        person_lines(session, exam.id, matching(session, members, Wanted(text="c"))[:25])
        return len(statements)

    before = count()
    for number in range(20):
        room.add_member(f"m{number}", "PHY-1", "graduate")
    room.sit("m1", exam)
    room.sit("m2", exam)
    assert count() == before <= 15


def test_answers_of_the_last_minute_are_counted(
    session: Session, room: ExamRoom, exam: Exam
) -> None:
    sitting = room.begin("cs1", exam)
    first, second, *_ = room.questions(sitting)
    room.save(sitting, first.id, [])
    room.now += timedelta(seconds=90)
    room.save(sitting, second.id, [])
    seen = reach(session, SYSTEM, exam.id)
    now = live(session, room.now, seen, overall(standings(session, ZONE, seen)))
    assert (now.sitting, now.saved, now.absent) == (1, 1, 5)


def test_full_scores_are_in_the_last_bin_and_borders_in_the_upper_one() -> None:
    scores = ("0", "9.99", "10", "59.99", "60", "90", "100")
    members = [
        Standing(n, 1, "passed", score=Decimal(s), max_score=Decimal(100))
        for n, s in enumerate(scores)
    ]
    assert distribution(members) == [2, 1, 0, 0, 0, 1, 1, 0, 0, 2]
    assert distribution([Standing(1, 1, "absent")]) == [0] * 10


@given(
    st.lists(
        st.tuples(st.integers(0, 400), st.integers(1, 400)).map(lambda p: (min(p), max(p[1], 1)))
    )
)
def test_every_score_is_in_exactly_one_bin(scores: list[tuple[int, int]]) -> None:
    members = [
        Standing(n, 1, "passed", score=Decimal(min(s, m)), max_score=Decimal(m))
        for n, (s, m) in enumerate(scores)
    ]
    assert sum(distribution(members)) == len(scores)


def test_per_cents_are_rounded_half_up_and_never_of_nothing() -> None:
    assert percent(1, 8) == Decimal("12.5")
    assert percent(1, 3) == Decimal("33.3")
    assert percent(2, 3) == Decimal("66.7")
    assert percent(1, 2000) == Decimal("0.1")
    assert percent(0, 0) is None

"""Activities: entries until a deadline, judges who see nothing of each other, results, ledger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from office import ZONE, Office
from school import School
from sqlalchemy import select
from sqlalchemy.orm import Session

from quizengine.domain.text import Refused
from quizengine.services.activities import (
    ActivityFilter,
    ActivityPlan,
    JudgePlan,
    cancel_activity,
    change_activity,
    list_activities,
    make_activity,
    record_of,
    seen_activity,
)
from quizengine.services.activity_entries import (
    EntryPlan,
    hand_in,
    open_activities,
    own_entries,
    units_for,
    withdraw,
)
from quizengine.services.activity_judging import (
    release_judge,
    send_points,
    start_judging,
    task_of,
    tasks_of,
)
from quizengine.services.activity_own import activity_todos, file_of_entry, own_result
from quizengine.services.activity_results import (
    activities_table,
    correct_points,
    publish,
    results,
)
from quizengine.services.evidence import evidence_of
from quizengine.services.history import history_of
from quizengine.services.ledger_words import tell
from quizengine.services.uploads import Upload
from quizengine.storage.engine import writing
from quizengine.storage.models import Activity, ActivityEntry, ActivitySheet, Person

PDF = Upload("海报.pdf", b"%PDF-1.7 poster")


@pytest.fixture
def office(session: Session, school: School, now: datetime) -> Office:
    return Office(session, school, now)


def code_of(what: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as refused:
        what()
    return refused.value.code


def plan(office: Office, judges: str = "admin grader zhao", **changes: Any) -> ActivityPlan:
    values: dict[str, Any] = {
        "unit_id": office.school.units["CS"],
        "type": "slogan",
        "title": "保密宣传标语征集",
        "task": "围绕“保密就是保国家”，每条不超过20字。",
        "entrants": "person",
        "blind": True,
        "rule": "trimmed",
        "closes_at": office.now + timedelta(days=2),
        "judged_by": office.now + timedelta(days=9),
        "criteria": [("立意", Decimal(60)), ("表达", Decimal(40))],
        "judges": [JudgePlan(office.id(login)) for login in judges.split()],
        **changes,
    }
    return ActivityPlan(**values)


def enter(office: Office, activity_id: int, login: str, title: str = "标语", **more: Any) -> int:
    entry = EntryPlan(title, more.pop("text", "守口如瓶，防意如城。"), **more)
    actor = office.act(login).actor
    return hand_in(office.session, office.now, actor, activity_id, entry)


def judge(office: Office, login: str, entry_id: int, *points: str) -> None:
    given = [Decimal(one) for one in points]
    send_points(office.session, office.now, office.id(login), entry_id, given)


def judging(office: Office, **changes: Any) -> tuple[int, int, int]:
    """An activity with entries of li and wang, being judged."""
    activity_id = make_activity(office.act(), plan(office, **changes))
    li, wang = enter(office, activity_id, "li"), enter(office, activity_id, "wang")
    office.now += timedelta(days=2)
    start_judging(office.act(), activity_id)
    return activity_id, li, wang


def activity_of(office: Office, activity_id: int) -> Activity:
    office.session.expire_all()
    return seen_activity(office.session, office.act().actor, activity_id)


def test_members_hand_in_change_and_withdraw_until_the_deadline(office: Office) -> None:
    activity_id = make_activity(office.act(), plan(office))
    session, now = office.session, office.now
    li, zhao = office.act("li").actor, office.act("zhao").actor
    assert [one.id for one in open_activities(session, now, li)] == [activity_id]
    assert open_activities(session, now, zhao) == []
    assert code_of(lambda: enter(office, activity_id, "zhao")) == "activity-unknown"
    assert code_of(lambda: enter(office, activity_id, "li", text="")) == "entry-faults"
    assert code_of(lambda: enter(office, activity_id, "li", " ")) == "entry-faults"
    bad = Upload("x.exe", b"MZ")
    assert code_of(lambda: enter(office, activity_id, "li", files=[bad])) == "evidence-type"
    assert own_entries(session, li, activity_id) == []
    entry_id = enter(office, activity_id, "li", text="", files=[PDF])
    # Sent again, or changed: it stays one entry, and its files stay.
    assert enter(office, activity_id, "li", "另一条") == entry_id
    [entry] = own_entries(session, li, activity_id)
    assert (entry.title, len(evidence_of(session, f"activity-entry:{entry_id}"))) == ("另一条", 1)
    wang = office.act("wang").actor
    assert code_of(lambda: withdraw(session, now, wang, entry_id)) == "entry-unknown"
    withdraw(session, now, li, entry_id)
    assert enter(office, activity_id, "li") != entry_id
    office.now += timedelta(days=2)
    assert code_of(lambda: enter(office, activity_id, "wang")) == "activity-closed"
    last = own_entries(session, li, activity_id)[0].id
    assert code_of(lambda: withdraw(session, office.now, li, last)) == "activity-closed"


def test_units_take_part_through_their_heads_and_organizers(office: Office) -> None:
    office.appoint("CS-1", "li")
    made = plan(office, type="drafting", entrants="unit")
    activity_id = make_activity(office.act(), made)
    li, wang = office.act("li").actor, office.act("wang").actor
    activity = activity_of(office, activity_id)
    assert [unit.code for unit in units_for(office.session, li, activity)] == ["CS-1"]
    assert units_for(office.session, wang, activity) == []
    units = office.school.units
    assert code_of(lambda: enter(office, activity_id, "li")) == "entry-faults"
    other = units["CS-2"]
    assert code_of(lambda: enter(office, activity_id, "li", unit_id=other)) == "entry-faults"
    first = enter(office, activity_id, "li", unit_id=units["CS-1"])
    # The organizer speaks for all units below; the unit still has one entry.
    assert enter(office, activity_id, "organizer", unit_id=units["CS-1"]) == first
    enter(office, activity_id, "organizer", unit_id=other)
    office.now += timedelta(days=2)
    start_judging(office.act(), activity_id)
    for entry in activity_of(office, activity_id).handed_in:
        for login in ("admin", "grader", "zhao"):
            judge(office, login, entry.id, "50", "30")
    publish(office.act(), activity_id)
    entries = office.entries("activity-result")
    assert {(entry["unit"], entry["subject"]) for entry in entries} == {
        ("CS-1", None),
        ("CS-2", None),
    }


def test_faults_and_rights_of_an_activity(office: Office) -> None:
    faults: list[dict[str, Any]] = [
        {"type": "dance"},
        {"title": " "},
        {"closes_at": office.now},
        {"judged_by": office.now + timedelta(days=2)},
        {"criteria": []},
        {"criteria": [("a", Decimal(1)), ("a", Decimal(1))]},
        {"criteria": [("a", Decimal(0))]},
        {"judges": "admin"},
        {"judges": "admin admin"},
    ]
    for change in faults:
        made = plan(office, **change)
        assert code_of(lambda made=made: make_activity(office.act(), made)) == "activity-faults"
    assert code_of(lambda: make_activity(office.act("auditor"), plan(office))) == "forbidden"
    elsewhere = plan(office, unit_id=office.school.units["PHY"])
    assert code_of(lambda: make_activity(office.act(), elsewhere)) == "unit-unknown"
    activity_id = make_activity(office.act(), plan(office))
    change_activity(office.act(), activity_id, plan(office, title="新题目"))
    assert activity_of(office, activity_id).title == "新题目"
    moved = plan(office, entrants="unit")
    assert code_of(lambda: change_activity(office.act(), activity_id, moved)) == "activity-faults"
    assert code_of(lambda: start_judging(office.act(), activity_id)) == "activity-early"
    office.now += timedelta(days=3)
    assert code_of(lambda: start_judging(office.act(), activity_id)) == "activity-empty"
    assert code_of(lambda: cancel_activity(office.act(), activity_id, " ")) == "reason-missing"
    cancel_activity(office.act(), activity_id, "无人参加")
    assert code_of(lambda: start_judging(office.act(), activity_id)) == "activity-state"
    found = list_activities(office.act("auditor"), ActivityFilter(state="cancelled", year=2026))
    assert [one.id for one in found] == [activity_id]


def test_nobody_judges_what_is_their_own_and_a_declaration_is_needed_for_the_own_unit(
    office: Office,
) -> None:
    # li is a judge and takes part; wang's unit has another judge.
    made = plan(office, "admin grader li")
    activity_id = make_activity(office.act(), made)
    own, other = enter(office, activity_id, "li"), enter(office, activity_id, "wang")
    office.now += timedelta(days=2)
    start_judging(office.act(), activity_id)
    assert [task.entry.id for task in tasks_of(office.session, office.id("li"))] == [other]
    assert code_of(lambda: judge(office, "li", own, "60", "40")) == "entry-unknown"
    assert code_of(lambda: judge(office, "organizer", other, "60", "40")) == "entry-unknown"

    # Somebody of the same branch judges only with a declaration.
    with writing(office.session):
        person = office.session.get_one(Person, office.id("chen"))
        person.unit_id = office.school.units["CS-1"]
    for declared, entries in (("", 1), ("同支部，已向主办单位说明", 2)):
        judges = [JudgePlan(office.id("admin")), JudgePlan(office.id("grader"))]
        judges.append(JudgePlan(office.id("chen"), declared))
        dates = {
            "closes_at": office.now + timedelta(days=1),
            "judged_by": office.now + timedelta(days=3),
        }
        made = plan(office, judges="", **dates)
        made = ActivityPlan(**{**made.__dict__, "judges": judges})
        activity_id = make_activity(office.act(), made)
        enter(office, activity_id, "li")
        enter(office, activity_id, "wang")
        office.now += timedelta(days=1)
        start_judging(office.act(), activity_id)
        mine = tasks_of(office.session, office.id("chen"))
        assert sum(task.entry.activity_id == activity_id for task in mine) == entries


def test_points_are_hidden_until_all_are_in_then_published_and_corrected(office: Office) -> None:
    activity_id, li, wang = judging(office)
    session, at = office.session, office.now
    assert code_of(lambda: judge(office, "admin", li, "61", "40")) == "points-faults"
    assert code_of(lambda: judge(office, "admin", li, "60")) == "points-faults"
    assert code_of(lambda: judge(office, "admin", li, "50.25", "40")) == "points-faults"
    judge(office, "admin", li, "50", "30")
    assert code_of(lambda: judge(office, "admin", li, "50", "30")) == "points-sent"
    judge(office, "grader", li, "52.5", "31")
    judge(office, "zhao", li, "20", "10")
    judge(office, "admin", wang, "40", "30")
    judge(office, "grader", wang, "41", "30")
    # One sheet is missing: nobody sees any result, not even of the entry that is complete.
    assert results(activity_of(office, activity_id)) == []
    assert code_of(lambda: publish(office.act(), activity_id)) == "points-missing"
    [todo] = activity_todos(session, at, ZONE, office.id("zhao"))
    assert str(todo.text) == "Judge entries of “保密宣传标语征集”: 1 left"
    judge(office, "zhao", wang, "42", "31")
    assert activity_todos(session, at, ZONE, office.id("zhao")) == []
    [todo] = activity_todos(session, at, ZONE, office.id("organizer"))
    assert str(todo.text).startswith("Publish")

    first, second = results(activity_of(office, activity_id))
    assert (first.entry.id, first.judged.score, first.rank) == (wang, Decimal("71.33"), 1)
    # (80 + 83.5 + 30) / 3; the third judge is far from the others.
    assert (second.judged.score, second.rank) == (Decimal("64.50"), 2)
    assert second.judged.outliers == (2,)
    assert own_result(second.entry) is None
    publish(office.act(), activity_id)
    assert code_of(lambda: publish(office.act(), activity_id)) == "activity-state"
    [one, two] = office.entries("activity-result")
    assert (one["unit"], one["corrects"]) == ("CS-2", None)
    assert two["data"] == {
        "activity": activity_id,
        "type": "slogan",
        "entrant": "person",
        "score": "64.50",
        "max_score": "100",
        "rank": 2,
        "entries": 2,
        "judges": 3,
        "left_out": 0,
        "spread": "53.5",
        "deviation": two["data"]["deviation"],
        "by": two["data"]["by"],
    }
    assert "标语" not in str(two)
    assert "64.5 of 100 points, rank 2 of 2" in str(tell("activity-result", two, "").sentence)
    shown = own_result(session.get_one(ActivityEntry, li))
    assert shown is not None
    assert shown.rank == 2
    rows = list(activities_table(office.act(), ActivityFilter()).rows)
    assert [tuple(row[-5:]) for row in rows] == [
        ("李雷", "标语", Decimal("64.50"), Decimal(100), 2),
        ("王芳", "标语", Decimal("71.33"), Decimal(100), 1),
    ]

    # A slip of the pen: both results change their ranks, and two entries correct the earlier ones.
    sheet = session.scalars(select(ActivitySheet).where(ActivitySheet.entry_id == li)).all()[-1]
    act, points = office.act(), [Decimal(50), Decimal(32)]
    sheet_id = sheet.id
    assert code_of(lambda: correct_points(act, activity_id, sheet_id, points, "")) == (
        "reason-missing"
    )
    assert correct_points(act, activity_id, sheet_id, points, "误将20录为50") == 2
    assert code_of(lambda: correct_points(act, activity_id, sheet_id, points, "再改")) == (
        "points-same"
    )
    corrected = office.entries("activity-result")[2:]
    assert {entry["corrects"] for entry in corrected} == {one["seq"], two["seq"]}
    assert {(entry["data"]["score"], entry["data"]["rank"]) for entry in corrected} == {
        ("81.83", 1),
        ("71.33", 2),
    }
    events = [
        event.what for event in history_of(session, record_of(activity_of(office, activity_id)))
    ]
    assert events[0] == "activity-corrected"


def test_a_judge_who_does_not_judge_is_released_but_none_because_of_the_points(
    office: Office,
) -> None:
    activity_id, li, wang = judging(office, judges="admin grader zhao")
    for login in ("admin", "grader"):
        judge(office, login, li, "50", "30")
        judge(office, login, wang, "50", "30")
    judge(office, "zhao", li, "1", "1")
    judges = {one.person.login: one.id for one in activity_of(office, activity_id).judges}
    act = office.act()
    done = judges["admin"]
    assert code_of(lambda: release_judge(act, activity_id, done, "x")) == "judge-sent"
    assert code_of(lambda: release_judge(act, activity_id, 999, "x")) == "judge-unknown"
    release_judge(act, activity_id, judges["zhao"], "出差")
    assert tasks_of(office.session, office.id("zhao")) == []
    # The points of who was released count nowhere; equal results share the rank.
    found = results(activity_of(office, activity_id))
    assert [(row.judged.score, row.rank, len(row.sheets)) for row in found] == [
        (Decimal("80.00"), 1, 2),
        (Decimal("80.00"), 1, 2),
    ]


def test_two_judges_are_needed_for_each_entry(office: Office) -> None:
    activity_id = make_activity(office.act(), plan(office, "admin wang"))
    enter(office, activity_id, "wang")
    office.now += timedelta(days=2)
    assert code_of(lambda: start_judging(office.act(), activity_id)) == "judges-few"


def test_files_are_for_entrant_judges_and_office(office: Office) -> None:
    activity_id = make_activity(office.act(), plan(office))
    entry_id = enter(office, activity_id, "li", files=[PDF])
    enter(office, activity_id, "wang")
    [file] = evidence_of(office.session, f"activity-entry:{entry_id}")
    file_id = file.id

    def reads(login: str) -> bool:
        actor = office.act(login).actor
        try:
            return file_of_entry(office.session, actor, entry_id, file_id).data == PDF.data
        except Refused:
            return False

    people = ("li", "organizer", "auditor", "wang", "zhao", "chen")
    assert [login for login in people if reads(login)] == ["li", "organizer", "auditor"]
    office.now += timedelta(days=2)
    start_judging(office.act(), activity_id)
    # A judge, once there is something to judge; the task names nobody.
    assert reads("zhao")
    assert task_of(office.session, office.id("zhao"), entry_id).number == 1

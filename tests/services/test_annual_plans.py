"""A plan's way: written, handed in, approved by the level above, changed, held to the record."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from office import TODAY, ZONE, Office
from school import School
from sqlalchemy.orm import Session

from quizengine.bank.tables import read_rows
from quizengine.domain.text import Refused
from quizengine.services.history import history_of
from quizengine.services.ledger import LedgerWriter
from quizengine.services.ledger_words import tell
from quizengine.services.plan_clock import mark_tasks
from quizengine.services.plan_files import import_plan, plan_table, record_table
from quizengine.services.plan_steps import approve, confirm_task, send_back, submit
from quizengine.services.plan_todos import own_tasks, plan_todos
from quizengine.services.plan_versions import list_plans, record_on, tasks_of, version_text
from quizengine.services.plans import (
    TaskPlan,
    drop_task,
    live_tasks,
    record_of,
    save_task,
    seen_plan,
    start_plan,
)
from quizengine.services.spreadsheets import write_xlsx
from quizengine.services.unit_snapshots import snapshot_due
from quizengine.storage.engine import writing
from quizengine.storage.models import AnnualPlan

NAMES = {"培训次数": "training-held", "Training classes held": "training-held"}


@pytest.fixture
def office(session: Session, school: School, now: datetime) -> Office:
    snapshot_due(session, now, ZONE)
    office = Office(session, school, now)
    office.grant("wang", "organizer", "CS-1")
    return office


def wanted(**changes: Any) -> TaskPlan:
    values: dict[str, Any] = {
        "title": "组织两次培训",
        "goal": "全员参加",
        "gauge": "training-held",
        "target": Decimal(2),
        "responsible_id": None,
        "due_on": date(2026, 6, 30),
        **changes,
    }
    return TaskPlan(**values)


def drill(office: Office, **changes: Any) -> TaskPlan:
    values = {"gauge": "confirmed", "target": None, "responsible_id": office.id("li")}
    return wanted(title="应急演练", **{**values, **changes})


def code_of(what: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as refused:
        what()
    return refused.value.code


def begun(office: Office, unit: str = "CS-1", login: str = "wang", *tasks: TaskPlan) -> int:
    act = office.act(login)
    plan_id = start_plan(act, office.school.units[unit], 2026)
    for task in tasks or (wanted(), drill(office)):
        save_task(act, plan_id, None, task)
    return plan_id


def changes(office: Office, plan_id: int) -> int:
    return office.session.get_one(AnnualPlan, plan_id).changes


def approved(office: Office, *tasks: TaskPlan) -> int:
    plan_id = begun(office, "CS-1", "wang", *tasks)
    submit(office.act("wang"), plan_id, changes(office, plan_id))
    approve(office.act("organizer"), plan_id, changes(office, plan_id))
    return plan_id


def held(office: Office, number: int, at: datetime | None = None) -> None:
    with writing(office.session), LedgerWriter(office.session) as log:
        log.append(at or office.now, "training-held", f"held:{number}", unit="CS-1", data={})


def plan_of(office: Office, plan_id: int) -> AnnualPlan:
    return seen_plan(office.session, office.act("admin").actor, plan_id)


def states(office: Office, plan_id: int, day: date) -> list[str]:
    return [one.state for one in record_on(office.session, ZONE, plan_of(office, plan_id), day)]


def test_a_plan_is_approved_by_the_level_above_and_the_ledger_has_its_digest(
    office: Office,
) -> None:
    plan_id = begun(office)
    seen = changes(office, plan_id)
    # Neither another unit nor an auditor writes it, nobody approves what was not handed in.
    assert code_of(lambda: save_task(office.act("li"), plan_id, None, wanted())) == "plan-unknown"
    assert code_of(lambda: submit(office.act("auditor"), plan_id, seen)) == "forbidden"
    assert code_of(lambda: approve(office.act(), plan_id, seen)) == "plan-state"
    submit(office.act("wang"), plan_id, seen)
    assert code_of(lambda: submit(office.act("wang"), plan_id, seen)) == "plan-submitted"
    assert code_of(lambda: save_task(office.act(), plan_id, 1, wanted())) == "plan-submitted"
    assert code_of(lambda: approve(office.act("wang"), plan_id, seen)) == "forbidden"
    assert code_of(lambda: approve(office.act(), plan_id, seen - 1)) == "plan-changed"
    [todo] = plan_todos(office.session, office.now, ZONE, office.id("organizer"))
    assert (todo.endpoint, todo.args) == ("plans.plan", {"plan_id": plan_id})
    assert approve(office.act(), plan_id, seen) == 1
    assert code_of(lambda: approve(office.act(), plan_id, seen)) == "plan-state"
    assert code_of(lambda: submit(office.act("wang"), plan_id, seen)) == "plan-same"
    [entry] = office.entries("plan-set")
    version = version_text(plan_of(office, plan_id))
    assert version is not None
    assert (entry["unit"], entry["data"]["tasks"], entry["data"]["version"]) == ("CS-1", 2, 1)
    digest = hashlib.sha256(version.text.encode()).hexdigest()
    assert entry["data"]["plan_sha256"] == version.digest == digest
    assert "李雷" not in version.text
    assert "version 1: 2 tasks" in str(tell("plan-set", entry, "").sentence)


def test_who_hands_a_plan_in_does_not_approve_it(office: Office) -> None:
    plan_id = begun(office, "CS-1", "organizer")
    submit(office.act(), plan_id, changes(office, plan_id))
    assert code_of(lambda: approve(office.act(), plan_id, changes(office, plan_id))) == "own-case"
    send = office.act("cs-admin")
    assert code_of(lambda: send_back(send, plan_id, 2, " ")) == "reason-missing"
    send_back(send, plan_id, changes(office, plan_id), "缺少目标")
    plan = plan_of(office, plan_id)
    assert (plan.state, plan.returned, plan.version) == ("draft", "缺少目标", 0)
    # At the top, somebody else of the top decides.
    top = begun(office, "HQ", "admin", wanted())
    submit(office.act("admin"), top, 1)
    assert code_of(lambda: approve(office.act("admin"), top, 1)) == "own-case"
    assert code_of(lambda: approve(office.act("organizer"), top, 1)) == "plan-unknown"


def test_what_was_approved_holds_until_the_change_is(office: Office) -> None:
    plan_id = approved(office)
    save_task(office.act("wang"), plan_id, 1, wanted(target=Decimal(1)))
    drop_task(office.act("wang"), plan_id, 2)
    plan = plan_of(office, plan_id)
    assert plan.state == "draft"
    assert [(task.number, task.target) for task in tasks_of(plan)] == [(1, 2), (2, None)]
    later = office.now + timedelta(days=3)
    office.now = later
    submit(office.act("wang"), plan_id, changes(office, plan_id))
    approve(office.act(), plan_id, changes(office, plan_id))
    plan = plan_of(office, plan_id)
    assert [(task.number, task.target) for task in tasks_of(plan)] == [(1, 1)]
    assert [entry["data"]["version"] for entry in office.entries("plan-set")] == [1, 2]
    # As of the first days the first version is what the unit is held to; before, none.
    assert len(states(office, plan_id, TODAY)) == 2
    assert len(states(office, plan_id, later.date())) == 1
    assert states(office, plan_id, TODAY - timedelta(days=1)) == []
    # A number that was dropped is never used again.
    assert save_task(office.act("wang"), plan_id, None, wanted()) == 3
    assert len(history_of(office.session, record_of(plan))) == 10


def test_a_task_with_faults_is_refused(office: Office) -> None:
    act = office.act("wang")
    plan_id = start_plan(act, office.school.units["CS-1"], 2026)
    faults: list[dict[str, Any]] = [
        {"title": " "},
        {"title": "x" * 201},
        {"gauge": "lectures"},
        {"target": None},
        {"target": Decimal(0)},
        {"gauge": "passed", "target": Decimal(101)},
        {"gauge": "confirmed", "target": None},
        {"due_on": date(2027, 1, 1)},
        {"responsible_id": 10**6},
    ]
    for faulty in faults:
        plan = wanted(**faulty)
        assert code_of(lambda p=plan: save_task(act, plan_id, None, p)) == "task-faults", faulty
    stranger = wanted(responsible_id=office.id("zhao"))
    assert code_of(lambda: save_task(act, plan_id, None, stranger)) == "task-faults"
    assert code_of(lambda: submit(act, plan_id, 0)) == "plan-empty"
    assert code_of(lambda: start_plan(act, office.school.units["CS-1"], 2026)) == "plan-exists"
    assert code_of(lambda: start_plan(act, office.school.units["PHY"], 2026)) == "unit-unknown"


def test_last_years_plan_is_copied(office: Office) -> None:
    act, unit = office.act("wang"), office.school.units["CS-1"]
    none = start_plan
    assert code_of(lambda: none(act, unit, 2027, copied=True)) == "plan-nothing"
    begun(office, "CS-1", "wang", wanted(due_on=date(2026, 2, 28)), drill(office))
    copy = plan_of(office, start_plan(act, unit, 2027, copied=True))
    assert [(t.title, t.due_on, t.target) for t in live_tasks(copy)] == [
        ("组织两次培训", date(2027, 2, 28), 2),
        ("应急演练", date(2027, 6, 30), None),
    ]
    assert (copy.state, copy.version) == ("draft", 0)


def test_the_plan_against_the_record_and_what_the_clock_tells(office: Office) -> None:
    soon = wanted(title="一次培训", target=Decimal(1), due_on=date(2026, 3, 31))
    plan_id = approved(office, wanted(), drill(office, due_on=date(2026, 3, 20)), soon)
    assert mark_tasks(office.session, office.now, ZONE) == 0
    held(office, 1)
    assert states(office, plan_id, TODAY) == ["on-way", "done", "on-way"]
    # The ledger grows all the time: the clock looks every ten minutes.
    assert mark_tasks(office.session, office.now + timedelta(minutes=5), ZONE) == 0
    later = office.now + timedelta(minutes=11)
    assert mark_tasks(office.session, later, ZONE) == 1
    assert mark_tasks(office.session, later + timedelta(hours=1), ZONE) == 0
    [own] = own_tasks(office.session, ZONE, office.id("li"), TODAY)
    assert own.stands.task.title == "应急演练"
    [todo] = plan_todos(office.session, office.now, ZONE, office.id("li"))
    assert (todo.endpoint, todo.due) == ("duties.index", date(2026, 3, 20))
    # A day after it was due, the drill is late; then somebody says that it took place.
    late = datetime(2026, 3, 21, 1, tzinfo=ZONE)
    assert mark_tasks(office.session, late, ZONE) == 1
    office.now = late
    day, text = date(2026, 3, 21), "全体人员参加"
    for person, why in (("zhao", "forbidden"), ("grader", "forbidden")):
        who = office.act(person)
        assert code_of(lambda a=who: confirm_task(a, plan_id, 2, day, text)) == why
    own_act = office.act("li")
    assert code_of(lambda: confirm_task(own_act, plan_id, 2, day, "")) == "reason-missing"
    future = day + timedelta(days=1)
    assert code_of(lambda: confirm_task(own_act, plan_id, 2, future, text)) == "day-future"
    assert code_of(lambda: confirm_task(office.act("wang"), plan_id, 1, day, text)) == (
        "task-measured"
    )
    assert confirm_task(own_act, plan_id, 2, day, text)
    assert not confirm_task(own_act, plan_id, 2, day, text)
    assert states(office, plan_id, day) == ["done-late", "done", "on-way"]
    told = [
        (entry["kind"], entry["data"]["task"], entry["data"]["on_time"])
        for entry in office.entries("plan-task-done", "plan-task-late")
    ]
    assert told == [
        ("plan-task-done", 3, True),
        ("plan-task-late", 2, False),
        ("plan-task-done", 2, False),
    ]
    [row] = [one for one in list_plans(office.act("admin"), 2026, day) if one.plan]
    assert (row.unit.code, dict(row.counts)) == (
        "CS-1",
        {"done-late": 1, "done": 1, "on-way": 1},
    )
    record = record_on(office.session, ZONE, plan_of(office, plan_id), day)
    lines = read_rows(write_xlsx(record_table(record, {}, day, {}), ZONE))
    assert lines[2][7:9] == [1, "Done"]
    # What is reached after it was due is late first, and done then.
    end = datetime(2026, 7, 2, 12, tzinfo=ZONE)
    held(office, 2, end)
    assert mark_tasks(office.session, end, ZONE) == 2


def test_a_plan_goes_out_and_in_as_a_spreadsheet(office: Office) -> None:
    plan_id = begun(office)
    names = {"training-held": "培训次数"}
    sheet = write_xlsx(plan_table(plan_of(office, plan_id), names), ZONE)
    rows = read_rows(sheet)
    assert rows[0][:4] == ["序号", "任务", "目标", "衡量方式"]
    assert rows[2][1:6] == ["应急演练", "全员参加", "人工确认", "", "li"]
    act = office.act("wang")
    assert import_plan(act, plan_id, sheet, NAMES) == (2, [])
    assert len(live_tasks(plan_of(office, plan_id))) == 2
    text = (
        "2026年度计划,,,,,,\n"
        "序号,任务,衡量方式,目标值,责任人,完成期限,目标\n"
        "1,三次培训,培训次数,3,,2026/9/30,\n"
        ",新任务,training-held,1,李雷,20261130,说明\n"
    )
    assert import_plan(act, plan_id, text.encode(), NAMES) == (2, [])
    tasks = live_tasks(plan_of(office, plan_id))
    assert [(t.number, t.title, t.target) for t in tasks] == [
        (2, "应急演练", None),
        (1, "三次培训", 3),
        (3, "新任务", 1),
    ]
    before = changes(office, plan_id)
    bad = (
        "序号,任务,衡量方式,目标值,责任人,完成期限\n"
        ",好的,培训次数,1,,2026-05-01\n"
        "x,坏,讲座,1,nobody,soon\n"
        ",坏,培训次数,0,,2026-05-01\n"
    )
    count, faulty = import_plan(act, plan_id, bad.encode(), NAMES)
    assert (count, [(row.row_no, len(row.reasons)) for row in faulty]) == (0, [(3, 4), (4, 1)])
    assert changes(office, plan_id) == before
    assert code_of(lambda: import_plan(act, plan_id, b"a,b\n1,2\n", NAMES)) == "plan-columns"
    assert code_of(lambda: import_plan(act, plan_id, b"PK\x03\x04", NAMES)) == "file-unreadable"

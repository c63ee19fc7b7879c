"""Plans against the record: what is reached on a day, and what the approved text stands for."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from quizengine.domain.appraisal.facts import SNAPSHOT, Facts, read_facts
from quizengine.domain.ledgerkinds import KINDS
from quizengine.domain.plans import (
    CONFIRMED,
    DONE,
    DONE_LATE,
    GAUGES,
    LATE,
    ON_WAY,
    PlannedTask,
    kinds_for,
    measure_of,
    plan_digest,
    plan_text,
    progress,
    tasks_in,
)

ZONE = ZoneInfo("Asia/Shanghai")
FOUR = PlannedTask(1, "四次培训", "全年", "training-held", Decimal(4), None, date(2026, 9, 30))
PASSED = PlannedTask(2, "合格率", "", "passed", Decimal("95"), "d", date(2026, 6, 30))
DRILL = PlannedTask(3, "演练", "", CONFIRMED, None, "d", date(2026, 6, 30))
TASKS = st.builds(
    PlannedTask,
    st.integers(1, 200),
    st.text(max_size=20),
    st.text(max_size=20),
    st.sampled_from(sorted(GAUGES)),
    st.decimals(1, 100, places=2),
    st.none() | st.text("0123456789abcdef", min_size=64, max_size=64),
    st.dates(date(2026, 1, 1), date(2026, 12, 31)),
)


def body(seq: int, kind: str, day: date, unit: str | None, **more: Any) -> dict[str, Any]:
    return {
        "seq": seq,
        "at": f"{day.isoformat()}T04:00:00.000000Z",
        "kind": kind,
        "subject": None,
        "unit": unit,
        "corrects": None,
        "data": {},
        **more,
    }


def facts_of(*rows: dict[str, Any]) -> Facts:
    units = [
        {"code": "CS", "parent": None, "level": 2, "members": 4},
        {"code": "CS-1", "parent": "CS", "level": 3, "members": 4},
        {"code": "PHY", "parent": None, "level": 2, "members": 4},
    ]
    tree = body(1, SNAPSHOT, date(2026, 1, 1), None, data={"units": units})
    return read_facts([tree, *rows], KINDS, ZONE)


@given(st.lists(TASKS, max_size=6, unique_by=lambda task: task.number), st.randoms())
def test_a_version_is_one_text_whatever_the_order_and_is_read_back(
    tasks: list[PlannedTask], rng: Any
) -> None:
    text = plan_text("CS", 2026, 1, tasks)
    shuffled = list(tasks)
    rng.shuffle(shuffled)
    assert plan_text("CS", 2026, 1, shuffled) == text
    read = tasks_in(json.loads(text))
    assert plan_text("CS", 2026, 1, read) == text
    assert sorted(tasks, key=lambda task: task.number) == read
    if tasks:
        changed = [replace(tasks[0], due=tasks[0].due - timedelta(days=1)), *tasks[1:]]
        assert plan_digest(plan_text("CS", 2026, 1, changed)) != plan_digest(text)


def test_a_measured_task_is_on_its_way_done_late_or_done_too_late() -> None:
    days = [date(2026, month, 1) for month in (2, 4, 6, 10)]
    held = [body(n, "training-held", day, "CS-1") for n, day in enumerate(days, start=2)]
    elsewhere = body(9, "training-held", date(2026, 3, 1), "PHY")
    facts = facts_of(*held, elsewhere)

    def on(day: date) -> tuple[str, int, tuple[int, ...]]:
        found = progress(FOUR, facts, "CS", day)
        assert found.value is not None
        return found.state, int(found.value), found.entries

    assert on(date(2026, 1, 31)) == (ON_WAY, 0, ())
    assert on(date(2026, 5, 1)) == (ON_WAY, 2, (2, 3))
    assert on(date(2026, 9, 30)) == (ON_WAY, 3, (2, 3, 4))
    assert on(date(2026, 10, 1)) == (DONE_LATE, 4, (2, 3, 4, 5))
    assert on(date(2027, 2, 1)) == (DONE_LATE, 4, (2, 3, 4, 5))
    without = facts_of(*held[:3])
    assert progress(FOUR, without, "CS", date(2026, 10, 1)).state == LATE
    three = replace(FOUR, target=Decimal(3))
    assert progress(three, facts, "CS", date(2026, 12, 1)).state == DONE
    assert progress(three, facts, "CS", date(2026, 2, 1)).share * 3 == 1


def test_shares_are_per_cent_and_every_entry_behind_them_is_named() -> None:
    day = date(2026, 5, 1)
    rows = [
        body(2, "exam-result", day, "CS-1", subject="a", data={"passed": True}),
        body(3, "exam-result", day, "CS-1", subject="b", data={"passed": False}),
        body(4, "exam-missed", day, "CS", subject="c"),
        body(5, "exam-result", day, "PHY", subject="d", data={"passed": True}),
    ]
    found = progress(PASSED, facts_of(*rows), "CS", day)
    assert found.value is not None
    assert round(float(found.value), 2) == 33.33
    assert (found.state, found.entries) == (ON_WAY, (2, 3, 4))
    corrected = body(6, "result-correction", day, "CS-1", subject="b", corrects=3)
    corrected["data"] = {"passed": True}
    again = progress(PASSED, facts_of(*rows, corrected), "CS", day)
    assert again.value is not None
    assert round(float(again.value), 2) == 66.67
    assert again.entries == (2, 4, 6)
    attended = replace(PASSED, gauge="training-people", target=Decimal(25))
    one = body(2, "training-attended", day, "CS-1", subject="a")
    # Of four members.
    assert progress(attended, facts_of(one), "CS", day).state == DONE


def test_a_confirmed_task_is_done_from_the_day_that_was_named() -> None:
    facts = facts_of()

    def state(day: date, done_on: date | None) -> str:
        return progress(DRILL, facts, "CS", day, done_on).state

    assert state(date(2026, 6, 30), None) == ON_WAY
    assert state(date(2026, 7, 1), None) == LATE
    assert state(date(2026, 7, 1), date(2026, 6, 1)) == DONE
    assert state(date(2026, 5, 31), date(2026, 6, 1)) == ON_WAY
    assert state(date(2026, 8, 1), date(2026, 7, 2)) == DONE_LATE


def test_gauges_are_sound_and_know_their_entries() -> None:
    assert kinds_for([FOUR, PASSED, DRILL]) == {"training-held", "exam-result", "exam-missed"}
    for name in GAUGES:
        task = replace(FOUR, gauge=name)
        assert kinds_for([task]) <= KINDS.keys()
        assert progress(task, facts_of(), "CS", date(2026, 5, 1)).value == 0
        assert measure_of(name).op in ("count", "sum", "share", "persons")

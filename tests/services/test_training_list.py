"""Attendance by list: every row is used or named with its reason, and numbers stay text."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from office import Office
from school import School
from sqlalchemy.orm import Session
from trainingroom import TrainingRoom
from xlsxwriter import Workbook

from quizengine.domain.text import Refused
from quizengine.services.history import history_of
from quizengine.services.training_list import enter_list, preview_list, read_list
from quizengine.storage.engine import writing
from quizengine.storage.models import Person

WORDS = ("", "出勤", "迟到", "缺勤", "请假", "present", "√", "也许", "=1+1")
NUMBERS = ("0002026001", "wang", " WANG ", "li", "9999", "孙丽", "1e3", "")


@pytest.fixture
def training(session: Session, school: School, now: datetime) -> TrainingRoom:
    office = Office(session, school, now)
    with writing(session):
        session.get_one(Person, office.id("li")).staff_no = "0002026001"
    return TrainingRoom(office)


def code_of(what: Callable[[], Any]) -> str:
    with pytest.raises(Refused) as refused:
        what()
    return refused.value.code


def sheet(*rows: tuple[Any, ...]) -> bytes:
    out = io.BytesIO()
    with Workbook(out) as book:
        page = book.add_worksheet()
        for number, row in enumerate(rows):
            page.write_row(number, 0, row)
    return out.getvalue()


def test_a_list_names_who_it_can_not_use(training: TrainingRoom) -> None:
    office = training.office
    batch = training.batch()
    act = office.act("cs-admin")
    data = sheet(
        ("保密培训签到表",),
        ("序号", "工号", "姓名", "考勤", "备注"),
        (1, "0002026001", "李雷", "", ""),
        (2, "wang", "", "迟到", "堵车"),
        (3, "9999", "无名", "", ""),
        (4, 1.23456789012345e18, "张三", "", ""),
        (5, "organizer", "李四", "", ""),
        (6, "", "孙丽", "请假", "出差"),
        (7, "cs-admin", "", "", ""),
        (8, "chen", "陈晨", "也许", ""),
    )
    plan = preview_list(act, batch.id, None, data)
    assert [(row.row_no, row.action) for row in plan.rows] == [
        (3, "mark"), (4, "mark"), (5, "refused"), (6, "refused"), (7, "refused"),
        (8, "mark"), (9, "refused"), (10, "refused"),
    ]  # fmt: skip
    assert [len(row.reasons) for row in plan.rows] == [0, 0, 1, 1, 1, 0, 1, 1]
    assert code_of(lambda: enter_list(act, batch.id, None, data, "a.xlsx", good_only=False)) == (
        "rows-refused"
    )
    assert not any(place.marks for place in batch.places)
    enter_list(act, batch.id, None, data, "a.xlsx", good_only=True)
    marks = {p.person.login: [(m.state, m.note) for m in p.marks] for p in batch.places if p.marks}
    assert marks == {
        "li": [("present", "a.xlsx")],
        "wang": [("late", "堵车")],
        "organizer": [("excused", "出差")],
    }
    # Who was left out stays named in the history.
    [event, *_] = history_of(office.session, f"training-batch:{batch.id}")
    assert event.detail["refused"][0] == "5 无名"
    assert preview_list(act, batch.id, None, data).counts["same"] == 3
    assert preview_list(act, batch.id, None, sheet(("甲", "乙"))).faults
    # Row 5 would be found by an admin of the whole school, who looks after PHY as well.
    wide = preview_list(office.act("admin"), batch.id, None, sheet(("工号",), ("zhao",)))
    assert [row.action for row in wide.rows] == ["add"]


ROW = st.tuples(st.sampled_from(NUMBERS) | st.text(max_size=8), st.sampled_from(WORDS), st.text())


@given(rows=st.lists(ROW, max_size=12), wide=st.booleans())
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_no_row_of_a_list_is_lost(
    training: TrainingRoom, rows: list[tuple[str, str, str]], wide: bool
) -> None:
    act = training.office.act("cs-admin")
    batch = training.batch() if training.kept is None else training.kept
    training.kept = batch
    out = io.StringIO(newline="")
    head = ["工号", "考勤", "备注", *(["第四列"] if wide else [])]
    csv.writer(out).writerows([head, *rows])
    data = out.getvalue().encode()
    try:
        read, faults = read_list(data)
    except Refused as refused:
        # What is no table at all is refused as a whole, with a reason.
        assert refused.status == 400
        return
    assert faults == []
    written = list(csv.reader(io.StringIO(out.getvalue(), newline="")))[1:]
    filled = [n for n, row in enumerate(written, start=2) if any(cell.strip() for cell in row)]
    assert [row.row_no for row in read] == filled
    plan = preview_list(act, batch.id, None, data)
    assert [row.row_no for row in plan.rows] == filled
    for row in plan.rows:
        assert (row.person is None) == bool(row.reasons) == (row.action == "refused")
        if row.number == "0002026001":
            assert row.person is None or row.person.login == "li"
    named = [row.person.id for row in plan.rows if row.person is not None]
    assert len(named) == len(set(named))

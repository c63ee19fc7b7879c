"""Exports are read back as Excel would see them."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from examroom import ZONE, ExamRoom
from hypothesis import given
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from sqlalchemy.orm import Session

from quizengine.services.access import Actor
from quizengine.services.codes import IssuedCode
from quizengine.services.details import clean_text
from quizengine.services.exports import codes_table, missing_table, results_table
from quizengine.services.reach import reach
from quizengine.services.spreadsheets import Column, Table, write_csv, write_xlsx
from quizengine.storage.engine import writing
from quizengine.storage.models import Exam, Person

ActorOf = Callable[[str], Actor]
ID_NO = "11010519491231002X"
AT = datetime(2026, 3, 2, 8, 30, tzinfo=UTC)


def read_xlsx(content: bytes) -> list[list[object]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def read_csv(content: bytes) -> list[list[str]]:
    assert content.startswith(b"\xef\xbb\xbf")
    assert content.count(b"\n") == content.count(b"\r\n")
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


@pytest.fixture
def exam(session: Session, room: ExamRoom) -> Exam:
    """wang sat, cs1 and chen are missing."""
    room.add_member("007", "CS-1", "graduate")
    with writing(session):
        person = session.get_one(Person, room.school.persons["007"])
        person.id_no, person.phone = ID_NO, "+86 13800000000"
    exam = room.open("quick")
    room.sit("wang", exam)
    return exam


def test_results_have_ids_as_text_times_as_times_and_scores_as_numbers(
    session: Session, exam: Exam, actor_of: ActorOf
) -> None:
    admin = actor_of("admin")
    table = results_table(session, ZONE, admin, reach(session, admin, exam.id))
    head, *rows = read_xlsx(write_xlsx(table, ZONE))
    by_login = {row[2]: dict(zip(head, row, strict=True)) for row in rows}
    assert by_login["007"]["Staff number"] == "007"
    assert by_login["007"]["Identity number"] == ID_NO
    assert by_login["007"]["Unit"] == "计算机学院 / 教工第一支部"
    assert (by_login["007"]["State"], by_login["007"]["Score"]) == ("Not started", "")
    assert by_login["wang"]["Score"] == 10.0
    assert by_login["wang"]["Per cent"] == 100.0
    assert by_login["wang"]["Handed in at"] == datetime(2026, 3, 2, 16, 0)


def test_missing_people_can_be_called_and_heads_are_translated(
    session: Session, exam: Exam, actor_of: ActorOf
) -> None:
    admin = actor_of("admin")
    table = missing_table(session, ZONE, admin, reach(session, admin, exam.id))
    head, *rows = read_csv(write_csv(table, ZONE, {"Phone": "电话"}.get))  # type: ignore[arg-type]
    del head
    assert {row[2].strip() for row in rows} == {"007", "chen"}
    table = missing_table(session, ZONE, admin, reach(session, admin, exam.id))
    assert (
        read_xlsx(write_xlsx(table, ZONE, lambda t: {"Phone": "电话"}.get(t, t)))[0][-1] == "电话"
    )


def test_an_auditor_gets_masked_numbers(session: Session, exam: Exam, actor_of: ActorOf) -> None:
    auditor = actor_of("auditor")
    table = missing_table(session, ZONE, auditor, reach(session, auditor, exam.id))
    rows = read_xlsx(write_xlsx(table, ZONE))
    assert any("110***********002X" in row for row in rows)
    assert not any(ID_NO in row for row in rows)


def test_an_organizer_of_a_secondary_unit_exports_that_subtree_alone(
    session: Session, exam: Exam, actor_of: ActorOf
) -> None:
    organizer = actor_of("organizer")
    table = results_table(session, ZONE, organizer, reach(session, organizer, exam.id))
    assert {row[2] for row in table.rows} == {"007", "wang"}


def test_sign_in_codes() -> None:
    code = IssuedCode(1, "007", "李雷", "教工第一支部", "0123-4567-89AB")
    content = write_xlsx(codes_table([code], AT + timedelta(days=30)), ZONE)
    assert read_xlsx(content)[1][2:4] == ["007", "0123-4567-89AB"]


@pytest.mark.parametrize(
    ("kind", "cell", "written"),
    [
        ("text", "=1+1", "'=1+1"),
        ("text", "@SUM(A1)", "'@SUM(A1)"),
        ("text", "-2", "'-2"),
        ("text", "\t=1", "'\t=1"),
        ("text", "＝1", "'＝1"),
        ("text", "a=1", "a=1"),
        ("text", "0012", "0012"),
        ("id", "0012", "0012\t"),
        ("id", "110105194912310021", "110105194912310021\t"),
        ("id", "1E5", "1E5\t"),
        ("id", "3-4", "3-4\t"),
        ("id", "20260001", "20260001"),
        ("id", ID_NO, ID_NO),
        ("id", "+86138", "'+86138"),
    ],
)
def test_csv_runs_no_formula_and_keeps_ids(kind: str, cell: str, written: str) -> None:
    table = Table("t", [Column("h", kind)], [(cell,)])  # type: ignore[arg-type]
    assert read_csv(write_csv(table, ZONE)) == [["h"], [written]]


def test_a_formula_in_a_workbook_is_text() -> None:
    cells = ("=1+1", "http://example.org", "0012", "a\x00b\x1fc")
    table = Table("a/b*?" + "长" * 40, [Column("h")] * 4, [cells])
    assert read_xlsx(write_xlsx(table, ZONE))[1] == ["=1+1", "http://example.org", "0012", "abc"]


def test_numbers_and_empty_cells() -> None:
    columns = [Column("a", "number"), Column("b", "number"), Column("c", "time"), Column("d")]
    table = Table("t", columns, [(Decimal("-1.50"), 3, AT, None), (None, None, None, "")])
    assert read_csv(write_csv(table, ZONE))[1:] == [
        ["-1.50", "3", "2026-03-02 16:30", ""],
        ["", "", "", ""],
    ]
    assert read_xlsx(write_xlsx(table, ZONE))[1][:2] == [-1.5, 3.0]


cells = st.text(
    st.characters(exclude_categories=["Cc", "Cs"], include_characters="\t"), max_size=20
)


@given(st.lists(cells | cells.map("=".__add__), min_size=1, max_size=4))
def test_any_text_survives_as_far_as_a_spreadsheet_can_hold_it(texts: list[str]) -> None:
    table = Table("t", [Column("h", "id")] * len(texts), [texts])
    [_, row] = read_csv(write_csv(table, ZONE))
    for text, cell in zip(texts, row, strict=True):
        assert clean_text(cell) in (clean_text(text), clean_text("'" + text))
        assert not cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    write_xlsx(table, ZONE)

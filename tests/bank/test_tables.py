"""Uploaded XLSX and CSV files."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from quizengine.bank.tables import MAX_BYTES, column_letters, read_rows
from quizengine.domain.text import Refused


def xlsx(cells: dict[tuple[int, int], Any], *, first_sheet: dict[str, Any] | None = None) -> bytes:
    """A workbook with these cells (row and column from 0)."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        if first_sheet is not None:
            hidden = book.add_worksheet("first")
            if first_sheet.get("hidden"):
                hidden.write(0, 0, "hidden")
        sheet = book.add_worksheet("名册")
        sheet.activate()
        if first_sheet is not None and first_sheet.get("hidden"):
            sheet.set_first_sheet()
            hidden.hide()
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        for (row, column), value in cells.items():
            if isinstance(value, (date, datetime)):
                sheet.write_datetime(row, column, value, day)
            else:
                sheet.write(row, column, value)
    return out.getvalue()


def _refusal(data: bytes) -> str:
    with pytest.raises(Refused) as refusal:
        read_rows(data)
    assert refusal.value.status == 400
    return refusal.value.code


def test_xlsx_rows_keep_their_numbers_and_kinds() -> None:
    rows = read_rows(xlsx({(2, 1): "姓名", (3, 1): 2023001, (3, 2): date(2026, 1, 31)}))
    assert rows == [
        ["", "", ""],
        ["", "", ""],
        ["", "姓名", ""],
        ["", 2023001.0, date(2026, 1, 31)],
    ]


@pytest.mark.parametrize("first", [{}, {"hidden": True}])
def test_empty_and_hidden_sheets_are_passed_over(first: dict[str, Any]) -> None:
    assert read_rows(xlsx({(0, 0): "姓名"}, first_sheet=first)) == [["姓名"]]


def test_an_empty_workbook_has_no_rows() -> None:
    assert read_rows(xlsx({})) == []


def test_a_stray_cell_far_away_is_refused_before_memory_runs_out() -> None:
    assert _refusal(xlsx({(0, 0): "姓名", (1_048_575, 16_383): "x"})) == "file-too-large"


def test_stray_cells_without_references_are_refused_too() -> None:
    source = zipfile.ZipFile(io.BytesIO(xlsx({(0, 0): "姓名"})))
    forged = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
        b'<row r="1"><c><v>1</v></c></row><row r="1048576">'
        + b"<c><v>1</v></c>" * 16_000
        + b"</row></sheetData></worksheet>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, forged if "sheet1.xml" in name else source.read(name))
    assert _refusal(out.getvalue()) == "file-too-large"


def test_a_bomb_is_refused() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b" " * (201 * 2**20))
    assert _refusal(out.getvalue()) == "file-too-large"


def test_a_file_that_is_too_long_is_refused_unread() -> None:
    assert _refusal(b"x" * (MAX_BYTES + 1)) == "file-too-large"


def test_other_formats_are_refused() -> None:
    document = io.BytesIO()
    with zipfile.ZipFile(document, "w") as archive:
        archive.writestr("content.xml", "<x/>")
    truncated = xlsx({(0, 0): "姓名"})[:-200]
    for data in (
        document.getvalue(),
        truncated,
        b"PK\x03\x04junk",
        b"\xd0\xcf\x11\xe0",
        b"\xff\x00",
    ):
        assert _refusal(data) == "file-unreadable"


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-8", "gb18030", "utf-16"])
@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_csv_in_any_usual_encoding_and_with_any_mark(encoding: str, mark: str) -> None:
    text = f'姓名{mark}工号\r\n"李{mark}雷"{mark}007\r\n'
    assert read_rows(text.encode(encoding)) == [["姓名", "工号"], [f"李{mark}雷", "007"]]


def test_csv_with_one_column_or_blank_lines() -> None:
    assert read_rows("姓名\n\n李雷\n".encode()) == [["姓名"], [], ["李雷"]]
    assert read_rows(b"") == []


@given(st.binary(max_size=300))
def test_any_bytes_are_rows_or_refused(data: bytes) -> None:
    try:
        assert isinstance(read_rows(data), list)
    except Refused as refusal:
        assert refusal.code == "file-unreadable"


def test_letters_of_columns() -> None:
    assert [column_letters(i) for i in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]

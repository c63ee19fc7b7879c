"""Tables as XLSX (ECMA-376) and CSV (RFC 4180) that open correctly in Excel."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any, Literal
from zoneinfo import ZoneInfo

import xlsxwriter

from quizengine.domain.text import Text

Kind = Literal["text", "id", "number", "time", "date"]
Cell = str | int | Decimal | datetime | date | Text | None

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV_TYPE = "text/csv; charset=utf-8"

# What a spreadsheet program takes for the start of a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
# What Excel would turn into another number, a power of ten, or a date.
_MANGLED = re.compile(r"0\d+|\d{12,}|\d+[eE]\d+|\d+[-/.]\d+([-/.]\d+)?")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_TIME_FORMAT = "yyyy-mm-dd hh:mm"
_DATE_FORMAT = "yyyy-mm-dd"


@dataclass(frozen=True)
class Column:
    """A column: `width` in characters; an `id` is a number that must stay as it is written."""

    head: str
    kind: Kind = "text"
    width: int = 14


@dataclass(frozen=True)
class Table:
    """A sheet; `rows` may be a stream. Texts are translated when it is written."""

    title: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Cell]]


def write_xlsx(table: Table, zone: ZoneInfo, gettext: Callable[[str], str] = str) -> bytes:
    """The table as a workbook: ids as text, times as real dates in `zone`, the head frozen."""
    out = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(_sheet_name(gettext(table.title)))
        bold = book.add_format({"bold": True, "bottom": 1})
        styles = {
            "id": book.add_format({"num_format": "@"}),
            "time": book.add_format({"num_format": _TIME_FORMAT}),
            "date": book.add_format({"num_format": _DATE_FORMAT}),
        }
        for index, column in enumerate(table.columns):
            sheet.set_column(index, index, column.width, styles.get(column.kind))
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, [gettext(column.head) for column in table.columns], bold)
        last = 0
        for last, row in enumerate(table.rows, start=1):
            for index, (column, cell) in enumerate(zip(table.columns, row, strict=True)):
                _write(sheet, last, index, _plain(cell, gettext), styles.get(column.kind), zone)
        sheet.autofilter(0, 0, last, len(table.columns) - 1)
    return out.getvalue()


def _write(sheet: Any, row: int, column: int, cell: Any, style: Any, zone: ZoneInfo) -> None:
    if cell is None or cell == "":
        return
    if isinstance(cell, datetime):
        sheet.write_datetime(row, column, cell.astimezone(zone).replace(tzinfo=None), style)
    elif isinstance(cell, date):
        sheet.write_datetime(row, column, datetime.combine(cell, time()), style)
    elif isinstance(cell, int | Decimal):
        sheet.write_number(row, column, cell, style)
    else:
        sheet.write_string(row, column, _CONTROL.sub("", cell), style)


def _sheet_name(title: str) -> str:
    """A name that Excel takes: at most 31 characters, none of []:*?/\\ , no quote at an end."""
    return re.sub(r"[\[\]:*?/\\]", " ", title)[:31].strip().strip("'") or "1"


def write_csv(table: Table, zone: ZoneInfo, gettext: Callable[[str], str] = str) -> bytes:
    """The table as UTF-8 with a byte order mark and CRLF.

    A cell that a spreadsheet program would run as a formula gets an apostrophe in front. An id
    that it would change (leading zeros, long numbers) gets a tab behind, which makes it text
    there; our own import, like every reader that strips spaces, gets the id as it is.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([gettext(column.head) for column in table.columns])
    for row in table.rows:
        writer.writerow(
            _csv_cell(column.kind, _plain(cell, gettext), zone)
            for column, cell in zip(table.columns, row, strict=True)
        )
    return out.getvalue().encode("utf-8-sig", errors="replace")


def _csv_cell(kind: Kind, cell: Any, zone: ZoneInfo) -> str:
    if cell is None:
        return ""
    if isinstance(cell, datetime):
        return cell.astimezone(zone).strftime("%Y-%m-%d %H:%M")
    if isinstance(cell, date):
        return cell.isoformat()
    if isinstance(cell, int | Decimal):
        return str(cell)
    text = _CONTROL.sub("", cell)
    if text.startswith(_FORMULA):
        return "'" + text
    return text + "\t" if kind == "id" and _MANGLED.fullmatch(text) else text


def _plain(cell: Cell, gettext: Callable[[str], str]) -> Any:
    return cell.render(gettext) if isinstance(cell, Text) else cell

"""Rows of an XLSX or CSV file that somebody uploads."""

from __future__ import annotations

import csv
import io
import math
import re
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from quizengine.domain.text import N_, Refused

Cell = str | int | float | bool | date | datetime | time | timedelta

MAX_BYTES = 20 * 2**20
_MAX_UNPACKED = 200 * 2**20
# A stray value in the last cell of a sheet would make the reader reserve 17 thousand million cells.
MAX_CELLS = 5_000_000
_ROW_OR_CELL = re.compile(
    rb"""<(?:\w+:)?(row|c)(?=[\s/>])(?:[^>]*?\br=["']([A-Z]{0,3})([0-9]{1,10})["'])?"""
)
# Other formats of spreadsheets that come as ZIP archives: OpenDocument, and Excel's binary one.
_OTHER_FORMATS = {"content.xml", "xl/workbook.bin"}
_DELIMITERS = ",;\t"
# RuntimeError: an archive with a password.
_DAMAGED = (CalamineError, zipfile.BadZipFile, zlib.error, RuntimeError, ValueError, EOFError)


def read_rows(data: bytes) -> list[list[Cell]]:
    """All rows of the first visible sheet with content, or of the CSV file.

    Row n of the file is item n - 1, empty rows included; an empty cell is "". Raises Refused
    `file-unreadable` or `file-too-large` (400).
    """
    if len(data) > MAX_BYTES:
        raise _too_large()
    if data.startswith(b"PK\x03\x04"):
        return _read_xlsx(data)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        # Excel 97–2003, or a file with a password.
        raise _unreadable(N_("This Excel file can't be read: save it as XLSX without a password."))
    return csv_rows(_decode(data))


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook; rows as in `read_rows`."""

    name: str
    rows: list[list[Cell]]


def read_sheets(data: bytes) -> list[Sheet]:
    """All visible sheets with content of an XLSX file.

    Raises Refused `file-unreadable` or `file-too-large` (400).
    """
    if len(data) > MAX_BYTES:
        raise _too_large()
    if not data.startswith(b"PK\x03\x04"):
        raise _unreadable(N_("This is not an XLSX file, or it is damaged."))
    return list(_sheets(data))


def column_letters(index: int) -> str:
    """The name of a column in a spreadsheet: 0 → A, 26 → AA."""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def _read_xlsx(data: bytes) -> list[list[Cell]]:
    return next((sheet.rows for sheet in _sheets(data)), [])


def _sheets(data: bytes) -> Iterator[Sheet]:
    try:
        _refuse_oversize(data)
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for sheet in workbook.sheets_metadata:
            if sheet.visible != SheetVisibleEnum.Visible or sheet.typ != SheetTypeEnum.WorkSheet:
                continue
            found = workbook.get_sheet_by_name(sheet.name)
            rows = [[_finite(cell) for cell in row] for row in found.to_python(False)]
            if rows:
                yield Sheet(sheet.name, rows)
    except _DAMAGED as fault:
        raise _unreadable(N_("This is not an XLSX file, or it is damaged.")) from fault


def _finite(cell: Cell) -> Cell:
    """Not-a-number and infinity, which a forged file can hold, as text."""
    return str(cell) if isinstance(cell, float) and not math.isfinite(cell) else cell


def _refuse_oversize(data: bytes) -> None:
    """Look at the size before the reader does, which would end the process if memory ran out."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if sum(entry.file_size for entry in archive.infolist()) > _MAX_UNPACKED:
            raise _too_large()
        # Unpacks all to nowhere: an entry that is longer than it says fails here.
        if archive.testzip() is not None:
            raise zipfile.BadZipFile
        if _OTHER_FORMATS & set(archive.namelist()):
            raise _unreadable(N_("This is not an XLSX file, or it is damaged."))
        # Any part may be called a worksheet by the workbook, whatever its path.
        if any(_cells_reserved(archive.read(name)) > MAX_CELLS for name in archive.namelist()):
            raise _too_large()


def _cells_reserved(part: bytes) -> int:
    """Rows times columns of the rectangle from A1 that holds all cells of a worksheet's XML.

    Rows and cells without a reference follow the one before (ECMA-376 part 1, 18.3.1.4 and .73).
    """
    row = column = last_row = last_column = 0
    for match in _ROW_OR_CELL.finditer(part):
        element, letters, number = match.groups()
        if element == b"row":
            row, column = int(number or row + 1), 0
        else:
            row, column = int(number or row), _column_number(letters) or column + 1
            last_column = max(last_column, column)
        last_row = max(last_row, row)
    return last_row * last_column


def _column_number(letters: bytes | None) -> int:
    number = 0
    for letter in letters or b"":
        number = number * 26 + letter - 64
    return number


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]  # Excel's "Unicode text"
    else:
        encodings = ["utf-8-sig", "gb18030"]  # Excel writes the latter on a Chinese Windows
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise _unreadable(N_("This file is neither XLSX nor CSV in UTF-8 or GB 18030."))


def csv_rows(text: str) -> list[list[Cell]]:
    """The rows of a CSV text, whatever its delimiter; Refused as in `read_rows`."""
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)))
    except csv.Error as fault:
        raise _unreadable(N_("This CSV file can't be read: is a quotation mark open?")) from fault
    if sum(map(len, rows)) > MAX_CELLS:
        raise _too_large()
    return [list(row) for row in rows]


def _delimiter(text: str) -> str:
    """What stands most often in the first line with one of them; a comma if none does."""
    for line in text.splitlines():
        counts = {mark: line.count(mark) for mark in _DELIMITERS}
        if any(counts.values()):
            return max(counts, key=lambda mark: counts[mark])
    return ","


def _unreadable(template: str) -> Refused:
    return Refused("file-unreadable", template, status=400)


def _too_large() -> Refused:
    return Refused(
        "file-too-large",
        N_("This file is too large. Are there stray cells far below or beside the list?"),
        status=400,
    )

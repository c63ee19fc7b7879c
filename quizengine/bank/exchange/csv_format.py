"""Question banks as CSV tables (RFC 4180), in any encoding that Chinese offices use."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

from quizengine.bank.exchange.decode import decode
from quizengine.bank.exchange.drafts import Reading, Written
from quizengine.bank.exchange.formats import Mapped
from quizengine.bank.exchange.held import written
from quizengine.bank.exchange.layouts import Layout
from quizengine.bank.exchange.table_rows import layouts, read_sheets_of
from quizengine.bank.exchange.table_writer import table_of
from quizengine.bank.tables import Sheet, csv_rows
from quizengine.domain.questions import Question
from quizengine.domain.registry import Registry

# What a spreadsheet program takes for the start of a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")


def read(data: bytes, name: str) -> Reading:
    """The questions of the table; Refused `file-unreadable`, `file-too-large` (400)."""
    return read_mapped(data, name, {})


def read_mapped(data: bytes, name: str, mapped: Mapped) -> Reading:
    """As `read`, with the fields of some columns decided by a person."""
    text, encoding = decode(data)
    return read_sheets_of([Sheet("", csv_rows(text))], mapped, encoding)


def layouts_of(data: bytes, mapped: Mapped) -> dict[str, Layout]:
    """The layout of the table, under the name ""."""
    return layouts([Sheet("", csv_rows(decode(data)[0]))], mapped)


def write(questions: Sequence[Question], registry: Registry) -> Written:
    """The questions as UTF-8 with a byte order mark, as Excel wants it, a row for each.

    A cell that a spreadsheet program would run as a formula gets an apostrophe in front, which
    `read` takes away.
    """
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    for row in table_of(questions, registry):
        writer.writerow("'" + cell if cell.startswith(_FORMULA) else cell for cell in row)
    data = out.getvalue().encode("utf-8-sig", errors="replace")
    return written(data, questions, read(data, ""), registry)

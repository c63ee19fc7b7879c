"""Question banks as Excel workbooks, of our own or of other exam systems."""

from __future__ import annotations

import io
import re
from collections.abc import Sequence

import xlsxwriter

from quizengine.bank.exchange.drafts import Reading, Written
from quizengine.bank.exchange.formats import Mapped
from quizengine.bank.exchange.held import written
from quizengine.bank.exchange.layouts import Layout
from quizengine.bank.exchange.table_rows import layouts, read_sheets_of
from quizengine.bank.exchange.table_writer import table_of
from quizengine.bank.tables import read_sheets
from quizengine.domain.questions import Question
from quizengine.domain.registry import Registry

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
# A cell of a workbook holds so many characters (ECMA-376, 18.3.1.96 and Excel's limits).
_CELL = 32_767
_WIDTHS = {"题干": 60, "解析": 50, "依据": 40, "答案": 12, "编号": 18}
_SHEET = "试题"


def read(data: bytes, name: str) -> Reading:
    """The questions of all visible sheets; Refused (400) as `bank.tables.read_sheets`."""
    return read_mapped(data, name, {})


def read_mapped(data: bytes, name: str, mapped: Mapped) -> Reading:
    """As `read`, with the fields of some columns decided by a person."""
    return read_sheets_of(read_sheets(data), mapped)


def layouts_of(data: bytes, mapped: Mapped) -> dict[str, Layout]:
    """The layout of each sheet, by name."""
    return layouts(read_sheets(data), mapped)


def write(questions: Sequence[Question], registry: Registry) -> Written:
    """The questions as a workbook, a row for each."""
    rows = table_of(questions, registry)
    out = io.BytesIO()
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "strings_to_urls": False,
    }
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet(_SHEET)
        bold = book.add_format({"bold": True, "bottom": 1, "bg_color": "#F2F2F2"})
        # Ids and numbers stay as they are written.
        text = book.add_format({"num_format": "@", "text_wrap": True, "valign": "top"})
        for index, head in enumerate(rows[0]):
            sheet.set_column(index, index, _WIDTHS.get(head, 16), text)
        sheet.freeze_panes(1, 0)
        for number, row in enumerate(rows):
            for index, cell in enumerate(row):
                if cell:
                    kept = _CONTROL.sub("", cell)[:_CELL]
                    sheet.write_string(number, index, kept, text if number else bold)
        sheet.autofilter(0, 0, len(rows) - 1, len(rows[0]) - 1)
    data = out.getvalue()
    return written(data, questions, read(data, ""), registry)

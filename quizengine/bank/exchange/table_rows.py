"""Rows of a table as drafts: a row is a question, or a part of the case above it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace

from quizengine.bank.exchange.drafts import (
    Draft,
    Guess,
    Heading,
    Line,
    Need,
    Reading,
    Span,
    Unread,
)
from quizengine.bank.exchange.formats import Mapped
from quizengine.bank.exchange.layouts import Column, Layout
from quizengine.bank.exchange.table_columns import OPTION_FIELDS, layout_of
from quizengine.bank.exchange.typed_blocks import Block, Option, Section
from quizengine.bank.exchange.typed_draft import draft_of
from quizengine.bank.exchange.typed_lines import TypedLine
from quizengine.bank.exchange.typed_marks import options_in
from quizengine.bank.exchange.typed_words import kind_of, plain
from quizengine.bank.tables import Cell, Sheet, column_letters
from quizengine.domain.text import N_, Text

_ENGLISH = {
    "single": "single", "multiple": "multiple", "judge": "true_false", "judgment": "true_false",
    "truefalse": "true_false", "fill": "fill", "blank": "fill", "short": "short", "essay": "short",
}  # fmt: skip
_LABELLED = (
    *("answer", "explanation", "basis", "difficulty", "topics", "tiers", "id", "points"),
    *("cognitive_level", "pool", "valid", "revision", "any_order"),
)
# Fields with an entry in each line of the cell.
_LISTED = ("key_points", "left", "right")
_FORMULA = "=+-@＝＋－＠"


@dataclass
class _Sheet:
    """A sheet while it is read."""

    part: str
    kind: str
    layout: Layout
    rows: list[tuple[int, list[str]]]
    blocks: list[tuple[Block, str]] = field(default_factory=list)


def layouts(sheets: Sequence[Sheet], mapped: Mapped | None = None) -> dict[str, Layout]:
    """The layout of each sheet, by name."""
    return {
        sheet.name: layout_of(_texts(sheet.rows), (mapped or {}).get(sheet.name))
        for sheet in sheets
    }


def read_sheets_of(
    sheets: Sequence[Sheet], mapped: Mapped | None = None, encoding: str = ""
) -> Reading:
    """The questions of all sheets; a row is in a draft, a heading, or unread."""
    found = layouts(sheets, mapped)
    reading = Reading(encoding=encoding)
    for sheet in sheets:
        part = sheet.name if len(sheets) > 1 else ""
        one = _read_sheet(sheet, part, found[sheet.name])
        reading = Reading(
            (*reading.drafts, *one.drafts),
            (*reading.headings, *one.headings),
            (*reading.unread, *one.unread),
            (*reading.lines, *one.lines),
            encoding,
        )
    return reading


def cell_text(cell: Cell) -> str:
    """A cell as text: whole numbers without a fraction, texts without what guards from formulas."""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = str(cell).replace("\r\n", "\n").replace("\r", "\n").strip()
    return text[1:] if text[:1] == "'" and text[1:2] in _FORMULA and len(text) > 1 else text


def _texts(rows: Sequence[Sequence[Cell]]) -> list[list[str]]:
    return [[cell_text(cell) for cell in row] for row in rows]


def _read_sheet(sheet: Sheet, part: str, layout: Layout) -> Reading:
    texts = _texts(sheet.rows)
    lines = {
        index: Line(part, index + 1, " | ".join(cell for cell in row if cell))
        for index, row in enumerate(texts)
        if any(row)
    }
    if not layout.usable:
        why = Text(N_("No column of this sheet holds questions: say which one does."))
        return Reading(unread=tuple(Unread(line, why) for line in lines.values()),
                       lines=tuple(lines.values()))  # fmt: skip
    state = _Sheet(part, kind_of(sheet.name), layout, [])
    unread = []
    for index, line in lines.items():
        if index == layout.header:
            continue
        if index < layout.header:
            unread.append(Unread(line, Text(N_("It stands above the names of the columns."))))
        elif not _row(state, line, texts[index]):
            unread.append(Unread(line, Text(N_("The row has no question in it."))))
    headings: tuple[Heading, ...] = ()
    if layout.header >= 0:
        line = lines[layout.header]
        headings = (Heading(Span(part, line.number, line.number), line.text, state.kind),)
    drafts = tuple(_draft(state, block, kind) for block, kind in state.blocks)
    return Reading(drafts, headings, tuple(unread), tuple(lines.values()))


def _row(state: _Sheet, line: Line, row: list[str]) -> bool:
    """Read a row; False if there is no question in it."""

    def cell(name: str) -> str:
        index = state.layout.index(name)
        return row[index] if index is not None and index < len(row) else ""

    if not cell("stem"):
        return False
    block = _block(line, cell)
    words = cell("type")
    kind = kind_of(words) or _ENGLISH.get(
        re.sub(r"[^a-z]", "", words.lower()).removesuffix("choice"), ""
    )
    if words and not kind:
        why = Text(N_("“%(text)s” is no known type."), {"text": words[:40]})
        block.guesses.append(Guess("type", why, 0.5))
    _unknown_columns(state, block, row)
    if cell("part") and state.blocks and state.blocks[-1][1] == "case":
        parent = state.blocks[-1][0]
        if kind:
            block.stem.insert(0, _typed(line, f"【{words}】"))
        parent.parts.append(block)
        parent.claim(line)
    else:
        state.blocks.append((block, kind or state.kind))
    return True


def _block(line: Line, cell: Callable[[str], str]) -> Block:
    number = cell("number")
    block = Block("dot" if number else "", int(number) if number.isdecimal() else 0)
    block.stem.append(_typed(line, cell("stem")))
    block.claim(line)
    for place, name in enumerate(OPTION_FIELDS):
        text = cell(name)
        if text:
            letter = chr(ord("A") + place)
            block.options.append(Option(letter, [_typed(line, _without_letter(text, letter))]))
    if not block.options and cell("options"):
        _split_options(block, line, cell("options"))
    for name in _LABELLED:
        if cell(name):
            block.fields[name] = [[_typed(line, cell(name))]]
    for name in _LISTED:
        if cell(name):
            block.fields[name] = [[_typed(line, entry)] for entry in cell(name).split("\n")]
    return block


def _typed(line: Line, text: str) -> TypedLine:
    return TypedLine(line, text, plain(text), False)


def _without_letter(text: str, letter: str) -> str:
    """The text of an option whose cell repeats its letter: `A. …` in the column A."""
    found = re.match(rf"\s*[(\[]?{letter}[)\]]?\s*[.、:)]\s*(?=\S)", plain(text))
    return text[found.end() :] if found else text


def _split_options(block: Block, line: Line, text: str) -> None:
    """Options in one cell: with letters, or each in a line of its own, or set apart by |."""
    flat = plain(text).replace("\n", " ")
    marks = options_in(flat, "A", "")
    if len(marks) > 1:
        ends = [mark.start for mark in marks[1:]] + [len(text)]
        pieces = [text[mark.end : end] for mark, end in zip(marks, ends, strict=True)]
    else:
        pieces = [piece for piece in re.split(r"\n|\|+|｜|;|；|#", text) if piece.strip()]
        why = Text(N_("The options stand in one cell and were set apart."))
        block.guesses.append(Guess("options", why, 0.8))
    for place, piece in enumerate(pieces[:12]):
        letter = chr(ord("A") + place)
        block.options.append(Option(letter, [_typed(line, piece.strip(" \n;；|"))]))


def _unknown_columns(state: _Sheet, block: Block, row: list[str]) -> None:
    told = [column.sure for column in state.layout.columns if column.sure < 1]
    if told:
        why = Text(N_("Columns without a known name were told by their content."))
        block.guesses.append(Guess("column", why, min(told)))
    for column in state.layout.columns:
        if column.field or column.index >= len(row) or not row[column.index]:
            continue
        why = Text(
            N_("The column %(name)s has no place in a question: “%(text)s”."),
            {"name": _name(column), "text": row[column.index][:80]},
        )
        block.guesses.append(Guess("column", why, 0.5))


def _name(column: Column) -> str:
    return column.header or column_letters(column.index)


def _draft(state: _Sheet, block: Block, kind: str) -> Draft:
    if kind == "case" and not block.parts:
        draft = draft_of(block, Section(kind))
        needs = (*draft.needs, Need("parts-missing", Text(N_("The case has no parts."))))
        return replace(draft, needs=needs)
    if block.parts:
        # The explanation of a case stands in its own row, not behind its parts.
        block.fields["case_explanation"] = block.fields.pop("explanation", [])
    return draft_of(block, Section(kind))

"""Typed lines, of whatever file they come from, as drafts, headings and unread lines."""

from __future__ import annotations

from quizengine.bank.exchange.drafts import Heading, Reading, Span, Unread
from quizengine.bank.exchange.typed_blocks import Blocks
from quizengine.bank.exchange.typed_draft import draft_of
from quizengine.bank.exchange.typed_keys import read_keys
from quizengine.bank.exchange.typed_lines import TypedLine, page_furniture
from quizengine.bank.exchange.typed_parser import parse_blocks
from quizengine.bank.exchange.typed_regions import split_regions
from quizengine.domain.text import N_, Text


def read_typed(lines: list[TypedLine], encoding: str = "") -> Reading:
    """The bank in the lines; each of them is in a draft, a heading, or unread."""
    furniture = page_furniture(lines)
    all_blocks = Blocks([])
    for index in sorted(furniture):
        all_blocks.leave(lines[index].line, N_("A page number, a drawn line, or a page header."))
    kept = [line for index, line in enumerate(lines) if index not in furniture]
    for is_key, stretch in split_regions(kept):
        if is_key:
            read_keys(stretch, all_blocks)
        else:
            _merge(all_blocks, parse_blocks(stretch))
    drafts = tuple(
        draft_of(block, section) for section in all_blocks.sections for block in section.blocks
    )
    reading = Reading(
        drafts,
        _headings(all_blocks),
        tuple(sorted(all_blocks.unread, key=lambda u: (u.line.part, u.line.number))),
        tuple(line.line for line in lines),
        encoding,
    )
    rest = tuple(Unread(line, Text(N_("No rule fits this line."))) for line in reading.unclaimed())
    return Reading(drafts, reading.headings, (*reading.unread, *rest), reading.lines, encoding)


def _merge(into: Blocks, blocks: Blocks) -> None:
    first = blocks.sections[0]
    if into.sections and first.blocks:
        # Questions go on behind a list of answers, under the heading that they had.
        first.kind, first.points = into.sections[-1].kind, into.sections[-1].points
    into.sections += blocks.sections
    into.headings += blocks.headings
    into.unread += blocks.unread


def _headings(blocks: Blocks) -> tuple[Heading, ...]:
    return tuple(
        Heading(Span(line.part, line.number, line.number), line.text, section.kind, section.points)
        for line, section in blocks.headings
    )

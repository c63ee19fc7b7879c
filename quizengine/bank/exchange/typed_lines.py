"""The lines of a typed question bank, and which of them are page headers and page numbers."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from quizengine.bank.exchange.drafts import Line
from quizengine.bank.exchange.typed_marks import (
    heading_kind,
    is_key_heading,
    is_page_mark,
    labels_in,
    number_at,
    options_in,
)
from quizengine.bank.exchange.typed_words import plain, truth_of

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\u200b\u200e\u200f\u2028\u2029\ufeff]")
# So many times a line stands in the same words before it counts as a page header.
_REPEATED = 3
_ENDS = '。.;；:：?？!！…”"』」》）)】]'
# A line that an editor or a page broke is about as long as its neighbours; shorter ones were meant.
_WRAPPED = 15


@dataclass(frozen=True)
class TypedLine:
    """A line with text: as typed, as `plain`, whether a blank line stands above it."""

    line: Line
    raw: str
    plain: str
    gap: bool

    def cut(self, start: int) -> TypedLine:
        """What is left of it from the offset `start` on."""
        raw = self.raw[start:]
        lead = len(raw) - len(raw.lstrip())
        return TypedLine(self.line, raw[lead:], self.plain[start + lead :], self.gap)


def typed_lines(text: str, part: str = "") -> list[TypedLine]:
    """The lines of `text` that say something, numbered from 1."""
    return from_lines(Line(part, number, raw) for number, raw in enumerate(text.split("\n"), 1))


def from_lines(lines: Iterable[Line]) -> list[TypedLine]:
    """The lines that say something, without invisible signs and blanks at the ends."""
    result: list[TypedLine] = []
    gap = False
    for line in lines:
        raw = _CONTROL.sub(" ", line.text).replace("\t", " ").strip()
        if raw:
            kept = Line(line.part, line.number, raw)
            result.append(TypedLine(kept, raw, plain(raw), gap))
        gap = not raw
    return result


def page_furniture(lines: list[TypedLine]) -> set[int]:
    """Indexes of page numbers, drawn lines, and headers and footers that stand again and again."""
    pages = {index for index, line in enumerate(lines) if is_page_mark(line.plain)}
    counts = Counter(line.plain for line in lines)
    near = Counter(
        lines[index].plain
        for index in range(len(lines))
        if {index - 1, index + 1} & pages and index not in pages
    )
    return pages | {
        index
        for index, line in enumerate(lines)
        if (counts[line.plain] >= _REPEATED or near[line.plain] > 1) and _may_be_header(line)
    }


def _may_be_header(line: TypedLine) -> bool:
    text = line.plain
    structure = (
        number_at(text) is not None
        or heading_kind(text) is not None
        or is_key_heading(text)
        or bool(labels_in(text))
        or bool(options_in(text, "A", ""))
        or text[:1] in "ABCDEFGH"
        or truth_of(text) is not None
    )
    return len(text) >= 4 and not structure and text[-1] not in "。?!;,"


def joined(pieces: list[TypedLine]) -> str:
    """The pieces of one text: a line that was broken in mid-sentence goes on without a break."""
    text = ""
    for before, piece in zip([None, *pieces], pieces, strict=False):
        if before is not None and text:
            together = before.line == piece.line or is_wrapped(before, piece)
            text += "" if together else "\n"
            if text[-1:].isascii() and text[-1:].isalnum() and piece.raw[:1].isascii():
                text += " "
        text += piece.raw
    return text


def is_wrapped(before: TypedLine, after: TypedLine) -> bool:
    """Whether the line `after` goes on with a sentence that `before` has not ended."""
    return (
        not after.gap
        and len(before.raw) >= _WRAPPED
        and before.raw[-1] not in _ENDS
        and number_at(after.plain) is None
    )

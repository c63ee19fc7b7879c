"""What the lines below tell of a line: whether a question begins with it."""

from __future__ import annotations

import re
from functools import cached_property

from quizengine.bank.exchange.typed_blocks import Block
from quizengine.bank.exchange.typed_lines import TypedLine
from quizengine.bank.exchange.typed_marks import (
    EMPTY,
    Number,
    heading_kind,
    labels_in,
    number_at,
    options_in,
)
from quizengine.bank.exchange.typed_words import truth_of

# So many lines below belong to a question at most, as far as one looks for its options.
_FAR = 40
_ANSWER = re.compile(r"\(\s*([A-L](?:[\s、,;]*[A-L])*|[√×✓✗✔✘对错]|正确|错误|[TFYNVX])\s*\)")


def family(style: str) -> str:
    """The style, the same for 1. and 第1题 and a bare 1, which people mix."""
    return "dot" if style in ("di", "bare") else style


def inline_answer(text: str) -> str:
    """The answer in brackets within a plain stem, as in …是（B）。; "" if there is none."""
    found = _ANSWER.search(text)
    return found[1] if found else ""


class Lookahead:
    """The lines, with what each may begin."""

    def __init__(self, lines: list[TypedLine]) -> None:
        self._lines = lines

    @cached_property
    def _numbers(self) -> list[Number | None]:
        return [number_at(line.plain) for line in self._lines]

    @cached_property
    def _headings(self) -> list[bool]:
        return [heading_kind(line.plain) is not None for line in self._lines]

    def following(self, index: int) -> str:
        """The plain line below; "" at the end."""
        return self._lines[index + 1].plain if index + 1 < len(self._lines) else ""

    def number_follows(self, index: int) -> bool:
        """Whether the next line begins with a number in digits, or is a heading."""
        if index + 1 >= len(self._lines):
            return False
        number = self._numbers[index + 1]
        if self._headings[index + 1]:
            return True
        return number is not None and number.style not in ("cn", "cnparen")

    def proven(self, index: int) -> bool:
        """Whether options, an answer or a place for it stand before the next such number."""
        number = self._numbers[index]
        style = family(number.style) if number else ""
        for at in range(index, min(index + _FAR, len(self._lines))):
            text = self._lines[at].plain
            other = self._numbers[at]
            if at > index and (
                self._headings[at] or (other is not None and family(other.style) == style)
            ):
                return False
            if at == index and number is not None:
                text = text[number.end :]
            if self._asks(at, text):
                return True
        return False

    def _asks(self, index: int, text: str) -> bool:
        return (
            any(label.field == "answer" for label in labels_in(text))
            or bool(options_in(text, "A", self.following(index)))
            or EMPTY.search(text) is not None
            or bool(inline_answer(text))
        )

    def starts_unnumbered(self, index: int, block: Block | None) -> bool:
        """Whether a question without a number begins here, behind `block`."""
        text = self._lines[index].plain
        if labels_in(text)[:1] and labels_in(text)[0].start == 0:
            return False
        if block is not None and not block.complete:
            return self._judged(block) and _ends_judged(text)
        marks = options_in(text, "A", self.following(index))
        if marks:
            return marks[0].start > 0 and marks[0].letter == "A"
        return _ends_judged(text) or self._stem_of(index, block)

    def _judged(self, block: Block) -> bool:
        return bool(block.stem) and _ends_judged(block.stem[-1].plain) and not block.options

    def _stem_of(self, index: int, block: Block | None) -> bool:
        """Whether this line is the first of the stem over the next options or answer."""
        start = index
        for at in range(index + 1, min(index + _FAR, len(self._lines))):
            text = self._lines[at].plain
            if self._numbers[at] is not None or self._headings[at]:
                return False
            if self._is_next(at, text, block):
                return start == index if self._lines[start].gap else at - 1 == index
            if self._lines[at].gap:
                start = at
        return False

    def _is_next(self, index: int, text: str, block: Block | None) -> bool:
        marks = options_in(text, "A", self.following(index))
        if marks and marks[0].letter == "A":
            return block is None or bool(block.options) or "answer" in block.fields
        labels = labels_in(text)
        answered = block is None or "answer" in block.fields
        return bool(labels) and labels[0].field == "answer" and answered


def _ends_judged(text: str) -> bool:
    """Whether the line ends in a word for right or wrong in brackets."""
    found = re.search(r"\(\s*([^()]{1,3})\s*\)\s*[。.]?$", text)
    return found is not None and truth_of(found[1]) is not None

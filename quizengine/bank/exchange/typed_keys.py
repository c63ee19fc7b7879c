"""Lists of answers that stand apart from their questions: 1-5 ABCDA, 1.√ 2.×, 1. 绝密；机密."""

from __future__ import annotations

import re
from dataclasses import dataclass

from quizengine.bank.exchange.drafts import Guess
from quizengine.bank.exchange.typed_blocks import Block, Blocks, Section
from quizengine.bank.exchange.typed_lines import TypedLine
from quizengine.bank.exchange.typed_marks import (
    heading_kind,
    is_key_heading,
    labels_in,
    number_at,
)
from quizengine.bank.exchange.typed_words import CHINESE_NUMBER, KIND_WORDS, kind_of
from quizengine.domain.text import N_, Text

_SIGN = r"(?:[A-L√×✓✗✔✘对错]|正确|错误|[TF](?![a-z]))"
_ITEM = re.compile(
    rf"[(\[]?\s*(\d{{1,4}})\s*(?:[-—–~至到]+\s*(\d{{1,4}}))?\s*题?\s*[)\]]?\s*[.、:]?\s*"
    rf"({_SIGN}(?:[\s,、]*{_SIGN})*)[\s;,。.、]*"
)
_SECTION = re.compile(
    rf"(?:\(?{CHINESE_NUMBER}\)?\s*[、.:]?\s*)?(?:(?P<kind>{'|'.join(KIND_WORDS)})(?:分析)?题?)?\s*:?\s*"
)


@dataclass(frozen=True)
class Given:
    """An answer of a list: the number of the question, and what stands there."""

    number: int
    text: str


def compact(text: str) -> list[Given] | None:
    """The answers of a line that holds nothing else; None if it holds something else too."""
    at, found = 0, []
    while at < len(text):
        item = _ITEM.match(text, at)
        if item is None:
            return None
        given = _run(int(item[1]), int(item[2] or item[1]), item[3])
        if given is None:
            return None
        found += given
        at = item.end()
    return found or None


def entries(text: str) -> tuple[str, list[Given] | None]:
    """The answers of a line that may begin with its section, and the type words of that.

    二、判断题：1.√ 2.× begins with a section; the words are "" if it doesn't name a type.
    """
    labels = labels_in(text)
    if labels and labels[0].start == 0 and labels[0].field == "answer":
        text = text[labels[0].end :]
    lead = _SECTION.match(text)
    start = lead.end() if lead else 0
    return (lead["kind"] or "" if lead else ""), compact(text[start:])


def _run(first: int, last: int, signs: str) -> list[Given] | None:
    if first == last:
        return [Given(first, signs)]
    tokens = re.split(r"[\s,、]+", signs)
    if len(tokens) != last - first + 1:
        tokens = re.findall(_SIGN, signs)
    if len(tokens) != last - first + 1:
        return None
    return [Given(first + place, token) for place, token in enumerate(tokens)]


def read_keys(region: list[TypedLine], blocks: Blocks) -> None:
    """Give the answers of a list to the questions of `blocks`."""
    reader = _Reader(blocks)
    for line in region:
        reader.line(line)


class _Reader:
    def __init__(self, blocks: Blocks) -> None:
        self.blocks = blocks
        self.sections = [section for section in blocks.sections if section.blocks]
        self.section: Section | None = None
        self.after = -1
        self.block: Block | None = None
        self.open = ""

    def line(self, line: TypedLine) -> None:
        text = line.plain
        if is_key_heading(text) or heading_kind(text) is not None:
            self.blocks.headings.append((line.line, Section()))
            self._choose(heading_kind(text) or "", named=heading_kind(text) is not None)
            return
        words, given = entries(text)
        if given is None:
            self._words(line)
            return
        if words:
            self._choose(words, named=True)
        missing = [one.number for one in given if not self._answer(one, line)]
        if missing:
            self._leave(line, missing)

    def _choose(self, words: str, *, named: bool) -> None:
        """Take the next section of this type, or else the next one."""
        self.block = None
        if not named:
            return
        later = range(self.after + 1, len(self.sections))
        kind = kind_of(words)
        fits = [at for at in later if kind and self.sections[at].kind == kind]
        chosen = fits[0] if fits else next(iter(later), None)
        if chosen is not None:
            self.section, self.after = self.sections[chosen], chosen

    def _find(self, number: int) -> Block | None:
        if self.section is not None:
            return next((b for b in self.section.blocks if b.number == number), None)
        places = [
            (at, block)
            for at, section in enumerate(self.sections)
            for block in section.blocks
            if block.number == number
        ]
        free = [place for place in places if "answer" not in place[1].fields]
        ahead = [place for place in free if place[0] >= self.after]
        chosen = next(iter(ahead or free or places), None)
        if chosen is None:
            return None
        self.after = chosen[0]
        return chosen[1]

    def _answer(self, given: Given, line: TypedLine) -> bool:
        block = self._find(given.number)
        if block is None:
            return False
        piece = TypedLine(line.line, given.text, given.text, False)
        self._add(block, "answer", piece)
        return True

    def _add(
        self, block: Block, name: str, piece: TypedLine | None, line: TypedLine | None = None
    ) -> None:
        source = piece or line
        assert source is not None
        if name == "answer":
            why = Text(N_("The answer is from the list of answers."))
            block.guesses.append(Guess("answer", why, 0.95 if self.section else 0.9))
        block.fields.setdefault(name, []).append([piece] if piece else [])
        block.claim(source.line)

    def _words(self, line: TypedLine) -> None:
        """An entry in words, or a line that goes on with one."""
        number = number_at(line.plain)
        found = self._find(number.value) if number is not None else None
        going_on = self.block is not None and (number is None or not self._next(number.value))
        if number is not None and found is not None and not going_on:
            self.block, self.open = found, "answer"
            self._texts(line.cut(number.end), found, begins=True)
        elif self.block is not None:
            self._texts(line, self.block, begins=False)
        else:
            self._leave(line, [number.value] if number else [])

    def _next(self, number: int) -> bool:
        """Whether an entry of this number may follow: in a list inside an answer it does not."""
        assert self.block is not None
        return number == self.block.number + 1 or (number == 1 and self.block.number > 2)

    def _texts(self, line: TypedLine, block: Block, *, begins: bool) -> None:
        block.claim(line.line)
        labels = labels_in(line.plain)
        head = _cut(line, 0, labels[0].start if labels else len(line.plain))
        if head.raw and begins:
            self._add(block, "answer", head)
        elif head.raw:
            block.fields.setdefault(self.open, [[]])[-1].append(head)
        ends = [label.start for label in labels[1:]] + [len(line.plain)]
        for label, end in zip(labels, ends, strict=False):
            value = _cut(line, label.end, end)
            self._add(block, label.field, value if value.raw else None, line)
            self.open = label.field

    def _leave(self, line: TypedLine, numbers: list[int]) -> None:
        if numbers:
            listed = ", ".join(map(str, numbers))
            why = N_("It answers question %(numbers)s, which was not found.")
            self.blocks.leave(line.line, why, numbers=listed)
        else:
            self.blocks.leave(
                line.line, N_("It stands in the list of answers and fits no question.")
            )


def _cut(line: TypedLine, start: int, end: int) -> TypedLine:
    part = line.cut(start)
    taken = part.raw[: end - (len(line.raw) - len(part.raw))].rstrip()
    return TypedLine(line.line, taken, part.plain[: len(taken)], line.gap)

"""Divides a typed question bank into blocks, line by line, looking ahead where it is unclear."""

from __future__ import annotations

import re

from quizengine.bank.exchange.drafts import Guess, Need
from quizengine.bank.exchange.typed_blocks import Block, Blocks, Option, Section
from quizengine.bank.exchange.typed_lines import TypedLine
from quizengine.bank.exchange.typed_lookahead import Lookahead, family
from quizengine.bank.exchange.typed_marks import (
    TAG,
    Label,
    Mark,
    Number,
    heading_kind,
    labels_in,
    number_at,
    options_in,
    section_points,
)
from quizengine.bank.exchange.typed_words import kind_of
from quizengine.domain.text import N_, Text

# Styles in which the parts of a case are numbered.
_PART_STYLES = {"paren", "cnparen", "circle", "half", "ask"}
# Fields that belong to the whole question, also behind the parts of a case.
_OF_CASE = {
    *("basis", "difficulty", "topics", "tiers", "id", "cognitive_level", "pool", "revision"),
    *("valid", "case_explanation"),
}
# Fields whose text may go on in the next line.
_LONG = {
    *("answer", "explanation", "basis", "key_points", "left", "right", "case_explanation"),
}
_MOST_OPTIONS = 12
# （√）1. …: the sign stands before the number.
_SIGN_FIRST = re.compile(r"\(\s*[√×✓✗✔✘对错TF]?\s*\)\s*(?=\d{1,3}\s*[.、])")
_FIRST_ITEM = re.compile(r"[(\[]\s*1\s*[)\]]|①")


def parse_blocks(lines: list[TypedLine]) -> Blocks:
    """The blocks of the lines; page headers and lists of answers are left out before."""
    return _Parser(lines).run()


class _Parser:
    def __init__(self, lines: list[TypedLine]) -> None:
        self.lines = lines
        self.ahead = Lookahead(lines)
        self.result = Blocks([Section()])
        self.block: Block | None = None

    @property
    def section(self) -> Section:
        return self.result.sections[-1]

    def run(self) -> Blocks:
        for index, line in enumerate(self.lines):
            self._line(index, line)
        return self.result

    def _line(self, index: int, line: TypedLine) -> None:
        if self._heading(index, line):
            return
        tag = TAG.match(line.plain) or _SIGN_FIRST.match(line.plain)
        start = tag.end() if tag else 0
        number = number_at(line.plain[start:])
        if number is not None:
            rest = line.cut(start + number.end)
            if self._is_part(index, number):
                self._open_part(index, rest, number)
                return
            if self._is_question(index, number):
                self._open(index, rest, number, line.cut(0) if tag else None, start)
                return
            self._note_listed(number)
        if self.ahead.starts_unnumbered(index, self.block):
            self._open_unnumbered(index, line)
        elif self.block is None:
            self._before_questions(line)
        else:
            self._content(index, line)

    # Headings

    def _heading(self, index: int, line: TypedLine) -> bool:
        words = heading_kind(line.plain)
        if words is None and not self._is_chapter(index, line):
            return False
        section = Section(kind_of(words or ""), section_points(line.plain), line.raw, main="")
        self.result.sections.append(section)
        self.result.headings.append((line.line, section))
        self.block = None
        return True

    def _is_chapter(self, index: int, line: TypedLine) -> bool:
        """Whether a line such as 一、保密基础 stands over questions that are numbered 1, 2 …"""
        number = number_at(line.plain)
        if number is None or number.style not in ("cn", "cnparen"):
            return False
        short = len(line.plain) <= 40 and not re.search(r"[。?；_]|\(\s*\)", line.plain)
        return short and self.section.kind != "case" and self.ahead.number_follows(index)

    def _before_questions(self, line: TypedLine) -> None:
        if self.section.title and re.search("题|分|选项|答案", line.plain):
            self.result.headings.append((line.line, self.section))
            self.section.points = self.section.points or section_points(line.plain)
        else:
            self.result.leave(line.line, N_("It stands before the first question."))

    # Numbers

    def _is_part(self, index: int, number: Number) -> bool:
        block = self.block
        if block is None or block.options or not self._part_style(block, number):
            return False
        if number.value != len(block.parts) + 1:
            return False
        target = block.parts[-1] if block.parts else block
        proven = self.ahead.proven(index)
        if target.listed == number.value - 1 and target.listed and not proven:
            return False
        of_case = self.section.kind == "case" or self._is_case(block)
        if of_case and not (block.parts and target.open in _LONG and not proven):
            return proven or "answer" not in block.fields
        return proven and "answer" not in block.fields

    def _part_style(self, block: Block, number: Number) -> bool:
        if number.style in _PART_STYLES:
            return family(number.style) != family(block.style)
        return block.style in ("case", "cn") and number.style in ("dot", "di")

    def _is_case(self, block: Block) -> bool:
        tag = TAG.match(block.stem[0].plain) if block.stem else None
        return block.style == "case" or (tag is not None and kind_of(tag["kind"]) == "case")

    def _is_question(self, index: int, number: Number) -> bool:
        section, block = self.section, self.block
        style = family(number.style)
        if not section.main:
            return number.style != "bare" or self.ahead.proven(index)
        if style != section.main:
            wanted = style in ("dot", "case") and (block is None or block.complete)
            return wanted and self.ahead.proven(index)
        return self._in_turn(index, number)

    def _in_turn(self, index: int, number: Number) -> bool:
        block, last = self.block, self.section.last
        if block is None:
            return True
        target = block.parts[-1] if block.parts else block
        inside = target.open in _LONG and target.listed == number.value - 1
        if number.value == last + 1 and not inside:
            return True
        if number.style == "bare" and number.value != last + 1:
            return False
        return self.ahead.proven(index) and (block.complete or number.value > last)

    def _note_listed(self, number: Number) -> None:
        if self.block is not None:
            target = self.block.parts[-1] if self.block.parts else self.block
            target.listed = number.value

    # Opening

    def _open(
        self, index: int, rest: TypedLine, number: Number, tagged: TypedLine | None, end: int
    ) -> None:
        section = self.section
        block = Block(number.style, number.value)
        if section.main and section.blocks and number.value != section.last + 1:
            self._doubt_number(block, section.last)
        section.main = family(number.style)
        self._begin(block)
        if tagged is not None:
            block.stem.append(_piece(tagged, 0, end))
        self._content(index, rest)

    def _doubt_number(self, block: Block, last: int) -> None:
        why = Text(
            N_("Number %(number)s stands behind number %(last)s."),
            {"number": block.number, "last": last},
        )
        block.guesses.append(Guess("number", why, 0.8 if block.number == 1 else 0.6))

    def _open_unnumbered(self, index: int, line: TypedLine) -> None:
        block = Block("", self.section.last + 1)
        why = Text(N_("A question without a number, told by what follows it."))
        block.guesses.append(Guess("number", why, 0.7))
        self._begin(block)
        self._content(index, line)

    def _begin(self, block: Block) -> None:
        self.block = block
        self.section.blocks.append(block)

    def _open_part(self, index: int, rest: TypedLine, number: Number) -> None:
        assert self.block is not None
        self.block.parts.append(Block(number.style, number.value))
        self._content(index, rest)

    # Content

    def _content(self, index: int, line: TypedLine) -> None:
        block = self.block
        assert block is not None
        target = block.parts[-1] if block.parts else block
        labels = labels_in(line.plain)
        head = _piece(line, 0, labels[0].start if labels else len(line.plain))
        if head.raw and not self._head(index, head, target):
            self.result.leave(line.line, N_("It stands behind a question, without any mark."))
            return
        block.claim(line.line)
        target.claim(line.line)
        ends = [label.start for label in labels[1:]] + [len(line.plain)]
        for label, end in zip(labels, ends, strict=False):
            self._label(block, target, label, _piece(line, label.end, end))

    def _head(self, index: int, head: TypedLine, target: Block) -> bool:
        """Read what stands before any label; False if it belongs nowhere."""
        marks = self._options(index, head, target)
        before = _piece(head, 0, marks[0].start if marks else len(head.plain))
        if before.raw and not _go_on(target, before):
            return bool(marks)
        ends = [mark.start for mark in marks[1:]] + [len(head.plain)]
        for mark, end in zip(marks, ends, strict=False):
            piece = _piece(head, mark.end, end, " ;；" if len(marks) > 1 else "")
            _add_option(target, mark, piece)
        return True

    def _options(self, index: int, head: TypedLine, target: Block) -> list[Mark]:
        marks = options_in(head.plain, target.expected, self.ahead.following(index))
        if not marks:
            return []
        # An explanation that goes through the options: A. …, B. …
        if target.options and target.open != "option":
            return []
        first = marks[0]
        fits = first.letter == target.expected or (bool(target.options) and first.start == 0)
        return marks if fits and len(target.options) + len(marks) <= _MOST_OPTIONS else []

    def _label(self, block: Block, target: Block, label: Label, value: TypedLine) -> None:
        owner = block if label.field in _OF_CASE else target
        if label.field == "answer" and block.parts:
            later = "answer" in target.fields or _FIRST_ITEM.match(value.plain)
            owner = block if later and len(block.parts) > 1 else target
        owner.fields.setdefault(label.field, []).append([value] if value.raw else [])
        target.open = label.field if label.field in _LONG or not value.raw else ""
        target.holder = owner
        target.listed = 0


def _go_on(target: Block, piece: TypedLine) -> bool:
    if not target.open:
        return False
    if target.open == "stem":
        target.stem.append(piece)
    elif target.open == "option":
        target.options[-1].pieces.append(piece)
    else:
        (target.holder or target).fields[target.open][-1].append(piece)
    return True


def _add_option(target: Block, mark: Mark, piece: TypedLine) -> None:
    letter = mark.letter
    if letter in target.letters:
        letter = target.expected
        why = Text(
            N_("Option %(twice)s stands twice; the second one became %(letter)s."),
            {"twice": mark.letter, "letter": letter},
        )
        target.needs.append(Need("option-twice", why))
    elif target.options and letter != target.expected:
        why = Text(
            N_("Option %(letter)s stands behind option %(last)s."),
            {"letter": mark.letter, "last": target.letters[-1]},
        )
        target.needs.append(Need("option-order", why))
    target.options.append(Option(letter, [piece] if piece.raw else []))
    target.open = "option"


def _piece(line: TypedLine, start: int, end: int, strip: str = "") -> TypedLine:
    raw = line.raw[start:end]
    lead = len(raw) - len(raw.lstrip())
    kept = raw.strip().rstrip(strip) if strip else raw.strip()
    begin = start + lead
    return TypedLine(line.line, kept, line.plain[begin : begin + len(kept)], line.gap)

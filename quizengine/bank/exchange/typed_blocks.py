"""A typed question bank in blocks: each question with its stem, options and labelled texts."""

from __future__ import annotations

from dataclasses import dataclass, field

from quizengine.bank.exchange.drafts import Guess, Line, Need, Span, Unread
from quizengine.bank.exchange.typed_lines import TypedLine
from quizengine.domain.text import Text


@dataclass
class Option:
    """An option with the letter that it was given."""

    letter: str
    pieces: list[TypedLine]


@dataclass
class Block:
    """A question as it stands in the source; `fields` are its labelled texts, each in pieces."""

    style: str
    number: int
    stem: list[TypedLine] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    fields: dict[str, list[list[TypedLine]]] = field(default_factory=dict)
    parts: list[Block] = field(default_factory=list)
    lines: list[Line] = field(default_factory=list)
    guesses: list[Guess] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)
    # Where a line without a mark goes on: stem, option, the name of a field, "" for nowhere.
    open: str = "stem"
    # The block that has the open field: this one, or the case whose part this is.
    holder: Block | None = None
    # Numbers of a list inside its answer or explanation, as far as they have come.
    listed: int = 0

    def claim(self, line: Line) -> None:
        """Note that the line belongs to this question."""
        if line not in self.lines:
            self.lines.append(line)

    @property
    def complete(self) -> bool:
        """Whether it has what a question needs, so that a new one may follow."""
        return "answer" in self.fields or len(self.options) > 1

    @property
    def letters(self) -> list[str]:
        """The letters of its options, as given."""
        return [option.letter for option in self.options]

    @property
    def expected(self) -> str:
        """The option letter that comes next."""
        return chr(ord(self.options[-1].letter) + 1) if self.options else "A"


@dataclass
class Section:
    """Questions under one heading; `kind` is the type that the heading names."""

    kind: str = ""
    points: str = ""
    title: str = ""
    blocks: list[Block] = field(default_factory=list)
    main: str = ""

    @property
    def last(self) -> int:
        """The number of its last question."""
        return self.blocks[-1].number if self.blocks else 0


@dataclass
class Blocks:
    """A source as divided: sections, headings by line, lines that belong nowhere."""

    sections: list[Section]
    headings: list[tuple[Line, Section]] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)

    def leave(self, line: Line, why: str, **params: object) -> None:
        """Note a line that is in no question, and why."""
        self.unread.append(Unread(line, Text(why, params)))

    @property
    def questions(self) -> list[Block]:
        """All questions, in order."""
        return [block for section in self.sections for block in section.blocks]


def spans(lines: list[Line]) -> tuple[Span, ...]:
    """The lines as spans, neighbours joined."""
    result: list[Span] = []
    for line in sorted(lines, key=lambda line: (line.part, line.number)):
        last = result[-1] if result else None
        if last and last.part == line.part and line.number <= last.last + 1:
            result[-1] = Span(last.part, last.first, line.number)
        else:
            result.append(Span(line.part, line.number, line.number))
    return tuple(result)

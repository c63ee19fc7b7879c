"""What a reader of a foreign question bank hands over: drafts, and what it could not read.

A draft is a question as far as the source tells it. Nothing that the source says is lost: each of
its lines belongs to a draft, to a heading, or to the list of unread lines.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from quizengine.domain.asked import Basis
from quizengine.domain.text import Text

Options = tuple[tuple[str, str], ...]


@dataclass(frozen=True, order=True)
class Span:
    """Lines of the source, both inclusive, from 1; rows in a table.

    `part` names the file inside a package, or the sheet; "" where there is only one.
    """

    part: str
    first: int
    last: int

    def __contains__(self, line: object) -> bool:
        return (
            isinstance(line, Line)
            and line.part == self.part
            and self.first <= line.number <= self.last
        )


@dataclass(frozen=True)
class Line:
    """A line of the source that says something: its place and its text."""

    part: str
    number: int
    text: str


@dataclass(frozen=True)
class Guess:
    """Something the source does not say plainly: `field` of the draft, why it was read so.

    `sure` is between 0 (a mere possibility) and 1 (certain); from `SURE` on nobody has to look.
    """

    field: str
    why: Text
    sure: float


# From here on a guess is taken for granted on the preview page.
SURE = 0.9


@dataclass(frozen=True)
class Need:
    """Something that a person must do before the question can be used; `code` is stable."""

    code: str
    text: Text


@dataclass(frozen=True)
class Draft:
    """A question as read; fields are those of a bank file (`quizengine.domain.questions`).

    `answer` has the shape of the bank's YAML: a list of keys (single, true_false, multiple,
    order), per blank a list of variants (fill), dicts of `value`, `tolerance`, `unit` (numeric),
    a dict left → right (match), a text (short); None if the source gives none. `parts` are those
    of a case, each with an id in `more`. `citations` are places of the source that name a legal
    basis in words; `basis` is what a reader knows exactly. `more` holds further fields of a bank
    question that the source gives: id, revision, pool, tiers, topics, cognitive_level, valid,
    cleared, any_order, key_points, and points of a part.
    """

    type: str
    stem: str
    lines: tuple[Span, ...]
    options: Options = ()
    left: Options = ()
    right: Options = ()
    answer: Any = None
    parts: tuple[Draft, ...] = ()
    explanation: str = ""
    citations: tuple[str, ...] = ()
    basis: tuple[Basis, ...] = ()
    difficulty: int | None = None
    points: str = ""
    label: str = ""
    guesses: tuple[Guess, ...] = ()
    needs: tuple[Need, ...] = ()
    more: Mapping[str, Any] = field(default_factory=dict)

    def all_guesses(self) -> Iterator[Guess]:
        """Its own guesses and those of its parts."""
        yield from self.guesses
        for part in self.parts:
            yield from part.guesses

    def all_needs(self) -> Iterator[Need]:
        """Its own needs and those of its parts."""
        yield from self.needs
        for part in self.parts:
            yield from part.needs


@dataclass(frozen=True)
class Heading:
    """A section heading, such as 一、单项选择题（每题2分）, and what it says of the section."""

    span: Span
    text: str
    type: str = ""
    points: str = ""


@dataclass(frozen=True)
class Unread:
    """A line that is in no question and no heading, and why."""

    line: Line
    why: Text


@dataclass(frozen=True)
class Reading:
    """A source as read; `lines` are all its lines that say something, in order."""

    drafts: tuple[Draft, ...] = ()
    headings: tuple[Heading, ...] = ()
    unread: tuple[Unread, ...] = ()
    lines: tuple[Line, ...] = ()
    encoding: str = ""

    def unclaimed(self) -> list[Line]:
        """Lines that are nowhere: a fault of the reader, which the caller adds to `unread`."""
        unread = {(u.line.part, u.line.number) for u in self.unread}
        claimed: dict[str, set[int]] = {}
        for span in self._spans():
            claimed.setdefault(span.part, set()).update(range(span.first, span.last + 1))
        return [
            line
            for line in self.lines
            if (line.part, line.number) not in unread
            and line.number not in claimed.get(line.part, ())
        ]

    def _spans(self) -> Iterator[Span]:
        for draft in self.drafts:
            yield from draft.lines
            for part in draft.parts:
                yield from part.lines
        for heading in self.headings:
            yield heading.span


@dataclass(frozen=True)
class Loss:
    """Something of a question that a format can't hold: `field`, and what happened to it."""

    question: str
    field: str
    text: Text


@dataclass(frozen=True)
class Written:
    """A file made from questions, and what it does not hold."""

    data: bytes
    losses: tuple[Loss, ...] = ()

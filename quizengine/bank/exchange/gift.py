"""GIFT, the text format of Moodle: read and written.

After the Moodle documentation, "GIFT format", and what Moodle's own reader takes for granted. What
GIFT has no place for stands in comments that Moodle leaves alone or reads itself: `[id:…]`,
`[tag:…]`, and `quizengine:` with JSON.
"""

from __future__ import annotations

import re

from pydantic import Field, ValidationError

from quizengine.bank.exchange.decode import decode
from quizengine.bank.exchange.drafts import Heading, Line, Reading, Span, Unread
from quizengine.bank.exchange.found import Found, Piece, grouped
from quizengine.bank.exchange.gift_answers import AnswerReader
from quizengine.bank.exchange.gift_text import OWN, Block, Format, blocks_of, hidden, shown, tokens
from quizengine.bank.exchange.gift_write import write
from quizengine.bank.exchange.labels import Labels, read_id, read_labels
from quizengine.bank.exchange.richtext import Notes
from quizengine.domain.asked import Content, KeyPoint
from quizengine.domain.text import N_, Text

__all__ = ["read", "write"]

_ANSWERS = re.compile(r"\{([^{}]*)\}")


class _Own(Content):
    """What our own writer puts into a comment, as GIFT has no place for it."""

    answer: str | None = None
    key_points: list[KeyPoint] = Field(default_factory=list)
    explanation: str | None = None


def read(data: bytes, name: str) -> Reading:
    """The questions of a GIFT file; Refused `file-unreadable` (400) if it is no text."""
    text, encoding = decode(data)
    lines = text.split("\n")
    said = [Line("", n, line) for n, line in enumerate(lines, start=1) if line.strip()]
    reader = _Reader({line.number: line for line in said})
    for block in blocks_of(text):
        reader.take(block)
    return Reading(
        drafts=grouped(reader.pieces),
        headings=tuple(reader.headings),
        unread=tuple(reader.unread),
        lines=tuple(said),
        encoding=encoding,
    )


class _Reader:
    def __init__(self, lines: dict[int, Line]) -> None:
        self._lines = lines
        self.pieces: list[Piece] = []
        self.headings: list[Heading] = []
        self.unread: list[Unread] = []

    def take(self, block: Block) -> None:
        if block.category is not None:
            self._heading(block, block.category)
        elif not block.text:
            self._heading(block, "\n".join(block.comments))
        else:
            self._question(block)

    def _heading(self, block: Block, text: str) -> None:
        self.headings.append(Heading(_span(block), text))

    def _skip(self, block: Block, why: Text) -> None:
        numbers = range(block.first, block.last + 1)
        self.unread += [Unread(self._lines[n], why) for n in numbers if n in self._lines]

    def _question(self, block: Block) -> None:
        title, text = _titled(hidden(block.text))
        form, text = Format().split(text)
        answers = _ANSWERS.findall(text)
        own, labels = _labels(block)
        found = Found(label=shown(title))
        found.label = read_id(own, labels) or found.label
        if not answers and labels.type != "case":
            self._without_answer(block, text, form)
            return
        if len(answers) > 1 and any("~" in raw or "->" in raw for raw in answers):
            self._skip(block, Text(N_("It has several answers in braces.")))
            return
        notes = Notes()
        found.stem = form.body(_stem(text), notes)
        found.lost("stem", notes)
        _read_answers(found, answers, AnswerReader(found, form, labels))
        _take_own_fields(found, block)
        self.pieces.append(Piece(found.draft((_span(block),), labels), labels.of, labels.points))

    def _without_answer(self, block: Block, text: str, form: Format) -> None:
        if "{" in text or "}" in text:
            self._skip(block, Text(N_("The braces around the answer are not closed, or opened.")))
        else:
            self._heading(block, form.body(text, Notes()))


def _read_answers(found: Found, answers: list[str], reader: AnswerReader) -> None:
    if not answers:
        found.type = "case"
    elif len(answers) == 1:
        reader.read(answers[0])
    else:
        reader.several(answers)


def _span(block: Block) -> Span:
    return Span("", block.first, block.last)


def _titled(text: str) -> tuple[str, str]:
    if not text.startswith("::"):
        return "", text
    title, colons, rest = text[2:].partition("::")
    return (title.strip(), rest.strip()) if colons else ("", text)


def _stem(text: str) -> str:
    """The stem around the answers: `____` for each one that has text behind it."""
    several = len(_ANSWERS.findall(text)) > 1
    if text.endswith("}") and not several:
        return _ANSWERS.sub("", text)
    return _ANSWERS.sub("____", text)


def _labels(block: Block) -> tuple[str, Labels]:
    """The id and the labels in the comments."""
    found = [token for comment in block.comments for token in tokens(comment)]
    labels = read_labels(value for kind, value in found if kind == "tag")
    return next((value for kind, value in found if kind == "id"), ""), labels


def _take_own_fields(found: Found, block: Block) -> None:
    for comment in block.comments:
        if not comment.startswith(OWN):
            continue
        try:
            own = _Own.model_validate_json(comment[len(OWN) :])
        except ValidationError:
            found.guess("type", 0.5, N_("Not understood: %(comment)s."), comment=comment)
            continue
        found.explanation = own.explanation or found.explanation
        found.answer = own.answer or found.answer
        if own.key_points:
            found.more["key_points"] = [point.model_dump(mode="json") for point in own.key_points]

"""Aiken, the plain format for questions with one right option: read and written.

After the Moodle documentation, "Aiken format": the question, then options as `A. …` or `A) …`,
then `ANSWER: B`. People also write small or full-width letters, brackets, several lines, several
right letters, and 答案; all of that is read, with a note where it is not Aiken.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

from quizengine.bank.exchange.cleaning import Losses
from quizengine.bank.exchange.decode import decode
from quizengine.bank.exchange.drafts import Draft, Line, Loss, Reading, Span, Unread, Written
from quizengine.bank.exchange.found import Found, truth
from quizengine.bank.exchange.labels import Labels
from quizengine.domain.asked import Single, TrueFalse
from quizengine.domain.questions import Question
from quizengine.domain.registry import Registry
from quizengine.domain.text import N_, Text

_OPTION = re.compile(r"[(（]?([A-La-lＡ-Ｌａ-ｌ])[)）.．、:：]\s*(.+)")
_ANSWER = re.compile(r"(?:ANSWERS?|答案)\s*[:：]\s*(.*)", re.IGNORECASE)
_LETTERS = re.compile(r"[A-L](?:[\s,;、]*(?:AND\s+)?[A-L])*\.?")


@dataclass
class _Block:
    first: int
    last: int = 0
    stem: list[str] = field(default_factory=list)
    options: list[tuple[str, str]] = field(default_factory=list)

    def lines(self) -> range:
        return range(self.first, self.last + 1)


def read(data: bytes, name: str) -> Reading:
    """The questions of an Aiken file; Refused `file-unreadable` (400) if it is no text."""
    text, encoding = decode(data)
    numbered = enumerate(text.split("\n"), start=1)
    lines = [Line("", number, line.strip()) for number, line in numbered if line.strip()]
    reader = _Reader({line.number: line for line in lines})
    for line in lines:
        reader.take(line)
    reader.close()
    return Reading(tuple(reader.drafts), (), tuple(reader.unread), tuple(lines), encoding)


class _Reader:
    def __init__(self, lines: dict[int, Line]) -> None:
        self._lines = lines
        self._block: _Block | None = None
        self.drafts: list[Draft] = []
        self.unread: list[Unread] = []

    def take(self, line: Line) -> None:
        answer = _ANSWER.fullmatch(line.text)
        block = self._block
        if answer and block and block.options:
            block.last = line.number
            self.drafts.append(_draft(block, answer[1]))
            self._block = None
        elif answer:
            self.close()
            self._skip(line.number, Text(N_("An answer without options before it.")))
        else:
            self._line(line)

    def _line(self, line: Line) -> None:
        block = self._block
        option = _OPTION.fullmatch(line.text)
        letter = unicodedata.normalize("NFKC", option[1]).upper() if option else ""
        if block and option and letter == chr(ord("A") + len(block.options)):
            block.options.append((letter, option[2].strip()))
        elif block and block.options and self._after_gap(line.number):
            # A question that has no answer; this line begins the next one.
            self.close()
            self._block = _Block(line.number, stem=[line.text])
        elif block and block.options:
            last, text = block.options[-1]
            block.options[-1] = (last, f"{text}\n{line.text}")
        elif block:
            block.stem.append(line.text)
        else:
            self._block = _Block(line.number, stem=[line.text])
        if self._block:
            self._block.last = line.number

    def _after_gap(self, number: int) -> bool:
        return number - 1 not in self._lines

    def close(self) -> None:
        """End what was begun: without an answer it is no question of Aiken."""
        block, self._block = self._block, None
        if block is None:
            return
        if block.options:
            self.drafts.append(_draft(block, ""))
            return
        for number in block.lines():
            if number in self._lines:
                self._skip(number, Text(N_("A line that belongs to no question.")))

    def _skip(self, number: int, why: Text) -> None:
        self.unread.append(Unread(self._lines[number], why))


def _draft(block: _Block, said: str) -> Draft:
    found = Found(type="single", stem="\n".join(block.stem))
    found.options = tuple((letter.lower(), text) for letter, text in block.options)
    keys = _right(found, said)
    if len(keys) > 1:
        found.type = "multiple"
        found.guess("type", 0.9, N_("Several letters are named as the answer."))
    found.answer = keys or None
    two = truth(found.options, keys)
    if two:
        found.type, found.options, found.answer = "true_false", (), two
        found.guess("type", 0.95, N_("The two options are those of a true/false question."))
    return found.draft((Span("", block.first, block.last),), Labels())


def _right(found: Found, said: str) -> list[str]:
    letters = unicodedata.normalize("NFKC", said).strip().upper()
    if not _LETTERS.fullmatch(letters):
        if said:
            found.need("answer-unreadable", N_("The answer %(text)s names no option."), text=said)
        return []
    named = {letter.lower() for letter in letters.replace("AND", "") if letter.isalpha()}
    known = [key for key, _ in found.options]
    unknown = sorted(named.difference(known))
    if unknown:
        found.need("answer-unreadable", N_("The answer %(text)s names no option."), text=unknown[0])
    return [key for key in known if key in named]


def write(questions: Sequence[Question], registry: Registry) -> Written:
    """Single choices and true/false questions as an Aiken file; all others are losses."""
    blocks: list[str] = []
    losses: list[Loss] = []
    for question in questions:
        noted = Losses(question.id)
        block = _written(question, noted)
        if block:
            blocks.append(block)
        losses += noted.all()
    return Written("\n".join(blocks).encode(), tuple(losses))


def _written(question: Question, losses: Losses) -> str:
    if not isinstance(question, Single | TrueFalse):
        losses.note("question", N_("Aiken holds questions with one right option: it is left out."))
        return ""
    stem = losses.text(question.stem, "stem", lines=False)
    texts = [losses.text(text, "options", lines=False) for text in question.options.values()]
    if any(_looks_else(text) for text in (stem, *texts)):
        losses.note("question", N_("A line of it would be read as an option or an answer."))
        return ""
    losses.fields(question, ())
    if question.explanation:
        losses.note("explanation", N_("The format has no place for it."))
    letters = [chr(ord("A") + place) for place in range(len(texts))]
    if list(question.options) != [letter.lower() for letter in letters]:
        losses.note("options", N_("Keys become letters in their order."))
    lines = [f"{letter}. {text}" for letter, text in zip(letters, texts, strict=True)]
    right = letters[list(question.options).index(question.answer[0])]
    return "\n".join((stem, *lines, f"ANSWER: {right}", ""))


def _looks_else(text: str) -> bool:
    return bool(_ANSWER.fullmatch(text) or _OPTION.fullmatch(text))

"""Read questions as the preview page shows them: beside their source lines, guesses in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from quizengine.bank.exchange.drafts import SURE, Draft, Guess, Line, Reading, Span
from quizengine.bank.exchange.importing import Item
from quizengine.bank.exchange.report import Report


@dataclass(frozen=True)
class Shown:
    """A question of the preview; `kinds` are the lists that it belongs to."""

    item: Item
    number: int
    kinds: frozenset[str]
    doubts: Sequence[Guess]
    settled: Sequence[Guess]
    parts: Sequence[Draft] = field(default_factory=tuple)


def shown_items(report: Report) -> list[Shown]:
    """All questions of a report, numbered from 1."""
    return [_shown(item, number) for number, item in enumerate(report.items, 1)]


def _shown(item: Item, number: int) -> Shown:
    guesses = list(item.draft.all_guesses())
    doubts = [guess for guess in guesses if guess.sure < SURE]
    kinds: set[str] = {item.fate}
    if any(True for _ in item.draft.all_needs()):
        kinds.add("needs")
    if doubts:
        kinds.add("doubtful")
    settled = [guess for guess in guesses if guess.sure >= SURE]
    return Shown(item, number, frozenset(kinds), doubts, settled, item.draft.parts)


def source_texts(reading: Reading) -> Mapping[Span, list[Line]]:
    """The source lines of each span that a question has."""
    by_part: dict[str, list[Line]] = {}
    for line in reading.lines:
        by_part.setdefault(line.part, []).append(line)
    spans = {span for draft in reading.drafts for span in _spans(draft)}
    return {
        span: [
            line for line in by_part.get(span.part, []) if span.first <= line.number <= span.last
        ]
        for span in spans
    }


def _spans(draft: Draft) -> list[Span]:
    return [*draft.lines, *(span for part in draft.parts for span in part.lines)]

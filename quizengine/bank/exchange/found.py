"""What a reader of a structured format found of one question, while it is being read."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from quizengine.bank.exchange.drafts import Draft, Guess, Need, Options, Span
from quizengine.bank.exchange.labels import Labels
from quizengine.bank.exchange.richtext import Notes
from quizengine.domain.normalise import parse_number
from quizengine.domain.text import N_, Text

_TRUTHS = {
    "正确": True,
    "错误": False,
    "对": True,
    "错": False,
    "√": True,
    "×": False,
    "是": True,
    "否": False,
    "true": True,
    "false": False,
    "right": True,
    "wrong": False,
}


@dataclass
class Found:
    """The fields of a draft to be; `right_keys` collects an answer that is a list of keys."""

    type: str = ""
    stem: str = ""
    options: Options = ()
    left: Options = ()
    right: Options = ()
    answer: Any = None
    explanation: str = ""
    label: str = ""
    points: str = ""
    more: dict[str, Any] = field(default_factory=dict)
    guesses: list[Guess] = field(default_factory=list)
    needs: list[Need] = field(default_factory=list)

    def guess(self, name: str, sure: float, template: str, **params: object) -> None:
        """Note what the source does not say plainly."""
        self.guesses.append(Guess(name, Text(template, params), sure))

    def need(self, code: str, template: str, **params: object) -> None:
        """Note what a person must do."""
        self.needs.append(Need(code, Text(template, params)))

    def lost(self, name: str, notes: Notes) -> None:
        """Take over what a text of the field `name` lost on its way to plain text."""
        self.guesses += notes.guesses(name)
        self.needs += notes.needs()

    def explain(self, general: str, single: Iterable[tuple[str, str]] = ()) -> None:
        """The explanation: the source's own, and below it the feedback to single answers."""
        lines = [f"{name}：{said}" if name else said for name, said in single if said]
        self.explanation = "\n".join(text for text in (general, *lines) if text)
        if lines:
            self.guess(
                "explanation", 0.9, N_("Feedback to single answers stands in the explanation.")
            )

    def draft(self, spans: tuple[Span, ...], labels: Labels) -> Draft:
        """The draft; `labels` of the source go before what was guessed without them."""
        return Draft(
            type=self.type,
            stem=self.stem,
            lines=spans,
            options=self.options,
            left=self.left,
            right=self.right,
            answer=self.answer,
            explanation=self.explanation,
            basis=tuple(labels.basis),
            difficulty=labels.difficulty,
            points=self.points,
            label=self.label,
            guesses=(*self.guesses, *labels.guesses()),
            needs=tuple(self.needs),
            more={**self.more, **labels.more},
        )


@dataclass(frozen=True)
class Piece:
    """A draft that may be a part of the case `of`; its `points` count there."""

    draft: Draft
    of: str = ""
    points: str = ""


def grouped(pieces: Iterable[Piece]) -> tuple[Draft, ...]:
    """The drafts, with the parts of each case in it; a part without its case stands alone."""
    drafts: list[Draft] = []
    cases: dict[str, int] = {}
    for piece in pieces:
        draft = piece.draft
        if piece.of in cases:
            place = cases[piece.of]
            more = {**draft.more, **({"points": piece.points} if piece.points else {})}
            parts = (*drafts[place].parts, replace(draft, more=more))
            drafts[place] = replace(drafts[place], parts=parts)
            continue
        if draft.type == "case" and "id" in draft.more:
            cases[draft.more["id"]] = len(drafts)
        if piece.of:
            more = {name: value for name, value in draft.more.items() if name != "id"}
            draft = replace(draft, more=more, label=draft.label or piece.of)
        drafts.append(draft)
    return tuple(drafts)


def truth(options: Options, keys: Iterable[str]) -> list[str] | None:
    """The answer of a true/false question if these two options are one: `[a]` is true."""
    words = {key: _TRUTHS.get(text.strip().rstrip("。.").lower()) for key, text in options}
    chosen = [words.get(key) for key in keys]
    if len(options) != 2 or {*words.values()} != {True, False} or len(chosen) != 1:
        return None
    return ["a" if chosen[0] else "b"]


def number(text: str) -> str | None:
    """A number as a bank file writes it; None if `text` is none."""
    value = parse_number(text)
    return None if value is None else str(value)


def middle(low: str, high: str) -> tuple[str, str] | None:
    """Value and tolerance of the range `low` … `high`; None if these are no numbers in order."""
    lowest, highest = parse_number(low), parse_number(high)
    if lowest is None or highest is None or highest < lowest:
        return None
    tolerance = (highest - lowest) / Decimal(2)
    return str(lowest + tolerance), str(tolerance)


def quantity(value: str, tolerance: str = "0", unit: str = "") -> dict[str, str]:
    """A number as in the answer of a draft."""
    found = {"value": value}
    if tolerance and parse_number(tolerance):
        found["tolerance"] = tolerance
    if unit:
        found["unit"] = unit
    return found

"""Answers in words, in the author's order of options."""

from __future__ import annotations

from typing import Any

from quizengine.domain.questions import (
    Asked,
    CaseQuestion,
    Match,
    Multiple,
    Numeric,
    Order,
    Question,
    Single,
    TrueFalse,
)


def answer_text(question: Question, answer: Any) -> list[str]:
    """The lines of an answer; empty for none."""
    if not isinstance(question, CaseQuestion):
        return _lines(question, answer)
    given = answer or {}
    return [
        f"({number}) {line}"
        for number, part in enumerate(question.parts, start=1)
        for line in _lines(part, given.get(part.id))
    ]


def _lines(asked: Asked, answer: Any) -> list[str]:
    if not answer:
        return []
    if isinstance(asked, Match):
        return [f"{asked.left[left]} → {asked.right[right]}" for left, right in answer.items()]
    if isinstance(asked, Order):
        return [f"{place}. {asked.options[key]}" for place, key in enumerate(answer, start=1)]
    if isinstance(asked, Single | Multiple | TrueFalse):
        return [f"{key.upper()}. {asked.options[key]}" for key in asked.options if key in answer]
    if isinstance(asked, Numeric):
        units = [quantity.unit or "" for quantity in asked.answer]
        pairs = zip(answer, units, strict=False)
        return ["; ".join(f"{text}{unit}" if text else "—" for text, unit in pairs)]
    return ["; ".join(text or "—" for text in answer)]

"""How much of an answer is right, for the types that need no person."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from quizengine.domain.answers import Answer
from quizengine.domain.normalise import parse_number, plain_text, within
from quizengine.domain.questions import (
    Fill,
    Match,
    Multiple,
    Numeric,
    Order,
    Quantity,
    Single,
    TrueFalse,
)

Comparable = Single | Multiple | TrueFalse | Fill | Numeric | Order | Match


def right_share(
    question: Comparable, answer: Answer | None, accepted: Sequence[Answer] = ()
) -> Fraction:
    """The right part of `answer`, 0 … 1, by the `partial` rules of `Credit`.

    `accepted` holds further right answers: a key each, of which the best counts, or for `fill`
    and `numeric` one more variant of each blank that they fill.
    """
    if isinstance(question, Match):
        pairs = mapped(answer).items()
        right = max(len(pairs & key.items()) for key in (question.answer, *map(mapped, accepted)))
        return Fraction(right, max(len(question.answer), 1))
    given = listed(answer)
    keys = [listed(key) for key in accepted]
    if isinstance(question, Fill):
        return Fraction(_right_texts(question, given, keys), len(question.answer))
    if isinstance(question, Numeric):
        return Fraction(_right_numbers(question, given, keys), len(question.answer))
    if isinstance(question, Order):
        right = max(_same_places(given, key) for key in (question.answer, *keys))
        return Fraction(right, len(question.answer))
    return max(_chosen_share(set(given), set(key)) for key in (question.answer, *keys))


def listed(answer: Answer | None) -> list[str]:
    """The answer as the types with lists give it, empty if there is none."""
    return answer if isinstance(answer, list) else []


def mapped(answer: Answer | None) -> dict[str, Any]:
    """The answer as the types with mappings give it, empty if there is none."""
    return answer if isinstance(answer, dict) else {}


def _chosen_share(chosen: set[str], right: set[str]) -> Fraction:
    if not right or chosen - right:
        return Fraction(0)
    return Fraction(len(chosen), len(right))


def _same_places(given: Sequence[str], right: Sequence[str]) -> int:
    return sum(a == b for a, b in zip(given, right, strict=False))


def _right_texts(question: Fill, given: Sequence[str], keys: Sequence[Sequence[str]]) -> int:
    variants = [{plain_text(text) for text in blank} for blank in question.answer]
    for key in keys:
        for texts, text in zip(variants, key, strict=False):
            texts.add(plain_text(text))
    for texts in variants:
        texts.discard("")  # an empty blank is never right
    typed = [plain_text(text) for text in given]
    if question.any_order:
        return _most_pairs([[i for i, v in enumerate(variants) if text in v] for text in typed])
    return sum(text in texts for text, texts in zip(typed, variants, strict=False))


def _most_pairs(fitting: Sequence[Sequence[int]]) -> int:
    """Size of a maximum matching; `fitting[text]` are the blanks that a text may stand for.

    By augmenting paths (Kuhn's algorithm), so that a text that fits two blanks never takes the
    only blank of another.
    """
    holder: dict[int, int] = {}

    def place(text: int, tried: set[int]) -> bool:
        for blank in fitting[text]:
            if blank not in tried:
                tried.add(blank)
                if blank not in holder or place(holder[blank], tried):
                    holder[blank] = text
                    return True
        return False

    return sum(place(text, set()) for text in range(len(fitting)))


def _right_numbers(question: Numeric, given: Sequence[str], keys: Sequence[Sequence[str]]) -> int:
    return sum(
        _is_right(text, quantity, [key[blank] for key in keys if blank < len(key)])
        for blank, (text, quantity) in enumerate(zip(given, question.answer, strict=False))
    )


def _is_right(text: str, quantity: Quantity, alternatives: Sequence[str]) -> bool:
    number = parse_number(text, quantity.unit)
    if number is None:
        return False
    others = (parse_number(other, quantity.unit) for other in alternatives)
    values = [quantity.value, *(other for other in others if other is not None)]
    return any(within(number, value, quantity.tolerance) for value in values)

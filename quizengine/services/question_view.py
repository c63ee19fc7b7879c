"""A question as a member sees it on an own paper: nothing that helps to answer it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from pydantic import Field

from quizengine.domain.candidates import Arrangement
from quizengine.domain.papers import PaperItem
from quizengine.domain.questions import (
    Asked,
    CaseQuestion,
    Fill,
    Match,
    Multiple,
    Numeric,
    Order,
    Part,
    Question,
    Single,
    TrueFalse,
)
from quizengine.services.shown import Number, Shown

_CENT = Decimal("0.01")


class Choice(Shown):
    """A key that answers name, and the text behind it."""

    key: str
    text: str


class AskedView(Shown):
    """What a question and a part of a case have in common; lists are empty where they don't apply.

    `options` are in this paper's order, for `match` the right items. `left` are those that `match`
    looks partners for. `blanks` is the number of texts that `fill` and `numeric` take, `units`
    what `numeric` shows behind each.
    """

    id: str
    type: str
    stem: str
    points: Number = Field(description="What can be earned.")
    options: list[Choice] = Field(default_factory=list)
    left: list[Choice] = Field(default_factory=list)
    blanks: int = 0
    units: list[str | None] = Field(default_factory=list)


class PartView(AskedView):
    """A part of a case; its points are its share of the case's, to 0.01."""


class QuestionView(AskedView):
    """A question of a paper."""

    revision: int
    parts: list[PartView] = Field(default_factory=list)


def question_view(question: Question, item: PaperItem) -> QuestionView:
    """`question` as the paper's `item` displays it."""
    fields: dict[str, Any] = {
        "id": question.id,
        "type": question.type,
        "stem": question.stem,
        "points": item.points,
        "revision": question.revision,
        **_keys(question, Arrangement(item.options, item.right)),
    }
    if isinstance(question, CaseQuestion):
        fields["parts"] = [part_view(part, question, item) for part in question.parts]
    return QuestionView(**fields)


def part_view(part: Part, case: CaseQuestion, item: PaperItem) -> PartView:
    """`part` of `case`, as the paper's `item` displays it."""
    weights = sum((other.points for other in case.parts), Decimal(0))
    share = item.points * part.points / weights
    return PartView(
        id=part.id,
        type=part.type,
        stem=part.stem,
        points=share.quantize(_CENT, ROUND_HALF_UP),
        **_keys(part, item.parts.get(part.id, Arrangement())),
    )


def _keys(asked: Asked, shown: Arrangement) -> dict[str, Any]:
    """The fields of `AskedView` that go by type."""
    if isinstance(asked, Single | Multiple | TrueFalse | Order):
        return {"options": _choices(asked.options, shown.options)}
    if isinstance(asked, Match):
        return {
            "left": _choices(asked.left, ()),
            "options": _choices(asked.right, shown.right),
        }
    if isinstance(asked, Fill):
        return {"blanks": len(asked.answer)}
    if isinstance(asked, Numeric):
        return {"blanks": len(asked.answer), "units": [number.unit for number in asked.answer]}
    return {}


def _choices(texts: Mapping[str, str], order: Iterable[str]) -> list[Choice]:
    """In the paper's order; in the author's where the paper has none."""
    return [Choice(key=key, text=texts[key]) for key in tuple(order) or tuple(texts)]

"""Item statistics of classical test theory.

Formulas: L. Crocker and J. Algina, "Introduction to Classical and Modern Test Theory" (1986),
chapter 14: item difficulty, and the item-total correlation with the item left out of the total.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import sqrt

from quizengine.domain.answers import Answer
from quizengine.domain.comparison import listed, mapped
from quizengine.domain.questions import (
    CaseQuestion,
    Gradable,
    Multiple,
    Single,
    TrueFalse,
)

# Below this many answers a correlation says nothing.
LEAST_ANSWERS = 10


@dataclass(frozen=True)
class Moments:
    """Sums over everybody who had an item: x is the item's score, y the score of the rest.

    Both as shares of their maximum, since papers differ.
    """

    n: int
    x: float
    y: float
    xx: float
    yy: float
    xy: float

    @classmethod
    def of(cls, pairs: Iterable[tuple[float, float]]) -> Moments:
        """The sums over (x, y) pairs."""
        given = list(pairs)
        return cls(
            len(given),
            sum(x for x, _ in given),
            sum(y for _, y in given),
            sum(x * x for x, _ in given),
            sum(y * y for _, y in given),
            sum(x * y for x, y in given),
        )

    @property
    def difficulty(self) -> float | None:
        """p: the mean share of the item's points, 0 (nobody) … 1 (everybody); None without any."""
        return self.x / self.n if self.n else None

    @property
    def discrimination(self) -> float | None:
        """Pearson's r of item and rest, -1 … 1; for right-or-wrong items the point-biserial.

        None for fewer than `LEAST_ANSWERS`, or where all have the same score.
        """
        if self.n < LEAST_ANSWERS:
            return None
        spread_x = self.n * self.xx - self.x**2
        spread_y = self.n * self.yy - self.y**2
        # What rounding leaves of no spread at all.
        if min(spread_x, spread_y) <= 1e-9 * self.n**2:
            return None
        r = (self.n * self.xy - self.x * self.y) / sqrt(spread_x * spread_y)
        return max(-1.0, min(1.0, r))


@dataclass(frozen=True)
class OptionShare:
    """How many chose an option; `path` is '' or the id of a case's part."""

    path: str
    key: str
    text: str
    right: bool
    count: int
    share: float


def option_shares(
    question: Gradable, answers: Iterable[tuple[Answer, int]], takers: int
) -> list[OptionShare]:
    """Who chose what, for `single`, `multiple` and `true_false`, also as parts of a case.

    `answers` are answers with the number of people who gave them. Shares are of all `takers`,
    also of those who left the question empty.
    """
    asked = _choices(question)
    chosen: Counter[tuple[str, str]] = Counter()
    for answer, count in answers:
        for path in asked:
            for key in set(listed(mapped(answer).get(path) if path else answer)):
                chosen[path, key] += count
    return [
        OptionShare(
            path=path,
            key=key,
            text=text,
            right=key in part.answer,
            count=chosen[path, key],
            share=chosen[path, key] / takers if takers else 0.0,
        )
        for path, part in asked.items()
        for key, text in part.options.items()
    ]


def _choices(question: Gradable) -> dict[str, Single | Multiple | TrueFalse]:
    parts = (
        {part.id: part for part in question.parts}
        if isinstance(question, CaseQuestion)
        else {"": question}
    )
    return {
        path: part
        for path, part in parts.items()
        if isinstance(part, Single | Multiple | TrueFalse)
    }

"""网络竞赛: which result of a participant counts, and the places that results earn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from math import floor


@dataclass(frozen=True)
class Result:
    """One attempt that was handed in.

    `score` in hundredths of a point, `duration_ms` from the start to handing in, in milliseconds.
    """

    score: int
    duration_ms: int
    handed_in_at: datetime

    @property
    def key(self) -> tuple[int, int, datetime]:
        """Sorts the better result first: by score, then duration, then time of handing in."""
        return -self.score, self.duration_ms, self.handed_in_at


def hundredths(score: Decimal, max_score: Decimal, total: Decimal) -> int:
    """`score` of `max_score` as hundredths of a paper of `total` points, half up.

    A paper that lost a faulty question is scaled up: it can still earn full marks. With nothing
    left to score, it earns nothing.
    """
    if not max_score:
        return 0
    return floor(Fraction(score) * Fraction(total) * 100 / Fraction(max_score) + Fraction(1, 2))


def best(results: Iterable[Result]) -> Result | None:
    """The result that counts; None of none."""
    return min(results, key=lambda result: result.key, default=None)


def places(results: Sequence[Result]) -> list[int]:
    """The place of each result, from 1, in the order given.

    Results equal in score, duration and time share a place, and the places after it stay empty.
    """
    ordered = sorted(result.key for result in results)
    first: dict[tuple[int, int, datetime], int] = {}
    for place, key in enumerate(ordered, start=1):
        first.setdefault(key, place)
    return [first[result.key] for result in results]

"""The result of an entry that several people judged: exact, and rounded once at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal, localcontext
from fractions import Fraction
from statistics import median

RULES = ("mean", "trimmed")
TRIM_FROM = 5
"""With so many judges `trimmed` leaves out one highest and one lowest total."""
OUTLYING = Fraction(15, 100)
"""A total that lies further from the median of all, as a share of full marks, is marked."""
_COMPARED = 3
_PLACES = Decimal("0.01")
_DIGITS = 60


@dataclass(frozen=True)
class Judged:
    """What the judges' totals come to.

    `score` and `deviation` have two decimal places, rounded half up. `spread` is the highest
    total less the lowest one. `left_out` and `outliers` are places in the row of totals.
    """

    score: Decimal
    lowest: Decimal
    highest: Decimal
    deviation: Decimal
    left_out: tuple[int, ...]
    outliers: tuple[int, ...]

    @property
    def spread(self) -> Decimal:
        """The highest total less the lowest one."""
        return self.highest - self.lowest


def judged(totals: Sequence[Decimal], most: Decimal, rule: str) -> Judged:
    """The result of the judges' totals, by `rule`; ValueError without any total."""
    if not totals:
        raise ValueError("nobody has judged this")
    left_out = _left_out(totals) if rule == "trimmed" else ()
    kept = [Fraction(total) for place, total in enumerate(totals) if place not in left_out]
    return Judged(
        score=half_up(sum(kept, Fraction(0)) / len(kept)),
        lowest=min(totals),
        highest=max(totals),
        deviation=_deviation(totals),
        left_out=left_out,
        outliers=_outliers(totals, most),
    )


def ranks(scores: Sequence[Decimal]) -> list[int]:
    """The rank of each score: equal scores share one, and the next ranks after them are left out.

    Scores are compared as they are published, after rounding: who reads the same figure is equal.
    """
    ordered = sorted(scores, reverse=True)
    return [ordered.index(score) + 1 for score in scores]


def half_up(value: Fraction) -> Decimal:
    """A number that is not negative with two decimal places, rounded half up."""
    hundredths = (value * 200 + 1) // 2
    return Decimal(hundredths).scaleb(-2).quantize(_PLACES)


def _left_out(totals: Sequence[Decimal]) -> tuple[int, ...]:
    """One lowest and one highest total; of equal ones the first."""
    if len(totals) < TRIM_FROM:
        return ()
    places = range(len(totals))
    lowest = min(places, key=lambda place: totals[place])
    highest = max((place for place in places if place != lowest), key=lambda place: totals[place])
    return tuple(sorted((lowest, highest)))


def _deviation(totals: Sequence[Decimal]) -> Decimal:
    """The standard deviation of all totals (of these judges, no estimate for others)."""
    values = [Fraction(total) for total in totals]
    mean = sum(values, Fraction(0)) / len(values)
    square = sum(((value - mean) ** 2 for value in values), Fraction(0)) / len(values)
    with localcontext(prec=_DIGITS):
        root = (Decimal(square.numerator) / Decimal(square.denominator)).sqrt()
        return root.quantize(_PLACES, rounding=ROUND_HALF_UP)


def _outliers(totals: Sequence[Decimal], most: Decimal) -> tuple[int, ...]:
    if len(totals) < _COMPARED:
        return ()
    middle = median(Fraction(total) for total in totals)
    far = OUTLYING * Fraction(most)
    return tuple(place for place, total in enumerate(totals) if abs(Fraction(total) - middle) > far)

"""Measures as expressions: what they are made of, and their exact value."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from fractions import Fraction
from math import floor

from quizengine.domain.appraisal.rules import (
    Leaf,
    Least,
    Measure,
    Most,
    Number,
    Scale,
    Share,
    Steps,
    Total,
)

ZERO, ONE = Fraction(0), Fraction(1)


def parts(measure: Measure) -> list[Measure]:
    """The measures that this one is made of."""
    match measure:
        case Share():
            return [measure.of, measure.among]
        case Scale() | Steps():
            return [measure.of]
        case Least() | Most() | Total():
            return list(measure.of)
    return []


def walk(measure: Measure) -> Iterator[Measure]:
    """The measure and all that it is made of."""
    yield measure
    for part in parts(measure):
        yield from walk(part)


def leaves(measures: Iterable[Measure]) -> list[Leaf]:
    """All sources within the measures."""
    return [m for measure in measures for m in walk(measure) if isinstance(m, Leaf)]


def evaluate(measure: Measure, lookup: Callable[[Measure], Fraction]) -> Fraction:
    """The value of a measure; `lookup` gives what its sources, members and tasks come to."""

    def of(part: Measure) -> Fraction:
        return evaluate(part, lookup)

    if isinstance(measure, Leaf):
        return lookup(measure)
    match measure:
        case Number():
            return Fraction(measure.value)
        case Share():
            whole = of(measure.among)
            return of(measure.of) / whole if whole else Fraction(measure.if_none)
        case Scale():
            zero, full = Fraction(measure.zero_at), Fraction(measure.full_at)
            return min(max((of(measure.of) - zero) / (full - zero), ZERO), ONE)
        case Steps():
            value = of(measure.of)
            gives = [Fraction(s.gives) for s in measure.steps if value >= Fraction(s.from_)]
            return gives[-1] if gives else ZERO
        case Least():
            return min(map(of, measure.of))
        case Most():
            return max(map(of, measure.of))
        case Total():
            return sum(map(of, measure.of), ZERO)
    return lookup(measure)


def rounded(value: Fraction, places: int) -> Decimal:
    """Half up, to so many places; the value is not negative."""
    unit = 10**places
    return Decimal(floor(value * unit + Fraction(1, 2))).scaleb(-places)

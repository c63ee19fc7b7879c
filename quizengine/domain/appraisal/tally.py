"""What the sources of a measure come to: entries counted once, by unit and stage or by person."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from typing import Any

from quizengine.domain.appraisal.facts import Fact
from quizengine.domain.appraisal.rules import Bounds, Count, Leaf, Mean, Persons, Source, Sum

Key = Hashable


def matches(source: Source, fact: Fact) -> bool:
    """Whether the fact counts for the source."""
    return fact.kind in source.kind and all(
        _holds(wanted, fact.data.get(name)) for name, wanted in source.where.items()
    )


def _holds(wanted: Any, value: Any) -> bool:
    if isinstance(wanted, Bounds):
        number = to_number(value)
        return (
            number is not None
            and (wanted.min is None or number >= Fraction(wanted.min))
            and (wanted.max is None or number <= Fraction(wanted.max))
        )
    if isinstance(wanted, list):
        return any(_holds(one, value) for one in wanted)
    # True is 1 to Python, not to an author of rules.
    return type(value) is type(wanted) and bool(value == wanted)


def to_number(value: Any) -> Fraction | None:
    """The exact number that a field holds as a number or as text; None if it holds none."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return Fraction(number) if number.is_finite() else None


@dataclass(frozen=True, slots=True)
class _Value:
    """What an entry says of a person; the later one of two is that of the later day."""

    value: Fraction
    when: tuple[date, int]


class Tally:
    """One source, counted by key; a key is a unit in a stage, or a person."""

    def __init__(self, leaf: Leaf) -> None:
        self._leaf = leaf
        self._count: defaultdict[Key, int] = defaultdict(int)
        self._sum: defaultdict[Key, Fraction] = defaultdict(Fraction)
        self._people: defaultdict[Key, dict[str, _Value]] = defaultdict(dict)

    def add(self, key: Key, fact: Fact) -> None:
        """Count a fact that matches."""
        match self._leaf:
            case Count():
                self._count[key] += 1
            case Persons():
                if fact.subject is not None:
                    self._note(key, fact.subject, _Value(Fraction(1), (fact.day, fact.first)))
            case Sum(field=field):
                self._sum[key] += to_number(fact.data.get(field)) or 0
            case Mean():
                self._add_mean(key, fact, self._leaf)

    def _add_mean(self, key: Key, fact: Fact, leaf: Mean) -> None:
        value = to_number(fact.data.get(leaf.field))
        whole = Fraction(1) if leaf.out_of is None else to_number(fact.data.get(leaf.out_of))
        if value is None or not whole:
            return
        # An entry about nobody stands for itself.
        who = fact.subject if leaf.each != "entry" and fact.subject else f"#{fact.first}"
        self._note(key, who, _Value(value / whole, (fact.day, fact.first)))

    def _note(self, key: Key, who: str, new: _Value) -> None:
        known = self._people[key].get(who)
        best = isinstance(self._leaf, Mean) and self._leaf.each == "best"
        if known is None or (new.value > known.value if best else new.when > known.when):
            self._people[key][who] = new

    def spread(self, upwards: Callable[[Key], Iterable[Key]]) -> None:
        """Count what was counted under a key under those that `upwards` gives instead.

        Somebody who moved counts once in a unit above both.
        """
        count, total, people = self._count, self._sum, self._people
        self._count, self._sum = defaultdict(int), defaultdict(Fraction)
        self._people = defaultdict(dict)
        for key in {**count, **total, **people}:
            for above in upwards(key):
                self._count[above] += count.get(key, 0)
                self._sum[above] += total.get(key, Fraction(0))
                for who, value in people.get(key, {}).items():
                    self._note(above, who, value)

    def value(self, key: Key) -> Fraction:
        """What the source comes to."""
        match self._leaf:
            case Count():
                return Fraction(self._count.get(key, 0))
            case Persons():
                return Fraction(len(self._people.get(key, ())))
            case Sum():
                return self._sum.get(key, Fraction(0))
        values = [found.value for found in self._people.get(key, {}).values()]
        return sum(values, Fraction(0)) / len(values) if values else Fraction(0)

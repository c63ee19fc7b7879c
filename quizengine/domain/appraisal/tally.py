"""What the sources of a measure come to: entries counted once, by unit and stage or by person."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Set
from decimal import Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from typing import Any

from quizengine.domain.appraisal.alike import Alike
from quizengine.domain.appraisal.facts import Fact
from quizengine.domain.appraisal.rules import Bounds, Count, Leaf, Mean, Persons, Source, Sum

Key = Hashable
Data = Mapping[str, Any]
Test = Callable[[Any], bool]
People = Set[str]
ZERO = Fraction(0)


def matcher(source: Source) -> Callable[[str, Data], bool]:
    """Tells whether an entry of a kind, with these data, counts for the source."""
    kinds = frozenset(source.kind)
    tests = [(name, _test(wanted)) for name, wanted in source.where.items()]

    def matches(kind: str, data: Data) -> bool:
        return kind in kinds and all(test(data.get(name)) for name, test in tests)

    return matches


def _test(wanted: Any) -> Test:
    if isinstance(wanted, Bounds):
        return _within(wanted)
    if isinstance(wanted, list):
        tests = [_test(one) for one in wanted]
        return lambda value: any(test(value) for test in tests)
    # True is 1 to Python, not to an author of rules.
    return lambda value: type(value) is type(wanted) and bool(value == wanted)


def _within(bounds: Bounds) -> Test:
    least = None if bounds.min is None else Fraction(bounds.min)
    most = None if bounds.max is None else Fraction(bounds.max)

    def test(value: Any) -> bool:
        number = to_number(value)
        return (
            number is not None
            and (least is None or number >= least)
            and (most is None or number <= most)
        )

    return test


def to_number(value: Any) -> Fraction | None:
    """The exact number that a field holds as a number or as text; None if it holds none."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        return None
    return _read(value)


@lru_cache(maxsize=1 << 16, typed=True)
def _read(value: int | str) -> Fraction | None:
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    return Fraction(number) if number.is_finite() else None


@lru_cache(maxsize=1 << 16, typed=True)
def _exact(value: Fraction | int) -> Fraction:
    return Fraction(value)


class Tally(ABC):
    """One source, counted by key; a key is a unit in a stage, or a person.

    What an entry adds follows from its data alone, and entries with the same data are many: it is
    asked for once, as `part`, and they are added at once.
    """

    def __init__(self, leaf: Leaf) -> None:
        self.matches = matcher(leaf)
        self._values: Mapping[Key, Fraction] = {}

    @abstractmethod
    def part(self, data: Data) -> Any:
        """What an entry with these data adds; None for nothing."""

    @abstractmethod
    def add(self, key: Key, fact: Fact, part: Any) -> None:
        """Count a fact that matches, with its part."""

    def add_all(self, key: Key, facts: Alike, people: People, part: Any) -> None:
        """Count facts that are alike, and about these people, under one key."""
        for fact in facts.facts():
            self.add(key, fact, part)

    def add_each(self, facts: Alike, part: Any) -> None:
        """Count facts that are alike, each under its person."""
        for fact in facts.facts():
            self.add(fact.subject, fact, part)

    @abstractmethod
    def spread(self, upwards: Callable[[Key], Iterable[Key]]) -> None:
        """Count what was counted under a key under those that `upwards` gives instead.

        Somebody who moved counts once in a unit above both.
        """

    @abstractmethod
    def settle(self) -> None:
        """Nothing more is added: only the values are kept."""

    def value(self, key: Key) -> Fraction:
        """What the source comes to, once it is settled."""
        return self._values.get(key, ZERO)


class _Adding(Tally):
    """Numbers that are added up."""

    def __init__(self, leaf: Count | Sum) -> None:
        super().__init__(leaf)
        self._field = leaf.field if isinstance(leaf, Sum) else None
        self._sums: defaultdict[Key, Fraction | int] = defaultdict(int)

    def part(self, data: Data) -> Any:
        """One, or what the field holds."""
        return 1 if self._field is None else to_number(data.get(self._field))

    def add(self, key: Key, fact: Fact, part: Any) -> None:
        """Add it."""
        self._sums[key] += part

    def add_all(self, key: Key, facts: Alike, people: People, part: Any) -> None:
        """Add all of them."""
        self._sums[key] += part * len(facts.firsts)

    def add_each(self, facts: Alike, part: Any) -> None:
        """Add each person's."""
        for who, count in Counter(facts.subjects).items():
            self._sums[who] += part * count

    def spread(self, upwards: Callable[[Key], Iterable[Key]]) -> None:
        """Add to each of them."""
        sums, self._sums = self._sums, defaultdict(int)
        for key, value in sums.items():
            for above in upwards(key):
                self._sums[above] += value

    def settle(self) -> None:
        """Keep the sums."""
        self._values = {key: _exact(value) for key, value in self._sums.items()}
        self._sums.clear()


class _Persons(Tally):
    """Different people."""

    def __init__(self, leaf: Persons) -> None:
        super().__init__(leaf)
        self._people: defaultdict[Key, set[str]] = defaultdict(set)

    def part(self, data: Data) -> Any:
        """Whoever it is about."""
        return True

    def add(self, key: Key, fact: Fact, part: Any) -> None:
        """Note the person."""
        if fact.subject is not None:
            self._people[key].add(fact.subject)

    def add_all(self, key: Key, facts: Alike, people: People, part: Any) -> None:
        """Note all of them."""
        if people:
            self._people[key].update(people)

    def add_each(self, facts: Alike, part: Any) -> None:
        """Note each person once."""
        for who in facts.people():
            self._people[who].add(who)

    def spread(self, upwards: Callable[[Key], Iterable[Key]]) -> None:
        """Note them in each of them."""
        people, self._people = self._people, defaultdict(set)
        for key, known in people.items():
            for above in upwards(key):
                self._people[above] |= known

    def settle(self) -> None:
        """Keep how many there are."""
        self._values = {key: _exact(len(known)) for key, known in self._people.items()}
        self._people.clear()


_Share = tuple[Any, ...]
"""A share as whole numbers, top and bottom; of a last entry also its day and number."""


class _Means(Tally):
    """Means over each person's best or last entry."""

    def __init__(self, leaf: Mean) -> None:
        super().__init__(leaf)
        self._leaf = leaf
        self._best = leaf.each == "best"
        self._found: defaultdict[Key, dict[str, _Share]] = defaultdict(dict)

    def part(self, data: Data) -> Any:
        """The share as whole numbers."""
        value = to_number(data.get(self._leaf.field))
        out_of = self._leaf.out_of
        whole = Fraction(1) if out_of is None else to_number(data.get(out_of))
        return (value / whole).as_integer_ratio() if value is not None and whole else None

    def add(self, key: Key, fact: Fact, part: Any) -> None:
        """Note what the entry says."""
        # An entry about nobody stands for itself.
        who = fact.subject if self._leaf.each != "entry" and fact.subject else f"#{fact.first}"
        self._note(self._found[key], who, part if self._best else (*part, fact.day, fact.first))

    def add_all(self, key: Key, facts: Alike, people: People, part: Any) -> None:
        """Note what all of them say, which is the same."""
        if not self._best or len(people) == 0:
            super().add_all(key, facts, people, part)
            return
        known = self._found[key]
        for who in people:
            self._note(known, who, part)
        if None in facts.subjects:
            for fact in facts.facts():
                if fact.subject is None:
                    self.add(key, fact, part)

    def add_each(self, facts: Alike, part: Any) -> None:
        """Note each person's."""
        if not self._best:
            super().add_each(facts, part)
            return
        for who in facts.people():
            self._note(self._found[who], who, part)

    def _note(self, known: dict[str, _Share], who: str, new: _Share) -> None:
        old = known.get(who)
        if old is None or (new[0] * old[1] > old[0] * new[1] if self._best else new[2:] > old[2:]):
            known[who] = new

    def spread(self, upwards: Callable[[Key], Iterable[Key]]) -> None:
        """Note the best or last one of each person in each of them."""
        found, self._found = self._found, defaultdict(dict)
        for key, values in found.items():
            for above in upwards(key):
                known = self._found[above]
                if known:
                    for who, value in values.items():
                        self._note(known, who, value)
                else:
                    known.update(values)

    def settle(self) -> None:
        """Keep the means."""
        self._values = {key: _mean(known.values()) for key, known in self._found.items()}
        self._found.clear()


def _mean(values: Collection[_Share]) -> Fraction:
    # Most have few denominators in common: whole numbers add up much faster than fractions.
    sums: defaultdict[int, int] = defaultdict(int)
    for share in values:
        sums[share[1]] += share[0]
    count = len(values)
    if len(sums) == 1:
        [(below, top)] = sums.items()
        return Fraction(top, below * count)
    return sum((Fraction(top, below * count) for below, top in sums.items()), ZERO)


def tally_of(leaf: Leaf) -> Tally:
    """An empty tally of the source."""
    match leaf:
        case Persons():
            return _Persons(leaf)
        case Mean():
            return _Means(leaf)
    return _Adding(leaf)

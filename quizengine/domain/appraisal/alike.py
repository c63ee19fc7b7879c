"""Facts of one kind with the same data, kept together: a million of them in a few lists.

An object for each fact would cost more than counting it: the collector of garbage looks at all of
them time and again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from quizengine.domain.appraisal.facts import Fact, FactReader, Facts


@dataclass(slots=True)
class Alike:
    """Facts that differ in number, person, unit and day alone."""

    kind: str
    data: Mapping[str, Any]
    firsts: list[int] = field(default_factory=list)
    subjects: list[str | None] = field(default_factory=list)
    units: list[str | None] = field(default_factory=list)
    days: list[date] = field(default_factory=list)

    def add(self, first: int, subject: str | None, unit: str | None, day: date) -> None:
        """Add a fact: the number of its original entry, and what it is about."""
        self.firsts.append(first)
        self.subjects.append(subject)
        self.units.append(unit)
        self.days.append(day)

    def extend(self, other: Alike) -> None:
        """Add the facts of another group that are about somebody."""
        if None in other.subjects:
            for row in other.rows():
                if row[1] is not None:
                    self.add(*row)
            return
        self.firsts += other.firsts
        self.subjects += other.subjects
        self.units += other.units
        self.days += other.days

    def people(self) -> set[str]:
        """Whom the facts are about."""
        return {who for who in self.subjects if who is not None}

    def rows(self) -> Iterator[tuple[int, str | None, str | None, date]]:
        """What `add` took."""
        return zip(self.firsts, self.subjects, self.units, self.days, strict=True)

    def facts(self) -> Iterator[Fact]:
        """The facts, as their original entries say them, with the data that hold now."""
        for first, subject, unit, day in self.rows():
            yield Fact(first, first, self.kind, subject, unit, day, self.data)

    def without(self, numbers: Mapping[int, object]) -> Alike:
        """Those with other numbers."""
        if numbers.keys().isdisjoint(self.firsts):
            return self
        left = Alike(self.kind, self.data)
        for row in self.rows():
            if row[0] not in numbers:
                left.add(*row)
        return left


class Groups:
    """Facts by kind and by the object that their data are."""

    def __init__(self) -> None:
        self._groups: dict[tuple[str, int], Alike] = {}

    def of(self, kind: str, data: Mapping[str, Any]) -> Alike:
        """The group of these data, which it keeps."""
        key = kind, id(data)
        group = self._groups.get(key)
        if group is None:
            group = self._groups[key] = Alike(kind, data)
        return group

    def all(self) -> list[Alike]:
        """All groups."""
        return list(self._groups.values())


@dataclass
class GroupedFacts(Facts):
    """Facts in groups alone: `facts` is empty."""

    groups: list[Alike] = field(default_factory=list)


def groups_of(facts: Facts) -> list[Alike]:
    """The facts in groups; the order of groups means nothing."""
    if isinstance(facts, GroupedFacts):
        return facts.groups
    groups = Groups()
    for fact in facts.facts:
        groups.of(fact.kind, fact.data).add(fact.first, fact.subject, fact.unit, fact.day)
    return groups.all()


class GroupReader(FactReader):
    """Takes entry after entry as any `FactReader`, and keeps the facts in groups."""

    def __init__(self, kinds: Collection[str], zone: ZoneInfo, year: int | None = None) -> None:
        super().__init__(kinds, zone, year)
        self._groups = Groups()
        # The data that hold now, by the number of the original entry; None for what is void.
        self._changed: dict[int, Mapping[str, Any] | None] = {}

    def note(
        self,
        seq: int,
        day: date,
        kind: str,
        subject: str | None,
        unit: str | None,
        data: Mapping[str, Any],
    ) -> None:
        """Take an entry of one of the kinds that corrects nothing."""
        if self.year is None or day.year == self.year:
            self._groups.of(kind, data).add(seq, subject, unit, day)

    def correct(self, first: int, body: Mapping[str, Any]) -> None:
        """Take a correction; what is void stays so."""
        if first not in self._changed or self._changed[first] is not None:
            data = body["data"]
            self._changed[first] = None if data.get("void") is True else data

    def facts(self) -> GroupedFacts:
        """What was found."""
        left, changed = [], Groups()
        for group in self._groups.all():
            kept = group.without(self._changed)
            left.append(kept)
            if kept is not group:
                for first, subject, unit, day in group.rows():
                    data = self._changed.get(first)
                    if data is not None:
                        changed.of(group.kind, data).add(first, subject, unit, day)
        return GroupedFacts([], self.trees(), self.entries, [*left, *changed.all()])

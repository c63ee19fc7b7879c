"""From entries of the ledger to facts: what holds after all corrections, and on which day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

SNAPSHOT = "units-snapshot"
"""Kind of the entries that say which units there are, and how many members each has."""


class Fact(NamedTuple):
    """An entry as corrected: `seq` is the entry that says it now, `first` the original one.

    `day` is the day on which it happened: `on` of the data where it was entered later, else that
    of the original entry.
    """

    seq: int
    first: int
    kind: str
    subject: str | None
    unit: str | None
    day: date
    data: Mapping[str, Any]


@dataclass(frozen=True)
class UnitNode:
    """A unit in a snapshot; `members` with those of all units below."""

    code: str
    parent: str | None
    level: int
    members: int


@dataclass(frozen=True)
class Snapshot:
    """The tree of units from a day on."""

    day: date
    seq: int
    units: Mapping[str, UnitNode]

    def upwards(self, code: str | None) -> list[UnitNode]:
        """The unit and those above it, itself first; empty for one that is not in the tree."""
        path: list[UnitNode] = []
        while code is not None and code in self.units and len(path) <= len(self.units):
            path.append(self.units[code])
            code = path[-1].parent
        return path


@dataclass
class Facts:
    """All facts of the kinds asked for, and the trees of units, in order of their days."""

    facts: list[Fact] = field(default_factory=list)
    snapshots: list[Snapshot] = field(default_factory=list)
    entries: int = 0

    def tree_on(self, day: date) -> Snapshot | None:
        """The tree that was in force on `day`: the last one so far, or the first one there is."""
        if not self.snapshots:
            return None
        at = bisect_right(self.snapshots, day, key=lambda snapshot: snapshot.day)
        return self.snapshots[max(at - 1, 0)]


def read_facts(
    bodies: Iterable[Mapping[str, Any]],
    kinds: Collection[str],
    zone: ZoneInfo,
    year: int | None = None,
) -> Facts:
    """Read the entries' bodies once, in order.

    A correction takes the place of what it corrects, on the day of the original; one whose data
    have `void: true` takes it away. Of `year`, if one is given, all facts are read, and no others.
    Memory grows with the facts alone.
    """
    reader = FactReader(kinds, zone, year)
    for body in bodies:
        reader.add(body)
    return reader.facts()


class FactReader:
    """Takes entry after entry, and knows the facts so far."""

    def __init__(self, kinds: Collection[str], zone: ZoneInfo, year: int | None = None) -> None:
        self.kinds = frozenset(kinds)
        self.zone = zone
        self.year = year
        self._found: dict[int, Fact] = {}
        self._origin: dict[int, int] = {}
        self._snapshots: list[Snapshot] = []
        self.entries = 0

    def add(self, body: Mapping[str, Any]) -> None:
        """Take the next entry."""
        self.entries = body["seq"]
        if body["kind"] == SNAPSHOT:
            self._snapshots.append(_snapshot(body, self.zone))
        elif body["corrects"] is not None:
            first = self._origin.get(body["corrects"], body["corrects"])
            self._origin[body["seq"]] = first
            self.correct(first, body)
        elif body["kind"] in self.kinds:
            self.note(
                body["seq"],
                day_of(body["at"], body["data"], self.zone),
                body["kind"],
                body["subject"],
                body["unit"],
                body["data"],
            )

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
            self._found[seq] = Fact(seq, seq, kind, subject, unit, day, data)

    def correct(self, first: int, body: Mapping[str, Any]) -> None:
        """Take a correction of the entry `first`, or of one that corrects it."""
        if first not in self._found:
            return
        if body["data"].get("void") is True:
            del self._found[first]
        else:
            fact = self._found[first]
            self._found[first] = fact._replace(seq=body["seq"], data=body["data"])

    def facts(self) -> Facts:
        """What was found."""
        return Facts(list(self._found.values()), self.trees(), self.entries)

    def trees(self) -> list[Snapshot]:
        """The trees of units, in order of their days."""
        return sorted(self._snapshots, key=lambda snapshot: (snapshot.day, snapshot.seq))


def day_of(at: str, data: Mapping[str, Any], zone: ZoneInfo) -> date:
    """The day on which something happened: `on` of the data, else that of the entry's time."""
    return told_day(data) or _local_day(at, zone)


def told_day(data: Mapping[str, Any]) -> date | None:
    """The day that an entry names which tells afterwards what happened; None if it names none."""
    given = data.get("on")
    if not isinstance(given, str):
        return None
    try:
        return date.fromisoformat(given)
    except ValueError:
        return None  # not meant as a day: the entry's own time says when


def _local_day(at: str, zone: ZoneInfo) -> date:
    return datetime.fromisoformat(at).astimezone(zone).date()


def _snapshot(body: Mapping[str, Any], zone: ZoneInfo) -> Snapshot:
    rows = body["data"]["units"]
    units = {
        row["code"]: UnitNode(row["code"], row["parent"], row["level"], row["members"])
        for row in rows
    }
    return Snapshot(day_of(body["at"], body["data"], zone), body["seq"], units)

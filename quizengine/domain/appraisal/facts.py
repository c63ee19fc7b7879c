"""From entries of the ledger to facts: what holds after all corrections, and on which day."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

SNAPSHOT = "units-snapshot"
"""Kind of the entries that say which units there are, and how many members each has."""


@dataclass(frozen=True, slots=True)
class Fact:
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
    bodies: Iterable[Mapping[str, Any]], kinds: Collection[str], zone: ZoneInfo
) -> Facts:
    """Read the entries' bodies once, in order.

    A correction takes the place of what it corrects, on the day of the original; one whose data
    have `void: true` takes it away. Memory grows with the facts of `kinds` alone.
    """
    found: dict[int, Fact] = {}
    origin: dict[int, int] = {}
    result = Facts()
    for body in bodies:
        result.entries = body["seq"]
        if body["kind"] == SNAPSHOT:
            result.snapshots.append(_snapshot(body, zone))
        elif body["corrects"] is not None:
            first = origin.get(body["corrects"], body["corrects"])
            origin[body["seq"]] = first
            _correct(found, first, body)
        elif body["kind"] in kinds:
            found[body["seq"]] = _fact(body, zone)
    result.facts = list(found.values())
    result.snapshots.sort(key=lambda snapshot: (snapshot.day, snapshot.seq))
    return result


def _correct(found: dict[int, Fact], first: int, body: Mapping[str, Any]) -> None:
    if first not in found:
        return
    if body["data"].get("void") is True:
        del found[first]
    else:
        found[first] = replace(found[first], seq=body["seq"], data=body["data"])


def _fact(body: Mapping[str, Any], zone: ZoneInfo) -> Fact:
    return Fact(
        body["seq"],
        body["seq"],
        body["kind"],
        body["subject"],
        body["unit"],
        _day(body, zone),
        body["data"],
    )


def _day(body: Mapping[str, Any], zone: ZoneInfo) -> date:
    given = body["data"].get("on")
    if isinstance(given, str):
        try:
            return date.fromisoformat(given)
        except ValueError:
            pass  # not meant as a day: the entry's own time says when
    return datetime.fromisoformat(body["at"]).astimezone(zone).date()


def _snapshot(body: Mapping[str, Any], zone: ZoneInfo) -> Snapshot:
    rows = body["data"]["units"]
    units = {
        row["code"]: UnitNode(row["code"], row["parent"], row["level"], row["members"])
        for row in rows
    }
    return Snapshot(_day(body, zone), body["seq"], units)

"""A year's result, and the ranks of units among those of their level."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction

from quizengine.domain.appraisal.facts import UnitNode

ZERO = Fraction(0)


@dataclass(frozen=True)
class StageScore:
    """What a unit reached of a task in a stage: `value` of 0 … 1, `points` of the full marks."""

    task: str
    stage: str
    value: Fraction
    points: Fraction


@dataclass(frozen=True)
class UnitResult:
    """A unit's year. `rank` is among the units of its level; equal totals share it."""

    unit: UnitNode
    scores: tuple[StageScore, ...]
    adjustments: Mapping[str, Fraction]
    vetoes: tuple[str, ...]
    total: Decimal
    grade: str | None
    rank: int = 0

    def task_points(self, task_id: str) -> Fraction:
        """Points of a task over the year, of 100, before its weight."""
        return sum((s.points for s in self.scores if s.task == task_id), ZERO)

    def score(self, task_id: str, stage_id: str) -> StageScore | None:
        """The score of a task in a stage; None where the task has none."""
        found = (s for s in self.scores if (s.task, s.stage) == (task_id, stage_id))
        return next(found, None)


@dataclass(frozen=True)
class YearResult:
    """The result of all units, and the lists of people as digests; from `entries` entries."""

    entries: int
    units: tuple[UnitResult, ...]
    people: Mapping[str, tuple[str, ...]]

    def unit(self, code: str) -> UnitResult | None:
        """The result of one unit; None if the year's tree has none of that code."""
        return next((u for u in self.units if u.unit.code == code), None)

    def of_level(self, level: int) -> tuple[UnitResult, ...]:
        """The units of a level, the first rank first."""
        return tuple(u for u in self.units if u.unit.level == level)


def ranked(units: Iterable[UnitResult]) -> tuple[UnitResult, ...]:
    """Level by level, the highest total first; equal totals share the rank (1, 1, 3)."""
    found: list[UnitResult] = []
    place = 0
    for unit in sorted(units, key=lambda u: (u.unit.level, -u.total, u.unit.code)):
        before = found[-1] if found else None
        same_level = before is not None and before.unit.level == unit.unit.level
        place = place + 1 if same_level else 1
        shared = before is not None and same_level and before.total == unit.total
        found.append(replace(unit, rank=before.rank if before and shared else place))
    return tuple(found)

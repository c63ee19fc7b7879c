"""网络竞赛: the boards of units, and which units earn the organisation award."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Literal

from pydantic import Field

from quizengine.domain.questions import Content

OrderBy = Literal["overall", "average", "participation"]


@dataclass(frozen=True)
class Count:
    """People right in the unit at the end of `path` ("/1/5/12/").

    `members` of the audience, `participants` of these who have a result, and the sum of their
    scores as a share of full marks.
    """

    path: str
    members: int
    participants: int
    share: Fraction = Fraction(0)


@dataclass(frozen=True)
class UnitLine:
    """A unit with the counts of its whole subtree; `place` among the units of its level, from 1."""

    unit_id: int
    level: int
    members: int
    participants: int
    share: Fraction
    place: int = 0

    @property
    def participation(self) -> Fraction:
        """Participants as a share of the members; 0 without members."""
        return Fraction(self.participants, self.members) if self.members else Fraction(0)

    @property
    def average(self) -> Fraction:
        """Mean share of full marks over those who took part; 0 without any."""
        return self.share / self.participants if self.participants else Fraction(0)

    @property
    def overall(self) -> Fraction:
        """Mean share of full marks over all members: who stays away counts 0."""
        return self.share / self.members if self.members else Fraction(0)

    def key(self, by: OrderBy) -> tuple[Fraction, ...]:
        """Sorts the better unit first."""
        first, others = getattr(self, by), (self.overall, self.participation, self.average)
        return -first, *(-value for value in others)


class AwardRule(Content):
    """组织奖: which units of one level earn the award; rates in per cent."""

    level: int = Field(ge=1, le=3, description="Level of the units that compete.")
    participation: int = Field(80, ge=0, le=100, description="Least participation rate.")
    average: int = Field(80, ge=0, le=100, description="Least average of those who took part.")
    members: int = Field(1, ge=1, description="Least number of members.")
    top: int | None = Field(None, ge=1, description="At most so many units; all that qualify.")
    by: OrderBy = Field("overall", description="What the units are ranked by.")


def unit_lines(
    counts: Iterable[Count], levels: Mapping[int, int], by: OrderBy = "overall"
) -> list[UnitLine]:
    """Each unit that has members in its subtree, the better ones of a level first.

    `levels` by unit id. Units that are equal in all figures share a place.
    """
    members: dict[int, int] = {}
    participants: dict[int, int] = {}
    shares: dict[int, Fraction] = {}
    for count in counts:
        for unit_id in _steps(count.path):
            members[unit_id] = members.get(unit_id, 0) + count.members
            participants[unit_id] = participants.get(unit_id, 0) + count.participants
            shares[unit_id] = shares.get(unit_id, Fraction(0)) + count.share
    lines = [
        UnitLine(unit_id, levels[unit_id], number, participants[unit_id], shares[unit_id])
        for unit_id, number in members.items()
        if unit_id in levels
    ]
    return _placed(lines, by)


def _placed(lines: Sequence[UnitLine], by: OrderBy) -> list[UnitLine]:
    ordered = sorted(lines, key=lambda line: (line.level, line.key(by), line.unit_id))
    placed: list[UnitLine] = []
    number = 0
    for at, line in enumerate(ordered):
        before = ordered[at - 1] if at else None
        number = 1 if before is None or before.level != line.level else number + 1
        shared = before is not None and number > 1 and before.key(by) == line.key(by)
        place = placed[-1].place if shared else number
        placed.append(
            UnitLine(line.unit_id, line.level, line.members, line.participants, line.share, place)
        )
    return placed


def _steps(path: str) -> list[int]:
    return [int(step) for step in path.strip("/").split("/")]


def awarded(lines: Iterable[UnitLine], rule: AwardRule) -> list[UnitLine]:
    """The units that earn the award, the better ones first; of equal ones, all or none.

    With `top`, a tie for the last award awards all that share the place.
    """
    fit = [
        line
        for line in lines
        if line.level == rule.level
        and line.members >= rule.members
        and line.participants
        and line.participation * 100 >= rule.participation
        and line.average * 100 >= rule.average
    ]
    ordered = _placed(fit, rule.by)
    return [line for line in ordered if rule.top is None or line.place <= rule.top]


def tenths(share: Fraction) -> int:
    """A share in tenths of a per cent, half up."""
    return floor(share * 1000 + Fraction(1, 2))

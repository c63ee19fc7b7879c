"""Participation and results of an exam by unit and by person, for those who may look into it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from math import floor

from sqlalchemy import Select, func, or_, select

from quizengine.services.access import subtree
from quizengine.services.details import clean_text
from quizengine.services.reach import Reach
from quizengine.services.standings import Standing
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import Adjustment, Answer, Person, Sitting, Unit

BINS = 10
RECENT = timedelta(minutes=1)


@dataclass
class Tally:
    """Counts of a group. `expected` is the denominator of participation and of passing."""

    expected: int = 0
    started: int = 0
    sitting: int = 0
    handed_in: int = 0
    passed: int = 0
    failed: int = 0
    marking: int = 0
    scored: int = 0
    share: Fraction = Fraction(0)

    def add(self, member: Standing) -> None:
        """Count one member."""
        self.expected += 1
        self.started += member.state != "absent"
        self.sitting += member.sitting
        self.handed_in += member.state in ("marking", "failed", "passed")
        self.passed += member.state == "passed"
        self.failed += member.state == "failed"
        self.marking += member.state == "marking"
        share = share_of(member)
        if share is not None:
            self.scored += 1
            self.share += share

    @property
    def missing(self) -> int:
        """How many have not begun."""
        return self.expected - self.started

    @property
    def participation(self) -> Decimal | None:
        """Handed in, in per cent of those expected; None without any."""
        return percent(self.handed_in, self.expected)

    @property
    def pass_rate(self) -> Decimal | None:
        """Passed, in per cent of those expected: who stays away has not passed."""
        return percent(self.passed, self.expected)

    @property
    def pass_rate_of_results(self) -> Decimal | None:
        """Passed, in per cent of those with a final result."""
        return percent(self.passed, self.passed + self.failed)

    @property
    def mean(self) -> Decimal | None:
        """Mean of the counted scores in per cent of their maximum."""
        return percent(self.share, self.scored)


def percent(part: Fraction | int, whole: int) -> Decimal | None:
    """`part` in per cent of `whole`, to 0.1, half up; None of nothing."""
    if not whole:
        return None
    tenths = floor(Fraction(part) * 1000 / whole + Fraction(1, 2))
    return Decimal(tenths).scaleb(-1)


def share_of(member: Standing) -> Fraction | None:
    """The counted score as a share of its maximum; None without a score."""
    if member.score is None or not member.max_score:
        return None
    return Fraction(member.score) / Fraction(member.max_score)


@dataclass
class UnitLine:
    """A unit with the counts of its whole subtree; `depth` from 0 for the highest in sight."""

    unit_id: int
    name: str
    level: int
    path: str
    depth: int
    tally: Tally


def overall(members: Iterable[Standing]) -> Tally:
    """The counts of all `members`."""
    tally = Tally()
    for member in members:
        tally.add(member)
    return tally


def unit_board(session: SessionLike, seen: Reach, members: Sequence[Standing]) -> list[UnitLine]:
    """Each unit in sight of which somebody is expected, with the counts of its subtree.

    A unit stands before those below it; units beside one another are sorted by code.
    """
    columns = (Unit.id, Unit.name, Unit.level, Unit.path, Unit.code)
    units = {row.id: row for row in session.execute(select(*columns))}
    lines: dict[int, UnitLine] = {}
    for member in members:
        for unit_id in _steps(units[member.unit_id].path):
            unit = units[unit_id]
            if not seen.covers(unit.path):
                continue
            if unit_id not in lines:
                lines[unit_id] = UnitLine(unit_id, unit.name, unit.level, unit.path, 0, Tally())
            lines[unit_id].tally.add(member)
    for line in lines.values():
        line.depth = sum(step in lines for step in _steps(line.path)) - 1
    return sorted(lines.values(), key=lambda ln: [units[step].code for step in _steps(ln.path)])


def _steps(path: str) -> list[int]:
    return [int(step) for step in path.strip("/").split("/")]


def distribution(members: Iterable[Standing]) -> list[int]:
    """Counted scores in ten bins of 10 % of the maximum; the full score is in the last one."""
    bins = [0] * BINS
    for member in members:
        share = share_of(member)
        if share is not None:
            bins[min(floor(share * BINS), BINS - 1)] += 1
    return bins


@dataclass(frozen=True)
class Live:
    """What goes on at this moment; `saved` counts answers of the last minute."""

    sitting: int
    handed_in: int
    absent: int
    saved: int


def live(session: SessionLike, now: datetime, seen: Reach, tally: Tally) -> Live:
    """Numbers for a page that follows an open exam."""
    saved = session.scalar(
        select(func.count())
        .select_from(Answer)
        .join(Sitting, Sitting.id == Answer.sitting_id)
        .join(Unit, Unit.id == Sitting.unit_id)
        .where(Sitting.exam_id == seen.exam.id, Sitting.state == "open", subtree(*seen.paths))
        .where(Answer.saved_at > now - RECENT)
    )
    return Live(tally.sitting, tally.handed_in, tally.missing, saved or 0)


@dataclass(frozen=True)
class Wanted:
    """What to look for in the list of people; None or "" leaves a condition out.

    `unit_id` takes in the units below. `text` is part of a name, or the beginning of a login or
    staff number.
    """

    unit_id: int | None = None
    state: str | None = None
    text: str = ""


@dataclass(frozen=True)
class PersonLine:
    """A member with the result that counts; `adjusted`: has extra time, window or attempts."""

    standing: Standing
    login: str
    name: str
    staff_no: str
    unit: str
    adjusted: bool


def matching(session: SessionLike, members: Sequence[Standing], wanted: Wanted) -> list[Standing]:
    """The members who fit, in their order. Absences of erased persons are only counted."""
    found = [m for m in members if m.person_id is not None]
    if wanted.state:
        found = [m for m in found if m.state == wanted.state]
    if wanted.unit_id is not None:
        below = set(session.scalars(_subtree_ids(wanted.unit_id)))
        found = [m for m in found if m.unit_id in below]
    text = clean_text(wanted.text)
    if text:
        named = set(session.scalars(_named(text)))
        found = [m for m in found if m.person_id in named]
    return found


def _subtree_ids(unit_id: int) -> Select[int]:
    above = select(Unit.path).where(Unit.id == unit_id).scalar_subquery()
    return select(Unit.id).where(Unit.path.startswith(above))


def _named(text: str) -> Select[int]:
    return select(Person.id).where(
        or_(
            Person.name.contains(text, autoescape=True),
            Person.login.startswith(text.lower(), autoescape=True),
            Person.staff_no.startswith(text, autoescape=True),
        )
    )


def person_lines(
    session: SessionLike, exam_id: int, members: Sequence[Standing]
) -> list[PersonLine]:
    """The details of a page of members, in their order; three statements."""
    ids = [m.person_id for m in members]
    people = {
        row.id: row
        for row in session.execute(
            select(Person.id, Person.login, Person.name, Person.staff_no).where(Person.id.in_(ids))
        )
    }
    units = {row.id: row.name for row in session.execute(select(Unit.id, Unit.name))}
    adjusted = set(
        session.scalars(
            select(Adjustment.person_id).where(
                Adjustment.exam_id == exam_id, Adjustment.person_id.in_(ids)
            )
        )
    )
    return [
        PersonLine(
            m,
            people[m.person_id].login,
            people[m.person_id].name,
            people[m.person_id].staff_no,
            units[m.unit_id],
            m.person_id in adjusted,
        )
        for m in members
        if m.person_id in people
    ]

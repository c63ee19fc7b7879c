"""网络竞赛: the boards of persons and units, as they may be shown at the moment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, func, select

from quizengine.domain.mass_stage import Shown
from quizengine.domain.mass_units import Count, OrderBy, UnitLine, awarded, unit_lines
from quizengine.services.mass_freeze import audience_of, ensure_closing_kept, ensure_frozen
from quizengine.services.mass_lookup import award_of, course_of, full_marks
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import MassContest, MassEntry, MassUnitCount, Person, Unit


@dataclass(frozen=True)
class Board:
    """A contest, and which of its standings are looked at.

    'live': as they are; 'frozen': as of the freeze; 'final': nobody sits any more. `closed`: the
    window has closed, so that the audience of the closing date is counted.
    """

    contest: MassContest
    shown: Shown
    closed: bool = True

    @property
    def frozen(self) -> bool:
        """Whether the standings shown stand still while others may have changed."""
        return self.shown == "frozen"

    @property
    def today(self) -> bool:
        """Whether the audience is that of today: the contest is open, and shows how it stands."""
        return not self.frozen and not self.closed


def board_of(session: SessionLike, now: datetime, contest: MassContest) -> Board:
    """What everybody may see now.

    The first look after the freeze keeps the standings, that after the closing the audience.
    """
    shown = course_of(contest).shown(now)
    if shown == "frozen" and contest.frozen_at is None:
        ensure_frozen(session, now, contest.id)
    closed = now >= contest.exam.closes_at
    if closed and shown == "live":
        ensure_closing_kept(session, now, contest)
    return Board(contest, shown, closed)


def review_of(contest: MassContest) -> Board | None:
    """The result before it is published, for organisers; None while somebody may still sit."""
    course = course_of(contest)
    waiting = course.concluded_at is not None and course.published_at is None
    return Board(contest, "final") if waiting else None


@dataclass(frozen=True)
class _Columns:
    """Where the standings that are shown stand."""

    score: Any
    duration_ms: Any
    at: Any
    attempts: Any
    unit_id: Any


def _columns(board: Board) -> _Columns:
    entry = MassEntry
    if board.shown == "frozen":
        return _Columns(
            entry.frozen_score,
            entry.frozen_duration_ms,
            entry.frozen_handed_in_at,
            entry.frozen_attempts,
            entry.frozen_unit_id,
        )
    return _Columns(
        entry.score,
        entry.duration_ms,
        entry.handed_in_at,
        entry.attempts,
        Person.unit_id if board.today else entry.unit_id,
    )


def _is_member(board: Board) -> ColumnElement[bool]:
    """SQL: the participant belongs to the audience that is counted."""
    if board.today:
        return MassEntry.person_id.in_(audience_of(board.contest))
    column = MassEntry.frozen_member if board.frozen else MassEntry.member
    return column.is_(True)


def _ranked(board: Board) -> Subquery:
    """Everybody with a result, and the place: by score, then duration, then time."""
    shown = _columns(board)
    order = (shown.score.desc(), shown.duration_ms, shown.at)
    return (
        select(
            MassEntry.person_id,
            MassEntry.token,
            shown.unit_id.label("unit_id"),
            shown.score.label("score"),
            shown.duration_ms.label("duration_ms"),
            shown.at.label("handed_in_at"),
            shown.attempts.label("attempts"),
            func.rank().over(order_by=order).label("place"),
        )
        .join(Person, Person.id == MassEntry.person_id)
        .where(MassEntry.contest_id == board.contest.id, shown.score.is_not(None))
        .subquery()
    )


@dataclass(frozen=True)
class PersonLine:
    """A participant on the board; `score` in hundredths of a point, equal ones share a `place`."""

    place: int
    person_id: int
    token: str
    name: str
    unit: str
    unit_path: str
    score: int
    duration_ms: int
    handed_in_at: datetime
    attempts: int


def participants(session: SessionLike, board: Board) -> int:
    """How many have a result on the board."""
    ranked = _columns(board)
    query = select(func.count()).select_from(MassEntry)
    where = (MassEntry.contest_id == board.contest.id, ranked.score.is_not(None))
    return session.scalar(query.where(*where)) or 0


def person_board(
    session: SessionLike, board: Board, *, offset: int = 0, size: int | None = 25
) -> list[PersonLine]:
    """A page of the board, the best first; one statement. `size` None for all of it."""
    ranked = _ranked(board)
    query = _lines(ranked).order_by(ranked.c.place, ranked.c.token).offset(offset)
    return [PersonLine(*row) for row in session.execute(query.limit(size))]


def own_line(session: SessionLike, board: Board, person_id: int) -> PersonLine | None:
    """The person's line on the board; None without a result there."""
    ranked = _ranked(board)
    row = session.execute(_lines(ranked).where(ranked.c.person_id == person_id)).first()
    return PersonLine(*row) if row else None


def _lines(ranked: Subquery) -> Select[*tuple[Any, ...]]:
    columns = ranked.c
    return (
        select(
            columns.place,
            columns.person_id,
            columns.token,
            Person.name,
            Unit.name,
            Unit.path,
            columns.score,
            columns.duration_ms,
            columns.handed_in_at,
            columns.attempts,
        )
        .select_from(ranked)
        .join(Person, Person.id == columns.person_id)
        .join(Unit, Unit.id == columns.unit_id)
    )


@dataclass(frozen=True)
class UnitBoardLine:
    """A unit on the board; `awarded` by the contest's rule, as things stand."""

    line: UnitLine
    name: str
    code: str
    path: str
    awarded: bool


def unit_board(session: SessionLike, board: Board, by: OrderBy = "overall") -> list[UnitBoardLine]:
    """Each unit with members in its subtree, level by level, the better ones first.

    Members are the audience: as of today while the contest is open, as of the freeze on a frozen
    board, as of the closing date afterwards. Of participants only members are counted.
    """
    units = {
        row.id: row
        for row in session.execute(select(Unit.id, Unit.name, Unit.code, Unit.level, Unit.path))
    }
    lines = unit_lines(_counts(session, board), {i: row.level for i, row in units.items()}, by)
    rule = award_of(board.contest)
    winners = {line.unit_id for line in awarded(lines, rule)} if rule else set()
    return [
        UnitBoardLine(
            line,
            units[line.unit_id].name,
            units[line.unit_id].code,
            units[line.unit_id].path,
            line.unit_id in winners,
        )
        for line in lines
    ]


def _counts(session: SessionLike, board: Board) -> list[Count]:
    members = _members(session, board)
    shown = _columns(board)
    rows = session.execute(
        select(shown.unit_id, func.count(), func.sum(shown.score))
        .select_from(MassEntry)
        .join(Person, Person.id == MassEntry.person_id)
        .where(MassEntry.contest_id == board.contest.id, shown.score.is_not(None))
        .where(_is_member(board))
        .group_by(shown.unit_id)
    )
    taken = {unit_id: (number, total) for unit_id, number, total in rows}
    full = full_marks(board.contest)
    return [
        Count(path, number, *_taken(taken.get(unit_id), full))
        for unit_id, (path, number) in members.items()
    ]


def _taken(found: tuple[int, int] | None, full: int) -> tuple[int, Fraction]:
    number, total = found or (0, 0)
    return number, Fraction(int(total), full) if full else Fraction(0)


def _members(session: SessionLike, board: Board) -> Mapping[int, tuple[str, int]]:
    """Path, and members right in it, of each unit."""
    if board.today:
        rows = session.execute(
            select(Unit.id, Unit.path, func.count(Person.id))
            .join(Person, Person.unit_id == Unit.id)
            .where(Person.id.in_(audience_of(board.contest)))
            .group_by(Unit.id, Unit.path)
        )
    else:
        stage = "freeze" if board.frozen else "close"
        rows = session.execute(
            select(MassUnitCount.unit_id, MassUnitCount.path, MassUnitCount.members).where(
                MassUnitCount.contest_id == board.contest.id, MassUnitCount.stage == stage
            )
        )
    return {unit_id: (path, number) for unit_id, path, number in rows}


def whole_line(lines: Sequence[UnitBoardLine]) -> UnitBoardLine | None:
    """The line of the highest unit, which holds the whole audience; None on an empty board."""
    return next(iter(lines), None)

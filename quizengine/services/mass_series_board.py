"""每日一题、每周一测: the board of a series, with streaks."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Subquery, func, select

from quizengine.domain.mass_series import Streak, streak
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import Exam, MassContest, MassEntry, Person, Unit


@dataclass(frozen=True)
class SeriesLine:
    """Somebody on the board of a series; `score` is the sum in hundredths of a point."""

    place: int
    person_id: int
    name: str
    unit: str
    score: int
    taken: int
    streak: Streak


def _standings(series_id: int) -> Subquery:
    """Everybody with a result: by the sum of points, then contests taken, then time used."""
    score, taken = func.sum(MassEntry.score), func.count()
    used = func.sum(MassEntry.duration_ms)
    order = (score.desc(), taken.desc(), used)
    return (
        select(
            MassEntry.person_id,
            score.label("score"),
            taken.label("taken"),
            func.rank().over(order_by=order).label("place"),
        )
        .join(MassContest, MassContest.id == MassEntry.contest_id)
        .where(MassContest.series_id == series_id, MassEntry.score.is_not(None))
        .group_by(MassEntry.person_id)
        .subquery()
    )


def series_participants(session: SessionLike, series_id: int) -> int:
    """How many have a result in any contest of the series."""
    query = (
        select(func.count(MassEntry.person_id.distinct()))
        .join(MassContest, MassContest.id == MassEntry.contest_id)
        .where(MassContest.series_id == series_id, MassEntry.score.is_not(None))
    )
    return session.scalar(query) or 0


def series_board(
    session: SessionLike, now: datetime, series_id: int, *, offset: int = 0, size: int | None = 25
) -> list[SeriesLine]:
    """A page of the board, the best first; three statements."""
    ranked = _standings(series_id)
    query = _named(ranked).order_by(ranked.c.place, ranked.c.person_id).offset(offset).limit(size)
    return _with_streaks(session, now, series_id, session.execute(query).all())


def own_series_line(
    session: SessionLike, now: datetime, series_id: int, person_id: int
) -> SeriesLine | None:
    """The person's line; None without a result."""
    ranked = _standings(series_id)
    rows = session.execute(_named(ranked).where(ranked.c.person_id == person_id)).all()
    return next(iter(_with_streaks(session, now, series_id, rows)), None)


def _named(ranked: Subquery) -> Select[*tuple[Any, ...]]:
    columns = ranked.c
    return (
        select(
            columns.place,
            columns.person_id,
            Person.name,
            Unit.name.label("unit"),
            columns.score,
            columns.taken,
        )
        .select_from(ranked)
        .join(Person, Person.id == columns.person_id)
        .join(Unit, Unit.id == Person.unit_id)
    )


def _with_streaks(
    session: SessionLike, now: datetime, series_id: int, rows: Sequence[Any]
) -> list[SeriesLine]:
    taken: defaultdict[int, set[int]] = defaultdict(set)
    found = session.execute(
        select(MassEntry.person_id, MassContest.number)
        .join(MassContest, MassContest.id == MassEntry.contest_id)
        .where(MassContest.series_id == series_id, MassEntry.score.is_not(None))
        .where(MassEntry.person_id.in_([row.person_id for row in rows]))
    )
    for person_id, number in found:
        if number is not None:
            taken[person_id].add(number)
    latest, running = _latest(session, now, series_id)
    return [
        SeriesLine(
            row.place,
            row.person_id,
            row.name,
            row.unit,
            int(row.score),
            row.taken,
            streak(taken[row.person_id], latest, running=running),
        )
        for row in rows
    ]


def _latest(session: SessionLike, now: datetime, series_id: int) -> tuple[int | None, bool]:
    """The number of the contest that opened last, and whether it is open."""
    row = session.execute(
        select(MassContest.number, Exam.closes_at)
        .join(Exam, Exam.id == MassContest.exam_id)
        .where(MassContest.series_id == series_id, Exam.opens_at <= now)
        .where(Exam.cancelled_at.is_(None))
        .order_by(MassContest.number.desc())
        .limit(1)
    ).first()
    return (row.number, row.closes_at > now) if row else (None, False)

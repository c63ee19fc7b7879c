"""网络竞赛: lists of contests and series for those who look after them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import Select, func, select

from quizengine.domain.mass_stage import State
from quizengine.services.access import READERS, Actor, subtree
from quizengine.services.mass_lookup import CONTESTS, course_of
from quizengine.services.reach import in_sight
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import Exam, MassContest, MassEntry, MassSeries, Sitting, Unit

T = TypeVar("T")


@dataclass(frozen=True)
class ContestLine:
    """A contest in a list; `taken`: people with a result, None while that is frozen."""

    contest: MassContest
    state: State
    taken: int | None
    manages: bool


def contest_list(
    session: SessionLike, now: datetime, actor: Actor, *, offset: int = 0, size: int = 25
) -> tuple[list[ContestLine], int]:
    """A page of single contests in sight, the latest window first, and how many there are."""
    total = session.scalar(_seen(select(func.count(MassContest.id)), actor)) or 0
    query = _seen(select(MassContest), actor).order_by(Exam.opens_at.desc(), Exam.id.desc())
    contests = session.scalars(query.offset(offset).limit(size)).unique().all()
    return _lines(session, now, contests, actor), total


def _seen(query: Select[T], actor: Actor) -> Select[T]:
    return (
        query.join(Exam, Exam.id == MassContest.exam_id)
        .where(Exam.purpose.in_(CONTESTS), MassContest.series_id.is_(None))
        .where(in_sight(actor))
    )


def contests_of_series(session: SessionLike, now: datetime, series_id: int) -> list[ContestLine]:
    """The contests that a series has made, the latest first."""
    query = (
        select(MassContest)
        .where(MassContest.series_id == series_id)
        .order_by(MassContest.number.desc())
    )
    return _lines(session, now, session.scalars(query).unique().all(), None)


def _lines(
    session: SessionLike, now: datetime, contests: Sequence[MassContest], actor: Actor | None
) -> list[ContestLine]:
    rows = session.execute(
        select(MassEntry.contest_id, func.count())
        .where(MassEntry.contest_id.in_([contest.id for contest in contests]))
        .where(MassEntry.score.is_not(None))
        .group_by(MassEntry.contest_id)
    )
    taken = {row[0]: row[1] for row in rows}
    return [
        ContestLine(
            contest,
            course_of(contest).state(now),
            None if course_of(contest).frozen(now) else taken.get(contest.id, 0),
            actor is not None and actor.can("organizer", contest.exam.unit.path),
        )
        for contest in contests
    ]


def series_list(session: SessionLike, actor: Actor) -> list[MassSeries]:
    """Series of the actor's subtrees, those that go on first."""
    query = (
        select(MassSeries)
        .join(Unit, Unit.id == MassSeries.unit_id)
        .where(subtree(*actor.scopes(*READERS)))
        .order_by(MassSeries.ended_at.is_not(None), MassSeries.first_day.desc())
    )
    return list(session.scalars(query))


def sitting_now(session: SessionLike, contest: MassContest) -> int:
    """How many are answering at this moment."""
    query = select(func.count()).select_from(Sitting)
    where = (Sitting.exam_id == contest.exam_id, Sitting.state == "open")
    return session.scalar(query.where(*where)) or 0

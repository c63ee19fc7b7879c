"""网络竞赛: keep standings as they are at the freeze and at closing."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from sqlalchemy import Select, func, insert, literal, select, update

from quizengine.services.mass_locks import hold_contest
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import Exam, MassContest, MassEntry, MassUnitCount, Person, Unit
from quizengine.storage.queries import audience_query

Stage = Literal["freeze", "close"]


def audience_of(contest: MassContest) -> Select[int]:
    """The query for ids of members who may join, as the roster stands."""
    pairs = [(row.tier, row.unit.path) for row in contest.exam.audience]
    return audience_query(pairs, contest.first_day, contest.last_day).order_by(None)


def freeze_due_now(now: datetime, contest: MassContest) -> bool:
    """Whether the freeze has come, and nothing has been kept yet."""
    return contest.freeze_at is not None and contest.frozen_at is None and now >= contest.freeze_at


def freeze_if_due(session: SessionLike, now: datetime, contest: MassContest) -> None:
    """Keep what boards show from the freeze on, within the caller's write transaction.

    Whoever changes a result comes here first, so that nothing that arrives after the freeze gets
    onto a board, however late the server's clock looks.
    """
    if not freeze_due_now(now, contest):
        return
    session.flush()
    session.execute(
        update(MassEntry)
        .where(MassEntry.contest_id == contest.id)
        .values(
            frozen_score=MassEntry.score,
            frozen_duration_ms=MassEntry.duration_ms,
            frozen_handed_in_at=MassEntry.handed_in_at,
            frozen_attempts=MassEntry.attempts,
            frozen_unit_id=_present_unit(),
            frozen_member=MassEntry.person_id.in_(audience_of(contest)),
        )
        .execution_options(synchronize_session=False)
    )
    _count_units(session, contest, "freeze")
    contest.frozen_at = now
    _forget_entries(session)


def keep_closing(session: SessionLike, contest: MassContest) -> None:
    """Keep the audience of the closing date, within the caller's write transaction.

    From now on a participant counts for the unit of that day, and a later change of the roster
    moves nothing.
    """
    session.flush()
    session.execute(
        update(MassEntry)
        .where(MassEntry.contest_id == contest.id)
        .values(unit_id=_present_unit(), member=MassEntry.person_id.in_(audience_of(contest)))
        .execution_options(synchronize_session=False)
    )
    _count_units(session, contest, "close")
    _forget_entries(session)


def closing_kept(session: SessionLike, contest: MassContest) -> bool:
    """Whether the audience of the closing date has been kept."""
    query = select(MassUnitCount.unit_id).where(
        MassUnitCount.contest_id == contest.id, MassUnitCount.stage == "close"
    )
    return session.scalar(query.limit(1)) is not None


def ensure_closing_kept(session: SessionLike, now: datetime, contest: MassContest) -> None:
    """Keep the audience of the closing date unless that is done, in a transaction of its own.

    By the clock, a second after the window closed at most; or who reads a board before it came.
    """
    if closing_kept(session, contest):
        return
    with writing(session):
        held = hold_contest(session, contest.id)
        if held.exam.closes_at <= now and not closing_kept(session, held):
            freeze_if_due(session, now, held)
            keep_closing(session, held)


def _present_unit() -> object:
    return select(Person.unit_id).where(Person.id == MassEntry.person_id).scalar_subquery()


def _forget_entries(session: SessionLike) -> None:
    """What the session knows of entries is out of date."""
    for each in list(session):
        if isinstance(each, MassEntry):
            session.expire(each)


def _count_units(session: SessionLike, contest: MassContest, stage: Stage) -> None:
    counts = (
        select(literal(contest.id), literal(stage), Unit.id, Unit.path, func.count(Person.id))
        .join(Person, Person.unit_id == Unit.id)
        .where(Person.id.in_(audience_of(contest)))
        .group_by(Unit.id, Unit.path)
    )
    columns = ("contest_id", "stage", "unit_id", "path", "members")
    session.execute(insert(MassUnitCount).from_select(columns, counts))


def freeze_due(session: SessionLike, now: datetime) -> int:
    """Freeze the contests whose time has come; how many."""
    due = (
        select(MassContest.id)
        .join(Exam, Exam.id == MassContest.exam_id)
        .where(MassContest.freeze_at <= now, MassContest.frozen_at.is_(None))
        .where(Exam.cancelled_at.is_(None))
    )
    ids = list(session.scalars(due))
    for contest_id in ids:
        ensure_frozen(session, now, contest_id)
    return len(ids)


def ensure_frozen(session: SessionLike, now: datetime, contest_id: int) -> None:
    """`freeze_if_due` in a transaction of its own, for who reads a board before the clock came."""
    with writing(session):
        contest = hold_contest(session, contest_id)
        freeze_if_due(session, now, contest)

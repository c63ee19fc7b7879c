"""网络竞赛: what happens when a contest is over: conclude it, publish its result."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, or_, select

from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor
from quizengine.services.mass_freeze import ensure_closing_kept, freeze_if_due
from quizengine.services.mass_locks import hold_contest
from quizengine.services.mass_lookup import CONTESTS, course_of, managed_contest
from quizengine.services.mass_lottery import fix_list
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import Exam, MassContest, MassUnitCount, Sitting


def conclude_due(session: SessionLike, now: datetime, grace: timedelta) -> int:
    """Conclude contests that are over and where nobody sits any more; how many.

    The audience is kept as soon as the window has closed, whoever still sits. Without a freeze the
    result is published at once, with one it waits for an organiser.
    """
    closed = (
        select(MassContest.id)
        .join(Exam, Exam.id == MassContest.exam_id)
        .where(Exam.purpose.in_(CONTESTS), Exam.concluded_at.is_(None))
        .where(Exam.cancelled_at.is_(None))
    )
    for each in list(session.scalars(closed.where(Exam.closes_at <= now, ~_kept()))):
        ensure_closing_kept(session, now, session.get_one(MassContest, each))
    over = closed.where(Exam.closes_at <= now - grace)
    return sum(_conclude(session, now, grace, each) for each in list(session.scalars(over)))


def _kept() -> ColumnElement[bool]:
    counts = select(MassUnitCount.unit_id).where(
        MassUnitCount.contest_id == MassContest.id, MassUnitCount.stage == "close"
    )
    return counts.exists()


def _conclude(session: SessionLike, now: datetime, grace: timedelta, contest_id: int) -> bool:
    with writing(session):
        contest = hold_contest(session, contest_id)
        exam = contest.exam
        # One closed by the server may be within its grace period yet.
        recent = (Sitting.closed_by == "server") & (Sitting.deadline > now - grace)
        waiting = select(Sitting.id).where(
            Sitting.exam_id == exam.id, or_(Sitting.state == "open", recent)
        )
        if exam.concluded_at is not None or exam.closes_at + grace > now:
            return False
        if session.scalar(waiting.limit(1)) is not None:
            return False
        freeze_if_due(session, now, contest)
        exam.concluded_at = now
        if contest.freeze_at is None:
            _publish(session, now, contest)
    return True


def publish(session: SessionLike, now: datetime, actor: Actor, contest_id: int) -> None:
    """Show the final result; again: the same. The clock then enters it into the ledger.

    Refused: `not-over` (409) while somebody may still take part.
    """
    managed_contest(session, actor, contest_id)
    with writing(session):
        contest = hold_contest(session, contest_id)
        if course_of(contest).concluded_at is None:
            raise Refused("not-over", N_("The contest is not over: its result can't be published."))
        if contest.published_at is None:
            _publish(session, now, contest)


def _publish(session: SessionLike, now: datetime, contest: MassContest) -> None:
    contest.published_at = now
    fix_list(session, now, contest)

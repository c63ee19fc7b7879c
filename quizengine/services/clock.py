"""One round of what happens without anybody asking: the clock's work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy.orm import Session, sessionmaker

from quizengine.services import mass_closing
from quizengine.services.appraisal_reviews import open_reviews_due
from quizengine.services.bank import sync_if_changed
from quizengine.services.certificate_revoking import revoke_due
from quizengine.services.closing import close_due, conclude_due
from quizengine.services.duty_clock import conclude_duties
from quizengine.services.mass_freeze import freeze_due
from quizengine.services.mass_record import record_due
from quizengine.services.mass_series import make_due
from quizengine.services.papers import draw_due
from quizengine.services.plan_clock import mark_tasks
from quizengine.services.repairs import finish_repairs
from quizengine.services.unit_snapshots import snapshot_due
from quizengine.settings import Settings


def tick(sessions: sessionmaker[Session], now: datetime, settings: Settings) -> None:
    """Close what is due, conclude, draw, finish repairs, note the units, look at the bank folder.

    Each in a session of its own: one that fails doesn't keep the others from running. The first
    failure is raised at the end. Several processes may do this at once.
    """
    zone = settings.zone
    grace = timedelta(seconds=settings.grace_s)
    today = now.astimezone(zone).date()
    jobs: list[Callable[[Session], object]] = [
        lambda session: close_due(session, now),
        lambda session: conclude_due(session, now, zone, grace),
        lambda session: freeze_due(session, now),
        lambda session: mass_closing.conclude_due(session, now, grace),
        lambda session: record_due(session, now),
        lambda session: make_due(session, now, zone),
        lambda session: draw_due(session, now, zone),
        lambda session: finish_repairs(session, now),
        lambda session: snapshot_due(session, now, zone),
        lambda session: conclude_duties(session, now, zone),
        lambda session: mark_tasks(session, now, zone),
        lambda session: open_reviews_due(session, now),
        lambda session: revoke_due(session, now),
        lambda session: sync_if_changed(session, now, today, settings.bank),
    ]
    failures: list[Exception] = []
    for job in jobs:
        try:
            with sessions() as session:
                job(session)
        except Exception as error:
            failures.append(error)
    if failures:
        raise failures[0]

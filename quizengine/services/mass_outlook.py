"""网络竞赛: look at a contest before it is made: who could join, and whether the pool suffices."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from quizengine.services.access import Actor, require
from quizengine.services.exam_plans import Outlook, pool_shortages
from quizengine.services.mass_plans import MassPlan
from quizengine.services.mass_series import SeriesPlan, first_plan
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import Unit
from quizengine.storage.queries import audience_query


def contest_outlook(session: SessionLike, zone: ZoneInfo, actor: Actor, plan: MassPlan) -> Outlook:
    """How many could join, and what the pool lacks; Refused `forbidden` (403)."""
    ids = {unit_id for _, unit_id in plan.audience}
    rows = session.execute(select(Unit.id, Unit.path).where(Unit.id.in_(ids)))
    paths = {row.id: row.path for row in rows}
    for path in paths.values():
        require(actor, "organizer", path)
    pairs = [(tier, paths[unit_id]) for tier, unit_id in plan.audience if unit_id in paths]
    days = (plan.opens_at.astimezone(zone).date(), plan.closes_at.astimezone(zone).date())
    query = audience_query(pairs, *days).order_by(None).subquery()
    members = session.scalar(select(func.count()).select_from(query)) or 0
    return Outlook(members, pool_shortages(session, zone, plan.blueprint, plan.opens_at))


def series_outlook(
    session: SessionLike, now: datetime, zone: ZoneInfo, actor: Actor, plan: SeriesPlan
) -> Outlook | None:
    """The same for the first contest of a series; None if there would be none."""
    first = first_plan(now, zone, plan)
    return None if first is None else contest_outlook(session, zone, actor, first)

"""Look at an exam before it is opened: who would take it, and whether the pool suffices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from quizengine.domain.blueprints import Blueprint
from quizengine.domain.shortages import Infeasible
from quizengine.domain.text import Text
from quizengine.services.access import Actor, require
from quizengine.services.exams import ExamPlan, assembler_for
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import Unit
from quizengine.storage.queries import audience_query


@dataclass(frozen=True)
class Outlook:
    """What would happen: `members` in the audience; `shortages` that stand in the way."""

    members: int
    shortages: list[Text]


def outlook(session: SessionLike, zone: ZoneInfo, actor: Actor, plan: ExamPlan) -> Outlook:
    """Count the audience and hold the blueprint against the pool; writes nothing."""
    return Outlook(
        audience_size(session, zone, actor, plan),
        pool_shortages(session, zone, plan.blueprint, plan.opens_at),
    )


def audience_size(session: SessionLike, zone: ZoneInfo, actor: Actor, plan: ExamPlan) -> int:
    """How many would take the exam as the roster stands; Refused `forbidden` (403)."""
    ids = {unit_id for _, unit_id in plan.audience}
    paths = {
        row.id: row.path
        for row in session.execute(select(Unit.id, Unit.path).where(Unit.id.in_(ids)))
    }
    for path in paths.values():
        require(actor, "organizer", path)
    days = (plan.opens_at.astimezone(zone).date(), plan.closes_at.astimezone(zone).date())
    pairs = [(tier, paths[unit_id]) for tier, unit_id in plan.audience if unit_id in paths]
    query = audience_query(pairs, *days).order_by(None).subquery()
    return session.scalar(select(func.count()).select_from(query)) or 0


def pool_shortages(
    session: SessionLike, zone: ZoneInfo, blueprint: Blueprint, opens_at: datetime
) -> list[Text]:
    """Every quota that the pool can't satisfy, and by how many."""
    try:
        assembler_for(session, blueprint, opens_at.astimezone(zone).date())
    except Infeasible as refused:
        return [shortage.text for shortage in refused.shortages]
    return []


def highest(units: Sequence[tuple[int, str]]) -> list[int]:
    """Ids of the units (id, path) that lie below no other of them: an audience without repeats."""
    paths = {path for _, path in units}
    return [
        unit_id
        for unit_id, path in units
        if not any(path != other and path.startswith(other) for other in paths)
    ]

"""Lists of incidents, for those who handle them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import ColumnElement, extract, select
from sqlalchemy.orm import joinedload, selectinload

from quizengine.services.access import Actor
from quizengine.services.incidents import open_appeal
from quizengine.services.office_access import in_reach
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import Incident, IncidentAppeal, IncidentLiable, Unit


@dataclass(frozen=True)
class IncidentFilter:
    """What to look for; None leaves a condition out. `state` is 'open', 'closed' or 'appeal'."""

    unit_id: int | None = None
    severity: str | None = None
    state: str | None = None
    year: int | None = None


def list_incidents(session: SessionLike, actor: Actor, wanted: IncidentFilter) -> list[Incident]:
    """Incidents that the actor handles and that fit, the latest first."""
    query = (
        select(Incident)
        .join(Unit, Unit.id == Incident.unit_id)
        .where(in_reach(actor, wanted.unit_id, "organizer"), *_conditions(wanted))
        .options(
            joinedload(Incident.unit),
            selectinload(Incident.liable).joinedload(IncidentLiable.person),
            selectinload(Incident.liable).selectinload(IncidentLiable.appeals),
        )
        .order_by(Incident.happened_on.desc(), Incident.id.desc())
    )
    return list(session.scalars(query))


def incident_years(session: SessionLike, actor: Actor) -> list[int]:
    """Years in which incidents that the actor handles happened, the latest first."""
    year = extract("year", Incident.happened_on)
    query = (
        select(year)
        .join(Unit, Unit.id == Incident.unit_id)
        .where(in_reach(actor, None, "organizer"))
        .distinct()
        .order_by(year.desc())
    )
    return [int(found) for found in session.scalars(query)]


def incident_state(incident: Incident) -> str:
    """'appeal' (undecided), 'closed', or 'open'."""
    if any(open_appeal(liable) for liable in incident.liable):
        return "appeal"
    return "closed" if incident.closed_at else "open"


def report_late(incident: Incident, now: datetime) -> bool:
    """Whether the report came, or is, too late."""
    return incident.report_by is not None and (incident.reported_at or now) > incident.report_by


def _conditions(wanted: IncidentFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.severity:
        conditions.append(Incident.severity == wanted.severity)
    if wanted.year:
        first = date(wanted.year, 1, 1)
        conditions.append(Incident.happened_on >= first)
        conditions.append(Incident.happened_on < first.replace(year=wanted.year + 1))
    appealed = Incident.liable.any(IncidentLiable.appeals.any(IncidentAppeal.outcome.is_(None)))
    states = {
        "open": Incident.closed_at.is_(None),
        "closed": Incident.closed_at.is_not(None),
        "appeal": appealed,
    }
    if wanted.state in states:
        conditions.append(states[wanted.state])
    return conditions

"""Lists of findings and inspections, one's own findings, and what is to be done about them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, exists, extract, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, aliased, joinedload, selectinload

from quizengine.domain.text import N_, Text
from quizengine.services.findings import latest
from quizengine.services.inspection_access import visible
from quizengine.services.office_access import Act, in_reach, local_day
from quizengine.services.todo_item import Todo
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import Finding, Inspection, Inspector, SpotPerson, Unit

_SHORT = 40


@dataclass(frozen=True)
class InspectionFilter:
    """What to look for; None leaves a condition out."""

    unit_id: int | None = None
    kind: str | None = None
    state: str | None = None
    year: int | None = None


@dataclass(frozen=True)
class FindingFilter:
    """What to look for; `state` 'late' is overdue, 'todo' all that is not closed."""

    unit_id: int | None = None
    severity: str | None = None
    state: str | None = None
    year: int | None = None


@dataclass(frozen=True)
class FindingCount:
    """Findings of an inspection: how many, and how many are not closed."""

    all: int = 0
    pending: int = 0


def list_inspections(act: Act, wanted: InspectionFilter) -> list[Inspection]:
    """Inspections in sight that fit, the latest first."""
    conditions: list[ColumnElement[bool]] = [visible(act.actor, wanted.unit_id)]
    if wanted.kind:
        conditions.append(Inspection.kind == wanted.kind)
    if wanted.state:
        conditions.append(Inspection.state == wanted.state)
    if wanted.year:
        conditions.append(_in_year(Inspection.planned_on, wanted.year))
    query = (
        select(Inspection)
        .join(Unit, Unit.id == Inspection.unit_id)
        .where(*conditions)
        .options(joinedload(Inspection.unit), joinedload(Inspection.by_unit))
        .order_by(Inspection.planned_on.desc(), Inspection.id.desc())
    )
    return list(act.session.scalars(query))


def inspection_years(act: Act) -> list[int]:
    """Years with inspections in sight, the latest first."""
    year = extract("year", Inspection.planned_on)
    query = (
        select(year)
        .join(Unit, Unit.id == Inspection.unit_id)
        .where(visible(act.actor))
        .distinct()
        .order_by(year.desc())
    )
    return [int(found) for found in act.session.scalars(query)]


def finding_counts(session: SessionLike, inspection_ids: Sequence[int]) -> dict[int, FindingCount]:
    """Findings by inspection."""
    pending = func.count().filter(Finding.state != "closed")
    rows = session.execute(
        select(Finding.inspection_id, func.count(), pending)
        .where(Finding.inspection_id.in_(inspection_ids))
        .group_by(Finding.inspection_id)
    )
    return {row[0]: FindingCount(row[1], row[2]) for row in rows}


def list_findings(act: Act, wanted: FindingFilter) -> list[Finding]:
    """Findings in reach that fit: what is not closed first, by day due."""
    conditions = [_seen(act, wanted.unit_id), *_of_state(act, wanted.state)]
    if wanted.severity:
        conditions.append(Finding.severity == wanted.severity)
    if wanted.year:
        conditions.append(_in_year(Finding.due_on, wanted.year))
    query = _findings().join(Unit, Unit.id == Finding.unit_id).where(*conditions)
    order = (Finding.state == "closed", Finding.due_on, Finding.id)
    return [
        finding
        for finding in act.session.scalars(query.order_by(*order))
        if wanted.state != "late" or is_late(act, finding)
    ]


def findings_of(session: SessionLike, inspection_id: int) -> list[Finding]:
    """The findings of an inspection, the first one first."""
    query = _findings().where(Finding.inspection_id == inspection_id).order_by(Finding.id)
    return list(session.scalars(query))


def own_findings(session: SessionLike, person_id: int) -> list[Finding]:
    """Findings that the person has, or had, to answer: what is open first."""
    query = _findings().where(Finding.owner_id == person_id)
    order = (Finding.state == "closed", Finding.due_on, Finding.id)
    return list(session.scalars(query.order_by(*order)))


def own_inspections(session: SessionLike, person_id: int) -> list[Inspection]:
    """Inspections that the person holds: those to come first."""
    query = (
        select(Inspection)
        .join(Inspector, Inspector.inspection_id == Inspection.id)
        .where(Inspector.person_id == person_id, Inspection.state != "cancelled")
        .options(joinedload(Inspection.unit))
        .order_by(Inspection.state == "held", Inspection.planned_on.desc(), Inspection.id)
    )
    return list(session.scalars(query))


def own_spot_checks(session: SessionLike, person_id: int) -> list[SpotPerson]:
    """Results of the person in surprise quizzes, the latest first."""
    query = select(SpotPerson).where(
        SpotPerson.person_id == person_id, SpotPerson.score.is_not(None)
    )
    return list(session.scalars(query.order_by(SpotPerson.id.desc())))


def is_late(act: Act, finding: Finding) -> bool:
    """Whether the answer is overdue, or came, or was confirmed, after the day due."""
    return late_on(finding, act.today, act.zone)


def late_on(finding: Finding, today: date, zone: ZoneInfo) -> bool:
    """The same, for a day."""
    if finding.state == "closed":
        return finding.on_time is False
    given = latest(finding) if finding.state == "answered" else None
    return (local_day(given.at, zone) if given else today) > finding.due_on


def finding_todos(
    session: SessionLike, now: datetime, zone: ZoneInfo, person_id: int
) -> list[Todo]:
    """Findings to answer, or to confirm as an inspector; inspections to hold."""
    inspector = aliased(Inspector)
    judging = or_(
        Finding.opened_by_id == person_id,
        exists().where(
            inspector.inspection_id == Finding.inspection_id, inspector.person_id == person_id
        ),
    )
    mine = or_(
        and_(Finding.owner_id == person_id, Finding.state != "closed"),
        and_(judging, Finding.state == "answered"),
    )
    found = [_todo(finding, person_id) for finding in session.scalars(_findings().where(mine))]
    for inspection in own_inspections(session, person_id):
        if inspection.state == "planned":
            text = Text(N_("Hold the inspection of %(unit)s"), {"unit": inspection.unit.name})
            args = {"inspection_id": inspection.id}
            found.append(Todo(text, "inspections.inspection", args, inspection.planned_on))
    return found


def _todo(finding: Finding, person_id: int) -> Todo:
    what = finding.what if len(finding.what) <= _SHORT else finding.what[:_SHORT] + "…"
    args = {"finding_id": finding.id}
    values = {"what": what}
    given = latest(finding)
    if finding.state == "answered" and given is not None:
        if person_id not in (finding.owner_id, given.by_id):
            text = Text(N_("Confirm the answer to the finding “%(what)s”"), values)
            return Todo(text, "inspections.finding", args)
        text = Text(N_("Waits to be confirmed: “%(what)s”"), values)
        return Todo(text, "duties.finding", args, waits=True)
    text = Text(N_("Answer the finding “%(what)s”"), values)
    return Todo(text, "duties.finding", args, finding.due_on)


def _findings() -> Select[Finding]:
    return select(Finding).options(
        joinedload(Finding.unit),
        joinedload(Finding.owner),
        joinedload(Finding.inspection),
        selectinload(Finding.answers),
    )


def _seen(act: Act, unit_id: int | None) -> ColumnElement[bool]:
    if unit_id is not None:
        return in_reach(act.actor, unit_id)
    own = exists().where(
        Inspector.inspection_id == Finding.inspection_id, Inspector.person_id == act.actor.person_id
    )
    return or_(in_reach(act.actor), own)


def _of_state(act: Act, state: str | None) -> list[ColumnElement[bool]]:
    if state == "todo":
        return [Finding.state != "closed"]
    if state == "late":
        return [or_(Finding.due_on < act.today, Finding.on_time.is_(False))]
    return [Finding.state == state] if state else []


def _in_year(column: InstrumentedAttribute[date], year: int) -> ColumnElement[bool]:
    return extract("year", column) == year

"""自查自评: which units have answered, for offices; and what heads have to do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from quizengine.domain.selfchecks import Checklist
from quizengine.domain.text import N_, Text
from quizengine.services.bank import served_checklists
from quizengine.services.office_access import Act, in_reach, local_day
from quizengine.services.todo_item import Todo
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import SelfCheck, Unit

SELFCHECK_STATE_NAMES = {
    "none": N_("Not begun"),
    "draft": N_("Being answered"),
    "submitted": N_("To be reviewed"),
    "reviewed": N_("Reviewed"),
}
VERDICT_NAMES = {"agreed": N_("Agreed"), "changed": N_("Points changed")}
CHOICE_NAMES = {"yes": N_("Yes"), "partly": N_("Partly"), "no": N_("No")}


@dataclass(frozen=True)
class SelfCheckRow:
    """A unit with its self-assessment, if it has begun one."""

    unit: Unit
    found: SelfCheck | None
    late: bool

    @property
    def state(self) -> str:
        """A key of `SELFCHECK_STATE_NAMES`."""
        return self.found.state if self.found else "none"


def checklist_years(session: SessionLike) -> list[int]:
    """Years with a checklist or answers, the latest first."""
    kept = session.scalars(select(SelfCheck.year).distinct())
    return sorted({*served_checklists(session), *kept}, reverse=True)


def list_selfchecks(
    act: Act, year: int, unit_id: int | None = None, state: str | None = None
) -> list[SelfCheckRow]:
    """Units in reach (and those that the actor heads) that the year's checklist is for."""
    checklist = served_checklists(act.session).get(year)
    levels = checklist.levels if checklist else [1, 2, 3]
    seen = in_reach(act.actor, unit_id)
    if unit_id is None:
        seen = seen | (Unit.head_id == act.actor.person_id)
    rows = act.session.execute(
        select(Unit, SelfCheck)
        .outerjoin(SelfCheck, (SelfCheck.unit_id == Unit.id) & (SelfCheck.year == year))
        .where(seen, Unit.level.in_(levels) | SelfCheck.id.is_not(None))
        .order_by(Unit.level, Unit.code)
    )
    found = [SelfCheckRow(unit, own, _late(own, checklist, act.today)) for unit, own in rows]
    return [row for row in found if state is None or row.state == state]


def own_selfchecks(act: Act) -> list[SelfCheckRow]:
    """This year's self-assessments of the units that the actor heads, once they can be answered."""
    year = act.today.year
    checklist = served_checklists(act.session).get(year)
    if checklist is None or act.today < checklist.opens:
        return []
    rows = act.session.execute(
        select(Unit, SelfCheck)
        .outerjoin(SelfCheck, (SelfCheck.unit_id == Unit.id) & (SelfCheck.year == year))
        .where(Unit.head_id == act.actor.person_id, Unit.level.in_(checklist.levels))
        .order_by(Unit.level, Unit.code)
    )
    return [SelfCheckRow(unit, own, _late(own, checklist, act.today)) for unit, own in rows]


def selfcheck_todos(
    session: SessionLike, now: datetime, zone: ZoneInfo, person_id: int
) -> list[Todo]:
    """The self-assessments of units that the person heads, while they can be answered."""
    today = local_day(now, zone)
    headed = session.scalars(select(Unit).where(Unit.head_id == person_id)).all()
    if not headed:
        return []
    checklist = served_checklists(session).get(today.year)
    if checklist is None or today < checklist.opens:
        return []
    handed_in = set(
        session.scalars(
            select(SelfCheck.unit_id).where(
                SelfCheck.year == checklist.year, SelfCheck.state != "draft"
            )
        )
    )
    return [
        Todo(
            Text(N_("Self-assessment of %(unit)s"), {"unit": unit.name}),
            "selfchecks.answers",
            {"unit_id": unit.id, "year": checklist.year},
            checklist.due,
        )
        for unit in headed
        if unit.level in checklist.levels and unit.id not in handed_in
    ]


def _late(found: SelfCheck | None, checklist: Checklist | None, today: date) -> bool:
    if found is not None and found.state != "draft":
        return False
    return checklist is not None and today > checklist.due

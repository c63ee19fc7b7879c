"""Versions of plans as they were approved, and how their tasks stand by the ledger on a day."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from quizengine.domain.appraisal.facts import Facts
from quizengine.domain.plans import (
    DONE,
    DONE_LATE,
    LATE,
    ON_WAY,
    PlannedTask,
    Progress,
    kinds_for,
    progress,
    tasks_in,
)
from quizengine.domain.text import N_
from quizengine.services.ledger_facts import facts_since
from quizengine.services.office_access import Act, in_reach
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import AnnualPlan, LedgerSubject, Person, PlanVersion, Unit

PROGRESS_NAMES = {
    DONE: N_("Done"),
    DONE_LATE: N_("Done late"),
    ON_WAY: N_("On the way"),
    LATE: N_("Overdue"),
}
PLAN_NAMES = {
    "none": N_("No plan"),
    "draft": N_("Being prepared"),
    "submitted": N_("Waits for approval"),
    "approved": N_("Approved"),
}


@dataclass(frozen=True)
class UnitPlan:
    """A unit with its plan of the year; `counts` by state of the tasks that hold on the day."""

    unit: Unit
    plan: AnnualPlan | None
    state: str
    counts: Counter[str]


def version_text(plan: AnnualPlan, version: int | None = None) -> PlanVersion | None:
    """A version, the one that holds without a number; None if there is no such."""
    wanted = plan.version if version is None else version
    return next((one for one in plan.versions if one.version == wanted), None)


def tasks_of(plan: AnnualPlan, version: int | None = None) -> list[PlannedTask]:
    """The tasks that hold, or those of a version, by the day they are due."""
    found = version_text(plan, version)
    tasks = tasks_in(json.loads(found.text)) if found else []
    return sorted(tasks, key=lambda task: (task.due, task.number))


def version_on(plan: AnnualPlan, day: date, zone: ZoneInfo) -> int:
    """The version that held at the end of the day; 0 before the first one."""
    held = [one.version for one in plan.versions if one.at.astimezone(zone).date() <= day]
    return max(held, default=0)


def record_on(session: SessionLike, zone: ZoneInfo, plan: AnnualPlan, day: date) -> list[Progress]:
    """The plan against the record as of a day: the tasks that held then, with what was reached."""
    tasks = tasks_of(plan, version_on(plan, day, zone))
    facts = facts_since(session, zone, kinds_for(tasks), date(plan.year, 1, 1))
    return progress_of(plan, tasks, facts, day)


def progress_of(
    plan: AnnualPlan, tasks: Sequence[PlannedTask], facts: Facts, day: date
) -> list[Progress]:
    """How the tasks stand, by these facts."""
    done = {mark.number: mark.on for mark in plan.marks if mark.what == "done" and mark.by_id}
    return [progress(task, facts, plan.unit.code, day, done.get(task.number)) for task in tasks]


def list_plans(act: Act, year: int, day: date, unit_id: int | None = None) -> list[UnitPlan]:
    """Units in reach with their plans of the year, as of a day, in the order of the tree."""
    units = act.session.scalars(
        select(Unit).where(in_reach(act.actor, unit_id)).options(joinedload(Unit.parent))
    ).all()
    plans = {plan.unit_id: plan for plan in year_plans(act.session, year)}
    held = {
        unit.id: tasks_of(plans[unit.id], version_on(plans[unit.id], day, act.zone))
        for unit in units
        if unit.id in plans
    }
    kinds = kinds_for([task for tasks in held.values() for task in tasks])
    facts = facts_since(act.session, act.zone, kinds, date(year, 1, 1))
    rows = []
    for unit in sorted(
        units, key=lambda unit: [int(step) for step in unit.path.split("/") if step]
    ):
        plan = plans.get(unit.id)
        stands = progress_of(plan, held[unit.id], facts, day) if plan else []
        state = plan.state if plan else "none"
        rows.append(UnitPlan(unit, plan, state, Counter(one.state for one in stands)))
    return rows


def year_plans(session: SessionLike, year: int) -> Sequence[AnnualPlan]:
    """All plans of a year with their versions and marks."""
    query = select(AnnualPlan).where(AnnualPlan.year == year)
    loaded = (selectinload(AnnualPlan.versions), selectinload(AnnualPlan.marks))
    return session.scalars(query.options(*loaded, joinedload(AnnualPlan.unit))).all()


def people_in(session: SessionLike, tasks: Sequence[PlannedTask]) -> Mapping[str, Person]:
    """Who answers for the tasks, by digest; who was erased is missing."""
    digests = {task.responsible for task in tasks if task.responsible}
    rows = session.execute(
        select(LedgerSubject.digest, Person)
        .join(Person, Person.id == LedgerSubject.person_id)
        .where(LedgerSubject.digest.in_(digests))
    )
    return {row[0]: row[1] for row in rows}

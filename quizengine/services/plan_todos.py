"""What plans ask of a person: tasks to see to, plans to decide about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from quizengine.domain.plans import LATE, ON_WAY, Progress
from quizengine.domain.text import N_, Text
from quizengine.services.access import load_actor
from quizengine.services.office_access import local_day
from quizengine.services.plan_steps import may_decide
from quizengine.services.plan_versions import record_on
from quizengine.services.todo_item import Todo
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import AnnualPlan, PlanTask

# Days before a task is due on which its responsible person is told.
_TELL_DAYS = 30


@dataclass(frozen=True)
class OwnTask:
    """A task that the person answers for, as it stands."""

    plan: AnnualPlan
    stands: Progress


def own_tasks(session: SessionLike, zone: ZoneInfo, person_id: int, day: date) -> list[OwnTask]:
    """The tasks of this year's plans that hold and that the person answers for."""
    mine = _responsible(session, person_id, day.year)
    return [
        OwnTask(plan, stands)
        for plan, numbers in mine
        for stands in record_on(session, zone, plan, day)
        if stands.task.number in numbers
    ]


def plan_todos(session: SessionLike, now: datetime, zone: ZoneInfo, person_id: int) -> list[Todo]:
    """Tasks that are late or soon due, and plans that wait for the person's approval."""
    today = local_day(now, zone)
    until = today + timedelta(days=_TELL_DAYS)
    tasks = [
        Todo(
            Text(N_("Task of the annual plan: %(task)s"), {"task": own.stands.task.title}),
            "duties.index",
            {},
            own.stands.task.due,
        )
        for own in own_tasks(session, zone, person_id, today)
        if own.stands.state in (ON_WAY, LATE) and own.stands.task.due <= until
    ]
    return tasks + _decisions(session, person_id)


def _responsible(
    session: SessionLike, person_id: int, year: int
) -> Sequence[tuple[AnnualPlan, set[int]]]:
    query = (
        select(AnnualPlan, PlanTask.number)
        .join(PlanTask, PlanTask.plan_id == AnnualPlan.id)
        .where(
            PlanTask.responsible_id == person_id,
            AnnualPlan.year == year,
            AnnualPlan.version > 0,
        )
        .order_by(AnnualPlan.id)
    )
    found: dict[int, tuple[AnnualPlan, set[int]]] = {}
    for plan, number in session.execute(query):
        found.setdefault(plan.id, (plan, set()))[1].add(number)
    return list(found.values())


def _decisions(session: SessionLike, person_id: int) -> list[Todo]:
    waiting = session.scalars(
        select(AnnualPlan)
        .where(AnnualPlan.state == "submitted")
        .options(joinedload(AnnualPlan.unit))
        .order_by(AnnualPlan.submitted_at)
    ).all()
    if not waiting:
        return []
    actor = load_actor(session, person_id)
    return [
        Todo(
            Text(
                N_("Decide about the plan %(year)s of %(unit)s"),
                {"year": plan.year, "unit": plan.unit.name},
            ),
            "plans.plan",
            {"plan_id": plan.id},
        )
        for plan in waiting
        if may_decide(actor, plan)
    ]

"""年度计划: a unit's tasks of a year are written down, handed in, approved, and changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from quizengine.domain.plans import CONFIRMED, GAUGES
from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor, require
from quizengine.services.details import clean_text
from quizengine.services.history import note
from quizengine.services.office_access import Act, managed_unit, sees
from quizengine.storage.engine import REGISTERS, SessionLike, writing
from quizengine.storage.models import AnnualPlan, Person, PlanTask, Unit

MOST_TASKS = 200


@dataclass(frozen=True)
class TaskPlan:
    """What an office fills in; `target` is None for a task that somebody confirms."""

    title: str
    goal: str
    gauge: str
    target: Decimal | None
    responsible_id: int | None
    due_on: date


def start_plan(act: Act, unit_id: int, year: int, *, copied: bool = False) -> int:
    """Begin a unit's plan of a year; its id. `copied`: with the tasks of the year before.

    Refused: `unit-unknown` (404), `forbidden` (403), `plan-faults` (400), `plan-exists` (409),
    `plan-nothing` (409) with nothing to copy.
    """
    if not 2000 <= year <= 2100:
        raise Refused("plan-faults", N_("This is not a year."), status=400)
    try:
        with writing(act.session, REGISTERS):
            unit = managed_unit(act.session, act.actor, unit_id)
            if plan_of(act.session, unit.id, year) is not None:
                raise _exists()
            plan = AnnualPlan(unit_id=unit.id, year=year, state="draft")
            act.session.add(plan)
            act.session.flush()
            if copied:
                _copy(act.session, plan)
            note(act.session, act.now, act.actor.person_id, record_of(plan), "plan-started")
            return plan.id
    except IntegrityError:
        # Somebody else began it at the same moment.
        raise _exists() from None


def save_task(act: Act, plan_id: int, number: int | None, wanted: TaskPlan) -> int:
    """Add a task, or change the one of this number; its number.

    Refused: `plan-unknown`, `task-unknown` (404), `forbidden` (403), `plan-submitted` (409) while
    the plan waits for approval, `task-faults` (400).
    """
    with writing(act.session, REGISTERS):
        plan = open_plan(act, plan_id)
        return put_task(act, plan, number, wanted)


def put_task(act: Act, plan: AnnualPlan, number: int | None, wanted: TaskPlan) -> int:
    """`save_task` within the caller's transaction."""
    _refuse_faults(act.session, plan, wanted)
    task = _new_task(plan) if number is None else known_task(plan, number)
    task.title, task.goal = clean_text(wanted.title), wanted.goal.strip()
    task.gauge, task.due_on = wanted.gauge, wanted.due_on
    task.target = None if wanted.gauge == CONFIRMED else wanted.target
    task.responsible_id = wanted.responsible_id
    what = "plan-task-added" if number is None else "plan-task-changed"
    _changed(act, plan, what, title=task.title)
    return task.number


def drop_task(act: Act, plan_id: int, number: int) -> None:
    """Take a task out of the plan; in versions approved before it stays. Refused as `save_task`."""
    with writing(act.session, REGISTERS):
        plan = open_plan(act, plan_id)
        task = known_task(plan, number)
        task.dropped = True
        _changed(act, plan, "plan-task-dropped", title=task.title)


def plan_of(session: SessionLike, unit_id: int, year: int) -> AnnualPlan | None:
    """The plan of a unit for a year."""
    return session.scalar(
        select(AnnualPlan).where(AnnualPlan.unit_id == unit_id, AnnualPlan.year == year)
    )


def seen_plan(session: SessionLike, actor: Actor, plan_id: int) -> AnnualPlan:
    """A plan within reach; Refused `plan-unknown` (404)."""
    plan = session.get(AnnualPlan, plan_id)
    if plan is None or not sees(actor, plan.unit.path):
        raise unknown_plan()
    return plan


def open_plan(act: Act, plan_id: int) -> AnnualPlan:
    """A plan that the actor may change now. Refused as `save_task`."""
    plan = seen_plan(act.session, act.actor, plan_id)
    require(act.actor, "organizer", plan.unit.path)
    if plan.state == "submitted":
        raise Refused(
            "plan-submitted", N_("The plan waits for approval: it can't be changed meanwhile.")
        )
    return plan


def live_tasks(plan: AnnualPlan) -> list[PlanTask]:
    """The tasks that are to be in the next version, by the day they are due."""
    tasks = [task for task in plan.tasks if not task.dropped]
    return sorted(tasks, key=lambda task: (task.due_on, task.number))


def known_task(plan: AnnualPlan, number: int) -> PlanTask:
    """A task of the plan that was not dropped; Refused `task-unknown` (404)."""
    for task in plan.tasks:
        if task.number == number and not task.dropped:
            return task
    raise Refused("task-unknown", N_("There is no such task."), status=404)


def earlier_year(session: SessionLike, unit_ids: Sequence[int], year: int) -> set[int]:
    """Those of the units that have a plan of the year before to copy."""
    query = select(AnnualPlan.unit_id).where(
        AnnualPlan.unit_id.in_(unit_ids), AnnualPlan.year == year - 1
    )
    return set(session.scalars(query))


def record_of(plan: AnnualPlan) -> str:
    """The plan's record, for its history."""
    return f"plan:{plan.id}"


def unknown_plan() -> Refused:
    """The refusal for a plan that is not there, or not for the person."""
    return Refused("plan-unknown", N_("There is no such plan."), status=404)


def _exists() -> Refused:
    return Refused("plan-exists", N_("The unit has a plan for this year already."))


def _new_task(plan: AnnualPlan) -> PlanTask:
    if len(live_tasks(plan)) >= MOST_TASKS:
        text = N_("A plan has at most %(count)s tasks.")
        raise Refused("task-faults", text, status=400, count=MOST_TASKS)
    task = PlanTask(number=max((t.number for t in plan.tasks), default=0) + 1, dropped=False)
    plan.tasks.append(task)
    return task


def _changed(act: Act, plan: AnnualPlan, what: str, **detail: object) -> None:
    """What holds stays until the change is approved."""
    plan.state = "draft"
    plan.changes += 1
    note(act.session, act.now, act.actor.person_id, record_of(plan), what, **detail)


def _copy(session: SessionLike, plan: AnnualPlan) -> None:
    """The tasks of the year before, due on the same days; who left answers for none."""
    before = plan_of(session, plan.unit_id, plan.year - 1)
    tasks = live_tasks(before) if before else []
    if not tasks:
        raise Refused("plan-nothing", N_("There is no plan of the year before to copy."))
    for number, task in enumerate(tasks, start=1):
        active = task.responsible is not None and task.responsible.active
        plan.tasks.append(
            PlanTask(
                number=number,
                title=task.title,
                goal=task.goal,
                gauge=task.gauge,
                target=task.target,
                responsible_id=task.responsible_id if active else None,
                due_on=_a_year_later(task.due_on),
                dropped=False,
            )
        )


def _a_year_later(day: date) -> date:
    """The same day; the last of February for 29 February."""
    leap = (day.month, day.day) == (2, 29)
    return day.replace(year=day.year + 1, day=28 if leap else day.day)


def _refuse_faults(session: SessionLike, plan: AnnualPlan, wanted: TaskPlan) -> None:
    measured = wanted.gauge != CONFIRMED
    percent = measured and wanted.gauge in GAUGES and GAUGES[wanted.gauge].percent
    target = wanted.target
    title = clean_text(wanted.title)
    faults = (
        (not title or len(title) > 200, N_("A task needs a title of at most 200 characters.")),
        (len(wanted.goal) > 1000, N_("The goal: at most 1000 characters.")),
        (measured and wanted.gauge not in GAUGES, N_("There is no such measure.")),
        (measured and (target is None or not 0 < target <= 100_000), N_("How much? Above 0.")),
        (bool(percent and target and target > 100), N_("At most 100 per cent.")),
        (
            not measured and wanted.responsible_id is None,
            N_("Who confirms it? A task without a number needs a responsible person."),
        ),
        (wanted.due_on.year != plan.year, N_("It is due within the plan's year.")),
    )
    for wrong, message in faults:
        if wrong:
            raise Refused("task-faults", message, status=400)
    if wanted.responsible_id is not None:
        _refuse_stranger(session, plan, wanted.responsible_id)


def _refuse_stranger(session: SessionLike, plan: AnnualPlan, person_id: int) -> None:
    """Who answers for a task heads the unit, or belongs to it, to one below it or one above it."""
    if person_id == plan.unit.head_id:
        return
    path = session.scalar(
        select(Unit.path)
        .join(Person, Person.unit_id == Unit.id)
        .where(Person.id == person_id, Person.active)
    )
    if path is None or not (path.startswith(plan.unit.path) or plan.unit.path.startswith(path)):
        raise Refused(
            "task-faults",
            N_("The responsible person belongs neither to the unit nor to one above or below."),
            status=400,
        )

"""Handing a plan in, deciding about it, and confirming what was done."""

from __future__ import annotations

from datetime import date

from quizengine.domain.plans import CONFIRMED, PlannedTask, plan_digest, plan_text
from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor, forbidden, require
from quizengine.services.details import clean_text
from quizengine.services.history import note
from quizengine.services.ledger import LedgerWriter
from quizengine.services.office_access import Act, refuse_future
from quizengine.services.plan_versions import tasks_of
from quizengine.services.plans import live_tasks, open_plan, record_of, seen_plan, unknown_plan
from quizengine.storage.engine import REGISTERS, writing
from quizengine.storage.models import AnnualPlan, PlanMark, PlanVersion


def submit(act: Act, plan_id: int, changes: int) -> None:
    """Hand the plan in to the level above; `changes` is what the page showed.

    Refused: `plan-unknown` (404), `forbidden` (403), `plan-submitted`, `plan-changed`, `plan-empty`
    (409), `plan-same` (409) if it holds already.
    """
    with writing(act.session, REGISTERS):
        plan = open_plan(act, plan_id)
        _refuse_changed(plan, changes)
        if not live_tasks(plan):
            raise Refused("plan-empty", N_("A plan needs a task."))
        if plan.state == "approved":
            raise Refused("plan-same", N_("This plan is approved: nothing was changed since."))
        plan.state, plan.returned = "submitted", ""
        plan.submitted_by_id, plan.submitted_at = act.actor.person_id, act.now
        note(act.session, act.now, act.actor.person_id, record_of(plan), "plan-submitted")


def approve(act: Act, plan_id: int, changes: int) -> int:
    """Approve the plan: a new version holds from now on; its number.

    Refused: `plan-unknown` (404), `forbidden` (403), `plan-state`, `plan-changed` (409).
    """
    with writing(act.session, REGISTERS):
        plan = _to_decide(act, plan_id, changes)
        with LedgerWriter(act.session) as log:
            tasks = [
                PlannedTask(
                    task.number,
                    task.title,
                    task.goal,
                    task.gauge,
                    task.target,
                    log.subject(task.responsible_id) if task.responsible_id else None,
                    task.due_on,
                )
                for task in live_tasks(plan)
            ]
            plan.version += 1
            text = plan_text(plan.unit.code, plan.year, plan.version, tasks)
            digest = plan_digest(text)
            log.append(
                act.now,
                "plan-set",
                f"{record_of(plan)}:version:{plan.version}",
                unit=plan.unit.code,
                data={
                    "plan": plan.id,
                    "year": plan.year,
                    "version": plan.version,
                    "tasks": len(tasks),
                    "plan_sha256": digest,
                },
                by=act.actor.person_id or None,
            )
        plan.versions.append(
            PlanVersion(
                version=plan.version,
                text=text,
                digest=digest,
                by_id=act.actor.person_id,
                at=act.now,
            )
        )
        plan.state = "approved"
        detail = {"version": plan.version}
        note(act.session, act.now, act.actor.person_id, record_of(plan), "plan-approved", **detail)
        return plan.version


def send_back(act: Act, plan_id: int, changes: int, reason: str) -> None:
    """Give the plan back to be changed. Refused as `approve`; `reason-missing` (400)."""
    reason = clean_text(reason)[:500]
    if not reason:
        raise Refused("reason-missing", N_("Please say why."), status=400)
    with writing(act.session, REGISTERS):
        plan = _to_decide(act, plan_id, changes)
        plan.state, plan.returned = "draft", reason
        detail = {"reason": reason}
        note(act.session, act.now, act.actor.person_id, record_of(plan), "plan-returned", **detail)


def confirm_task(act: Act, plan_id: int, number: int, day: date, text: str) -> bool:
    """Say that a task was done on a day, as the one responsible or as the unit's office.

    False if it was said before. Refused: `plan-unknown`, `task-unknown` (404), `task-measured`
    (409) for one that the ledger measures, `day-future`, `reason-missing` (400).
    """
    refuse_future(day, act.today)
    text = clean_text(text)[:500]
    if not text:
        raise Refused("reason-missing", N_("Please say what was done."), status=400)
    with writing(act.session, REGISTERS):
        plan = act.session.get(AnnualPlan, plan_id)
        if plan is None or not plan.version:
            raise unknown_plan()
        task = next((task for task in tasks_of(plan) if task.number == number), None)
        _refuse_not_responsible(act, plan, number)
        if task is None:
            raise Refused("task-unknown", N_("There is no such task."), status=404)
        if task.gauge != CONFIRMED:
            raise Refused("task-measured", N_("This task is measured by the ledger."))
        if day.year != plan.year:
            raise Refused("day-year", N_("The day lies outside of the plan's year."), status=400)
        if any(mark.number == number and mark.what == "done" for mark in plan.marks):
            return False
        enter_mark(act, plan, task, "done", day, text)
        note(
            act.session,
            act.now,
            act.actor.person_id,
            record_of(plan),
            "plan-task-done",
            title=task.title,
            on=day.isoformat(),
        )
        return True


def enter_mark(
    act: Act, plan: AnnualPlan, task: PlannedTask, what: str, day: date, text: str = ""
) -> None:
    """Tell the ledger that a task is done or late, within the caller's transaction."""
    by_id = act.actor.person_id or None
    plan.marks.append(
        PlanMark(number=task.number, what=what, on=day, note=text, by_id=by_id, at=act.now)
    )
    with LedgerWriter(act.session) as log:
        log.append(
            act.now,
            f"plan-task-{what}",
            f"{record_of(plan)}:task:{task.number}:{what}",
            unit=plan.unit.code,
            data={
                "plan": plan.id,
                "task": task.number,
                "version": plan.version,
                "due": task.due.isoformat(),
                "on_time": what == "done" and day <= task.due,
                **({} if by_id or day == act.today else {"on": day.isoformat()}),
            },
            on=day if by_id and day != act.today else None,
            by=by_id,
        )


def may_decide(actor: Actor, plan: AnnualPlan) -> bool:
    """Whether the actor answers for the level above, and did not hand the plan in."""
    above = plan.unit.parent or plan.unit
    own = plan.submitted_by_id == actor.person_id
    return actor.can("organizer", above.path) and not own


def _to_decide(act: Act, plan_id: int, changes: int) -> AnnualPlan:
    plan = seen_plan(act.session, act.actor, plan_id)
    require(act.actor, "organizer", (plan.unit.parent or plan.unit).path)
    if plan.state != "submitted":
        raise Refused("plan-state", N_("The plan does not wait for approval: reload the page."))
    if not may_decide(act.actor, plan):
        raise Refused(
            "own-case",
            N_("Who handed a plan in does not approve it: somebody else of the level above does."),
            status=403,
        )
    _refuse_changed(plan, changes)
    return plan


def _refuse_changed(plan: AnnualPlan, changes: int) -> None:
    if plan.changes != changes:
        raise Refused("plan-changed", N_("The plan was changed meanwhile: reload the page."))


def _refuse_not_responsible(act: Act, plan: AnnualPlan, number: int) -> None:
    if act.actor.can("organizer", plan.unit.path):
        return
    row = next((task for task in plan.tasks if task.number == number), None)
    if row is None or row.responsible_id != act.actor.person_id:
        raise unknown_plan() if row is None else forbidden()

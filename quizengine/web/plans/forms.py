"""Writing a plan: tasks one by one, or from a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from quizengine.domain.plans import CONFIRMED
from quizengine.domain.text import Refused
from quizengine.services.plan_files import COLUMNS, PlanRow, import_plan, plan_table
from quizengine.services.plans import (
    TaskPlan,
    drop_task,
    known_task,
    open_plan,
    save_task,
    seen_plan,
)
from quizengine.storage.models import AnnualPlan, PlanTask
from quizengine.web.extensions import db
from quizengine.web.i18n import translated
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.office.fields import OfficeFields, sent_files
from quizengine.web.office.pages import READING, act, suggested_people, tried
from quizengine.web.organizer.downloads import file_response
from quizengine.web.plans.words import gauge_names, known_gauges


@roles_required("organizer")
def new_task(plan_id: int) -> ResponseReturnValue:
    """Add a task."""
    plan = open_plan(act(), plan_id)
    if request.method == "GET":
        return _page(plan, None, {"gauge": CONFIRMED, "due_on": f"{plan.year}-12-31"})
    return _saved(plan, None, _("The task is added."))


@roles_required("organizer")
def task(plan_id: int, number: int) -> ResponseReturnValue:
    """Change a task."""
    plan = open_plan(act(), plan_id)
    chosen = known_task(plan, number)
    if request.method == "GET":
        return _page(plan, chosen, _stored(chosen))
    return _saved(plan, chosen, _("The change is saved."))


@roles_required("organizer")
def drop(plan_id: int, number: int) -> ResponseReturnValue:
    """Take a task out."""
    tried(lambda: drop_task(act(), plan_id, number), _("The task is taken out."))
    return redirect(url_for("plans.plan", plan_id=plan_id))


@roles_required(*READING)
def sheet(plan_id: int) -> ResponseReturnValue:
    """The tasks as a file that can be changed and brought in again."""
    plan = seen_plan(db.session, current_actor(), plan_id)
    table = plan_table(plan, gauge_names())
    return file_response(table, "xlsx", f"{plan.unit.name} {plan.year}")


@roles_required("organizer")
def bring(plan_id: int) -> ResponseReturnValue:
    """Bring tasks in from a file: all of them, or none."""
    plan = open_plan(act(), plan_id)
    if request.method == "GET":
        return _bring_page(plan)
    files = sent_files("file")
    if not files:
        return _bring_page(plan, _("Choose a file.")), 400
    try:
        count, faulty = import_plan(act(), plan_id, files[0].data, known_gauges())
    except Refused as refused:
        if refused.status in (403, 404):
            raise
        return _bring_page(plan, translated(refused.text)), refused.status
    if faulty:
        return _bring_page(plan, _("Some rows can't be used. Nothing was entered."), faulty), 400
    flash(ngettext("%(num)s row is entered.", "%(num)s rows are entered.", count), "success")
    return redirect(url_for("plans.plan", plan_id=plan_id))


def _bring_page(plan: AnnualPlan, error: str = "", faulty: Sequence[PlanRow] = ()) -> str:
    return render_template(
        "plans/import.html",
        plan=plan,
        error=error,
        faulty=faulty,
        columns=COLUMNS,
        gauges=gauge_names(),
    )


def _saved(plan: AnnualPlan, chosen: PlanTask | None, done: str) -> ResponseReturnValue:
    fields = OfficeFields.sent()
    wanted = _read(fields)
    plan_id, number = plan.id, chosen.number if chosen else None
    if not fields.errors:
        try:
            save_task(act(), plan_id, number, wanted)
        except Refused as refused:
            if refused.status in (403, 404):
                raise
            fields.errors["form"] = translated(refused.text)
        else:
            flash(done, "success")
            again = number is None and request.form.get("then") == "again"
            return redirect(url_for("plans.new_task" if again else "plans.plan", plan_id=plan_id))
    plan = seen_plan(db.session, current_actor(), plan_id)
    return _page(plan, chosen, fields.values, fields.errors), 400


def _read(fields: OfficeFields) -> TaskPlan:
    gauge = fields.choice("gauge", {CONFIRMED: "", **gauge_names()})
    return TaskPlan(
        title=fields.text("title", 200),
        goal=fields.optional("goal", 1000),
        gauge=gauge,
        target=None if gauge == CONFIRMED else fields.number("target", "0.01", "100000", places=2),
        responsible_id=_person(fields, needed=gauge == CONFIRMED),
        due_on=fields.day("due_on"),
    )


def _person(fields: OfficeFields, *, needed: bool) -> int | None:
    if not needed and not fields.values.get("responsible", "").strip():
        return None
    return fields.person("responsible")


def _stored(task: PlanTask) -> dict[str, str]:
    target: Decimal | None = task.target
    due: date = task.due_on
    return {
        "title": task.title,
        "goal": task.goal,
        "gauge": task.gauge,
        "target": "" if target is None else f"{target.normalize():f}",
        "responsible": task.responsible.login if task.responsible else "",
        "due_on": due.isoformat(),
    }


def _page(
    plan: AnnualPlan,
    chosen: PlanTask | None,
    values: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
) -> str:
    return render_template(
        "plans/task.html",
        plan=plan,
        task=chosen,
        values=values,
        errors=errors or {},
        gauges={CONFIRMED: _("Confirmed by the responsible person"), **gauge_names()},
        people=suggested_people(),
    )

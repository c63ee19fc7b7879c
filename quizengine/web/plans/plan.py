"""One plan: its tasks against the record, the next step, versions and history."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.plans import CONFIRMED, GAUGES
from quizengine.domain.text import N_, Refused
from quizengine.services.history import history_of
from quizengine.services.plan_files import record_table
from quizengine.services.plan_steps import approve, confirm_task, may_decide, send_back, submit
from quizengine.services.plan_versions import (
    PLAN_NAMES,
    PROGRESS_NAMES,
    people_in,
    record_on,
    tasks_of,
    version_on,
)
from quizengine.services.plans import live_tasks, record_of, seen_plan
from quizengine.web.clock import site_settings, today
from quizengine.web.extensions import db
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.office.fields import OfficeFields
from quizengine.web.office.pages import (
    READING,
    act,
    flash_faults,
    keeps,
    refuse_format,
    today_text,
    tried,
)
from quizengine.web.office.words import event_text
from quizengine.web.organizer.downloads import file_response
from quizengine.web.plans.words import (
    PLAN_LOOKS,
    PROGRESS_LOOKS,
    asked_day,
    gauge_names,
    number_text,
)


@roles_required(*READING)
def plan(plan_id: int) -> ResponseReturnValue:
    """The page of a plan, as of a day."""
    chosen = seen_plan(db.session, current_actor(), plan_id)
    zone, day = site_settings().zone, asked_day()
    record = record_on(db.session, zone, chosen, day)
    keeper = keeps(chosen.unit.path)
    return render_template(
        "plans/plan.html",
        plan=chosen,
        record=record,
        people=people_in(db.session, tasks_of(chosen, version_on(chosen, day, zone))),
        held=version_on(chosen, day, zone),
        tasks=live_tasks(chosen),
        day=day,
        today=today(),
        today_text=today_text(),
        keeper=keeper,
        may_change=keeper and chosen.state != "submitted",
        may_decide=chosen.state == "submitted" and may_decide(current_actor(), chosen),
        history=history_of(db.session, record_of(chosen)),
        event_text=event_text,
        gauges=gauge_names(),
        percent={name for name, gauge in GAUGES.items() if gauge.percent},
        confirmed=CONFIRMED,
        names=PLAN_NAMES,
        looks=PLAN_LOOKS,
        task_names=PROGRESS_NAMES,
        task_looks=PROGRESS_LOOKS,
        number_text=number_text,
    )


@roles_required("organizer")
def step(plan_id: int) -> ResponseReturnValue:
    """Hand in, approve, send back, or say that a task is done."""
    what = request.form.get("what", "")
    changes = request.form.get("changes", -1, type=int)
    if what == "submit":
        tried(lambda: submit(act(), plan_id, changes), _("The plan is handed in."))
    elif what == "approve":
        tried(lambda: approve(act(), plan_id, changes), _("The plan is approved."))
    elif what == "return":
        reason = request.form.get("text", "")
        tried(lambda: send_back(act(), plan_id, changes, reason), _("The plan is sent back."))
    elif what == "confirm":
        confirm(plan_id)
    else:
        raise Refused("step-unknown", N_("There is no such step."), status=400)
    return redirect(url_for("plans.plan", plan_id=plan_id))


def confirm(plan_id: int) -> None:
    """Say that a task is done, as the form has it."""
    fields = OfficeFields.sent()
    number = fields.whole("number", 1, 100_000)
    day, text = fields.day("on"), fields.text("text", 500)
    if fields.errors:
        flash_faults(fields.errors)
    else:
        tried(
            lambda: confirm_task(act(), plan_id, number, day, text), _("The task is marked done.")
        )


@roles_required(*READING)
def record(plan_id: int, form: str) -> ResponseReturnValue:
    """The plan against the record as a file."""
    refuse_format(form)
    chosen = seen_plan(db.session, current_actor(), plan_id)
    day = asked_day()
    stands = record_on(db.session, site_settings().zone, chosen, day)
    people = people_in(db.session, [one.task for one in stands])
    table = record_table(stands, people, day, gauge_names())
    return file_response(table, form, f"{chosen.unit.name} {chosen.year} {day}")

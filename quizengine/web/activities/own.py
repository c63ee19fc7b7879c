"""Activities for members and judges."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import Refused
from quizengine.services.activities import full_marks
from quizengine.services.activity_entries import EntryPlan, hand_in, record_of
from quizengine.services.activity_entries import withdraw as withdraw_entry
from quizengine.services.activity_judging import points_in, send_points, task_of, tasks_of
from quizengine.services.activity_own import (
    OwnActivity,
    own_activities,
    own_activity,
    own_result,
)
from quizengine.services.evidence import evidence_of
from quizengine.web.activities.steps import read_points
from quizengine.web.activities.words import activity_names
from quizengine.web.clock import now
from quizengine.web.extensions import db
from quizengine.web.i18n import points, translated
from quizengine.web.identity import current_actor
from quizengine.web.office.fields import OfficeFields, sent_files
from quizengine.web.office.pages import ACCEPT, tried


def index() -> ResponseReturnValue:
    """Activities in which one may take part, or did, and what one has to judge."""
    actor = current_actor()
    return render_template(
        "activities/own.html",
        owns=own_activities(db.session, now(), actor),
        tasks=tasks_of(db.session, actor.person_id),
        own_result=own_result,
        **activity_names(),
    )


def activity(activity_id: int) -> ResponseReturnValue:
    """An activity: what to do, one's entries, handing in."""
    own = own_activity(db.session, now(), current_actor(), activity_id)
    if request.method == "GET":
        return _page(own, _stored(own))
    fields = OfficeFields.sent()
    unit = fields.values.get("unit", "")
    plan = EntryPlan(
        title=fields.text("title", 200),
        text=fields.optional("text", 20000),
        files=sent_files(),
        unit_id=int(unit) if unit.isascii() and unit.isdecimal() and len(unit) < 10 else None,
    )
    if not fields.errors:
        try:
            hand_in(db.session, now(), current_actor(), activity_id, plan)
        except Refused as refused:
            if refused.status == 404:
                raise
            fields.errors["form"] = translated(refused.text)
        else:
            flash(_("Your entry is in. You can change it until the deadline."), "success")
            return redirect(url_for("my_activities.activity", activity_id=activity_id))
    return _page(own, fields.values, fields.errors), 400


def withdraw(entry_id: int) -> ResponseReturnValue:
    """Withdraw an entry."""
    tried(
        lambda: withdraw_entry(db.session, now(), current_actor(), entry_id),
        _("The entry is withdrawn."),
    )
    return redirect(url_for("my_activities.index"))


def judging() -> ResponseReturnValue:
    """What one has to judge."""
    tasks = tasks_of(db.session, current_actor().person_id)
    activities = list(dict.fromkeys(task.judge.activity for task in tasks))
    return render_template(
        "activities/judging.html", tasks=tasks, activities=activities, **activity_names()
    )


def judge(entry_id: int) -> ResponseReturnValue:
    """An entry with the rubric; points once sent are final."""
    task = task_of(db.session, current_actor().person_id, entry_id)
    errors: Mapping[str, str] = {}
    if request.method == "POST":
        fields = OfficeFields.sent()
        given, remark = read_points(fields, task.judge.activity), fields.optional("remark", 1000)
        if not fields.errors:
            person_id = current_actor().person_id
            done = _("Your points are sent.")
            tried(lambda: send_points(db.session, now(), person_id, entry_id, given, remark), done)
            return redirect(url_for("my_activities.judging"))
        errors = fields.errors
    activity = task.judge.activity
    page = render_template(
        "activities/judge.html",
        task=task,
        activity=activity,
        most=full_marks(activity),
        given=[points(value) for value in points_in(task.sheet)] if task.sheet else [],
        files=evidence_of(db.session, record_of(task.entry)),
        values=request.form,
        errors=errors,
        **activity_names(),
    )
    return (page, 400) if errors else page


def _stored(own: OwnActivity) -> dict[str, str]:
    if own.activity.entrants == "person" and own.entries:
        return {"title": own.entries[0].title, "text": own.entries[0].text}
    return {}


def _page(
    own: OwnActivity, values: Mapping[str, str], errors: Mapping[str, str] | None = None
) -> str:
    return render_template(
        "activities/own_activity.html",
        own=own,
        found=own.activity,
        most=full_marks(own.activity),
        results={entry.id: own_result(entry) for entry in own.entries},
        files={entry.id: evidence_of(db.session, record_of(entry)) for entry in own.entries},
        values=values,
        errors=errors or {},
        accept=ACCEPT,
        **activity_names(),
    )

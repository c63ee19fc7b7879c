"""The form of an activity: task, deadlines, rubric, judges."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import Refused
from quizengine.services.activities import (
    MOST_CRITERIA,
    MOST_JUDGES,
    ActivityPlan,
    JudgePlan,
    change_activity,
    make_activity,
    managed_activity,
)
from quizengine.services.activity_words import ENTRANT_NAMES, RULE_NAMES, TYPE_NAMES
from quizengine.storage.models import Activity
from quizengine.web.activities.words import activity_names
from quizengine.web.choices import unit_choices
from quizengine.web.clock import now, site_settings
from quizengine.web.i18n import points
from quizengine.web.identity import roles_required
from quizengine.web.office.fields import OfficeFields
from quizengine.web.office.pages import act, asked_unit, kept_units, suggested_people
from quizengine.web.organizer.fields import local_text, next_hour

_SHOWN_CRITERIA, _SHOWN_JUDGES = 4, 5


@roles_required("organizer")
def new() -> ResponseReturnValue:
    """Make an activity."""
    if request.method == "GET":
        return _page(_defaults())
    fields = OfficeFields.sent()
    plan = _read(fields, fields.unit("unit", kept_units()), None)
    if not fields.errors:
        try:
            made = make_activity(act(), plan)
        except Refused as refused:
            fields.refuse(refused)
        else:
            flash(_("The activity takes entries now."), "success")
            return redirect(url_for("activities.activity", activity_id=made))
    return _page(fields.values, fields.errors), 400


@roles_required("organizer")
def change(activity_id: int) -> ResponseReturnValue:
    """Change an activity that takes entries."""
    found = managed_activity(act(), activity_id, "open")
    if request.method == "GET":
        return _page(_stored(found), found=found)
    fields = OfficeFields.sent()
    plan = _read(fields, found.unit_id, found.entrants)
    if not fields.errors:
        try:
            change_activity(act(), activity_id, plan)
        except Refused as refused:
            fields.refuse(refused)
        else:
            flash(_("The change is saved."), "success")
            return redirect(url_for("activities.activity", activity_id=activity_id))
    return _page(fields.values, fields.errors, found), 400


def _page(
    values: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    found: Activity | None = None,
) -> str:
    shown = max(_SHOWN_CRITERIA, _used(values, "criterion", MOST_CRITERIA) + 1)
    judges = max(_SHOWN_JUDGES, _used(values, "judge", MOST_JUDGES) + 1)
    return render_template(
        "activities/form.html",
        found=found,
        values=values,
        errors=errors or {},
        units=unit_choices(kept_units()),
        people=suggested_people(),
        criterion_rows=range(min(shown, MOST_CRITERIA)),
        judge_rows=range(min(judges, MOST_JUDGES)),
        **activity_names(),
    )


def _used(values: Mapping[str, str], name: str, most: int) -> int:
    used = [number for number in range(most) if values.get(f"{name}-{number}", "").strip()]
    return max(used, default=-1) + 1


def _defaults() -> dict[str, str]:
    units, zone = kept_units(), site_settings().zone
    start = next_hour(now())
    return {
        "unit": str(asked_unit() or (units[0].id if units else "")),
        "type": "slogan",
        "entrants": "person",
        "rule": "trimmed",
        "blind": "yes",
        "closes_at": local_text(start + timedelta(days=14), zone),
        "judged_by": local_text(start + timedelta(days=21), zone),
    }


def _stored(found: Activity) -> dict[str, str]:
    zone = site_settings().zone
    values = {
        "type": found.type,
        "title": found.title,
        "task": found.task,
        "rule": found.rule,
        "blind": "yes" if found.blind else "",
        "closes_at": local_text(found.closes_at, zone),
        "judged_by": local_text(found.judged_by, zone),
    }
    for number, criterion in enumerate(found.criteria):
        values[f"criterion-{number}"] = criterion.name
        values[f"most-{number}"] = points(criterion.most)
    for number, judge in enumerate(found.judges):
        values[f"judge-{number}"] = judge.person.login
        values[f"declared-{number}"] = judge.declared
    return values


def _read(fields: OfficeFields, unit_id: int, entrants: str | None) -> ActivityPlan:
    criteria = [
        (fields.text(f"criterion-{number}", 200), _most(fields, number))
        for number in range(MOST_CRITERIA)
        if fields.values.get(f"criterion-{number}", "").strip()
    ]
    judges = [
        JudgePlan(fields.person(f"judge-{number}"), fields.optional(f"declared-{number}", 300))
        for number in range(MOST_JUDGES)
        if fields.values.get(f"judge-{number}", "").strip()
    ]
    return ActivityPlan(
        unit_id=unit_id,
        type=fields.choice("type", TYPE_NAMES),
        title=fields.text("title", 200),
        task=fields.text("task", 5000),
        entrants=entrants or fields.choice("entrants", ENTRANT_NAMES),
        blind=fields.values.get("blind") == "yes",
        rule=fields.choice("rule", RULE_NAMES),
        closes_at=fields.time("closes_at") or now(),
        judged_by=fields.time("judged_by") or now(),
        criteria=criteria,
        judges=judges,
    )


def _most(fields: OfficeFields, number: int) -> Decimal:
    return fields.number(f"most-{number}", "1", "1000")

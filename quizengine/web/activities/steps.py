"""Steps of an activity: judging, releasing a judge, publishing, correcting, cancelling."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import N_, Refused
from quizengine.services.activities import cancel_activity, managed_activity, standing
from quizengine.services.activity_judging import (
    points_in,
    release_judge,
    sheets_of,
    start_judging,
)
from quizengine.services.activity_results import correct_points, publish
from quizengine.storage.models import Activity, ActivitySheet
from quizengine.web.activities.words import activity_names
from quizengine.web.i18n import points, translated
from quizengine.web.identity import roles_required
from quizengine.web.numbers import row_id
from quizengine.web.office.fields import OfficeFields
from quizengine.web.office.pages import act, flash_faults, tried


@roles_required("organizer")
def step(activity_id: int) -> ResponseReturnValue:
    """What the button says."""
    form = request.form
    steps: dict[str, Callable[[], tuple[Callable[[], object], str]]] = {
        "judge": lambda: (
            lambda: start_judging(act(), activity_id),
            _("The judges can begin now."),
        ),
        "publish": lambda: (lambda: publish(act(), activity_id), _("The results are published.")),
        "release": lambda: (
            lambda: release_judge(
                act(),
                activity_id,
                form.get("judge", type=row_id) or 0,
                form.get("reason", ""),
            ),
            _("The judge is released."),
        ),
        "cancel": lambda: (
            lambda: cancel_activity(act(), activity_id, form.get("reason", "")),
            _("The activity is cancelled."),
        ),
    }
    chosen = steps.get(form.get("step", ""))
    if chosen is None:
        flash(_("Please choose."), "danger")
    else:
        tried(*chosen())
    return redirect(url_for("activities.activity", activity_id=activity_id))


@roles_required("organizer")
def correct(activity_id: int, sheet_id: int) -> ResponseReturnValue:
    """Correct a judge's points after publishing."""
    found = managed_activity(act(), activity_id, "published")
    sheet = _sheet(found, sheet_id)
    if request.method == "GET":
        return _page(found, sheet)
    fields = OfficeFields.sent()
    given = read_points(fields, found)
    reason = fields.text("reason", 300)
    if fields.errors:
        flash_faults(fields.errors)
        return _page(found, sheet), 400
    try:
        changed = correct_points(act(), activity_id, sheet_id, given, reason)
    except Refused as refused:
        flash(translated(refused.text), "danger")
        return _page(found, sheet), refused.status
    flash(_("Corrected. Results that changed: %(count)s.", count=changed), "success")
    return redirect(url_for("activities.entry", entry_id=sheet.entry_id))


def read_points(fields: OfficeFields, found: Activity) -> list[Decimal]:
    """Points of the form, in the order of the criteria."""
    return [
        fields.number(f"points-{criterion.position}", "0", points(criterion.most), places=1)
        for criterion in found.criteria
    ]


def _sheet(found: Activity, sheet_id: int) -> ActivitySheet:
    for entry in standing(found):
        for sheet in sheets_of(entry):
            if sheet.id == sheet_id:
                return sheet
    raise Refused("sheet-unknown", N_("There are no such points."), status=404)


def _page(found: Activity, sheet: ActivitySheet) -> str:
    given = request.form or {
        f"points-{criterion.position}": points(value)
        for criterion, value in zip(found.criteria, points_in(sheet), strict=True)
    }
    return render_template(
        "activities/correct.html", found=found, sheet=sheet, values=given, **activity_names()
    )

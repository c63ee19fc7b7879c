"""The list of incidents, and recording one."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import Refused
from quizengine.services.incident_list import (
    IncidentFilter,
    incident_state,
    incident_years,
    list_incidents,
    report_late,
)
from quizengine.services.incident_words import KIND_NAMES, LIABILITY_NAMES, SEVERITY_NAMES
from quizengine.services.incidents import IncidentPlan, record_incident
from quizengine.services.office_tables import incidents_table
from quizengine.storage.models import SEVERITIES
from quizengine.web.choices import unit_choices
from quizengine.web.clock import now
from quizengine.web.extensions import db
from quizengine.web.i18n import translated
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.office.fields import OfficeFields, sent_files
from quizengine.web.office.pages import (
    ACCEPT,
    act,
    asked_of,
    asked_unit,
    asked_year,
    kept_args,
    kept_units,
    page_of,
    refuse_format,
    today_text,
)
from quizengine.web.office.words import INCIDENT_STATES, SEVERITY_LOOKS
from quizengine.web.organizer.downloads import file_response

HANDLING = ("organizer", "admin")


@roles_required(*HANDLING)
def index() -> ResponseReturnValue:
    """Incidents that one handles, filtered."""
    wanted = _wanted()
    found = list_incidents(db.session, current_actor(), wanted)
    incidents, pages = page_of(found)
    return render_template(
        "incidents/index.html",
        incidents=incidents,
        pages=pages,
        wanted=wanted,
        kept=kept_args("unit", "severity", "state", "year"),
        units=unit_choices(kept_units()),
        years=incident_years(db.session, current_actor()),
        severities=SEVERITY_NAMES,
        severity_looks=SEVERITY_LOOKS,
        kinds=KIND_NAMES,
        liabilities=LIABILITY_NAMES,
        states=INCIDENT_STATES,
        state_of=incident_state,
        late=lambda incident: report_late(incident, now()),
    )


@roles_required(*HANDLING)
def download(form: str) -> ResponseReturnValue:
    """The list as a file."""
    refuse_format(form)
    found = list_incidents(db.session, current_actor(), _wanted())
    return file_response(incidents_table(db.session, found), form, today_text())


@roles_required(*HANDLING)
def new() -> ResponseReturnValue:
    """Record an incident."""
    if request.method == "GET":
        units = kept_units()
        values = {"unit": str(asked_unit() or (units[0].id if units else "")), "kind": "violation"}
        return _page({**values, "severity": "slight", "happened_on": today_text()})
    fields = OfficeFields.sent()
    plan = _read(fields)
    if plan is not None:
        try:
            made = record_incident(act(), plan, sent_files())
        except Refused as refused:
            if refused.status in (403, 404):
                raise
            fields.errors["form"] = translated(refused.text)
        else:
            flash(_("The incident is recorded. Next: who is liable, and what was done."), "success")
            return redirect(url_for("incidents.incident", incident_id=made))
    return _page(fields.values, fields.errors), 400


def _wanted() -> IncidentFilter:
    return IncidentFilter(
        unit_id=asked_unit(),
        severity=asked_of("severity", SEVERITIES),
        state=asked_of("state", list(INCIDENT_STATES)),
        year=asked_year(),
    )


def _read(fields: OfficeFields) -> IncidentPlan | None:
    unit_id = fields.unit("unit", kept_units())
    kind, severity = fields.choice("kind", KIND_NAMES), fields.choice("severity", SEVERITY_NAMES)
    title, what = fields.text("title", 200), fields.text("what", 5000)
    happened_on, found_at = fields.day("happened_on"), fields.time("found_at")
    reported_at = fields.time("reported_at", needed=False)
    if fields.errors or found_at is None:
        return None
    return IncidentPlan(unit_id, kind, severity, title, what, happened_on, found_at, reported_at)


def _page(values: Mapping[str, str], errors: Mapping[str, str] | None = None) -> str:
    return render_template(
        "incidents/form.html",
        values=values,
        errors=errors or {},
        units=unit_choices(kept_units()),
        kinds=KIND_NAMES,
        severities=SEVERITY_NAMES,
        accept=ACCEPT,
    )

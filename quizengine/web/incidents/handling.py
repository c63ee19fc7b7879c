"""One incident: people liable, steps, report, appeals."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import N_, Refused
from quizengine.services import incident_appeals, incidents
from quizengine.services.evidence import evidence_file, evidence_of
from quizengine.services.history import history_of
from quizengine.services.incident_appeals import OUTCOME_NAMES, Verdict, may_decide
from quizengine.services.incident_list import incident_state, report_late
from quizengine.services.incident_words import (
    KIND_NAMES,
    LIABILITY_NAMES,
    SANCTION_NAMES,
    SEVERITY_NAMES,
)
from quizengine.services.incidents import open_appeal, record_of, seen_incident
from quizengine.storage.models import IncidentAppeal
from quizengine.web.clock import now, site_settings
from quizengine.web.extensions import db
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.incidents.register import HANDLING
from quizengine.web.office.fields import OfficeFields, sent_files
from quizengine.web.office.pages import (
    ACCEPT,
    act,
    file_answer,
    flash_faults,
    suggested_people,
    today_text,
    tried,
)
from quizengine.web.office.words import INCIDENT_STATES, SEVERITY_LOOKS, event_text
from quizengine.web.organizer.fields import local_text


@roles_required(*HANDLING)
def incident(incident_id: int) -> ResponseReturnValue:
    """The page of an incident."""
    actor = current_actor()
    chosen = seen_incident(db.session, actor, incident_id)
    record = record_of(chosen)
    return render_template(
        "incidents/incident.html",
        incident=chosen,
        state=INCIDENT_STATES[incident_state(chosen)],
        late=report_late(chosen, now()),
        kinds=KIND_NAMES,
        severities=SEVERITY_NAMES,
        severity_looks=SEVERITY_LOOKS,
        liabilities=LIABILITY_NAMES,
        sanctions=SANCTION_NAMES,
        outcomes=OUTCOME_NAMES,
        open_appeal=open_appeal,
        may_decide=lambda liable: may_decide(actor, liable),
        files=evidence_of(db.session, record),
        history=history_of(db.session, record),
        event_text=event_text,
        people=suggested_people() if chosen.closed_at is None else [],
        actor=actor,
        accept=ACCEPT,
        today_text=today_text(),
        now_text=local_text(now(), site_settings().zone),
    )


@roles_required(*HANDLING)
def step(incident_id: int) -> ResponseReturnValue:
    """Add what was done."""
    fields = OfficeFields.sent()
    day, what = fields.day("done_on"), fields.text("what", 1000)
    if fields.errors:
        flash_faults(fields.errors)
    else:
        tried(
            lambda: incidents.add_step(act(), incident_id, day, what, sent_files()),
            _("The step is recorded."),
        )
    return _back(incident_id)


@roles_required(*HANDLING)
def liable(incident_id: int) -> ResponseReturnValue:
    """Hold somebody liable, or record another sanction."""
    fields = OfficeFields.sent()
    person_id = fields.person("person")
    liability = fields.choice("liability", LIABILITY_NAMES)
    sanction = fields.choice("sanction", SANCTION_NAMES)
    text = fields.optional("note", 500)
    if fields.errors:
        flash_faults(fields.errors)
    else:
        args = (act(), incident_id, person_id, liability, sanction, text)
        tried(lambda: incidents.hold_liable(*args), _("Responsibility and sanction are recorded."))
    return _back(incident_id)


@roles_required(*HANDLING)
def report(incident_id: int) -> ResponseReturnValue:
    """The report to the authority."""
    fields = OfficeFields.sent()
    at = fields.time("reported_at")
    if at is None:
        flash_faults(fields.errors)
    else:
        tried(lambda: incidents.report(act(), incident_id, at), _("The report is recorded."))
    return _back(incident_id)


@roles_required(*HANDLING)
def close(incident_id: int) -> ResponseReturnValue:
    """End the handling."""
    tried(lambda: incidents.close_incident(act(), incident_id), _("The handling is closed."))
    return _back(incident_id)


@roles_required(*HANDLING)
def decide(incident_id: int, appeal_id: int) -> ResponseReturnValue:
    """Decide an appeal."""
    row = db.session.get(IncidentAppeal, appeal_id)
    if row is None or row.liable.incident_id != incident_id:
        raise Refused("incident-unknown", N_("There is no such incident."), status=404)
    fields = OfficeFields.sent()
    verdict = Verdict(
        outcome=fields.choice("outcome", OUTCOME_NAMES),
        reason=fields.text("reason", 5000),
        severity=fields.choice("severity", SEVERITY_NAMES),
        liability=fields.choice("liability", LIABILITY_NAMES),
        sanction=fields.choice("sanction", SANCTION_NAMES),
    )
    if fields.errors:
        flash_faults(fields.errors)
    else:
        done = _("The decision is recorded.")
        tried(lambda: incident_appeals.decide(act(), appeal_id, verdict), done)
    return _back(incident_id)


@roles_required(*HANDLING)
def file(incident_id: int, file_id: int) -> ResponseReturnValue:
    """A file of evidence."""
    chosen = seen_incident(db.session, current_actor(), incident_id)
    return file_answer(evidence_file(db.session, record_of(chosen), file_id))


def _back(incident_id: int) -> ResponseReturnValue:
    return redirect(url_for("incidents.incident", incident_id=incident_id))

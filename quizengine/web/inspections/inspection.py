"""One inspection: checklist, report, findings, and the draw of people."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.services.evidence import evidence_file, evidence_of
from quizengine.services.finding_list import findings_of, is_late
from quizengine.services.history import history_of
from quizengine.services.inspection_access import (
    directs,
    may_work,
    people_below,
    seen_inspection,
)
from quizengine.services.inspection_results import Judged, correct_marks, hold, record_marks
from quizengine.services.inspection_words import (
    FINDING_SEVERITY_NAMES,
    FINDING_STATE_NAMES,
    INSPECTION_KIND_NAMES,
    INSPECTION_STATE_NAMES,
)
from quizengine.services.inspections import cancel_inspection, record_of
from quizengine.services.spot import spot_of
from quizengine.storage.models import Inspection
from quizengine.web.clock import now
from quizengine.web.extensions import db
from quizengine.web.identity import current_actor
from quizengine.web.office.fields import OfficeFields, sent_files
from quizengine.web.office.inspection_words import FINDING_LOOKS, INSPECTION_LOOKS
from quizengine.web.office.pages import (
    ACCEPT,
    act,
    file_answer,
    flash_faults,
    today_text,
    tried,
)
from quizengine.web.office.words import SEVERITY_LOOKS, event_text

_SUGGESTED = 200


def inspection(inspection_id: int) -> ResponseReturnValue:
    """The page of an inspection, for its inspectors and those who see the unit."""
    acting = act()
    chosen = seen_inspection(db.session, acting.actor, inspection_id)
    record = record_of(chosen)
    works = may_work(acting.actor, chosen)
    return render_template(
        "inspections/inspection.html",
        inspection=chosen,
        works=works,
        directs=directs(acting.actor, chosen),
        findings=findings_of(db.session, inspection_id),
        late=lambda finding: is_late(acting, finding),
        check=spot_of(db.session, inspection_id),
        files=evidence_of(db.session, record),
        history=history_of(db.session, record),
        event_text=event_text,
        kinds=INSPECTION_KIND_NAMES,
        states=INSPECTION_STATE_NAMES,
        looks=INSPECTION_LOOKS,
        severities=FINDING_SEVERITY_NAMES,
        severity_looks=SEVERITY_LOOKS,
        finding_states=FINDING_STATE_NAMES,
        finding_looks=FINDING_LOOKS,
        people=_people(chosen) if works else [],
        accept=ACCEPT,
        today_text=today_text(),
        now=now(),
        office=acting.actor.has("organizer") or acting.actor.has("auditor"),
    )


def marks(inspection_id: int) -> ResponseReturnValue:
    """Keep points and report; with `held_on` the inspection is over; with `reason` a correction."""
    chosen = seen_inspection(db.session, current_actor(), inspection_id)
    fields = OfficeFields.sent()
    judged = {item.id: _judged(fields, item.id, str(item.points)) for item in chosen.items}
    report, reason = fields.optional("report", 10_000), fields.optional("reason", 500)
    held_on = fields.day("held_on") if "hold" in request.form else None
    files = sent_files()
    if fields.errors:
        flash_faults(fields.errors)
    elif "correct" in request.form:
        tried(
            lambda: correct_marks(act(), inspection_id, judged, reason),
            _("The score is corrected."),
        )
    elif (
        tried(lambda: record_marks(act(), inspection_id, judged, report, files), _("Kept."))
        and held_on is not None
    ):
        day = held_on
        done = _("The inspection was held; its result is in the ledger.")
        tried(lambda: hold(act(), inspection_id, day), done)
    return _back(inspection_id)


def cancel(inspection_id: int) -> ResponseReturnValue:
    """The inspection does not take place."""
    reason = request.form.get("reason", "")
    tried(
        lambda: cancel_inspection(act(), inspection_id, reason), _("The inspection is cancelled.")
    )
    return _back(inspection_id)


def file(inspection_id: int, file_id: int) -> ResponseReturnValue:
    """A file of the report."""
    chosen = seen_inspection(db.session, current_actor(), inspection_id)
    return file_answer(evidence_file(db.session, record_of(chosen), file_id))


def _judged(fields: OfficeFields, item_id: int, most: str) -> Judged:
    remark = fields.optional(f"remark-{item_id}", 500)
    if not fields.values.get(f"got-{item_id}", "").strip():
        return Judged(None, remark)
    return Judged(fields.number(f"got-{item_id}", "0", most, places=2), remark)


def _people(chosen: Inspection) -> list[tuple[str, str]]:
    return [
        (one.login, f"{one.login} · {one.name} · {one.unit.name}")
        for one in people_below(db.session, chosen.unit, _SUGGESTED)
    ]


def _back(inspection_id: int) -> ResponseReturnValue:
    return redirect(url_for("inspections.inspection", inspection_id=inspection_id))

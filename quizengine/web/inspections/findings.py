"""Findings: the list, opening one, and its way to being closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import N_, Refused
from quizengine.services.evidence import evidence_file, evidence_of
from quizengine.services.finding_list import FindingFilter, is_late, list_findings
from quizengine.services.findings import (
    FindingPlan,
    answer_finding,
    answer_record,
    confirm_finding,
    extend_finding,
    hand_over,
    may_answer,
    may_judge,
    open_finding,
    record_of,
    seen_finding,
    send_back,
)
from quizengine.services.history import history_of
from quizengine.services.inspection_access import (
    may_work,
    people_below,
    person_below,
    seen_inspection,
)
from quizengine.services.inspection_tables import findings_table
from quizengine.services.inspection_words import FINDING_SEVERITY_NAMES, FINDING_STATE_NAMES
from quizengine.storage.models import Unit
from quizengine.web.extensions import db
from quizengine.web.i18n import translated
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.office.fields import OfficeFields, sent_files
from quizengine.web.office.inspection_words import FINDING_LOOKS
from quizengine.web.office.pages import (
    ACCEPT,
    READING,
    act,
    asked_of,
    asked_unit,
    asked_year,
    file_answer,
    flash_faults,
    kept_args,
    page_of,
    refuse_format,
    seen_unit_choices,
    today_text,
    tried,
)
from quizengine.web.office.words import SEVERITY_LOOKS, event_text
from quizengine.web.organizer.downloads import file_response

STATES = {
    "todo": N_("All that are not closed"),
    "late": N_("Late"),
    **FINDING_STATE_NAMES,
}
_SUGGESTED = 200


@roles_required(*READING)
def index() -> ResponseReturnValue:
    """Findings in reach, filtered."""
    acting, wanted = act(), _wanted()
    findings, pages = page_of(list_findings(acting, wanted))
    return render_template(
        "inspections/findings.html",
        findings=findings,
        pages=pages,
        wanted=wanted,
        kept=kept_args("unit", "severity", "state", "year"),
        units=seen_unit_choices(),
        states_to_pick=STATES,
        late=lambda finding: is_late(acting, finding),
        **names(),
    )


@roles_required(*READING)
def download(form: str) -> ResponseReturnValue:
    """The list as a file."""
    refuse_format(form)
    acting = act()
    table = findings_table(acting, list_findings(acting, _wanted()))
    return file_response(table, form, today_text())


def open_one(inspection_id: int) -> ResponseReturnValue:
    """Write a finding down."""
    chosen = seen_inspection(db.session, current_actor(), inspection_id)
    fields = OfficeFields.sent()
    plan = FindingPlan(
        what=fields.text("what", 1000),
        severity=fields.choice("severity", FINDING_SEVERITY_NAMES),
        owner_id=_person(fields, "owner", chosen.unit),
        due_on=fields.day("due_on"),
    )
    files = sent_files()
    if fields.errors:
        flash_faults(fields.errors)
    else:
        tried(
            lambda: open_finding(act(), inspection_id, plan, files),
            _("The finding is open; its owner sees it at once."),
        )
    return redirect(url_for("inspections.inspection", inspection_id=inspection_id))


def finding(finding_id: int) -> ResponseReturnValue:
    """The page of a finding."""
    return finding_page(finding_id, own=False)


def finding_page(finding_id: int, *, own: bool) -> ResponseReturnValue:
    """The page of a finding, for offices and inspectors or, with `own`, for its owner."""
    acting = act()
    chosen = seen_finding(db.session, acting.actor, finding_id)
    works = may_work(acting.actor, chosen.inspection)
    people = people_below(db.session, chosen.inspection.unit, _SUGGESTED) if works else []
    return render_template(
        "inspections/finding.html",
        finding=chosen,
        own=own,
        works=works,
        answers=may_answer(acting.actor, chosen),
        judges=may_judge(acting.actor, chosen),
        is_late=is_late(acting, chosen),
        files=evidence_of(db.session, record_of(chosen)),
        proofs={one.id: evidence_of(db.session, answer_record(one)) for one in chosen.answers},
        history=history_of(db.session, record_of(chosen)),
        event_text=event_text,
        people=[(one.login, f"{one.login} · {one.name}") for one in people],
        accept=ACCEPT,
        values=request.form,
        **names(),
    )


def step(finding_id: int) -> ResponseReturnValue:
    """What the form says: answer, confirm, send back, extend, hand over."""
    take_step(finding_id)
    return redirect(url_for("inspections.finding", finding_id=finding_id))


def take_step(finding_id: int) -> bool:
    """One step of a finding, as the form says: whether it was taken; else it is told why not."""
    chosen = seen_finding(db.session, current_actor(), finding_id)
    what = request.form.get("what", "")
    if what not in _STEPS:
        raise Refused("step-unknown", N_("There is no such step."), status=400)
    fields = OfficeFields.sent()
    prepare, done = _STEPS[what]
    run = prepare(finding_id, fields, chosen.inspection.unit)
    if fields.errors:
        flash_faults(fields.errors)
        return False
    return tried(run, _(done))


def proof(finding_id: int, file_id: int) -> ResponseReturnValue:
    """A file of the finding, or of one of its answers."""
    chosen = seen_finding(db.session, current_actor(), finding_id)
    records = [record_of(chosen), *(answer_record(one) for one in chosen.answers)]
    for record in records[:-1]:
        if any(row.id == file_id for row in evidence_of(db.session, record)):
            return file_answer(evidence_file(db.session, record, file_id))
    return file_answer(evidence_file(db.session, records[-1], file_id))


def names() -> dict[str, Any]:
    """Names and looks that pages with findings show."""
    return {
        "severities": FINDING_SEVERITY_NAMES,
        "severity_looks": SEVERITY_LOOKS,
        "states": FINDING_STATE_NAMES,
        "looks": FINDING_LOOKS,
    }


def _wanted() -> FindingFilter:
    return FindingFilter(
        unit_id=asked_unit(),
        severity=asked_of("severity", list(FINDING_SEVERITY_NAMES)),
        state=asked_of("state", list(STATES)),
        year=asked_year(),
    )


def _person(fields: OfficeFields, name: str, unit: Unit) -> int:
    value = fields.text(name, 200).partition("·")[0]
    if not value:
        return 0
    try:
        return person_below(db.session, unit, value).id
    except Refused as refused:
        fields.errors[name] = translated(refused.text)
        return 0


_Run = Callable[[], object]


def _answer(finding_id: int, fields: OfficeFields, _unit: Unit) -> _Run:
    text, files = fields.text("text", 5000), sent_files()
    return lambda: answer_finding(act(), finding_id, text, files)


def _confirm(finding_id: int, _fields: OfficeFields, _unit: Unit) -> _Run:
    return lambda: confirm_finding(act(), finding_id)


def _send_back(finding_id: int, fields: OfficeFields, _unit: Unit) -> _Run:
    reason, due = fields.text("reason", 1000), fields.day_or_none("due_on")
    return lambda: send_back(act(), finding_id, reason, due)


def _extend(finding_id: int, fields: OfficeFields, _unit: Unit) -> _Run:
    reason, due = fields.text("reason", 1000), fields.day("due_on")
    return lambda: extend_finding(act(), finding_id, due, reason)


def _hand_over(finding_id: int, fields: OfficeFields, unit: Unit) -> _Run:
    owner = _person(fields, "owner", unit)
    return lambda: hand_over(act(), finding_id, owner)


_STEPS: dict[str, tuple[Callable[[int, OfficeFields, Unit], _Run], str]] = {
    "answer": (_answer, N_("Your answer is in. Somebody else confirms it.")),
    "confirm": (_confirm, N_("The finding is closed.")),
    "send-back": (_send_back, N_("The finding is open again.")),
    "extend": (_extend, N_("The day due is moved.")),
    "hand-over": (_hand_over, N_("The finding is handed over.")),
}

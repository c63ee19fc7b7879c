"""What a member has to do with inspections: findings to answer, inspections to hold."""

from __future__ import annotations

from flask import make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from quizengine.services.finding_list import (
    is_late,
    own_findings,
    own_inspections,
    own_spot_checks,
)
from quizengine.services.inspection_words import INSPECTION_STATE_NAMES
from quizengine.services.selfcheck_list import SELFCHECK_STATE_NAMES, own_selfchecks
from quizengine.web.clock import today
from quizengine.web.extensions import db
from quizengine.web.identity import current_actor
from quizengine.web.inspections.findings import finding_page, names, take_step
from quizengine.web.office.inspection_words import INSPECTION_LOOKS, SELFCHECK_LOOKS
from quizengine.web.office.pages import act


def index() -> ResponseReturnValue:
    """One's own findings, inspections, self-assessments and spot quizzes."""
    acting, person_id = act(), current_actor().person_id
    return render_template(
        "inspections/own.html",
        findings=own_findings(db.session, person_id),
        inspections=own_inspections(db.session, person_id),
        selfchecks=own_selfchecks(acting),
        spot_checks=own_spot_checks(db.session, person_id),
        late=lambda finding: is_late(acting, finding),
        today=today(),
        inspection_states=INSPECTION_STATE_NAMES,
        inspection_looks=INSPECTION_LOOKS,
        selfcheck_states=SELFCHECK_STATE_NAMES,
        selfcheck_looks=SELFCHECK_LOOKS,
        **names(),
    )


def finding(finding_id: int) -> ResponseReturnValue:
    """A finding as its owner sees it, and the answer, which stays while something is missing."""
    if request.method == "GET":
        return finding_page(finding_id, own=True)
    if take_step(finding_id):
        return redirect(url_for("duties.finding", finding_id=finding_id))
    return make_response(finding_page(finding_id, own=True), 400)

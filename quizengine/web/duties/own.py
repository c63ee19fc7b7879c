"""What a member has to do besides exams, and sees of the own records."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import N_, Refused
from quizengine.services.incident_appeals import (
    OUTCOME_NAMES,
    appeal,
    own_liabilities,
    own_liability,
)
from quizengine.services.incident_words import (
    KIND_NAMES,
    LIABILITY_NAMES,
    SANCTION_NAMES,
    SEVERITY_NAMES,
)
from quizengine.services.letters import due_day, own_letter, own_letters, sign_letter
from quizengine.services.outbound_own import own_journey, own_journeys
from quizengine.services.outbound_watch import OUTBOUND_NAMES
from quizengine.services.post_holders import own_holdings
from quizengine.services.post_steps import step_name
from quizengine.services.post_todos import due_of
from quizengine.web.clock import now, site_settings, today
from quizengine.web.extensions import db
from quizengine.web.i18n import language, translated
from quizengine.web.identity import current_actor
from quizengine.web.numbers import row_id
from quizengine.web.office.fields import sent_files
from quizengine.web.office.pages import ACCEPT
from quizengine.web.office.words import JOURNEY_KINDS, OUTBOUND_LOOKS, SEVERITY_LOOKS
from quizengine.web.outbound.steps import TRACK
from quizengine.web.plans.own import own_part
from quizengine.web.posts.register import names


def index() -> ResponseReturnValue:
    """All of it on one page."""
    zone, person_id = site_settings().zone, current_actor().person_id
    return render_template(
        "duties/index.html",
        letters=own_letters(db.session, person_id, today().year),
        holdings=own_holdings(db.session, zone, person_id, today()),
        journeys=own_journeys(db.session, now(), zone, person_id),
        liabilities=own_liabilities(db.session, person_id),
        step_name=step_name,
        due_of=due_of,
        today=today(),
        outbound_states=OUTBOUND_NAMES,
        outbound_looks=OUTBOUND_LOOKS,
        severities=SEVERITY_NAMES,
        severity_looks=SEVERITY_LOOKS,
        lang=language(),
        **own_part(),
        **names(),
    )


def letter(unit_id: int, year: int) -> ResponseReturnValue:
    """Read the letter of one's unit, and sign it."""
    person_id = current_actor().person_id
    own = own_letter(db.session, person_id, unit_id, year)
    if request.method == "POST":
        if request.form.get("agree") != "yes":
            raise Refused("agree", N_("Tick the box to sign the letter."), status=400)
        text_id = request.form.get("text", own.text.id, type=row_id)
        try:
            sign_letter(db.session, now(), person_id, unit_id, text_id)
        except Refused as refused:
            flash(translated(refused.text), "danger")
        else:
            flash(_("Signed. Thank you."), "success")
        return redirect(url_for("duties.letter", unit_id=unit_id, year=year))
    due = due_day(own.text, site_settings().zone)
    return render_template("duties/letter.html", letter=own, due=due)


def outbound(file_id: int) -> ResponseReturnValue:
    """One's own journey, how far it is, and what is missing."""
    zone, person_id = site_settings().zone, current_actor().person_id
    return render_template(
        "duties/outbound.html",
        journey=own_journey(db.session, now(), zone, person_id, file_id),
        track=TRACK,
        states=OUTBOUND_NAMES,
        looks=OUTBOUND_LOOKS,
        kinds=JOURNEY_KINDS,
        today=today(),
    )


def incident(liable_id: int) -> ResponseReturnValue:
    """Where one is held liable, and the appeal against it."""
    person_id = current_actor().person_id
    liable = own_liability(db.session, person_id, liable_id)
    if request.method == "POST":
        grounds = request.form.get("grounds", "")
        try:
            appeal(db.session, now(), person_id, liable_id, grounds, sent_files())
        except Refused as refused:
            flash(translated(refused.text), "danger")
        else:
            flash(_("Your appeal is in. Somebody who was not concerned decides."), "success")
        return redirect(url_for("duties.incident", liable_id=liable_id))
    return render_template(
        "duties/incident.html",
        liable=liable,
        kinds=KIND_NAMES,
        severities=SEVERITY_NAMES,
        severity_looks=SEVERITY_LOOKS,
        liabilities=LIABILITY_NAMES,
        sanctions=SANCTION_NAMES,
        outcomes=OUTCOME_NAMES,
        accept=ACCEPT,
    )

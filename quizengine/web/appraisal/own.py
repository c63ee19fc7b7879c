"""The lists that a person is on, and objecting to it."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import N_, Refused
from quizengine.services.appraisal_cases import object_to_listing, record_of
from quizengine.services.appraisal_desk import case_file, own_cases
from quizengine.services.appraisal_people import Listing, own_listings
from quizengine.services.evidence import evidence_of
from quizengine.services.ledger_browse import entry_lines
from quizengine.web.appraisal.words import CASE_STATES, PURPOSES
from quizengine.web.clock import now
from quizengine.web.extensions import db
from quizengine.web.i18n import language, translated
from quizengine.web.identity import current_actor
from quizengine.web.office.fields import sent_files
from quizengine.web.office.pages import ACCEPT, file_answer


def index() -> ResponseReturnValue:
    """All lists of closed years that one is on, why, and what one said against it."""
    actor = current_actor()
    listings = own_listings(db.session, now(), actor.person_id, language())
    cases = own_cases(db.session, actor.person_id)
    entries = {
        (listing.year, listing.list.id): entry_lines(db.session, actor, listing.entries, language())
        for listing in listings
    }
    return render_template(
        "appraisal/own.html",
        listings=listings,
        entries=entries,
        cases={(case.year, case.about): case for case in reversed(cases)},
        files={case.id: evidence_of(db.session, record_of(case.id)) for case in cases},
        purposes=PURPOSES,
        states=CASE_STATES,
        lang=language(),
    )


def object_to(year: int, list_id: str) -> ResponseReturnValue:
    """Object to being on a list."""
    listing = _listing(year, list_id)
    fault = ""
    if request.method == "POST":
        person_id = current_actor().person_id
        text = request.form.get("text", "")
        try:
            object_to_listing(db.session, now(), person_id, year, list_id, text, sent_files())
        except Refused as refused:
            if refused.status != 400:
                raise
            fault = translated(refused.text)
        else:
            flash(_("The objection is entered."), "success")
            return redirect(url_for("own_appraisal.index"))
    page = render_template(
        "appraisal/own_object.html",
        listing=listing,
        fault=fault,
        sent=request.form,
        accept=ACCEPT,
        lang=language(),
    )
    return page, 400 if fault else 200


def _listing(year: int, list_id: str) -> Listing:
    listings = own_listings(db.session, now(), current_actor().person_id, language())
    for listing in listings:
        if (listing.year, listing.list.id) == (year, list_id):
            return listing
    raise Refused("not-listed", N_("You are not on this list."), status=404)


def file(case_id: int, file_id: int) -> ResponseReturnValue:
    """A file of one's own objection."""
    return file_answer(case_file(db.session, current_actor(), case_id, file_id))

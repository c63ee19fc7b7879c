"""Ballots for electors: voting, the receipt, and counting again."""

from __future__ import annotations

from flask import Response, make_response, render_template, request
from flask.typing import ResponseReturnValue

from quizengine.domain.ballots import clean_receipt, needed_votes, new_receipt
from quizengine.domain.canonical import canonical_json
from quizengine.domain.text import Refused
from quizengine.services.ballot_count import tally_of
from quizengine.services.ballot_votes import (
    counted_ballot,
    counted_list,
    own_ballot,
    own_ballots,
    vote,
    votes_under,
)
from quizengine.services.ballots import numbers_of, options_of, turnout_of
from quizengine.web.activities.words import ballot_names
from quizengine.web.clock import now
from quizengine.web.extensions import db
from quizengine.web.i18n import translated
from quizengine.web.identity import current_actor


def index() -> ResponseReturnValue:
    """Ballots in which one may vote, or could."""
    owns = own_ballots(db.session, now(), current_actor().person_id)
    turnout = turnout_of(db.session, [own.ballot.id for own in owns])
    return render_template("ballots/own.html", owns=owns, turnout=turnout, **ballot_names())


def ballot(ballot_id: int) -> ResponseReturnValue:
    """Vote; the answer to the vote shows the receipt, which no other page ever does."""
    person_id = current_actor().person_id
    own = own_ballot(db.session, now(), person_id, ballot_id)
    receipt, error, status, done = new_receipt(), "", 200, False
    if request.method == "POST":
        receipt = request.form.get("receipt", "")
        choices = {
            number: request.form.get(f"choice-{number}", "") for number in numbers_of(own.ballot)
        }
        try:
            vote(db.session, now(), person_id, ballot_id, choices, receipt)
        except Refused as refused:
            if refused.status == 404:
                raise
            error, status = translated(refused.text), refused.status
            if refused.code == "receipt-used" or clean_receipt(receipt) is None:
                receipt = new_receipt()
        else:
            done = True
        own = own_ballot(db.session, now(), person_id, ballot_id)
    eligible, votes_in = turnout_of(db.session, [ballot_id])[ballot_id]
    page = render_template(
        "ballots/own_ballot.html",
        own=own,
        found=own.ballot,
        options=options_of(own.ballot),
        receipt=receipt,
        done=done,
        error=error,
        values=request.form,
        eligible=eligible,
        votes=votes_in,
        needed=needed_votes(eligible, own.ballot.quorum),
        **ballot_names(),
    )
    # Nobody who comes to the browser later sees the receipt.
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def recount(ballot_id: int) -> ResponseReturnValue:
    """The published list: its tally, its proof, and the own vote by the receipt."""
    found = counted_ballot(db.session, current_actor(), ballot_id)
    lines, error, status = None, "", 200
    if request.method == "POST":
        try:
            lines = votes_under(db.session, found, request.form.get("receipt", "")[:60])
        except Refused as refused:
            error, status = translated(refused.text), refused.status
    eligible, votes_in = turnout_of(db.session, [ballot_id])[ballot_id]
    page = render_template(
        "ballots/recount.html",
        found=found,
        options=options_of(found),
        tally=tally_of(db.session, found),
        eligible=eligible,
        votes=votes_in,
        needed=needed_votes(eligible, found.quorum),
        lines=lines,
        error=error,
        **ballot_names(),
    )
    response = make_response(page, status)
    response.headers["Cache-Control"] = "no-store"
    return response


def votes(ballot_id: int) -> ResponseReturnValue:
    """The list as it is hashed: SHA-256 of this file is the proof in the ledger."""
    published = counted_list(db.session, current_actor(), ballot_id)
    headers = {"Content-Disposition": f'attachment; filename="ballot-{ballot_id}.json"'}
    return Response(canonical_json(published), mimetype="application/json", headers=headers)

"""The offices' list of ballots, and the page of one."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.ballots import needed_votes
from quizengine.services.ballot_count import close_ballot, tally_of
from quizengine.services.ballot_votes import ballots_table
from quizengine.services.ballots import (
    BallotFilter,
    cancel_ballot,
    list_ballots,
    open_ballot,
    options_of,
    record_of,
    seen_ballot,
    turnout_of,
    year_of,
)
from quizengine.services.history import history_of
from quizengine.storage.models import BALLOT_STATES
from quizengine.web.activities.words import ballot_names
from quizengine.web.clock import now
from quizengine.web.extensions import db
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.office.pages import (
    READING,
    act,
    asked_of,
    asked_unit,
    asked_year,
    keeps,
    kept_args,
    page_of,
    refuse_format,
    seen_unit_choices,
    today_text,
    tried,
)
from quizengine.web.office.words import event_text
from quizengine.web.organizer.downloads import file_response


@roles_required(*READING)
def index() -> ResponseReturnValue:
    """Ballots of one's units, filtered."""
    wanted = _wanted()
    rows, pages = page_of(list_ballots(act(), wanted))
    everything = list_ballots(act(), BallotFilter(unit_id=wanted.unit_id))
    return render_template(
        "ballots/index.html",
        rows=rows,
        pages=pages,
        wanted=wanted,
        kept=kept_args("unit", "state", "year"),
        units=seen_unit_choices(),
        years=sorted({year_of(act(), one) for one in everything}, reverse=True),
        turnout=turnout_of(db.session, [row.id for row in rows]),
        now=now(),
        may_add=current_actor().has("organizer"),
        **ballot_names(),
    )


@roles_required(*READING)
def download(form: str) -> ResponseReturnValue:
    """The listed ballots with their tallies as a file."""
    refuse_format(form)
    return file_response(ballots_table(act(), _wanted()), form, today_text())


@roles_required(*READING)
def ballot(ballot_id: int) -> ResponseReturnValue:
    """A ballot: turnout while it runs, tally and proof once it is counted."""
    found = seen_ballot(db.session, current_actor(), ballot_id)
    eligible, votes = turnout_of(db.session, [ballot_id])[ballot_id]
    return render_template(
        "ballots/ballot.html",
        found=found,
        options=options_of(found),
        tally=tally_of(db.session, found),
        eligible=eligible,
        votes=votes,
        needed=needed_votes(eligible, found.quorum),
        countable=found.closes_at <= now() or (votes == eligible and eligible > 0),
        keeper=keeps(found.unit.path),
        history=history_of(db.session, record_of(found)),
        event_text=event_text,
        **ballot_names(),
    )


@roles_required("organizer")
def step(ballot_id: int) -> ResponseReturnValue:
    """Open, count or cancel a ballot."""
    wanted = request.form.get("step")
    if wanted == "open":
        tried(lambda: open_ballot(act(), ballot_id), _("The vote is open."))
    elif wanted == "count":
        done = _("The votes are counted, and the list is published to the electors.")
        tried(lambda: close_ballot(act(), ballot_id), done)
    elif wanted == "cancel":
        reason = request.form.get("reason", "")
        tried(lambda: cancel_ballot(act(), ballot_id, reason), _("The ballot is cancelled."))
    else:
        flash(_("Please choose."), "danger")
    return redirect(url_for("ballots.ballot", ballot_id=ballot_id))


def _wanted() -> BallotFilter:
    return BallotFilter(asked_unit(), asked_of("state", BALLOT_STATES), asked_year())

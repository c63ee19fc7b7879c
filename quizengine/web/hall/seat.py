"""A team's device: the code, the seat, and the page with the buzzer."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import Refused
from quizengine.services.stage_codes import tidy_code
from quizengine.services.stage_tickets import take_seat, team_of_code
from quizengine.services.tickets import Ticket
from quizengine.storage.models import Contest
from quizengine.web.extensions import db
from quizengine.web.hall.devices import keep_ticket, kept_ticket, live_data
from quizengine.web.hall.guesses import STAFF_CODES, guarded
from quizengine.web.hall.phone_words import team_words
from quizengine.web.i18n import translated
from quizengine.web.identity import public


@public
def seat() -> ResponseReturnValue:
    """Type the team's code."""
    code = tidy_code(request.args.get("code", ""))
    return redirect(url_for("hall.team", code=code)) if code else _ask("")


@public
def team(code: str) -> ResponseReturnValue:
    """The team's page for the device that has the seat; for others a button that takes it.

    Not yet with the address alone: programs that show what is behind a link would take it too.
    """
    if code != tidy_code(code):
        return redirect(url_for("hall.team", code=tidy_code(code)))
    kept = kept_ticket()
    if kept is not None and kept[0].role == "team":
        return _page(*kept)
    try:
        with guarded(STAFF_CODES):
            found = team_of_code(db.session, code)
    except Refused as refused:
        return _ask(code, refused)
    return render_template("hall/seat.html", team=found, taken=found.seat > 0)


@public
def take(code: str) -> ResponseReturnValue:
    """This device answers for the team from now on."""
    code = tidy_code(code)
    try:
        with guarded(STAFF_CODES):
            ticket = take_seat(db.session, code)
    except Refused as refused:
        return _ask(code, refused)
    response = redirect(url_for("hall.team", code=code), 303)
    return keep_ticket(response, ticket, "hall.team", code)


def _page(ticket: Ticket, contest: Contest) -> ResponseReturnValue:
    numbers = {team.id: team.number for team in contest.teams}
    return render_template(
        "hall/team.html",
        name=ticket.name,
        number=numbers[ticket.id],
        words=team_words(),
        live={**live_data(ticket), "team": ticket.id},
    )


def _ask(code: str, refused: Refused | None = None) -> ResponseReturnValue:
    page = render_template(
        "hall/code.html",
        title=_("Team device"),
        lead=_("Enter the code of your team."),
        action=url_for("hall.seat"),
        code=code,
        fault=translated(refused.text) if refused else "",
    )
    return page, refused.status if refused else 200

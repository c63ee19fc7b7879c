"""The ticket that a device in the hall was given, kept in a cookie of its own page."""

from __future__ import annotations

from flask import request, url_for
from werkzeug import Response

from quizengine.domain.text import Refused
from quizengine.services.stage_tickets import check_ticket
from quizengine.services.tickets import LASTS_S, Ticket, issue_ticket, read_ticket
from quizengine.storage.models import Contest
from quizengine.web.clock import site_settings
from quizengine.web.extensions import db
from quizengine.web.i18n import language
from quizengine.web.live_address import live_address

_COOKIE = "hall"


def kept_ticket() -> tuple[Ticket, Contest] | None:
    """The ticket of this device and its contest, if it still holds: a reload goes on with it."""
    text = request.cookies.get(_COOKIE, "")
    try:
        ticket = read_ticket(site_settings().secret_key, text)
        return ticket, check_ticket(db.session, ticket)
    except Refused:
        return None


def keep_ticket(response: Response, ticket: Ticket, endpoint: str, code: str) -> Response:
    """Give the device its ticket, for the page `endpoint` of this code alone."""
    response.set_cookie(
        _COOKIE,
        issue_ticket(site_settings().secret_key, ticket),
        max_age=LASTS_S,
        path=url_for(endpoint, code=code),
        httponly=True,
        samesite="Lax",
        secure=site_settings().secure_cookies,
    )
    return response


def live_data(ticket: Ticket) -> dict[str, str]:
    """What the script needs to connect."""
    return {
        "url": live_address(),
        "ticket": issue_ticket(site_settings().secret_key, ticket),
        "lang": language(),
    }

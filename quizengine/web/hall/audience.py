"""The audience: the code, a name, and the page that asks."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import Refused
from quizengine.services.stage_codes import tidy_code
from quizengine.services.stage_tickets import (
    PLAYER_NAME_LENGTH,
    contest_of_join_code,
    join_audience,
)
from quizengine.services.tickets import Ticket
from quizengine.storage.models import Contest
from quizengine.web.clock import now
from quizengine.web.extensions import db
from quizengine.web.hall.devices import keep_ticket, kept_ticket, live_data
from quizengine.web.hall.guesses import AUDIENCE_CODES, guarded
from quizengine.web.hall.phone_words import audience_words
from quizengine.web.i18n import language, translated
from quizengine.web.identity import public, signed_in_user


@public
def join() -> ResponseReturnValue:
    """Type the code of the big screen."""
    code = tidy_code(request.args.get("code", ""))
    return redirect(url_for("hall.audience", code=code)) if code else _ask("")


@public
def audience(code: str) -> ResponseReturnValue:
    """The page of somebody who has joined; for others a field for the name."""
    if code != tidy_code(code):
        return redirect(url_for("hall.audience", code=tidy_code(code)))
    kept = kept_ticket()
    if kept is not None and kept[0].role == "audience":
        return _page(*kept)
    user = signed_in_user()
    return _name(code, user.name[:PLAYER_NAME_LENGTH] if user else "")


@public
def enter(code: str) -> ResponseReturnValue:
    """Join with a name, once on each phone."""
    code, name = tidy_code(code), request.form.get("name", "")
    target = redirect(url_for("hall.audience", code=code), 303)
    kept = kept_ticket()
    if kept is not None and kept[0].role == "audience":
        return target
    user = signed_in_user()
    try:
        person = user.person_id if user else None
        with guarded(AUDIENCE_CODES):
            ticket = join_audience(db.session, now(), code, name, person)
    except Refused as refused:
        return _name(code, name, refused) if refused.code == "name" else _ask(code, refused)
    return keep_ticket(target, ticket, "hall.audience", code)


def _page(ticket: Ticket, contest: Contest) -> ResponseReturnValue:
    english = language() == "en" and contest.title_en
    return render_template(
        "hall/audience.html",
        title=contest.title_en if english else contest.title_zh,
        name=ticket.name,
        words=audience_words(),
        live=live_data(ticket),
    )


def _name(code: str, name: str, refused: Refused | None = None) -> ResponseReturnValue:
    try:
        with guarded(AUDIENCE_CODES):
            contest = contest_of_join_code(db.session, code)
    except Refused as closed:
        return _ask(code, closed)
    fault = translated(refused.text) if refused else ""
    page = render_template("hall/join.html", contest=contest, name=name, fault=fault)
    return page, refused.status if refused else 200


def _ask(code: str, refused: Refused | None = None) -> ResponseReturnValue:
    page = render_template(
        "hall/code.html",
        title=_("Questions to the audience"),
        lead=_("Enter the code that the big screen shows."),
        action=url_for("hall.join"),
        code=code,
        fault=translated(refused.text) if refused else "",
    )
    return page, refused.status if refused else 200

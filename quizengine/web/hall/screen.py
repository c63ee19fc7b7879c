"""The big screen of the hall, for whoever has its code."""

from __future__ import annotations

from typing import Any

import segno
from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from quizengine.services.stage_access import rules_of
from quizengine.services.stage_tickets import check_ticket, screen_ticket
from quizengine.storage.models import Contest
from quizengine.web.extensions import db
from quizengine.web.hall.devices import live_data
from quizengine.web.hall.guesses import STAFF_CODES, guarded
from quizengine.web.hall.words import screen_words
from quizengine.web.i18n import LANGUAGES, language
from quizengine.web.identity import public


@public
def screen(code: str) -> ResponseReturnValue:
    """The whole show; `?lang=` chooses the language of this screen alone."""
    with guarded(STAFF_CODES):
        ticket = screen_ticket(db.session, code)
    contest = check_ticket(db.session, ticket)
    chosen = request.args.get("lang", "")
    with force_locale(chosen if chosen in LANGUAGES else language()):
        return render_template(
            "hall/screen.html",
            contest=contest,
            words=screen_words(rules_of(contest)),
            live={**live_data(ticket), "join": join_address(contest)},
        )


def join_address(contest: Contest) -> dict[str, Any]:
    """Where the audience joins, and the picture to scan."""
    url = url_for("hall.audience", code=contest.join_code, _external=True)
    return {"url": url, "qr": segno.make(url, error="m", micro=False).svg_data_uri(border=2)}

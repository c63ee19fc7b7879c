"""Publish a result, and draw the prizes."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import N_, Refused
from quizengine.services.mass_closing import publish
from quizengine.services.mass_lottery import (
    draw_prizes,
    draw_record,
    lottery_of,
    prizes_of,
    winners_of,
)
from quizengine.web.clock import now
from quizengine.web.extensions import db
from quizengine.web.i18n import translated
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.mass.organizer.common import READING, contest_page, seen_contest


@roles_required("organizer")
def publish_result(contest_id: int) -> ResponseReturnValue:
    """Show the final result to everybody."""
    publish(db.session, now(), current_actor(), contest_id)
    flash(_("The result is published. The ledger gets its entries within a minute."), "success")
    return redirect(url_for("mass_organizer.board", contest_id=contest_id))


@roles_required(*READING)
def draw(contest_id: int) -> ResponseReturnValue:
    """What the draw needs, and once it was made, who won."""
    return _draw_page(contest_id)


def _draw_page(contest_id: int, error: str = "") -> str:
    contest, seen = seen_contest(contest_id)
    lottery = lottery_of(db.session, contest_id)
    if lottery is None:
        raise Refused("no-lottery", N_("This contest has no draw."), status=404)
    return contest_page(
        "mass_organizer/draw.html",
        contest,
        seen,
        "draw",
        prizes=prizes_of(lottery),
        record=draw_record(db.session, lottery),
        winners=winners_of(db.session, contest_id),
        error=error,
        typed=request.form.get("public_value", ""),
    )


@roles_required("organizer")
def draw_now(contest_id: int) -> ResponseReturnValue:
    """Draw, once and for all."""
    value = request.form.get("public_value", "")
    try:
        winners = draw_prizes(db.session, now(), current_actor(), contest_id, value)
    except Refused as refused:
        if refused.status in (403, 404):
            raise
        return _draw_page(contest_id, translated(refused.text)), refused.status
    flash(_("The prizes are drawn. Winners: %(count)s.", count=len(winners)), "success")
    return redirect(url_for("mass_organizer.draw", contest_id=contest_id))

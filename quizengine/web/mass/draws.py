"""The draw of prizes: what was promised, what came, and how to check it."""

from __future__ import annotations

import json

from flask import Response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import N_, Refused
from quizengine.services.mass_boards import board_of
from quizengine.services.mass_lookup import course_of
from quizengine.services.mass_lottery import draw_record, lottery_of, prizes_of, winners_of
from quizengine.storage.models import MassLottery
from quizengine.web.clock import now
from quizengine.web.extensions import db
from quizengine.web.mass.contests import head_of, own_case


def draw(contest_id: int) -> ResponseReturnValue:
    """The commitment, the list, the seed, the winners, and a check in the browser."""
    case = own_case(contest_id)
    lottery = _lottery(contest_id)
    return render_template(
        "mass/draw.html",
        tab="draw",
        board=board_of(db.session, now(), case.contest),
        lottery=lottery,
        prizes=prizes_of(lottery),
        record=draw_record(db.session, lottery),
        winners=winners_of(db.session, contest_id),
        entry=case.entry,
        published=course_of(case.contest).published_at,
        texts=_texts(),
        **head_of(case),
    )


def record(contest_id: int) -> ResponseReturnValue:
    """The record as a file, for `quizengine contest lottery-check` or any other program."""
    own_case(contest_id)
    text = json.dumps(draw_record(db.session, _lottery(contest_id)), ensure_ascii=False, indent=1)
    name = f'attachment; filename="draw-{contest_id}.json"'
    return Response(text, mimetype="application/json", headers={"Content-Disposition": name})


def _lottery(contest_id: int) -> MassLottery:
    found = lottery_of(db.session, contest_id)
    if found is None:
        raise Refused("no-lottery", N_("This contest has no draw."), status=404)
    return found


def _texts() -> dict[str, str]:
    return {
        "good": _("Everything fits: seed, list and winners are as published."),
        "seed": _("The seed is not the one that was committed to."),
        "list": _("The list of entries is not the one that was published."),
        "winners": _("The winners do not follow from seed, public value and list."),
        "unreadable": _("This is not the record of a draw."),
    }

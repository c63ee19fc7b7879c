"""The online contests that an organizer may look into."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from quizengine.services.mass_lists import contest_list, series_list
from quizengine.web.clock import now
from quizengine.web.extensions import db
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.mass.contests import shown_words
from quizengine.web.mass.organizer.common import READING
from quizengine.web.paging import PER_PAGE, paging


@roles_required(*READING)
def index() -> ResponseReturnValue:
    """Contests and series in sight, the latest first."""
    actor = current_actor()
    _lines, total = contest_list(db.session, now(), actor, size=0)
    pages = paging(total)
    lines, _total = contest_list(db.session, now(), actor, offset=pages.offset, size=PER_PAGE)
    return render_template(
        "mass_organizer/index.html",
        lines=lines,
        pages=pages,
        series=series_list(db.session, actor),
        may_open=actor.has("organizer"),
        tab="mass",
        **shown_words(),
    )

"""The list of stage contests."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from quizengine.services.stage_access import contests_for, rules_of
from quizengine.web.extensions import db
from quizengine.web.i18n import language
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.paging import PER_PAGE, paging
from quizengine.web.stage.common import READING, title_in_language
from quizengine.web.stage.words import CONTEST_STATES


@roles_required(*READING)
def index() -> ResponseReturnValue:
    """The contests of the person's units, newest first."""
    actor = current_actor()
    found = contests_for(db.session, actor, *READING)
    pages = paging(len(found))
    return render_template(
        "stage/index.html",
        contests=found[pages.offset : pages.offset + PER_PAGE],
        pages=pages,
        states=CONTEST_STATES,
        rules_of=rules_of,
        title_of=title_in_language,
        may_open=actor.has("organizer"),
        actor=actor,
        lang=language(),
    )

"""What is done to a contest by one button: draw its questions, cancel it, rehearse it."""

from __future__ import annotations

from flask import flash
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import Refused
from quizengine.services.stage import cancel_contest, copy_as_rehearsal
from quizengine.services.stage_draw import draw_questions, drawn_elsewhere
from quizengine.storage.models import Contest
from quizengine.web.clock import now, site_settings
from quizengine.web.extensions import db
from quizengine.web.i18n import translated
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.stage.common import own_contest, to_contest


@roles_required("organizer")
def draw(contest_id: int) -> ResponseReturnValue:
    """Draw all questions anew; what is short is said on the contest's page."""
    contest = own_contest(contest_id)
    try:
        drawn = draw_questions(db.session, now(), site_settings().zone, current_actor(), contest_id)
    except Refused as refused:
        if refused.status == 403:
            raise
        flash(translated(refused.text), "danger")
    else:
        flash(_("The questions are drawn."), "success")
        if again := drawn_elsewhere(db.session, drawn):
            flash(_known_text(drawn, again), "warning")
    return to_contest(contest)


def _known_text(contest: Contest, count: int) -> str:
    if contest.rehearsal:
        text = _(
            "The contest pool is too small: %(count)s questions of this rehearsal are also those of"
            " a contest to come. Whoever rehearses would know them: draw the contest anew after"
            " it.",
            count=count,
        )
    else:
        text = _(
            "The contest pool is too small: %(count)s of these questions have a place in a"
            " rehearsal too. Draw anew once the bank has more.",
            count=count,
        )
    return str(text)


@roles_required("organizer")
def cancel(contest_id: int) -> ResponseReturnValue:
    """Take the contest back."""
    contest = own_contest(contest_id)
    cancel_contest(db.session, current_actor(), contest_id)
    flash(_("The contest is cancelled."), "success")
    return to_contest(contest)


@roles_required("organizer")
def rehearse(contest_id: int) -> ResponseReturnValue:
    """A rehearsal by the same rules, with questions of its own."""
    own_contest(contest_id)
    copied = copy_as_rehearsal(db.session, now(), current_actor(), contest_id, _)
    flash(_("This is the rehearsal: it has teams of its own and leaves no trace."), "success")
    return to_contest(copied)

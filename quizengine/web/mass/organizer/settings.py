"""Move the times of an online contest, or take it back."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import Refused
from quizengine.services.bank import served_registry
from quizengine.services.exams import blueprint_of
from quizengine.services.mass import cancel_contest, change_times
from quizengine.services.mass_lookup import limits_of
from quizengine.storage.models import MassContest
from quizengine.web.clock import now, site_settings
from quizengine.web.extensions import db
from quizengine.web.i18n import translated
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.mass.organizer.common import READING, contest_page, seen_contest
from quizengine.web.mass.words import limits_text
from quizengine.web.organizer.common import saved
from quizengine.web.organizer.fields import Fields, local_text


@roles_required(*READING)
def settings(contest_id: int) -> ResponseReturnValue:
    """The rules as they are, and the times to be changed."""
    contest, _seen = seen_contest(contest_id)
    return _page(contest_id, _values(contest), {})


def _values(contest: MassContest) -> dict[str, str]:
    zone = site_settings().zone
    return {
        "opens_at": local_text(contest.exam.opens_at, zone),
        "closes_at": local_text(contest.exam.closes_at, zone),
        "freeze_at": local_text(contest.freeze_at, zone),
    }


def _page(contest_id: int, values: Mapping[str, str], errors: Mapping[str, str]) -> str:
    contest, seen = seen_contest(contest_id)
    return contest_page(
        "mass_organizer/settings.html",
        contest,
        seen,
        "settings",
        values=values,
        errors=errors,
        blueprint=blueprint_of(contest.exam),
        limits=limits_text(limits_of(contest)),
        audience=[(row.tier, row.unit.name) for row in contest.exam.audience],
        tiers=served_registry(db.session).tiers,
    )


@roles_required("organizer")
def change(contest_id: int) -> ResponseReturnValue:
    """Move the window and the freeze."""
    zone = site_settings().zone
    fields = Fields(request.form, zone)
    opens, closes = fields.time("opens_at"), fields.time("closes_at")
    freeze = fields.time("freeze_at", needed=False)
    if opens and closes and not fields.errors:
        contest, _seen = seen_contest(contest_id)
        # The form has minutes; what was not touched keeps its seconds.
        kept = _values(contest)
        exam = contest.exam
        times = (
            exam.opens_at if request.form.get("opens_at") == kept["opens_at"] else opens,
            exam.closes_at if request.form.get("closes_at") == kept["closes_at"] else closes,
            contest.freeze_at if request.form.get("freeze_at") == kept["freeze_at"] else freeze,
        )
        try:
            change_times(db.session, now(), zone, current_actor(), contest_id, *times)
        except Refused as refused:
            if refused.status in (403, 404):
                raise
            fields.errors["form"] = translated(refused.text)
        else:
            flash(saved(), "success")
            return redirect(url_for("mass_organizer.settings", contest_id=contest_id))
    return _page(contest_id, request.form.to_dict(), fields.errors), 400


@roles_required("organizer")
def cancel(contest_id: int) -> ResponseReturnValue:
    """Take back a contest that nobody has begun."""
    cancel_contest(db.session, now(), current_actor(), contest_id)
    flash(_("The contest is cancelled."), "success")
    return redirect(url_for("mass_organizer.index"))

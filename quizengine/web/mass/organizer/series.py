"""A series: its contests, its board, its end."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.services.exam_plans import pool_shortages
from quizengine.services.mass_lists import contests_of_series
from quizengine.services.mass_series import end_series, managed_series, template_of
from quizengine.services.mass_series_board import series_board, series_participants
from quizengine.web.clock import now, site_settings
from quizengine.web.extensions import db
from quizengine.web.i18n import language
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.mass.contests import shown_words
from quizengine.web.mass.organizer.common import READING
from quizengine.web.paging import PER_PAGE, paging


@roles_required(*READING)
def series(series_id: int) -> ResponseReturnValue:
    """The contests so far, and the board over all of them."""
    found = managed_series(db.session, current_actor(), series_id, *READING, "admin")
    pages = paging(series_participants(db.session, series_id))
    blueprint = template_of(found).blueprint
    return render_template(
        "mass_organizer/series.html",
        series=found,
        title=found.title_en if language().startswith("en") else found.title_zh,
        contests=contests_of_series(db.session, now(), series_id),
        lines=series_board(db.session, now(), series_id, offset=pages.offset, size=PER_PAGE),
        pages=pages,
        shortages=pool_shortages(db.session, site_settings().zone, blueprint, now()),
        manages=current_actor().can("organizer", found.unit.path),
        **shown_words(),
    )


@roles_required("organizer")
def end(series_id: int) -> ResponseReturnValue:
    """Make no further contests."""
    end_series(db.session, now(), current_actor(), series_id)
    flash(_("The series has ended: no further contests are made."), "success")
    return redirect(url_for("mass_organizer.series", series_id=series_id))

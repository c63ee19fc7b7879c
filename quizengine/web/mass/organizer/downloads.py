"""Boards and winners as files for spreadsheet programs."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from quizengine.domain.text import N_, Refused
from quizengine.services.mass_exports import persons_table, units_table, winners_table
from quizengine.services.shown import title_of
from quizengine.web.extensions import db
from quizengine.web.i18n import language
from quizengine.web.identity import roles_required
from quizengine.web.mass.organizer.common import READING, seen_contest, shown_board
from quizengine.web.organizer.downloads import file_response

_TABLES = {"persons": persons_table, "units": units_table, "winners": winners_table}


@roles_required(*READING)
def download(contest_id: int, what: str, form: str) -> ResponseReturnValue:
    """What the boards show at the moment, as XLSX or CSV."""
    if what not in _TABLES or form not in ("xlsx", "csv"):
        raise Refused("unknown-file", N_("There is no such file."), status=404)
    contest, seen = seen_contest(contest_id)
    table = _TABLES[what](db.session, shown_board(contest, seen), seen)
    return file_response(table, form, title_of(contest.exam, language()))

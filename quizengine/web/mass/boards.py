"""The boards of persons, of units, and of a series."""

from __future__ import annotations

from typing import cast

from flask import render_template, request
from flask.typing import ResponseReturnValue

from quizengine.domain.mass_units import OrderBy
from quizengine.services.mass_boards import (
    board_of,
    own_line,
    participants,
    person_board,
    unit_board,
)
from quizengine.services.mass_lookup import unknown_contest
from quizengine.services.mass_member import member_contests
from quizengine.services.mass_series_board import (
    own_series_line,
    series_board,
    series_participants,
)
from quizengine.storage.models import MassSeries
from quizengine.web.choices import steps
from quizengine.web.clock import now, site_settings
from quizengine.web.extensions import db
from quizengine.web.i18n import language
from quizengine.web.identity import current_actor
from quizengine.web.mass.contests import head_of, own_case, shown_words
from quizengine.web.mass.words import LEVELS, ORDERS
from quizengine.web.paging import PER_PAGE, paging


def persons(contest_id: int) -> ResponseReturnValue:
    """Everybody with a result, in pages; the own line is always in sight."""
    case = own_case(contest_id)
    board = board_of(db.session, now(), case.contest)
    pages = paging(participants(db.session, board))
    return render_template(
        "mass/board.html",
        tab="persons",
        board=board,
        lines=person_board(db.session, board, offset=pages.offset, size=PER_PAGE),
        own=own_line(db.session, board, current_actor().person_id),
        pages=pages,
        person_id=current_actor().person_id,
        **head_of(case),
    )


def units(contest_id: int) -> ResponseReturnValue:
    """The units of one level."""
    case = own_case(contest_id)
    board = board_of(db.session, now(), case.contest)
    by = cast(OrderBy, request.args.get("by") if request.args.get("by") in ORDERS else "overall")
    lines = unit_board(db.session, board, by)
    known = sorted({line.line.level for line in lines})
    asked = request.args.get("level", type=int)
    level = asked if asked in known else next(iter(known[1:] or known), 1)
    return render_template(
        "mass/units.html",
        tab="units",
        board=board,
        lines=[line for line in lines if line.line.level == level],
        whole=next(iter(lines), None),
        level=level,
        levels={key: LEVELS[key] for key in known},
        by=by,
        orders=ORDERS,
        own_units=set(steps(current_actor().unit_path)),
        **head_of(case),
    )


def series(series_id: int) -> ResponseReturnValue:
    """Sums and streaks over all contests of a series."""
    zone, person_id = site_settings().zone, current_actor().person_id
    cases = [
        case
        for case in member_contests(db.session, now(), zone, person_id)
        if case.contest.series_id == series_id
    ]
    found = db.session.get(MassSeries, series_id)
    if found is None or not cases:
        raise unknown_contest()
    pages = paging(series_participants(db.session, series_id))
    return render_template(
        "mass/series.html",
        series=found,
        title=found.title_en if language().startswith("en") else found.title_zh,
        days=cases[::-1],
        lines=series_board(db.session, now(), series_id, offset=pages.offset, size=PER_PAGE),
        own=own_series_line(db.session, now(), series_id, person_id),
        pages=pages,
        person_id=person_id,
        **shown_words(),
    )

"""Follow an online contest: figures, persons, units."""

from __future__ import annotations

from typing import Any, cast

from flask import render_template, request
from flask.typing import ResponseReturnValue

from quizengine.domain.mass_units import OrderBy
from quizengine.services.mass_boards import participants, person_board, unit_board
from quizengine.services.mass_lists import sitting_now
from quizengine.services.reach import Reach
from quizengine.storage.models import MassContest
from quizengine.web.extensions import db
from quizengine.web.identity import roles_required
from quizengine.web.mass.contests import TOP, shown_words
from quizengine.web.mass.organizer.common import (
    READING,
    contest_page,
    seen_contest,
    shown_board,
)
from quizengine.web.mass.words import LEVELS, ORDERS
from quizengine.web.paging import PER_PAGE, paging

# So many units are shown on the overview.
UNITS = 12


def _figures(contest: MassContest, seen: Reach) -> dict[str, Any]:
    board = shown_board(contest, seen)
    units = unit_board(db.session, board)
    known = sorted({line.line.level for line in units})
    level = next(iter(known[1:] or known), 1)
    return {
        "board": board,
        "whole": next(iter(units), None),
        "count": participants(db.session, board),
        "top": person_board(db.session, board, size=TOP),
        "units": [line for line in units if line.line.level == level][:UNITS],
        # What is going on is a count of participants too: it stands still with the boards.
        "sitting": None if board.frozen else sitting_now(db.session, contest),
    }


@roles_required(*READING)
def board(contest_id: int) -> ResponseReturnValue:
    """The overview."""
    contest, seen = seen_contest(contest_id)
    audience = [(row.tier, row.unit.name) for row in contest.exam.audience]
    return contest_page(
        "mass_organizer/board.html",
        contest,
        seen,
        "board",
        audience=audience,
        **_figures(contest, seen),
    )


@roles_required(*READING)
def live_part(contest_id: int) -> ResponseReturnValue:
    """The part of the overview that its script fetches again and again."""
    contest, seen = seen_contest(contest_id)
    words = {**shown_words(), **_figures(contest, seen)}
    return render_template("mass_organizer/_live.html", contest=contest, seen=seen, **words)


@roles_required(*READING)
def persons(contest_id: int) -> ResponseReturnValue:
    """Everybody with a result."""
    contest, seen = seen_contest(contest_id)
    shown = shown_board(contest, seen)
    pages = paging(participants(db.session, shown))
    return contest_page(
        "mass_organizer/persons.html",
        contest,
        seen,
        "persons",
        board=shown,
        lines=person_board(db.session, shown, offset=pages.offset, size=PER_PAGE),
        pages=pages,
    )


@roles_required(*READING)
def units(contest_id: int) -> ResponseReturnValue:
    """The units of one level."""
    contest, seen = seen_contest(contest_id)
    shown = shown_board(contest, seen)
    by = cast(OrderBy, request.args.get("by") if request.args.get("by") in ORDERS else "overall")
    lines = unit_board(db.session, shown, by)
    known = sorted({line.line.level for line in lines})
    asked = request.args.get("level", type=int)
    level = asked if asked in known else next(iter(known[1:] or known), 1)
    return contest_page(
        "mass_organizer/units.html",
        contest,
        seen,
        "units",
        board=shown,
        lines=[line for line in lines if line.line.level == level],
        whole=next(iter(lines), None),
        level=level,
        levels={key: LEVELS[key] for key in known},
        by=by,
        orders=ORDERS,
        own_units=set(),
        units_endpoint="mass_organizer.units",
    )

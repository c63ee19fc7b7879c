"""Follow an exam: the list, the board of one exam, its live part, and its picture."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response, current_app, render_template, request
from flask.typing import ResponseReturnValue

from quizengine.services.boards import (
    Live,
    Tally,
    UnitLine,
    distribution,
    live,
    overall,
    unit_board,
)
from quizengine.services.exams import blueprint_of
from quizengine.services.reach import Reach, exam_list
from quizengine.services.shown import title_of
from quizengine.services.standings import standings
from quizengine.web.clock import now, site_settings
from quizengine.web.extensions import db
from quizengine.web.i18n import language
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.organizer.charts import (
    PICTURE_POLICY,
    SVG_TYPE,
    distribution_chart,
    distribution_text,
)
from quizengine.web.organizer.common import audience_text, exam_page, pass_share, seen_exam
from quizengine.web.organizer.shared_board import SharedBoards
from quizengine.web.organizer.words import EXAM_STATES
from quizengine.web.paging import PER_PAGE, paging
from quizengine.web.themes import current_theme

# A tree with more units than these is shown to its second level at first.
MOST_UNITS = 30
# A board with as many people is read once a second for all who watch it.
SHARED_FROM = 500
READING = ("organizer", "auditor")


@roles_required(*READING)
def index() -> ResponseReturnValue:
    """The exams that the person may look into."""
    actor = current_actor()
    _lines, total = exam_list(db.session, now(), actor, size=0)
    pages = paging(total)
    lines, _total = exam_list(db.session, now(), actor, offset=pages.offset, size=PER_PAGE)
    return render_template(
        "organizer/index.html",
        lines=lines,
        pages=pages,
        states=EXAM_STATES,
        title_of=title_of,
        lang=language(),
        may_open=actor.has("organizer"),
    )


@dataclass(frozen=True)
class _Board:
    """What the board shows; a deep tree is cut below the second level unless `all` is asked for."""

    tally: Tally
    live: Live
    units: list[UnitLine]
    bins: list[int]
    deep: bool
    all: bool


def _large(board: _Board) -> bool:
    return board.tally.expected >= SHARED_FROM


_shared = "quizengine_boards"


def _board(seen: Reach) -> _Board:
    """The board for all whose reach is the same, by everybody's own rights."""
    everything = request.args.get("units") == "all"
    boards: SharedBoards[_Board] = current_app.extensions.setdefault(_shared, SharedBoards(_large))
    key = (seen.exam.id, seen.paths, everything, seen.exam.concluded_at)
    return boards.look(key, lambda: _read(seen, everything))


def _read(seen: Reach, everything: bool) -> _Board:
    members = standings(db.session, site_settings().zone, seen)
    tally = overall(members)
    units = unit_board(db.session, seen, members)
    deep = len(units) > MOST_UNITS
    everything = everything or not deep
    return _Board(
        tally,
        live(db.session, now(), seen, tally),
        units if everything else [line for line in units if line.depth <= 1],
        distribution(members),
        deep,
        everything,
    )


@roles_required(*READING)
def board(exam_id: int) -> ResponseReturnValue:
    """Participation and results by unit."""
    seen = seen_exam(exam_id)
    found = _board(seen)
    return exam_page(
        "organizer/board.html",
        seen,
        "board",
        board=found,
        at=now(),
        picture_text=distribution_text(found.bins),
        audience=audience_text(seen),
    )


@roles_required(*READING)
def live_part(exam_id: int) -> ResponseReturnValue:
    """The part of the board that its script fetches again and again."""
    seen = seen_exam(exam_id)
    found = _board(seen)
    return render_template(
        "organizer/_live.html",
        exam=seen.exam,
        board=found,
        at=now(),
        picture_text=distribution_text(found.bins),
    )


@roles_required(*READING)
def picture(exam_id: int) -> ResponseReturnValue:
    """The distribution of counted scores as SVG."""
    seen = seen_exam(exam_id)
    bins = _board(seen).bins
    theme = current_theme()
    drawn = distribution_chart(bins, pass_share(blueprint_of(seen.exam)), theme)
    return Response(drawn, mimetype=SVG_TYPE, headers={"Content-Security-Policy": PICTURE_POLICY})

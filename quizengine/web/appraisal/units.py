"""A unit's year: its total, its numbers down to the entries, and pictures of both."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from flask import Response, request
from flask.typing import ResponseReturnValue

from quizengine.domain.appraisal.measures import ZERO
from quizengine.domain.appraisal.ranking import UnitResult
from quizengine.services.appraisal_cases import unknown_number
from quizengine.services.appraisal_evidence import entries_behind
from quizengine.services.appraisal_explained import Explained
from quizengine.services.appraisal_seen import SeenYear, years_of
from quizengine.services.ledger_browse import entry_lines
from quizengine.services.units import unit_tree
from quizengine.web.appraisal.charts import strengths_chart, strengths_text, years_chart, years_text
from quizengine.web.appraisal.common import READING, asked_code, the_year, year_page
from quizengine.web.appraisal.words import JUDGES, LOOKS_AT, NATURES, RECURS
from quizengine.web.extensions import db
from quizengine.web.i18n import language
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.organizer.charts import PICTURE_POLICY, SVG_TYPE
from quizengine.web.paging import paging
from quizengine.web.themes import current_theme


@roles_required(*READING)
def unit(year: int) -> ResponseReturnValue:
    """A unit's total and what it is made of."""
    seen = the_year(year)
    result = seen.unit(asked_code())
    explained = Explained(seen.found, result, language())
    tasks = explained.tasks()
    past = years_of(db.session, seen, result, language())
    points = [float(line.points) for line in tasks]
    titles = [line.task.title.in_language(language()) for line in tasks]
    return year_page(
        "appraisal/unit.html",
        seen,
        "ranking",
        result=result,
        path=upwards(seen, result),
        tasks=tasks,
        sides=explained.sides(),
        total=explained.total(),
        below=[u for u in seen.units() if u.unit.parent == result.unit.code],
        of_level=len(seen.found.result.of_level(result.unit.level)),
        past=past,
        picture_text=strengths_text(titles, points),
        past_text=years_text(past),
        tags=(LOOKS_AT, RECURS, NATURES, JUDGES),
        may_object=organizes(result.unit.code),
    )


@roles_required(*READING)
def number(year: int) -> ResponseReturnValue:
    """A number of a unit with the sentences that explain it, and the entries behind it."""
    seen = the_year(year)
    result = seen.unit(asked_code())
    of, stage = request.args.get("of", ""), request.args.get("stage", "")
    explained = Explained(seen.found, result, language())
    task = next((t for t in seen.found.rules.tasks if f"task:{t.id}" == of), None)
    side = next((s for s in explained.sides() if s.number == of), None)
    if task is None and side is None:
        raise unknown_number()
    seqs = entries_behind(db.session, seen, result.unit.code, of, stage)
    pages = paging(len(seqs))
    shown = seqs[pages.offset : pages.offset + pages.per_page]
    return year_page(
        "appraisal/number.html",
        seen,
        "ranking",
        result=result,
        path=upwards(seen, result),
        of=of,
        stage=stage,
        line=explained.task(task) if task else None,
        side=side,
        lines=entry_lines(db.session, current_actor(), shown, language()),
        pages=pages,
        below=_below(seen, result, task.id if task else None),
        tags=(LOOKS_AT, RECURS, NATURES, JUDGES),
        may_object=organizes(result.unit.code),
    )


def _below(
    seen: SeenYear, result: UnitResult, task_id: str | None
) -> list[tuple[UnitResult, Fraction]]:
    """The units right below, with their points of a task."""
    if task_id is None:
        return []
    units = [u for u in seen.units() if u.unit.parent == result.unit.code]
    return sorted(
        ((u, u.task_points(task_id)) for u in units), key=lambda pair: (-pair[1], pair[0].unit.code)
    )


def upwards(seen: SeenYear, result: UnitResult) -> list[UnitResult]:
    """The units above that one may look into, the highest first."""
    path: list[UnitResult] = []
    above = result.unit.parent
    while above is not None and seen.opens(above):
        found = seen.found.result.unit(above)
        if found is None or found in path:
            break
        path.insert(0, found)
        above = found.unit.parent
    return path


def organizes(code: str) -> bool:
    """Whether the person signed in organizes the unit, and so may object for it."""
    return any(row.code == code for row in unit_tree(db.session, current_actor(), "organizer"))


@roles_required(*READING)
def strengths(year: int) -> ResponseReturnValue:
    """Points by task, beside the mean of the unit's level, as SVG."""
    seen = the_year(year)
    result = seen.unit(asked_code())
    rules = seen.found.rules
    titles = [task.title.in_language(language()) for task in rules.tasks]
    own = [float(result.task_points(task.id)) for task in rules.tasks]
    peers = seen.found.result.of_level(result.unit.level)
    # The mean of a level tells of units beyond one's own.
    shown = seen.ranks and len(peers) > 1
    means = [_mean(peers, task.id) for task in rules.tasks] if shown else []
    theme = current_theme()
    drawn = strengths_chart(titles, own, means, theme)
    return _picture(drawn)


def _mean(peers: Sequence[UnitResult], task_id: str) -> float:
    return float(sum((peer.task_points(task_id) for peer in peers), ZERO) / len(peers))


@roles_required(*READING)
def years(year: int) -> ResponseReturnValue:
    """Totals of the years as SVG."""
    seen = the_year(year)
    result = seen.unit(asked_code())
    past = years_of(db.session, seen, result, language())
    theme = current_theme()
    drawn = years_chart(past, float(seen.found.rules.most), theme)
    return _picture(drawn)


def _picture(drawn: bytes) -> Response:
    return Response(drawn, mimetype=SVG_TYPE, headers={"Content-Security-Policy": PICTURE_POLICY})

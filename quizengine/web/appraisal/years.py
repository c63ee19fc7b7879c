"""The years, the ranking of one, and its rules."""

from __future__ import annotations

from decimal import Decimal

from flask import render_template, request
from flask.typing import ResponseReturnValue

from quizengine.domain.appraisal.ranking import UnitResult
from quizengine.services.appraisal_desk import count_undecided
from quizengine.services.appraisal_seen import list_years
from quizengine.web.appraisal.common import READING, the_year, year_page
from quizengine.web.appraisal.words import JUDGES, LOOKS_AT, NATURES, PURPOSES, RECURS
from quizengine.web.clock import today
from quizengine.web.extensions import db
from quizengine.web.i18n import language
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.paging import paging


@roles_required(*READING)
def index() -> ResponseReturnValue:
    """All years."""
    actor = current_actor()
    return render_template(
        "appraisal/index.html",
        lines=list_years(db.session, actor),
        undecided=count_undecided(db.session, actor),
        this_year=today().year,
        lang=language(),
    )


@roles_required(*READING)
def year(year: int) -> ResponseReturnValue:
    """The units of a level, ranked."""
    seen = the_year(year)
    known = seen.levels()
    asked = request.args.get("level", type=int)
    default = 2 if 2 in known else next(iter(known), 1)
    level = asked if asked in known else default
    text = request.args.get("q", "").strip()[:100]
    found = seen.units(level, text)
    pages = paging(len(found))
    return year_page(
        "appraisal/year.html",
        seen,
        "ranking",
        level=level,
        known=known,
        q=text,
        units=found[pages.offset : pages.offset + pages.per_page],
        pages=pages,
        spread=grade_counts(seen.units(level)),
        mean=mean_total(seen.units(level)),
        count=len(seen.units(level)),
    )


def grade_counts(units: list[UnitResult]) -> dict[str | None, int]:
    """How many units have each grade."""
    counts: dict[str | None, int] = {}
    for unit in units:
        counts[unit.grade] = counts.get(unit.grade, 0) + 1
    return counts


def mean_total(units: list[UnitResult]) -> Decimal | None:
    """The mean of the totals, to two places; None of nothing."""
    if not units:
        return None
    total = sum((unit.total for unit in units), Decimal(0)) / len(units)
    return total.quantize(Decimal("0.01"))


@roles_required(*READING)
def rules(year: int) -> ResponseReturnValue:
    """The rules in words."""
    return year_page(
        "appraisal/rules.html",
        the_year(year),
        "rules",
        tags=(LOOKS_AT, RECURS, NATURES, JUDGES),
        purposes=PURPOSES,
    )

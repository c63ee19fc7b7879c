"""What the pages of one year share."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from typing import Any

from flask import render_template, request

from quizengine.domain.appraisal.explain import figure
from quizengine.domain.appraisal.rules import AppraisalRules
from quizengine.services.appraisal_closing import closes_from, may_close
from quizengine.services.appraisal_desk import count_undecided
from quizengine.services.appraisal_package import may_file
from quizengine.services.appraisal_seen import SeenYear, seen_year
from quizengine.web.appraisal.words import GRADE_LOOKS, LEVELS
from quizengine.web.clock import now, today
from quizengine.web.extensions import db
from quizengine.web.i18n import language
from quizengine.web.identity import current_actor

READING = ("organizer", "admin", "auditor")


def the_year(year: int) -> SeenYear:
    """The year as the person signed in may see it; Refused 403 or 404."""
    return seen_year(db.session, now(), current_actor(), year)


def year_page(template: str, seen: SeenYear, tab: str, **context: Any) -> str:
    """A page of the year with its head and tabs."""
    rules, actor = seen.found.rules, current_actor()
    return render_template(
        template,
        seen=seen,
        rules=rules,
        year=rules.year,
        tab=tab,
        title=rules.title.in_language(language()),
        lang=language(),
        figure=figure,
        bar=bar,
        levels=LEVELS,
        grades=grade_names(rules),
        looks=grade_looks(rules),
        undecided=count_undecided(db.session, actor, rules.year),
        closes_from=closes_from(rules),
        closable=not seen.closed and may_close(actor) and today() >= closes_from(rules),
        may_file=seen.closed and may_file(actor),
        whole=seen.codes is None,
        **context,
    )


def grade_names(rules: AppraisalRules) -> dict[str | None, str]:
    """The names of the grades."""
    return {grade.id: grade.title.in_language(language()) for grade in rules.grades}


def grade_looks(rules: AppraisalRules) -> dict[str | None, str]:
    """Kinds of badges for the grades: the best one first, the worst one last."""
    ids = [grade.id for grade in rules.grades]
    looks: dict[str | None, str] = dict(zip(ids, GRADE_LOOKS, strict=False))
    if len(ids) > 1:
        looks[ids[-1]] = "danger"
    return looks


def bar(value: Fraction | Decimal | int, of: Fraction | Decimal | int = 100) -> str:
    """The length of a bar in per cent, for the width of an SVG rectangle."""
    share = Fraction(value) / Fraction(of) if of else Fraction(0)
    return figure(min(max(share, Fraction(0)), Fraction(1)) * 100)


def asked_code() -> str:
    """The unit of the address."""
    return request.args.get("code", "")[:64]

"""Who is short of a frequency duty, as of any day."""

from __future__ import annotations

from collections import Counter
from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue

from quizengine.services.duties import (
    STANDING_NAMES,
    DutyFilter,
    duties_table,
    list_duties,
    rules_on,
)
from quizengine.web.extensions import db
from quizengine.web.i18n import language
from quizengine.web.identity import roles_required
from quizengine.web.office.pages import (
    READING,
    act,
    asked_of,
    asked_unit,
    kept_args,
    page_of,
    refuse_format,
    seen_unit_choices,
)
from quizengine.web.organizer.downloads import file_response
from quizengine.web.plans.words import STANDING_LOOKS, asked_day, number_text

_STATES = ("lacking", "all", *STANDING_NAMES)


@roles_required(*READING)
def index() -> ResponseReturnValue:
    """The list; figures for each duty over all states."""
    day = asked_day()
    rules = rules_on(db.session, day)
    everybody = list_duties(act(), DutyFilter(day, asked_unit(), state=None))
    rows, pages = page_of([row for row in everybody if _shown(row.rule.id, row.standing.state)])
    return render_template(
        "plans/duties.html",
        rows=rows,
        pages=pages,
        rules=rules,
        counts=Counter((row.rule.id, row.standing.state) for row in everybody),
        totals=Counter(row.rule.id for row in everybody),
        day=day,
        wanted=_wanted(day),
        state=_state(),
        kept=kept_args("unit", "rule", "state", "day"),
        unit_id=asked_unit(),
        units=seen_unit_choices(),
        states=STANDING_NAMES,
        looks=STANDING_LOOKS,
        number_text=number_text,
        lang=language(),
    )


@roles_required(*READING)
def download(form: str) -> ResponseReturnValue:
    """The list as a file."""
    refuse_format(form)
    day = asked_day()
    table = duties_table(list_duties(act(), _wanted(day)), day, language())
    return file_response(table, form, day.isoformat())


def _state() -> str:
    return asked_of("state", _STATES) or "lacking"


def _shown(rule: str, state: str) -> bool:
    wanted, asked = _state(), request.args.get("rule")
    lacking = wanted == "lacking" and state in ("short", "open")
    return (not asked or asked == rule) and (wanted in ("all", state) or lacking)


def _wanted(day: date) -> DutyFilter:
    state = _state()
    return DutyFilter(
        day=day,
        unit_id=asked_unit(),
        rule=request.args.get("rule") or None,
        state=None if state == "all" else state,
    )

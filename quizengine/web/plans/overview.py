"""Units with their plans of a year, against the record as of a day."""

from __future__ import annotations

from collections import Counter

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.services.plan_versions import PLAN_NAMES, PROGRESS_NAMES, list_plans
from quizengine.services.plans import earlier_year, plan_of, start_plan
from quizengine.web.clock import today
from quizengine.web.extensions import db
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.numbers import row_id
from quizengine.web.office.pages import (
    READING,
    act,
    asked_of,
    asked_unit,
    asked_year,
    kept_args,
    page_of,
    seen_unit_choices,
    tried,
)
from quizengine.web.plans.words import PLAN_LOOKS, PROGRESS_LOOKS, asked_day


@roles_required(*READING)
def index() -> ResponseReturnValue:
    """The list; figures over all units, whatever the state asked for."""
    day = asked_day()
    year = asked_year() or day.year
    found = list_plans(act(), year, day, asked_unit())
    state = asked_of("state", list(PLAN_NAMES))
    rows, pages = page_of([row for row in found if state in (None, row.state)])
    tasks: Counter[str] = sum((row.counts for row in found), Counter())
    actor = current_actor()
    return render_template(
        "plans/index.html",
        rows=rows,
        pages=pages,
        states=Counter(row.state for row in found),
        planned=sum(row.plan is not None and row.plan.version > 0 for row in found),
        total=len(found),
        tasks=tasks,
        day=day,
        year=year,
        years=range(today().year + 1, today().year - 6, -1),
        state=state,
        kept=kept_args("unit", "state", "year", "day"),
        unit_id=asked_unit(),
        units=seen_unit_choices(),
        earlier=earlier_year(db.session, [row.unit.id for row in rows], year),
        may={row.unit.id for row in rows if actor.can("organizer", row.unit.path)},
        names=PLAN_NAMES,
        looks=PLAN_LOOKS,
        task_names=PROGRESS_NAMES,
        task_looks=PROGRESS_LOOKS,
    )


@roles_required("organizer")
def new() -> ResponseReturnValue:
    """Begin a plan, empty or with the tasks of the year before."""
    unit_id = request.form.get("unit", 0, type=row_id)
    year = request.form.get("year", 0, type=int)
    copied = request.form.get("copied") == "yes"
    if tried(lambda: start_plan(act(), unit_id, year, copied=copied), _("The plan is begun.")):
        made = plan_of(db.session, unit_id, year)
        if made is not None:
            return redirect(url_for("plans.plan", plan_id=made.id))
    return redirect(url_for("plans.index", year=year if 2000 <= year <= 2100 else None))

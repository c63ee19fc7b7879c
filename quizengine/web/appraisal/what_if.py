"""What the ranks would be with other weights; nothing is saved."""

from __future__ import annotations

from decimal import Decimal

from flask import request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.appraisal.check import HUNDRED
from quizengine.domain.appraisal.ranking import UnitResult
from quizengine.domain.appraisal.totals import reweighed
from quizengine.domain.normalise import parse_number
from quizengine.services.appraisal_seen import SeenYear
from quizengine.web.appraisal.common import READING, the_year, year_page
from quizengine.web.i18n import language
from quizengine.web.identity import roles_required
from quizengine.web.paging import paging


@roles_required(*READING)
def what_if(year: int) -> ResponseReturnValue:
    """The totals by other weights, beside those by the rules."""
    seen = the_year(year)
    rules = seen.found.rules
    sent = {task.id: request.args.get(f"w-{task.id}", "").strip() for task in rules.tasks}
    asked = any(f"w-{task.id}" in request.args for task in rules.tasks)
    weights, faults = _weights(seen, sent) if asked else ({}, [])
    changed: dict[str, UnitResult] = {}
    if weights and not faults:
        tasks = [task.model_copy(update={"weight": weights[task.id]}) for task in rules.tasks]
        other = reweighed(rules.model_copy(update={"tasks": tasks}), seen.found.result)
        changed = {unit.unit.code: unit for unit in other.units}
    known = seen.levels()
    level = request.args.get("level", type=int)
    level = level if level in known else (2 if 2 in known else next(iter(known), 1))
    # Points of the tasks are for those who may look into the unit; totals by other weights too.
    units = [unit for unit in seen.units(level) if seen.opens(unit.unit.code)]
    if changed:
        units.sort(key=lambda unit: (-changed[unit.unit.code].total, unit.unit.code))
    pages = paging(len(units))
    kept = {key: value for key, value in request.args.items() if key.startswith("w-")}
    page = year_page(
        "appraisal/what_if.html",
        seen,
        "what_if",
        sent={task.id: sent[task.id] or f"{task.weight.normalize():f}" for task in rules.tasks},
        faults=faults,
        changed=changed,
        units=units[pages.offset : pages.offset + pages.per_page],
        pages=pages,
        level=level,
        known=known,
        kept=kept,
    )
    return page, 400 if faults else 200


def _weights(seen: SeenYear, sent: dict[str, str]) -> tuple[dict[str, Decimal], list[str]]:
    """The weights as they were typed, and what is wrong with them."""
    weights: dict[str, Decimal] = {}
    faults: list[str] = []
    for task in seen.found.rules.tasks:
        value = parse_number(sent[task.id])
        if value is None or not 0 <= value <= HUNDRED or value != round(value, 4):
            name = task.title.in_language(language())
            faults.append(_("The weight of %(task)s is no number from 0 to 100.", task=name))
        else:
            weights[task.id] = value
    total = sum(weights.values(), Decimal(0))
    if not faults and total != HUNDRED:
        shown = f"{total.normalize():f}"
        faults.append(_("The weights of the tasks come to %(total)s, not to 100.", total=shown))
    return weights, faults

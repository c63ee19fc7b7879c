"""A member's own part: duties of the period, and tasks of plans that the member answers for."""

from __future__ import annotations

from typing import Any

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from quizengine.domain.plans import CONFIRMED, GAUGES
from quizengine.services.duties import STANDING_NAMES, own_duties
from quizengine.services.plan_todos import own_tasks
from quizengine.services.plan_versions import PROGRESS_NAMES
from quizengine.web.clock import site_settings, today
from quizengine.web.extensions import db
from quizengine.web.identity import current_actor
from quizengine.web.office.pages import today_text
from quizengine.web.plans.plan import confirm
from quizengine.web.plans.words import (
    PROGRESS_LOOKS,
    STANDING_LOOKS,
    gauge_names,
    number_text,
)


def own_part() -> dict[str, Any]:
    """What the page of one's own duties shows of plans and frequency duties."""
    zone, person_id = site_settings().zone, current_actor().person_id
    return {
        "frequency": own_duties(db.session, zone, person_id, today()),
        "plan_tasks": own_tasks(db.session, zone, person_id, today()),
        "standing_names": STANDING_NAMES,
        "standing_looks": STANDING_LOOKS,
        "task_names": PROGRESS_NAMES,
        "task_looks": PROGRESS_LOOKS,
        "gauges": gauge_names(),
        "percent": {name for name, gauge in GAUGES.items() if gauge.percent},
        "confirmed": CONFIRMED,
        "number_text": number_text,
        "today_text": today_text(),
    }


def plan_task(plan_id: int) -> ResponseReturnValue:
    """Say that a task is done which one answers for."""
    confirm(plan_id)
    return redirect(url_for("duties.index"))

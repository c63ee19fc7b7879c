"""Names and looks of plans, tasks and duties; days that a page asks for."""

from __future__ import annotations

from datetime import date
from fractions import Fraction

from flask import request
from flask_babel import force_locale
from flask_babel import gettext as _

from quizengine.domain.appraisal.measures import rounded
from quizengine.domain.plans import GAUGES
from quizengine.web.clock import today

PLAN_LOOKS = {
    "none": ("neutral", "dash-circle"),
    "draft": ("warning", "pencil"),
    "submitted": ("info", "hourglass-split"),
    "approved": ("success", "check-circle"),
}
PROGRESS_LOOKS = {
    "done": ("success", "check-circle"),
    "done-late": ("warning", "check-circle"),
    "on-way": ("info", "hourglass-split"),
    "late": ("danger", "exclamation-circle"),
}
STANDING_LOOKS = {
    "short": ("danger", "exclamation-circle"),
    "open": ("warning", "hourglass-split"),
    "made-up": ("info", "arrow-repeat"),
    "met": ("success", "check-circle"),
}
_LANGUAGES = ("zh", "en")


def asked_day() -> date:
    """The day of the query as of which a page shows something; today for none, or a faulty one."""
    try:
        day = date.fromisoformat(request.args.get("day", ""))
    except ValueError:
        return today()
    return day if 2000 <= day.year <= 2100 else today()


def gauge_names() -> dict[str, str]:
    """What gauges are called, in the language of the page."""
    return {name: _(gauge.title) for name, gauge in GAUGES.items()}


def known_gauges() -> dict[str, str]:
    """Gauges by their names in all languages: a file may come from somebody else."""
    found = {}
    for language in _LANGUAGES:
        with force_locale(language):
            found.update({title: name for name, title in gauge_names().items()})
    return found


def number_text(value: Fraction) -> str:
    """A number as people write it, with at most one decimal place."""
    return f"{rounded(value, 1).normalize():f}"

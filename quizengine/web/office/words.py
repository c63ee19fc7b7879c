"""Sentences of the history on record pages, and looks of states."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from flask_babel import gettext as _

from quizengine.domain.text import N_
from quizengine.services.history import Event
from quizengine.services.incident_appeals import OUTCOME_NAMES
from quizengine.services.incident_words import SANCTION_NAMES
from quizengine.services.post_steps import step_name
from quizengine.services.selfcheck_list import VERDICT_NAMES
from quizengine.services.training_words import MARK_NAMES
from quizengine.web.i18n import localdate
from quizengine.web.office.inspection_words import INSPECTION_EVENTS

EVENTS = {
    "terms-set": N_("Periods set."),
    "post-registered": N_("Post registered as “%(name)s”."),
    "post-changed": N_("Post changed: %(fields)s."),
    "post-step": N_("%(step)s: %(on)s."),
    "post-on_post": N_("Entering the post since %(on)s."),
    "post-in_post": N_("On the post since %(on)s."),
    "post-off_post": N_("Leaving the post since %(on)s."),
    "post-left": N_("All steps of leaving are done."),
    "outbound-filed": N_("Journey filed."),
    "outbound-changed": N_("Details changed."),
    "outbound-dates": N_(
        "Dates changed from %(from_departs)s – %(from_returns)s to %(departs)s – %(returns)s."
    ),
    "outbound-unclear": N_("Clearance withdrawn: the exam is not good for the new departure."),
    "outbound-cleared": N_("Cleared; the exam is good until %(until)s."),
    "outbound-left": N_("Left on %(on)s. %(reason)s"),
    "outbound-returned": N_("Back on %(on)s."),
    "outbound-talk": N_("Talk held on %(on)s."),
    "outbound-refresher": N_("Refresher attended on %(on)s."),
    "outbound-closed": N_("Journey closed."),
    "outbound-cancelled": N_("Journey cancelled: %(reason)s"),
    "plan-started": N_("Plan begun."),
    "plan-task-added": N_("Task added: “%(title)s”."),
    "plan-task-changed": N_("Task changed: “%(title)s”."),
    "plan-task-dropped": N_("Task taken out: “%(title)s”."),
    "plan-submitted": N_("Handed in for approval."),
    "plan-approved": N_("Approved as version %(version)s."),
    "plan-returned": N_("Sent back: %(reason)s"),
    "plan-task-done": N_("Task done on %(on)s: “%(title)s”."),
    "incident-recorded": N_("Incident recorded."),
    "incident-liable": N_("%(name)s held liable; sanction: %(sanction)s."),
    "incident-step": N_("A step of the handling added."),
    "incident-reported": N_("Report to the authority recorded."),
    "incident-reported-late": N_("Report to the authority recorded: it came too late."),
    "incident-closed": N_("Handling closed."),
    "incident-appeal": N_("%(name)s appeals."),
    "incident-decided": N_("Appeal of %(name)s decided: %(outcome)s."),
    "activity-made": N_("Activity made; entries are taken."),
    "activity-changed": N_("Details changed."),
    "activity-judging": N_("Judging begun with %(entries)s entries."),
    "judge-released": N_("%(name)s released from judging: %(reason)s"),
    "activity-published": N_("Results of %(entries)s entries published."),
    "activity-corrected": N_("Points of %(name)s for “%(title)s” corrected: %(reason)s"),
    "activity-cancelled": N_("Activity cancelled: %(reason)s"),
    "entry-handed-in": N_("Entry handed in."),
    "entry-changed": N_("Entry changed."),
    "entry-withdrawn": N_("Entry withdrawn."),
    "survey-made": N_("Draft made."),
    "survey-changed": N_("Draft changed."),
    "survey-opened": N_("Opened: %(count)s people are asked."),
    "survey-closed": N_("Closed with %(count)s answers."),
    "ballot-made": N_("Draft made."),
    "ballot-changed": N_("Draft changed."),
    "ballot-opened": N_("Vote opened for %(count)s electors."),
    "ballot-counted": N_("Counted: %(votes)s of %(count)s voted."),
    "ballot-cancelled": N_("Ballot cancelled: %(reason)s"),
    "training-made": N_("Class made."),
    "training-changed": N_("Details changed."),
    "training-budget": N_("Budget set: planned %(planned)s, spent %(actual)s."),
    "batch-made": N_("Batch made, people invited."),
    "batch-changed": N_("Programme or audience changed."),
    "batch-list": N_("List renewed from the roster: %(came)s more, %(went)s fewer."),
    "batch-added": N_("%(name)s put on the list."),
    "batch-mark": N_("%(name)s, “%(topic)s”: %(mark)s. %(reason)s"),
    "batch-import": N_("List “%(file)s” entered: %(count)s rows. %(refused)s"),
    "batch-closed": N_("Batch closed: %(count)s attended."),
    "batch-cancelled": N_("Batch cancelled: %(reason)s"),
    "batch-feedback": N_("Feedback concluded with %(answers)s answers."),
    "teacher-added": N_("Teacher put into the pool."),
    "teacher-changed": N_("Details changed."),
    **INSPECTION_EVENTS,
}
FIELD_NAMES = {
    "name": N_("Name"),
    "secrecy": N_("Secrecy level"),
    "risks": N_("Risk points"),
    "hours": N_("Training hours"),
    "classes": N_("Training classes"),
    "valid_from": N_("First day"),
    "valid_to": N_("Last day"),
}
OUTBOUND_LOOKS = {
    "filed": ("warning", "file-earmark-text"),
    "cleared": ("success", "check-circle"),
    "left": ("info", "airplane"),
    "returned": ("warning", "house-check"),
    "closed": ("neutral", "archive"),
    "cancelled": ("neutral", "slash-circle"),
}
LETTER_LOOKS = {
    "signed": ("success", "check-circle"),
    "unsigned": ("danger", "x-circle"),
    "outdated": ("warning", "arrow-repeat"),
    "no-head": ("warning", "person-x"),
    "no-text": ("neutral", "file-earmark"),
}
STAGE_LOOKS = {
    "on_post": ("info", "box-arrow-in-right"),
    "in_post": ("success", "person-check"),
    "off_post": ("warning", "box-arrow-right"),
}
SECRECY_LOOKS = {"core": "danger", "important": "warning", "general": "info"}
SEVERITY_LOOKS = {"slight": "neutral", "general": "warning", "serious": "danger", "grave": "danger"}
INCIDENT_STATES = {
    "open": (N_("Being handled"), "warning", "hourglass-split"),
    "appeal": (N_("Appeal undecided"), "danger", "megaphone"),
    "closed": (N_("Completed"), "neutral", "archive"),
}
JOURNEY_KINDS = {"official": N_("Official"), "private": N_("Private")}

_DAYS = ("on", "until", "due", "before", "departs", "returns", "from_departs", "from_returns")


def event_text(event: Event) -> str:
    """The sentence of an event, in the language of the page."""
    template = EVENTS.get(event.what)
    if template is None:
        return event.what
    return str(_(template, **_values(event.detail))).strip()


def _values(detail: Mapping[str, Any]) -> dict[str, str]:
    return {key: _value(key, value) for key, value in detail.items()}


def _value(key: str, value: Any) -> str:
    named: dict[str, Callable[[Any], str]] = {
        "step": lambda step: _(step_name(step)),
        "verdict": lambda code: _(VERDICT_NAMES[code]),
        "sanction": lambda code: _(SANCTION_NAMES[code]),
        "outcome": lambda code: _(OUTCOME_NAMES[code]),
        "mark": lambda state: _(MARK_NAMES[state]),
        "refused": lambda rows: _("Left out: %(rows)s", rows=", ".join(rows)) if rows else "",
        "fields": lambda names: ", ".join(_(FIELD_NAMES[name]) for name in names),
    }
    if key in _DAYS:
        return localdate(date.fromisoformat(value))
    return named.get(key, str)(value)

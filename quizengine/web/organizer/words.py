"""Names of choices and states, marked for translation."""

from __future__ import annotations

from quizengine.domain.text import N_

COUNTS = {
    "best": N_("The best attempt"),
    "last": N_("The last attempt"),
    "first": N_("The first attempt"),
}
CREDIT_RULES = {
    "partial": N_("Part of the points for a partly right answer"),
    "all_or_nothing": N_("Points only for a wholly right answer"),
}
RELEASES = {
    "at_once": N_("At once"),
    "after_close": N_("When the exam is over"),
    "manual": N_("By hand"),
}
EXAM_STATES = {
    "coming": (N_("Not open yet"), "neutral", "clock"),
    "open": (N_("Open"), "success", "play-circle"),
    "closing": (N_("Closing"), "warning", "hourglass-split"),
    "over": (N_("Over"), "info", "check-circle"),
    "cancelled": (N_("Cancelled"), "danger", "slash-circle"),
}
PERSON_STATES = {
    "absent": (N_("Not started"), "neutral", "circle"),
    "sitting": (N_("In progress"), "warning", "pencil"),
    "marking": (N_("Being marked"), "info", "hourglass-split"),
    "failed": (N_("Not passed"), "danger", "x-circle"),
    "passed": (N_("Passed"), "success", "check-circle"),
}
REPAIRS = {
    "full_marks": N_("Full points for everybody"),
    "drop": N_("Take the question out of the score"),
    "accept": N_("Accept another answer as well"),
}
ARRIVALS = {
    "late": N_("After the time was up"),
    "after_submit": N_("After handing in"),
}
DECISIONS = {
    "accepted": (N_("Accepted"), "success", "check-circle"),
    "rejected": (N_("Rejected"), "danger", "x-circle"),
}

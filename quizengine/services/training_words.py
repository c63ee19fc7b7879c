"""Names of what training knows."""

from __future__ import annotations

from quizengine.domain.text import N_

MARK_NAMES = {
    "present": N_("Present"),
    "late": N_("Late"),
    "absent": N_("Absent"),
    "excused": N_("Excused"),
}
HOW_NAMES = {
    "scan": N_("checked in by code"),
    "list": N_("by list"),
    "hand": N_("by hand"),
    "rule": N_("nobody checked in"),
}
BATCH_NAMES = {
    "coming": N_("To come"),
    "running": N_("Not closed yet"),
    "closed": N_("Held and closed"),
    "cancelled": N_("Cancelled"),
}
OUTCOME_NAMES = {"attended": N_("Attended"), "missed": N_("Not attended")}
ORIGIN_NAMES = {
    "audience": N_("invited"),
    "named": N_("named"),
    "guest": N_("guest"),
}
FIXED_RATED = {
    "content": N_("The content was useful for my work."),
    "teacher": N_("The teachers explained clearly and vividly."),
    "methods": N_("Cases and materials were well chosen."),
    "organisation": N_("Time, place and organization were suitable."),
    "overall": N_("Overall I am satisfied with the class."),
}
"""Questions of each feedback form, to be rated from 1 to 5."""
FIXED_ASKED = {"wishes": N_("What should be better, and what else would you like to learn?")}
EVERYONE_NAME = N_("Everybody")

"""Names of choices and states, marked for translation."""

from __future__ import annotations

from quizengine.domain.text import N_

LEVELS = {
    1: N_("The whole site"),
    2: N_("Secondary units"),
    3: N_("Branches"),
}
GRADE_LOOKS = ("success", "info", "warning", "warning")
LOOKS_AT = {"process": N_("process"), "result": N_("result")}
RECURS = {"regular": N_("regular"), "special": N_("special")}
NATURES = {"quantitative": N_("quantitative"), "qualitative": N_("qualitative")}
JUDGES = {
    "record": N_("by the record"),
    "members": N_("by members' vote"),
    "organisation": N_("by the organisation's verdict"),
}
PURPOSES = {
    "commend": (N_("Commendation"), "success", "award"),
    "limit": (N_("Limits on promotion and honours"), "danger", "slash-circle"),
    "repeat": (N_("Repeat training"), "warning", "arrow-repeat"),
}
CASE_KINDS = {
    "objection": (N_("Objection"), "warning", "chat-left-text"),
    "review": (N_("Review"), "info", "search"),
}
CASE_STATES = {
    None: (N_("Waits for a decision"), "warning", "hourglass-split"),
    "upheld": (N_("Upheld"), "success", "check-circle"),
    "rejected": (N_("Rejected"), "neutral", "x-circle"),
    "matters": (N_("It has consequences"), "danger", "exclamation-circle"),
    "stands": (N_("Nothing follows from it"), "neutral", "check-circle"),
}

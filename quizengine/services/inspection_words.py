"""Names of kinds and states of inspections and findings."""

from __future__ import annotations

from quizengine.domain.text import N_

INSPECTION_KIND_NAMES = {
    "planned": N_("Planned inspection"),
    "mutual": N_("Mutual inspection"),
    "surprise": N_("Surprise inspection"),
}
INSPECTION_STATE_NAMES = {
    "planned": N_("To be held"),
    "held": N_("Held"),
    "cancelled": N_("Cancelled"),
}
FINDING_SEVERITY_NAMES = {
    "slight": N_("Slight"),
    "general": N_("Ordinary"),
    "serious": N_("Serious"),
}
FINDING_STATE_NAMES = {
    "open": N_("To be answered"),
    "answered": N_("Answered, to be confirmed"),
    "closed": N_("Closed"),
}

"""Names of what activities, surveys and ballots know."""

from __future__ import annotations

from quizengine.domain.text import N_

TYPE_NAMES = {
    "demonstration": N_("Skills demonstration"),
    "slogan": N_("Slogan making"),
    "drafting": N_("Drafting of procedures"),
    "lecture": N_("Lecture by members"),
}
ACTIVITY_STATE_NAMES = {
    "open": N_("Taking entries"),
    "judging": N_("Being judged"),
    "published": N_("Published"),
    "cancelled": N_("Cancelled"),
}
ENTRANT_NAMES = {"person": N_("Individuals"), "unit": N_("Units")}
RULE_NAMES = {
    "mean": N_("Mean of all judges"),
    "trimmed": N_("Mean without the highest and the lowest (from five judges on)"),
}
SURVEY_STATE_NAMES = {"draft": N_("Draft"), "open": N_("Open"), "closed": N_("Ended")}
QUESTION_KIND_NAMES = {
    "choice": N_("One choice"),
    "several": N_("Several choices"),
    "rating": N_("Rating from 1 to 5"),
    "text": N_("Free text"),
}
BALLOT_STATE_NAMES = {
    "draft": N_("Draft"),
    "open": N_("Open"),
    "closed": N_("Votes counted"),
    "cancelled": N_("Cancelled"),
}
ABOUT_NAMES = {"unit": N_("The unit itself"), "colleagues": N_("Colleagues")}
OPTION_NAMES = {
    "excellent": N_("Excellent"),
    "competent": N_("Competent"),
    "basic": N_("Basically competent"),
    "incompetent": N_("Not competent"),
}

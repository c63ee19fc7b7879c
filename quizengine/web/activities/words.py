"""Looks of what activities, surveys and ballots know, for templates."""

from __future__ import annotations

from quizengine.services.activity_words import (
    ABOUT_NAMES,
    ACTIVITY_STATE_NAMES,
    BALLOT_STATE_NAMES,
    ENTRANT_NAMES,
    OPTION_NAMES,
    QUESTION_KIND_NAMES,
    RULE_NAMES,
    SURVEY_STATE_NAMES,
    TYPE_NAMES,
)

ACTIVITY_LOOKS = {
    "open": ("info", "inbox"),
    "judging": ("warning", "hourglass-split"),
    "published": ("success", "award"),
    "cancelled": ("neutral", "slash-circle"),
}
SURVEY_LOOKS = {
    "draft": ("neutral", "pencil"),
    "open": ("info", "chat-square-text"),
    "closed": ("success", "check-circle"),
}
BALLOT_LOOKS = {
    "draft": ("neutral", "pencil"),
    "open": ("info", "box2-heart"),
    "closed": ("success", "check-circle"),
    "cancelled": ("neutral", "slash-circle"),
}
TYPE_ICONS = {
    "demonstration": "display",
    "slogan": "megaphone",
    "drafting": "file-earmark-text",
    "lecture": "mic",
}


def activity_names() -> dict[str, object]:
    """Names and looks for pages of activities."""
    return {
        "types": TYPE_NAMES,
        "type_icons": TYPE_ICONS,
        "states": ACTIVITY_STATE_NAMES,
        "looks": ACTIVITY_LOOKS,
        "entrants": ENTRANT_NAMES,
        "rules": RULE_NAMES,
    }


def survey_names() -> dict[str, object]:
    """Names and looks for pages of surveys."""
    return {"states": SURVEY_STATE_NAMES, "looks": SURVEY_LOOKS, "kinds": QUESTION_KIND_NAMES}


def ballot_names() -> dict[str, object]:
    """Names and looks for pages of ballots."""
    return {
        "states": BALLOT_STATE_NAMES,
        "looks": BALLOT_LOOKS,
        "abouts": ABOUT_NAMES,
        "option_names": OPTION_NAMES,
    }

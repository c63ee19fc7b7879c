"""Looks of what training knows, for templates."""

from __future__ import annotations

from quizengine.services.training_words import (
    BATCH_NAMES,
    HOW_NAMES,
    MARK_NAMES,
    ORIGIN_NAMES,
    OUTCOME_NAMES,
)

BATCH_LOOKS = {
    "coming": ("info", "calendar-event"),
    "running": ("warning", "hourglass-split"),
    "closed": ("success", "check-circle"),
    "cancelled": ("neutral", "slash-circle"),
}
MARK_LOOKS = {
    "present": ("success", "check-lg"),
    "late": ("warning", "clock"),
    "absent": ("danger", "x-lg"),
    "excused": ("info", "envelope"),
}
OUTCOME_LOOKS = {"attended": "success", "missed": "danger"}


def names() -> dict[str, object]:
    """Names and looks, for templates."""
    return {
        "batch_names": BATCH_NAMES,
        "batch_looks": BATCH_LOOKS,
        "mark_names": MARK_NAMES,
        "mark_looks": MARK_LOOKS,
        "how_names": HOW_NAMES,
        "origin_names": ORIGIN_NAMES,
        "outcome_names": OUTCOME_NAMES,
        "outcome_looks": OUTCOME_LOOKS,
    }

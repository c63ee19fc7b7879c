"""Names of levels and stages of posts, and of units' levels."""

from __future__ import annotations

from quizengine.domain.text import N_

SECRECY_NAMES = {
    "core": N_("Core"),
    "important": N_("Important"),
    "general": N_("General"),
}
STAGE_NAMES = {
    "on_post": N_("Entering the post"),
    "in_post": N_("On the post"),
    "off_post": N_("Leaving the post"),
}
LEVEL_NAMES = {
    1: N_("School committee"),
    2: N_("Secondary units"),
    3: N_("Branches"),
}

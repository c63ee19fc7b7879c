"""Words about appraisals that several pages and the ledger share."""

from __future__ import annotations

from quizengine.domain.text import N_

DECISIONS: dict[str, dict[str, str]] = {
    "objection": {"upheld": N_("Upheld"), "rejected": N_("Rejected")},
    "review": {
        "matters": N_("It has consequences"),
        "stands": N_("Nothing follows from it"),
    },
}
"""By the kind of a case: what can be decided."""

DECIDED: dict[str, str] = {key: name for of in DECISIONS.values() for key, name in of.items()}
"""All decisions."""

"""What kinds of entries the ledger has; docs/ledger.md says when each is entered, and its data."""

from __future__ import annotations

from quizengine.domain.text import N_

KINDS: dict[str, str] = {
    "exam-result": N_("Exam result"),
    "result-correction": N_("Correction of a result"),
    "exam-handed-in": N_("Handed in, to be marked"),
    "exam-missed": N_("Missed exam"),
    "commitment-signed": N_("Commitment letter signed"),
    "question-repair": N_("Faulty question repaired"),
    "contest-result": N_("Contest result"),
    "contest-team-result": N_("Contest result of a team"),
    "contest-log": N_("Log of a contest"),
    "contest-award": N_("Organization award"),
    "contest-draw": N_("Draw of prizes"),
    "contest-prize": N_("Prize by lot"),
    "units-snapshot": N_("Units and their members"),
}
"""Kind → its name for people."""

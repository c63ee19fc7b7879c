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
    "post-registered": N_("Classified post registered"),
    "post-changed": N_("Classified post changed"),
    "post-stage": N_("Stage on a classified post"),
    "responsibility-signed": N_("Responsibility letter signed"),
    "outbound-filed": N_("Journey abroad filed"),
    "outbound-cleared": N_("Journey abroad cleared"),
    "outbound-left": N_("Left for abroad"),
    "outbound-returned": N_("Returned from abroad"),
    "outbound-closed": N_("Journey abroad closed"),
    "incident": N_("Incident"),
    "incident-liability": N_("Liability for an incident"),
    "incident-appeal": N_("Appeal about an incident"),
    "incident-decided": N_("Decision on an appeal"),
    "training-held": N_("Training class held"),
    "training-attended": N_("Training attended"),
    "training-missed": N_("Training missed"),
    "training-feedback": N_("Feedback on training"),
    "units-snapshot": N_("Units and their members"),
    "appraisal-closed": N_("Annual appraisal closed"),
    "appraisal-review-opened": N_("Review of a closed year opened"),
    "appraisal-review-decided": N_("Review of a closed year decided"),
    "appraisal-objection": N_("Objection to an appraisal"),
    "appraisal-objection-decided": N_("Objection to an appraisal decided"),
}
"""Kind → its name for people."""

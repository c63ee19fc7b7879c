"""Sentences of the history of inspections, findings and self-assessments; looks of their states."""

from __future__ import annotations

from quizengine.domain.text import N_

INSPECTION_EVENTS = {
    "inspection-planned": N_("Inspection planned for %(on)s."),
    "inspection-changed": N_("Plan changed."),
    "inspection-cancelled": N_("Inspection cancelled: %(reason)s"),
    "inspection-marks": N_("Points and report kept."),
    "inspection-held": N_("Held on %(on)s; the result is in the ledger."),
    "inspection-corrected": N_("Score corrected, it was %(points)s: %(reason)s"),
    "spot-fixed": N_("Seed and list fixed: %(count)s of %(people)s people will be drawn."),
    "spot-drawn": N_("%(count)s people drawn; the seed is revealed."),
    "spot-quiz": N_("Spot quiz opened for %(count)s people."),
    "spot-results": N_("%(count)s results of the spot quiz entered."),
    "finding-opened": N_("Opened for %(name)s, due on %(due)s."),
    "finding-answered": N_("Answered."),
    "finding-closed": N_("Confirmed and closed."),
    "finding-sent-back": N_("Sent back, due on %(due)s: %(reason)s"),
    "finding-extended": N_("Due on %(due)s instead of %(before)s: %(reason)s"),
    "finding-handed-over": N_("Handed over to %(name)s."),
    "selfcheck-saved": N_("Answers saved."),
    "selfcheck-submitted": N_("Handed in with %(score)s points."),
    "selfcheck-reviewed": N_("Reviewed: %(score)s points, %(verdict)s."),
    "selfcheck-given-back": N_("Given back: %(reason)s"),
}
INSPECTION_LOOKS = {
    "planned": ("info", "calendar-event"),
    "held": ("success", "check-circle"),
    "cancelled": ("neutral", "slash-circle"),
}
FINDING_LOOKS = {
    "open": ("warning", "hourglass-split"),
    "answered": ("info", "chat-square-text"),
    "closed": ("success", "check-circle"),
}
SELFCHECK_LOOKS = {
    "none": ("neutral", "dash-circle"),
    "draft": ("warning", "pencil"),
    "submitted": ("info", "hourglass-split"),
    "reviewed": ("success", "check-circle"),
}

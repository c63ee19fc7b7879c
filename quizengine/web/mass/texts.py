"""Texts that the script of a challenge shows."""

from __future__ import annotations

from flask_babel import gettext as _

from quizengine.web.mass.words import ENDINGS
from quizengine.web.member.texts import sitting_texts


def run_texts() -> dict[str, object]:
    """All texts of the page of a challenge; `%(name)s` are filled in by the script."""
    return {
        **sitting_texts(),
        "endings": {key: str(_(text)) for key, text in ENDINGS.items()},
        "answer": _("Give this answer"),
        "next": _("Next question"),
        "begin": _("First question"),
        "toResult": _("To the result"),
        "right": _("Right!"),
        "wrong": _("Wrong"),
        "late": _("Too late"),
        "correct": _("Right answer"),
        "basis": _("Legal basis"),
        "streak": _("%(count)s right", count="%(count)s"),
        "progress": _(
            "Question %(number)s of at most %(total)s", number="%(number)s", total="%(total)s"
        ),
        "secondsLeft": _("Seconds left for this question: %(seconds)s", seconds="%(seconds)s"),
        "chooseFirst": _("Choose an answer first."),
        "lost": _(
            "The server can't be reached. Your answer waits here and is sent again by itself."
        ),
        "signedOutRun": _("Your sign-in has ended. Sign in again in a new tab; then go on here."),
        "sending": _("Your answer is being judged …"),
        "ready": _("Take your time: the clock for the next question starts when you go on."),
    }

"""Texts that the scripts of a sitting show."""

from __future__ import annotations

from flask_babel import gettext as _
from flask_babel import ngettext

from quizengine.domain.blueprints import Blueprint


def type_names() -> dict[str, str]:
    """Names of the question types."""
    return {
        "single": _("Single choice"),
        "multiple": _("Multiple choice"),
        "true_false": _("True or false"),
        "fill": _("Fill in the blanks"),
        "numeric": _("Numeric"),
        "short": _("Short answer"),
        "order": _("Put in order"),
        "match": _("Match"),
        "case": _("Case"),
    }


def sitting_texts() -> dict[str, object]:
    """All texts of the sitting page; `%(name)s` are filled in by the script."""
    return {
        "types": type_names(),
        "hints": {
            "multiple": _("One or more options are right."),
            "order": _("Move the steps into the right order."),
            "match": _("Choose a partner for each item."),
        },
        "question": _("Question %(number)s of %(total)s", number="%(number)s", total="%(total)s"),
        "questionShort": _("Question %(number)s", number="%(number)s"),
        "point": _points(1),
        "points": _points(2),
        "answered": _("answered"),
        "unanswered": _("not answered"),
        "flagged": _("flagged"),
        "progress": _("%(done)s of %(total)s answered", done="%(done)s", total="%(total)s"),
        "blank": _("Blank %(number)s", number="%(number)s"),
        "choose": _("– choose –"),
        "keepOrder": _("Keep this order"),
        "moveUp": _("Move up: %(step)s", step="%(step)s"),
        "moveDown": _("Move down: %(step)s", step="%(step)s"),
        "saved": _("All answers saved"),
        "saving": _("Saving %(count)s …", count="%(count)s"),
        "offline": _("No connection: %(count)s not saved yet", count="%(count)s"),
        "signedOut": _("Signed out: %(count)s not saved yet", count="%(count)s"),
        "offlineHelp": _(
            "The server can't be reached. Go on answering: your answers wait in this browser"
            " (so far: %(count)s) and are delivered as soon as the connection is back. Keep this"
            " page open.",
            count="%(count)s",
        ),
        "signedOutHelp": _(
            "Your sign-in has ended. Your answers wait in this browser; they are delivered when"
            " you have signed in again."
        ),
        "newer": _("A newer answer from another device or tab is shown."),
        "minutesLeft": _("Minutes left: %(minutes)s", minutes="%(minutes)s"),
        "closedElsewhere": _(
            "This sitting is closed: it was handed in on another device or in another tab, or its"
            " time is up."
        ),
        "timeUp": _("Time is up. Your answers are being handed in."),
        "leftOpen": _("Not answered: %(count)s", count="%(count)s"),
        "leftFlagged": _("Flagged: %(count)s", count="%(count)s"),
        "leftUnsent": _("Not delivered yet: %(count)s", count="%(count)s"),
        "allAnswered": _("All questions are answered."),
        "handInOnce": _("After handing in you can't change your answers."),
        "notDelivered": _("The server can't be reached. Nothing is lost: please try again."),
    }


def _points(number: int) -> str:
    """How many points, for one or for several; the script fills in the number."""
    text = ngettext("%(points)s point", "%(points)s points", number, points="%(points)s")
    return str(text)


def credit_texts(blueprint: Blueprint) -> dict[str, str]:
    """How partly right answers earn points, by question type of this paper."""
    partial = {
        "multiple": _("in part: chosen right options ÷ all right ones; any wrong choice earns 0"),
        "fill": _("by the blank"),
        "numeric": _("by the blank"),
        "order": _("by the step that is at its right place"),
        "match": _("by the pair"),
        "case": _("by the part"),
    }
    rules = blueprint.credit.model_dump()
    texts: dict[str, str] = {}
    for section in blueprint.sections:
        if section.type == "short":
            texts[section.type] = _("by key points, marked by a person")
        elif rules.get(section.type) == "partial":
            texts[section.type] = partial[section.type]
        else:
            texts[section.type] = _("only if wholly right")
    return texts

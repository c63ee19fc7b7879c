"""Texts of the big screen, for its script; `%(name)s` are filled in there."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from quizengine.domain.contest.rules import ContestRules
from quizengine.web.i18n import language
from quizengine.web.member.texts import type_names
from quizengine.web.stage.rules_text import rounds_text
from quizengine.web.stage.words import TIES


def screen_words(rules: ContestRules) -> dict[str, Any]:
    """All texts of the big screen in the language of the request, with the rules in words."""
    lines = zip(rules.rounds, rounds_text(rules), strict=True)
    return {
        "language": language(),
        "comma": _(", "),
        "semicolon": _("; "),
        "types": type_names(),
        "rounds": {part.id: text.lines for part, text in lines},
        "clocks": _clocks(),
        **_marks(),
        **_scenes(),
        **_steps(),
        **_results(),
    }


def _clocks() -> dict[str, str]:
    return {
        "read": _("Reading"),
        "discuss": _("Discussion"),
        "choose": _("Choosing"),
        "buzz": _("Buzzing"),
        "start": _("Beginning to answer"),
        "answer": _("Answering"),
        "audience": _("Audience"),
    }


def _marks() -> dict[str, str]:
    return {
        "rehearsal": _("Rehearsal"),
        "paused": _("The contest is paused"),
        "reconnecting": _("Reconnecting …"),
        "sound": _("Click anywhere for sound"),
        "muted": _("Sound is off (M)"),
        "gone": _("out"),
        "fouls_short": _("fouls: %(count)s", count="%(count)s"),
    }


def _scenes() -> dict[str, str]:
    return {
        "lobby": _("The contest is about to begin"),
        "join_title": _("Scan to take part"),
        "joined": _("%(count)s have joined", count="%(count)s"),
        "round_of": _("Round %(index)s of %(of)s", index="%(index)s", of="%(of)s"),
        "question_of": _("Question %(number)s of %(of)s", number="%(number)s", of="%(of)s"),
        "question_short": _("%(number)s / %(of)s", number="%(number)s", of="%(of)s"),
        "next_question": _("Get ready for the question"),
        "turn_of": _("The next to answer"),
        "points": _("%(points)s points", points="%(points)s"),
        "choose_value": _("Choose a value"),
        "left": _("%(count)s left", count="%(count)s"),
        "tie": _("Tie-break"),
        "tie_for": _("for place %(place)s", place="%(place)s"),
        "standings": _("Scores"),
        "after_round": _("After %(round)s", round="%(round)s"),
        "final": _("Final ranking"),
    }


def _steps() -> dict[str, str]:
    return {
        "reading": _("Question is being read"),
        "locked": _("Listen: buzzers are locked"),
        "discussing": _("The team is discussing"),
        "open": _("Buzzers are open"),
        "open_short": _("Buzz!"),
        "settling": _("Who was first?"),
        "starting": _("Begin to answer"),
        "answering": _("is answering"),
        "judging": _("Waiting for the verdict"),
        "all_answer": _("All teams answer"),
        "answers_in": _("%(count)s of %(of)s have answered", count="%(count)s", of="%(of)s"),
        "audience": _("Question to the audience: answer on your phone"),
        "audience_next": _("The audience answers"),
        "answered_of": _(
            "%(answered)s of %(joined)s have answered",
            answered="%(answered)s",
            joined="%(joined)s",
        ),
    }


def _results() -> dict[str, Any]:
    return {
        "buzzed": _("First at the buzzer"),
        "seconds": _("%(seconds)s s", seconds="%(seconds)s"),
        "early": _("too early"),
        "near_tie": _("Near tie"),
        "right": _("Right"),
        "wrong": _("Wrong"),
        "partial": _("Partly right"),
        "late": _("Too late"),
        "foul": _("Foul"),
        "no_answer": _("Nobody answered"),
        "right_answer": _("Right answer"),
        "basis": _("Legal basis"),
        "audience_right": _(
            "%(right)s of %(answered)s in the audience were right",
            right="%(right)s",
            answered="%(answered)s",
        ),
        "fastest": _("The fastest"),
        "ties": {key: _("placed by %(what)s", what=_(name)) for key, name in TIES.items()},
    }

"""Texts of team devices and of the audience's phones, for their scripts."""

from __future__ import annotations

from flask_babel import gettext as _


def team_words() -> dict[str, str]:
    """All texts of a team's device; `%(name)s` are filled in by the script."""
    return {**_fields(), **_standing(), **_buzzer(), **_word(), **_team_scenes()}


def audience_words() -> dict[str, str]:
    """All texts of a phone of the audience."""
    return {
        **_fields(),
        "joined": _("You have joined"),
        "waiting": _("Wait for the next question to the audience"),
        "waiting_help": _("Leave this page open: the question comes by itself."),
        "now": _("Now: %(round)s", round="%(round)s"),
        "answered": _("Your answer is in"),
        "answered_help": _("The first answer counts. See the result in a moment."),
        "closed": _("The time for this question is over."),
        "over": _("The contest is over"),
        "thanks": _("Thank you for taking part."),
        "audience_right": _(
            "%(right)s of %(answered)s in the audience were right",
            right="%(right)s",
            answered="%(answered)s",
        ),
    }


def _fields() -> dict[str, str]:
    return {
        "comma": _(", "),
        "semicolon": _("; "),
        "blank": _("Blank %(number)s", number="%(number)s"),
        "pick": _("– choose –"),
        "move_up": _("Move up: %(step)s", step="%(step)s"),
        "move_down": _("Move down: %(step)s", step="%(step)s"),
        "spoken": _("This question is answered aloud."),
        "submit": _("Send the answer"),
        "really": _("Send %(answer)s? Press once more", answer="%(answer)s"),
        "sending": _("Sending …"),
        "none": _("none"),
        "your_answer": _("Your answer"),
        "right_answer": _("Right answer"),
        "right": _("Right"),
        "wrong": _("Wrong"),
        "partial": _("Partly right"),
        "late": _("Too late"),
        "revealed": _("The answer"),
    }


def _standing() -> dict[str, str]:
    return {
        "place": _("Place %(place)s", place="%(place)s"),
        "fouls": _("fouls: %(count)s", count="%(count)s"),
        "points": _("%(points)s points", points="%(points)s"),
        "rehearsal": _("Rehearsal"),
        "round_of": _("Round %(index)s of %(of)s", index="%(index)s", of="%(of)s"),
        "after_round": _(
            "%(points)s points after %(round)s", points="%(points)s", round="%(round)s"
        ),
        "over": _("The contest is over"),
        "gone": _("Your team is out of the contest"),
        "gone_help": _("Thank you for taking part."),
    }


def _buzzer() -> dict[str, str]:
    return {
        "press": _("Buzz!"),
        "locked": _("Locked"),
        "locked_help": _("Pressing now is too early: wait for green."),
        "settling": _("Who was first?"),
        "no_part": _("Your team has no part in this race."),
        "buzzed": _("Buzzed"),
        "buzzed_help": _("Wait: the order is being decided."),
        "too_early": _("Out"),
        "out_help": _("Out of this question"),
        "first": _("You are first!"),
        "other_first": _("%(team)s was first", team="%(team)s"),
        "behind": _("You were %(ms)s ms later.", ms="%(ms)s"),
    }


def _word() -> dict[str, str]:
    """Whose turn it is, and what is to be done."""
    return {
        "other_turn": _("It is the turn of %(team)s", team="%(team)s"),
        "your_turn": _("It is your turn"),
        "answers": _("%(member)s answers", member="%(member)s"),
        "begin": _("Begin to answer"),
        "answer_now": _("Answer now"),
        "answer_in": _("Your answer is in"),
        "judging": _("Waiting for the verdict"),
        "choosing": _("Choose a value"),
        "left": _("%(count)s left", count="%(count)s"),
    }


def _team_scenes() -> dict[str, str]:
    return {
        "seat_taken": _("This device has the team's seat"),
        "lobby_help": _("The contest begins soon. Leave this page open."),
        "waiting": _("Please wait"),
        "turn": _("Get ready for the question"),
        "reading": _("Question is being read"),
        "discussing": _("The team is discussing"),
        "audience": _("The audience answers"),
        "audience_help": _("This question is not for the teams."),
    }

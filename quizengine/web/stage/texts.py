"""Texts that the scripts of console and judge show; `%(name)s` are filled in by the script."""

from __future__ import annotations

from flask_babel import gettext as _

from quizengine.domain.contest.rules import ContestRules
from quizengine.web.member.texts import type_names
from quizengine.web.stage.rules_text import rounds_text
from quizengine.web.stage.words import FOULS, PHASES, ROUND_KINDS, VERDICTS


def console_texts(rules: ContestRules) -> dict[str, object]:
    """All of them; rounds by their rule file."""
    lines = zip(rules.rounds, rounds_text(rules), strict=True)
    return {
        "phases": {key: _(name) for key, name in PHASES.items()},
        "kinds": {key: _(name) for key, name in ROUND_KINDS.items()},
        "types": type_names(),
        "rounds": {part.id: text.lines for part, text in lines},
        "partial": {part.id: part.partial for part in rules.rounds},
        "actions": _actions(),
        "next": _next(),
        "waits": _waits(),
        "verdicts": _verdicts(),
        "clocks": {
            "read": _("Reading"),
            "discuss": _("Discussion"),
            "choose": _("Choosing"),
            "buzz": _("Buzzing"),
            "start": _("Beginning to answer"),
            "answer": _("Answering"),
            "audience": _("Audience"),
        },
        "status": {
            "connecting": _("Connecting …"),
            "online": _("Connected"),
            "offline": _("No connection"),
            "bye": _("Closed"),
        },
        "log": _log(),
        "fouls": _fouls(),
        "roles": _roles(),
        **_words(),
    }


def _verdicts() -> dict[str, str]:
    return {key: _(name) for key, name in VERDICTS.items()}


def _fouls() -> dict[str, str]:
    return {key: _(name) for key, name in FOULS.items()}


def _roles() -> dict[str, str]:
    return {
        "host": _("host"),
        "judge": _("judge"),
        "team": _("team"),
        "clock": _("clock"),
        "system": _("server"),
    }


def usual_reasons() -> dict[str, list[str]]:
    """What is offered where a reason is asked for, by form."""
    return {
        "adjust": [_("Points were entered wrongly"), _("Decision of the jury")],
        "conduct": [_("Against the rules of the hall"), _("Use of a forbidden aid")],
        "prompting": [_("A team-mate has prompted"), _("Help from the audience")],
        "withdraw": [_("The team gives up"), _("Decision of the jury")],
        "reinstate": [_("Decision of the jury")],
        "question": [
            _("The wording is disputed"),
            _("The answer was heard before"),
            _("A technical fault"),
        ],
        "override": [_("Appeal accepted"), _("Decision of the jury")],
    }


def _actions() -> dict[str, str]:
    """What the button of each command says, where the phase does not say it better."""
    return {
        "begin": _("Begin the contest"),
        "next": _("Next step"),
        "choose": _("Choose a value"),
        "open": _("Open the buzzers"),
        "start": _("Start the time"),
        "speak": _("Begins to answer"),
        "stop": _("Stop the time"),
        "judge": _("Verdict"),
        "audience": _("Ask the audience"),
        "swap": _("Swap the question"),
        "void": _("Void the question"),
        "pause": _("Pause"),
        "resume": _("Resume"),
        "end_round": _("End the round"),
        "finish": _("Finish the contest"),
        "foul": _("Foul"),
        "adjust": _("Points by hand"),
        "override": _("Change a verdict"),
        "withdraw": _("Withdraw the team"),
        "reinstate": _("Take the team back"),
        "undo": _("Undo"),
    }


def _next() -> dict[str, str]:
    """What `next` leads to, by the phase that it leaves."""
    return {
        "lobby": _("Begin the contest"),
        "round": _("Start the round"),
        "turn": _("Show the question"),
        "choosing": _("Show the question"),
        "judging": _("Show the answer"),
        "audience": _("Show the answer"),
        "revealed": _("Next question"),
        "round_over": _("Next round"),
    }


def _waits() -> dict[str, str]:
    """What is waited for where the person before the page has nothing to press."""
    return {
        "lobby": _("Waiting for a host to begin"),
        "choosing": _("Waiting for the team to choose"),
        "reading": _("The host reads the question"),
        "discussing": _("The team talks it over"),
        "buzzing": _("Waiting for the first buzz"),
        "settling": _("The order is being decided"),
        "starting": _("Waiting for the team to begin"),
        "answering": _("Waiting for the answer; without a device: stop the time, then judge."),
        "audience": _("The audience answers"),
        "finished": _("The contest is over. Its results are on the contest's pages."),
    }


def _log() -> dict[str, str]:
    """An event in words."""
    return {
        "begin": _("The contest begins"),
        "seat": _("%(team)s: a device takes the seat"),
        "next": _("Next step"),
        "choose": _("%(team)s chooses %(points)s"),
        "open": _("The buzzers are open"),
        "start": _("The time runs"),
        "buzz": _("%(team)s buzzes"),
        "late_buzz": _("%(team)s buzzes too late"),
        "settle": _("The order of the buzzes is decided"),
        "speak": _("The team begins to answer"),
        "answer": _("%(team)s answers at its device"),
        "stop": _("The time is stopped"),
        "timeout": _("The time is up"),
        "judge": _("%(team)s: %(verdict)s"),
        "foul": _("Foul of %(team)s: %(kind)s"),
        "adjust": _("%(team)s: %(points)s by hand"),
        "override": _("%(team)s, %(question)s: now %(verdict)s"),
        "swap": _("The question is swapped"),
        "void": _("The question is void"),
        "audience": _("The question goes to the audience"),
        "pause": _("Paused"),
        "resume": _("Going on"),
        "undo": _("Taken back from no. %(target)s on"),
        "withdraw": _("%(team)s is out of the contest"),
        "reinstate": _("%(team)s is back"),
        "end_round": _("The round ends"),
        "finish": _("The contest is over"),
        "interrupted": _("The server was away for %(seconds)s s"),
    }


def _words() -> dict[str, str]:
    return {
        "paused": _("Paused"),
        "question": _("Question %(number)s of %(total)s"),
        "round": _("Round %(number)s of %(total)s"),
        "hidden": _("No question is shown now."),
        "waiting": _("Waiting for the server …"),
        "noAnswer": _("no answer"),
        "noAhead": _("No further question in this round."),
        "keyPoints": _("Key points"),
        "members": _("Members: %(names)s"),
        "points": _("%(points)s points"),
        "rank": _("Place %(rank)s"),
        "out": _("out"),
        "foulCount": _("Fouls: %(count)s"),
        "turn": _("its turn"),
        "answered": _("answered"),
        "answer": _("Answer: %(answer)s"),
        "creditRight": _("right by the key"),
        "creditWrong": _("wrong by the key"),
        "creditPart": _("partly right by the key"),
        "nobodyBuzzed": _("Nobody has buzzed yet."),
        "order": _("%(place)s. %(time)s s"),
        "early": _("early"),
        "late": _("late"),
        "bounded": _("limited"),
        "boundedWhy": _(
            "The device says that its team was faster than the server's own measurement bears out:"
            " only as much counts as that allows. A slow device does this too."
        ),
        "sinceOpen": _("timed from the opening"),
        "sinceOpenWhy": _(
            "The device, or the server, was away while the buzzers were open: the time counts from"
            " when they opened."
        ),
        "nearTie": _("Near tie: look at the evidence."),
        "deviceOn": _("device connected, %(ms)s ms"),
        "deviceOff": _("no device"),
        "people": _(
            "hosts %(hosts)s · judges %(judges)s · screens %(screens)s · audience %(audience)s"
        ),
        "mute": _("Mute the big screens"),
        "unmute": _("Sound on the big screens"),
        "spares": _("%(count)s in reserve"),
        "undoWhat": _("Takes back: %(what)s"),
        "undoNothing": _("Nothing to take back"),
        "offline": _(
            "No connection to the server. The page comes back by itself; what you press now is"
            " done then."
        ),
        "sending": _("Waiting for the server …"),
        "ended": _("This page is closed: %(message)s"),
        "reason": _("Please give a reason."),
        "wholePoints": _("Please give whole points."),
        "target": _("Verdict for %(team)s"),
        "tie": _("Tie-break for place %(place)s: %(teams)s"),
        "audience": _("%(answered)s of %(joined)s in the audience have answered"),
        "audience_knows": _("closed to the audience: its answer was shown already"),
        "earlier": _("Round %(round)s, question %(number)s"),
        "tally": _("%(right)s of %(answered)s right"),
        "letters": "ABCDEFGHIJKL",
        "anonymous": _("by code"),
    }


def replay_texts() -> dict[str, object]:
    """What the replay says of the log."""
    return {
        "verdicts": _verdicts(),
        "log": _log(),
        "fouls": _fouls(),
        "roles": _roles(),
        "anonymous": _("by code"),
        "play": _("Play"),
        "pause": _("Pause"),
        "step": _("%(number)s of %(total)s"),
        "failed": _("The log could not be loaded. Please reload the page."),
    }

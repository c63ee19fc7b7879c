"""The state machine of a stage contest: what each event makes of the state.

Pure: nothing but rules, state and event decides. A command that does not fit is `Refused`, with
a stable code and a sentence for the person; data that only the server itself can have got wrong
are a ValueError. `undo` needs the states before and is in `quizengine.domain.contest.fold`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

from quizengine.domain.contest import (
    machine_answer,
    machine_ask,
    machine_buzz,
    machine_desk,
    machine_teams,
)
from quizengine.domain.contest.events import Event, Role
from quizengine.domain.contest.machine_input import not_now
from quizengine.domain.contest.machine_phase import stopped
from quizengine.domain.contest.rules import ContestRules
from quizengine.domain.contest.state import State
from quizengine.domain.text import N_, Refused

Handler = Callable[[ContestRules, State, Event], State]

HANDLERS: Mapping[str, Handler] = {
    "begin": machine_teams.begin,
    "seat": machine_teams.seat,
    "next": machine_ask.go_on,
    "choose": machine_ask.choose,
    "open": machine_buzz.open_buzzers,
    "start": machine_answer.start,
    "buzz": machine_buzz.buzz,
    "late_buzz": machine_buzz.late_buzz,
    "settle": machine_buzz.settle,
    "speak": machine_answer.speak,
    "answer": machine_answer.answer,
    "stop": machine_answer.stop,
    "timeout": machine_answer.timeout,
    "judge": machine_answer.judge,
    "foul": machine_desk.foul,
    "adjust": machine_desk.adjust,
    "override": machine_desk.override,
    "swap": machine_desk.swap,
    "void": machine_desk.void,
    "audience": machine_answer.to_audience,
    "pause": machine_desk.pause,
    "resume": machine_desk.resume,
    "withdraw": machine_teams.withdraw,
    "reinstate": machine_teams.reinstate,
    "end_round": machine_desk.end_round,
    "finish": machine_desk.finish,
    "interrupted": machine_desk.interrupted,
}

HOST: frozenset[Role] = frozenset({"host"})
DESK: frozenset[Role] = frozenset({"host", "judge"})
TEAM: frozenset[Role] = frozenset({"team"})
CLOCK: frozenset[Role] = frozenset({"clock"})

ROLES: Mapping[str, frozenset[Role]] = {
    "begin": HOST,
    "seat": TEAM,
    "next": HOST,
    "choose": TEAM | HOST,
    "open": HOST | CLOCK,
    "start": HOST | CLOCK,
    "buzz": TEAM,
    "late_buzz": TEAM,
    "settle": CLOCK,
    "speak": HOST,
    "answer": TEAM,
    "stop": HOST,
    "timeout": CLOCK,
    "judge": DESK,
    "foul": DESK,
    "adjust": DESK,
    "override": DESK,
    "swap": HOST,
    "void": HOST,
    "audience": HOST,
    "pause": DESK,
    "resume": DESK,
    "undo": DESK,
    "withdraw": DESK,
    "reinstate": DESK,
    "end_round": HOST,
    "finish": HOST,
    "interrupted": frozenset({"system"}),
}

# What a pause leaves possible: to settle what it was called for, and what ends it.
_PAUSE_GOES_ON = frozenset(
    {"adjust", "foul", "override", "withdraw", "reinstate", "seat", "late_buzz", "interrupted"}
)
WHILE_PAUSED = _PAUSE_GOES_ON | {"resume", "void", "swap", "end_round"}
ALWAYS = frozenset({"seat", "interrupted"})
BEGUN = "begin"


def step(rules: ContestRules, state: State, event: Event) -> State:
    """The state after `event`; Refused (code, sentence, status) if it may not happen now."""
    check_role(event)
    _check_phase(state, event)
    handler = HANDLERS.get(event.type)
    if handler is None:
        raise not_now()
    after = handler(rules, state, event)
    if state.paused and event.type in _PAUSE_GOES_ON:
        # A phase that begins by it, as the next turn of a team that left, waits for `resume`.
        after = replace(after, paused=True, clock=stopped(after.clock, event.at))
    return after


def check_role(event: Event) -> None:
    """Refuse (`role`, 403) a command that its author may not give."""
    if event.by.role not in ROLES[event.type]:
        raise Refused("role", N_("You may not do that in this contest."), status=403)


def _check_phase(state: State, event: Event) -> None:
    """Refuse what no phase of this kind lets through."""
    if state.phase == "lobby" and event.type != BEGUN:
        raise Refused("not-begun", N_("The contest has not begun yet."))
    if state.phase == "finished" and event.type not in ALWAYS:
        raise Refused("finished", N_("The contest is finished. Undo is the only way back."))
    if state.paused and event.type not in WHILE_PAUSED:
        raise Refused("paused", N_("The contest is paused."))
    if event.by.role == "clock" and event.type != "settle":
        _check_clock(state, event)


def _check_clock(state: State, event: Event) -> None:
    clock = state.clock
    if clock is None or clock.ends_at is None or event.at < clock.ends_at:
        raise Refused("not-due", N_("The time is not up yet."))

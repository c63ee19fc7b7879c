"""What host, judge and teams may do now."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from quizengine.domain.contest.due import waits
from quizengine.domain.contest.events import EventType, Role
from quizengine.domain.contest.machine import ROLES, WHILE_PAUSED
from quizengine.domain.contest.machine_answer import Proposal, prompting, proposal
from quizengine.domain.contest.machine_phase import by_buzzer, round_rules
from quizengine.domain.contest.machine_rounds import following
from quizengine.domain.contest.machine_turns import values_left
from quizengine.domain.contest.rules import BuzzerRound, ContestRules, TieBreakRound
from quizengine.domain.contest.state import State

__all__ = ["Action", "Proposal", "TeamCan", "actions", "proposal", "team_can"]


@dataclass(frozen=True, slots=True)
class Action:
    """A command that would be accepted now, for `team` if it is named.

    `primary`: what comes next. `kind`: of a foul. `values`: what may be chosen.
    """

    type: EventType
    team: int | None = None
    primary: bool = False
    kind: Literal["prompting", "conduct"] | None = None
    values: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class TeamCan:
    """What a team may do; `unlocked`: its buzzer is open, so that a buzz is not early."""

    buzz: bool = False
    answer: bool = False
    choose: bool = False
    unlocked: bool = False


def actions(rules: ContestRules, state: State, role: Role | None = None) -> tuple[Action, ...]:
    """The commands that a host or judge may give (with `role`: that one), the primary one first.

    `undo` is not among them: what it takes back is known by the log alone.
    """
    if state.phase in ("lobby", "finished"):
        return ()
    found = [*_flow(rules, state), *_desk(rules, state)]
    if state.paused:
        found = [replace(a, primary=False) for a in found if a.type in WHILE_PAUSED]
        found.insert(0, Action("resume", primary=True))
    if role is not None:
        found = [action for action in found if role in ROLES[action.type]]
    return tuple(sorted(found, key=lambda action: not action.primary))


def team_can(rules: ContestRules, state: State, team: int) -> TeamCan:
    """What this team may do now."""
    if state.paused or not state.is_active(team):
        return TeamCan()
    question = state.question
    buzz = team in waits(rules, state)
    answer = (
        question is not None
        and state.phase == "answering"
        and round_rules(rules, state).answers == "device"
        and team in question.answering
        and all(given.team != team for given in question.answers)
    )
    choose = state.phase == "choosing" and state.turn is not None and state.turn.team == team
    return TeamCan(buzz, answer, choose, unlocked=buzz and state.phase != "reading")


def _flow(rules: ContestRules, state: State) -> Iterator[Action]:
    """What carries the contest on from this phase."""
    match state.phase:
        case "round" | "turn" | "revealed":
            yield Action("next", primary=True)
        case "choosing" if state.turn is not None:
            values = tuple(value for value, _ in values_left(rules, state))
            yield Action("choose", state.turn.team, primary=True, values=values)
        case "discussing":
            yield Action("start", primary=True)
        case "reading":
            yield from _reading(rules, state)
        case "round_over":
            more = following(rules, state) is not None
            if more:
                yield Action("next", primary=True)
            yield Action("finish", primary=not more)
        case _:
            yield from _answers(rules, state)


def _reading(rules: ContestRules, state: State) -> Iterator[Action]:
    if not by_buzzer(rules, state):
        yield Action("start", primary=True)
        return
    yield Action("open", primary=True)
    yield Action("stop")
    yield from _audience(rules, state)


def _audience(rules: ContestRules, state: State) -> Iterator[Action]:
    current = round_rules(rules, state)
    passed_on = isinstance(current, BuzzerRound) and current.unanswered == "audience"
    if passed_on and not state.audience_knows:
        yield Action("audience")


def _answers(rules: ContestRules, state: State) -> Iterator[Action]:
    """While something is awaited. To stop a running clock is never what comes next."""
    question = state.question
    if question is None:
        return
    by_ear = round_rules(rules, state).answers == "spoken"
    if state.phase == "starting":
        yield Action("speak", primary=True)
    if state.phase == "judging" or (by_ear and state.phase in ("starting", "answering")):
        for team in question.answering:
            yield Action("judge", team, primary=state.phase != "starting")
    if state.phase == "audience" and not question.audience_open:
        if not state.audience_knows:
            yield Action("audience", primary=True)
        yield Action("stop", primary=state.audience_knows)
    elif state.phase in ("buzzing", "answering", "audience"):
        yield Action("stop", primary=state.clock is None and not (by_ear and question.answering))
    if state.phase == "buzzing":
        yield from _audience(rules, state)


def _desk(rules: ContestRules, state: State) -> Iterator[Action]:
    """What is possible besides."""
    yield from _corrections(rules, state)
    if not state.paused and state.phase != "settling":
        yield Action("pause")
    for team in state.teams:
        if team.out is None and len(state.active) > 1:
            yield Action("withdraw", team.id)
        if team.out == "withdrawn":
            yield Action("reinstate", team.id)
    if state.phase != "round_over":
        yield Action("end_round")


def _corrections(rules: ContestRules, state: State) -> Iterator[Action]:
    yield Action("foul", kind="conduct")
    for team in state.teams:
        if prompting(rules, state, team) is not None:
            yield Action("foul", team.id, kind="prompting")
    yield Action("adjust")
    if any(_overridable(rules, award.kind, award.round) for award in state.awards):
        yield Action("override")
    question = state.question
    if question is None:
        return
    if not question.void:
        yield Action("void")
    spares = state.round.spares if state.round else ()
    if state.phase != "revealed" and any(s.value == question.slot.value for s in spares):
        yield Action("swap")


def _overridable(rules: ContestRules, kind: str, index: int | None) -> bool:
    if kind != "answer" or index is None:
        return False
    return not isinstance(rules.rounds[index], TieBreakRound)

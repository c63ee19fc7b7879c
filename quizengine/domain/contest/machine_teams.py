"""Teams come, take their seats, leave and come back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from quizengine.domain.contest.events import Event
from quizengine.domain.contest.machine_answer import collected
from quizengine.domain.contest.machine_ask import proceed
from quizengine.domain.contest.machine_buzz import without_claim
from quizengine.domain.contest.machine_close import next_try, revealed
from quizengine.domain.contest.machine_desk import reviewed
from quizengine.domain.contest.machine_input import an_active_team, the_reason, the_team
from quizengine.domain.contest.machine_phase import asking, by_buzzer, the_question
from quizengine.domain.contest.machine_rounds import enter_round, following
from quizengine.domain.contest.machine_ties import without
from quizengine.domain.contest.rules import ContestRules
from quizengine.domain.contest.state import Draw, Member, Slot, State, Team
from quizengine.domain.text import N_, Refused


def begin(rules: ContestRules, state: State, event: Event) -> State:
    """`begin`: the teams and the drawn questions; then the first round is introduced.

    ValueError if the data do not fit the rules: the server makes them.
    """
    if state.phase != "lobby":
        raise Refused("begun", N_("The contest has begun already."))
    try:
        teams = tuple(_team(data) for data in event.data["teams"])
        draws = tuple(_draw(data) for data in event.data["rounds"])
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"`begin` with faulty data: {error}") from error
    if [draw.id for draw in draws] != [one.id for one in rules.rounds]:
        raise ValueError("`begin` with questions of other rounds than the rules have")
    if not teams or len({team.id for team in teams}) != len(teams):
        raise ValueError("`begin` without teams, or with one of them twice")
    teams = tuple(sorted(teams, key=lambda team: team.number))
    rehearsal = event.data.get("rehearsal") is True
    state = replace(state, teams=teams, draws=draws, rehearsal=rehearsal)
    index = following(rules, state)
    return enter_round(rules, state, 0 if index is None else index)


def seat(rules: ContestRules, state: State, event: Event) -> State:
    """`seat`: a device has taken the team's seat of this number."""
    team = the_team(state, event)
    number = event.data.get("seat")
    if type(number) is not int:
        raise ValueError(f"no seat: {number!r}")
    others = (one for one in state.seats if one[0] != team.id)
    return replace(state, seats=(*others, (team.id, number)))


def withdraw(rules: ContestRules, state: State, event: Event) -> State:
    """`withdraw`: the team is out; a question that waits for it goes on without it."""
    team = an_active_team(state, event)
    reason = the_reason(event)
    if len(state.active) == 1:
        raise Refused("last-team", N_("This is the last team: finish the contest instead."))
    index = state.round.index if state.round else None
    gone = replace(team, out="withdrawn", left=index, reason=reason)
    state = replace(state, teams=_with(state, gone))
    if state.tie is not None:
        ties = tuple(without(tie, team.id) for tie in state.ties)
        state = replace(state, tie=without(state.tie, team.id), ties=ties)
    return _gone_on(rules, reviewed(rules, state), event, team.id)


def reinstate(rules: ContestRules, state: State, event: Event) -> State:
    """`reinstate`: a team that had withdrawn is back, from the next question on.

    A race that is on goes on without it: its buzzer would be unlocked later than the others', and
    its reaction measured from then.
    """
    team = the_team(state, event)
    the_reason(event)
    if team.out != "withdrawn":
        raise Refused("not-withdrawn", N_("%(team)s has not withdrawn."), team=team.name)
    back = replace(team, out=None, left=None, reason="")
    state = reviewed(rules, replace(state, teams=_with(state, back)))
    return _out_of_race(rules, state, team.id)


def _out_of_race(rules: ContestRules, state: State, team: int) -> State:
    question = state.question
    if question is None or question.buzz is None or not by_buzzer(rules, state):
        return state
    if state.phase not in ("buzzing", "settling"):
        return state
    absent = (*question.buzz.absent, team)
    return asking(state, buzz=replace(question.buzz, absent=absent))


def _gone_on(rules: ContestRules, state: State, event: Event, team: int) -> State:
    """What waited for the team waits no more."""
    question = state.question
    if question is None:
        waits = state.turn is not None and state.turn.team == team
        return proceed(rules, state, event) if waits else state
    if team in question.answering:
        return _without_answer(rules, state, event, team)
    if by_buzzer(rules, state) and state.phase in ("reading", "buzzing", "settling"):
        return without_claim(rules, state, team)
    return state


def _without_answer(rules: ContestRules, state: State, event: Event, team: int) -> State:
    left = tuple(t for t in the_question(state).answering if t != team)
    state = asking(state, answering=left)
    if not left:
        return next_try(rules, state) if by_buzzer(rules, state) else revealed(state)
    return collected(rules, state, event) if state.phase == "answering" else state


def _with(state: State, changed: Team) -> tuple[Team, ...]:
    return tuple(changed if team.id == changed.id else team for team in state.teams)


def _team(data: Mapping[str, Any]) -> Team:
    members = tuple(Member(int(m["id"]), str(m["name"])) for m in data["members"])
    return Team(int(data["id"]), int(data["number"]), str(data["name"]), members)


def _draw(data: Mapping[str, Any]) -> Draw:
    questions = tuple(_slot(slot) for slot in data["questions"])
    return Draw(str(data["id"]), questions, tuple(_slot(slot) for slot in data["spares"]))


def _slot(data: Mapping[str, Any]) -> Slot:
    value = data.get("value")
    return Slot(
        key=str(data["key"]),
        ref=int(data["ref"]),
        question=str(data["question"]),
        revision=int(data["revision"]),
        type=str(data["type"]),
        value=None if value is None else int(value),
    )

"""Going on: to the next round, turn and question."""

from __future__ import annotations

from dataclasses import replace

from quizengine.domain.contest.events import Event
from quizengine.domain.contest.machine_input import an_active_team, not_now, the_points
from quizengine.domain.contest.machine_phase import enter, round_rules, running, the_round
from quizengine.domain.contest.machine_rounds import enter_round, following, left_question, over
from quizengine.domain.contest.machine_ties import undecided
from quizengine.domain.contest.machine_turns import (
    in_turn,
    next_turn,
    planned,
    taken,
    values_left,
)
from quizengine.domain.contest.ranking import standing
from quizengine.domain.contest.rules import (
    AudienceRound,
    BuzzerRound,
    CompulsoryRound,
    ContestRules,
    TieBreakRound,
    WagerRound,
)
from quizengine.domain.contest.state import Asking, Buzz, Slot, State, Turn
from quizengine.domain.text import N_, Refused


def go_on(rules: ContestRules, state: State, event: Event) -> State:
    """`next`: to what comes after this phase."""
    match state.phase:
        case "round" | "revealed":
            return proceed(rules, state, event)
        case "turn" if state.turn is None:
            return proceed(rules, state, event)
        case "turn":
            slot, state = taken(state, None)
            return asked(rules, state, event, slot)
        case "round_over":
            index = following(rules, state)
            if index is not None:
                return enter_round(rules, state, index)
    raise not_now()


def proceed(rules: ContestRules, state: State, event: Event) -> State:
    """The next turn or question of the round, or its end."""
    current = round_rules(rules, state)
    state = replace(left_question(state), turn=None)
    if isinstance(current, TieBreakRound):
        return _next_of_tie(rules, state, event, current)
    play = the_round(state)
    if not play.queue:
        return over(rules, state)
    if in_turn(current):
        return _next_turn(rules, state, event, current)
    if play.asked >= current.questions:
        return over(rules, state)
    slot, state = taken(state, None)
    return asked(rules, state, event, slot)


def _next_turn(rules: ContestRules, state: State, event: Event, current: object) -> State:
    turn = next_turn(rules, state)
    if turn is None:
        return over(rules, state)
    if not isinstance(current, WagerRound):
        return enter(state, "turn", turn=turn)
    if not values_left(rules, state):
        return over(rules, state)
    clock = running("choose", current.times.choose_s, event.at)
    return enter(state, "choosing", clock, turn=turn)


def _next_of_tie(rules: ContestRules, state: State, event: Event, breaker: TieBreakRound) -> State:
    """The next question of the tie that is on; without any, the next tie."""
    tie = state.tie
    queue = the_round(state).queue
    if tie and queue and tie.asked < breaker.questions and undecided(rules, breaker, tie):
        slot, state = taken(state, None)
        state = replace(state, tie=replace(tie, asked=tie.asked + 1))
        return asked(rules, state, event, slot)
    if tie is None or not state.ties or not queue:
        return over(rules, state)
    first, *others = state.ties
    broken = (*state.broken, tie)
    return enter(state, "turn", tie=first, ties=tuple(others), broken=broken)


def choose(rules: ContestRules, state: State, event: Event) -> State:
    """`choose`: the team whose turn it is plays for a value."""
    team = an_active_team(state, event)
    if state.phase != "choosing" or state.turn is None:
        raise not_now()
    if state.turn.team != team.id:
        raise Refused("not-your-turn", N_("It is another team's turn to choose."))
    points = the_points(event, 1, 1000)
    if points not in [value for value, _ in values_left(rules, state)]:
        raise Refused("value-gone", N_("There is no question left for this value."))
    return chosen(rules, state, event, points)


def chosen(rules: ContestRules, state: State, event: Event, points: int | None) -> State:
    """The turn is played for `points`; None takes the lowest value that is left."""
    if state.turn is None:
        raise RuntimeError("nobody's turn")
    value = points or values_left(rules, state)[0][0]
    slot, state = taken(replace(state, turn=replace(state.turn, points=value)), value)
    return asked(rules, state, event, slot)


def asked(rules: ContestRules, state: State, event: Event, slot: Slot) -> State:
    """A question begins: its place in the round and among the turns is counted."""
    play = the_round(state)
    served = (*play.served, state.turn.team) if state.turn else play.served
    ranks = tuple((place.team, place.rank) for place in standing(rules, state))
    play = replace(play, asked=play.asked + 1, served=served, again=None)
    state = replace(state, round=play, ranks=ranks)
    state = replace(state, round=replace(play, planned=planned(rules, state)))
    return reading(rules, state, event, slot)


def reading(rules: ContestRules, state: State, event: Event, slot: Slot) -> State:
    """The question is read out, as the newest one of the round."""
    question = _question(rules, state, slot, the_round(state).asked)
    clock = running("read", round_rules(rules, state).times.read_s, event.at)
    return enter(state, "reading", clock, question=question)


def _question(rules: ContestRules, state: State, slot: Slot, number: int) -> Asking:
    """A question with what is at stake, before anybody has done anything."""
    turn = state.turn
    match round_rules(rules, state):
        case CompulsoryRound(right=right, wrong=wrong):
            teams = (turn.team,) if turn else tuple(team.id for team in state.active)
            return Asking(slot, number, "main", right, wrong, answering=teams)
        case WagerRound(wrong=effect):
            return _staked(slot, number, turn, lose=effect == "lose")
        case BuzzerRound(right=right, wrong=wrong, tries=tries):
            return Asking(slot, number, "main", right, wrong, tries=tries, buzz=Buzz())
        case TieBreakRound():
            return Asking(slot, number, "tie", 0, 0, tries=1, buzz=Buzz())
        case AudienceRound():
            return Asking(slot, number, "audience", 0, 0)


def _staked(slot: Slot, number: int, turn: Turn | None, *, lose: bool) -> Asking:
    if turn is None or turn.points is None:
        raise RuntimeError("no value has been chosen")
    wrong = -turn.points if lose else 0
    return Asking(slot, number, "main", turn.points, wrong, answering=(turn.team,))

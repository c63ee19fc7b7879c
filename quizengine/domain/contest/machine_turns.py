"""必答 and 风险: whose turn it is, and with which question."""

from __future__ import annotations

from dataclasses import replace

from quizengine.domain.contest.machine_phase import round_rules, the_round
from quizengine.domain.contest.rules import (
    CompulsoryRound,
    ContestRules,
    Round,
    TieBreakRound,
    WagerRound,
)
from quizengine.domain.contest.state import Slot, State, Turn


def in_turn(current: Round) -> bool:
    """Whether the teams of this round play one after the other."""
    if isinstance(current, CompulsoryRound):
        return current.turns != "together"
    return isinstance(current, WagerRound)


def next_turn(rules: ContestRules, state: State) -> Turn | None:
    """Whose turn comes next; None when all have had theirs.

    Everybody gets the first turn before anybody the second one, so that a team that comes back
    makes up for what it missed.
    """
    current = round_rules(rules, state)
    play = the_round(state)
    if not isinstance(current, CompulsoryRound | WagerRound):
        raise RuntimeError(f"no turns in a round of kind {current.kind}")
    turns = {team.id: play.served.count(team.id) for team in state.active}
    waiting = [team for team in state.active if turns[team.id] < current.questions]
    if not waiting:
        return None
    fewest = min(turns[team.id] for team in waiting)
    ready = [team for team in waiting if turns[team.id] == fewest]
    chosen = next((t for t in ready if t.id == play.again), None)
    if chosen is None:
        sign = _sign(current)
        chosen = min(ready, key=lambda team: (sign * state.score(team.id), team.number))
    return Turn(chosen.id, _member(current, len(chosen.members), turns[chosen.id]))


def _sign(current: CompulsoryRound | WagerRound) -> int:
    """How points decide who comes first: +1 the fewest, -1 the most, 0 not at all."""
    order = current.order if isinstance(current, WagerRound) else "seats"
    return {"lowest_first": 1, "highest_first": -1, "seats": 0}[order]


def _member(current: CompulsoryRound | WagerRound, members: int, turns: int) -> int | None:
    alone = isinstance(current, CompulsoryRound) and current.turns == "members"
    return turns % members if alone and members else None


def values_left(rules: ContestRules, state: State) -> tuple[tuple[int, int], ...]:
    """Values that may be chosen now, the lowest first, each with the questions left for it."""
    current = round_rules(rules, state)
    if not isinstance(current, WagerRound):
        return ()
    queue = [slot.value for slot in the_round(state).queue]
    counts = [(value, queue.count(value)) for value in sorted(v.points for v in current.values)]
    return tuple((value, count) for value, count in counts if count)


def taken(state: State, value: int | None) -> tuple[Slot, State]:
    """The next question for this value (None: any), and the state without it in the queue."""
    play = the_round(state)
    slot = next(slot for slot in play.queue if value is None or slot.value == value)
    queue = tuple(one for one in play.queue if one is not slot)
    return slot, replace(state, round=replace(play, queue=queue))


def planned(rules: ContestRules, state: State) -> int:
    """How many questions the round is going to have: as many as are wanted and there are."""
    current = round_rules(rules, state)
    play = the_round(state)
    return play.asked + min(_wanted(current, state), len(play.queue))


def _wanted(current: Round, state: State) -> int:
    """How many more questions are to be asked."""
    play = the_round(state)
    if in_turn(current):
        served = (play.served.count(team.id) for team in state.active)
        return sum(max(0, current.questions - count) for count in served)
    if isinstance(current, TieBreakRound):
        running = (state.tie,) if state.tie else ()
        return sum(current.questions - tie.asked for tie in (*running, *state.ties))
    return current.questions - play.asked

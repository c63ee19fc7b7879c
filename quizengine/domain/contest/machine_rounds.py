"""From round to round: which one follows, how it begins and ends, who leaves after it."""

from __future__ import annotations

from dataclasses import replace

from quizengine.domain.contest.machine_phase import enter, round_rules, the_round
from quizengine.domain.contest.machine_ties import ties_to_break
from quizengine.domain.contest.machine_turns import planned
from quizengine.domain.contest.rules import ContestRules, TieBreakRound
from quizengine.domain.contest.state import Asked, RoundPlay, State, Team


def following(rules: ContestRules, state: State) -> int | None:
    """Index of the round that comes next; a tie-break without a tie to break is left out."""
    first = state.round.index + 1 if state.round else 0
    for index in range(first, len(rules.rounds)):
        coming = rules.rounds[index]
        if not isinstance(coming, TieBreakRound) or ties_to_break(rules, state, coming):
            return index
    return None


def enter_round(rules: ContestRules, state: State, index: int) -> State:
    """The introduction of a round."""
    coming = rules.rounds[index]
    draw = state.draws[index]
    ties = ties_to_break(rules, state, coming) if isinstance(coming, TieBreakRound) else ()
    tie, ties = (ties[0], ties[1:]) if ties else (None, ())
    entered = RoundPlay(index, draw.id, draw.questions, draw.spares, planned=0)
    state = enter(state, "round", round=entered, tie=tie, ties=ties)
    return replace(state, round=replace(entered, planned=planned(rules, state)))


def over(rules: ContestRules, state: State) -> State:
    """The end of the round that is on."""
    state = left_question(state)
    broken = (*state.broken, state.tie) if state.tie else state.broken
    state = enter(state, "round_over", turn=None, tie=None, ties=(), broken=broken)
    return eliminated(rules, state)


def left_question(state: State) -> State:
    """The state after its question, if there is one, which is kept among those asked."""
    question = state.question
    if question is None:
        return state
    asked = Asked(
        question.slot,
        the_round(state).index,
        question.number,
        "void" if question.void else "closed",
        state.turn,
        question.reason,
        question.tally,
    )
    return replace(state, asked=(*state.asked, asked), question=None)


def eliminated(rules: ContestRules, state: State) -> State:
    """The state with those out who leave after this round; anew when points have changed.

    Of teams that are equal at the boundary none leaves, and one team always stays.
    """
    index = the_round(state).index
    teams = tuple(_back(team, index) for team in state.teams)
    state = replace(state, teams=teams)
    scores = sorted(state.score(team.id) for team in state.active)
    count = min(round_rules(rules, state).eliminates, len(scores) - 1)
    if count < 1:
        return state
    # The best of those who may go; a team that stays with as many points saves all like it.
    limit = scores[count - 1]
    spared = scores[count] == limit
    gone = {
        team.id
        for team in state.active
        if state.score(team.id) < limit or (state.score(team.id) == limit and not spared)
    }
    return replace(
        state,
        teams=tuple(replace(t, out="eliminated", left=index) if t.id in gone else t for t in teams),
    )


def _back(team: Team, index: int) -> Team:
    this_round = team.out == "eliminated" and team.left == index
    return replace(team, out=None, left=None) if this_round else team

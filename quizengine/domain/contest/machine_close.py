"""How a question goes on after a verdict, and how it ends."""

from __future__ import annotations

from dataclasses import replace

from quizengine.domain.contest.events import Event
from quizengine.domain.contest.machine_phase import (
    asking,
    by_buzzer,
    enter,
    judged,
    may_buzz,
    round_rules,
    the_question,
    the_round,
)
from quizengine.domain.contest.machine_ties import placed, taken_back
from quizengine.domain.contest.machine_turns import in_turn
from quizengine.domain.contest.rules import BuzzerRound, ContestRules, TieBreakRound, WagerRound
from quizengine.domain.contest.state import Buzz, State, Verdict


def decided(
    rules: ContestRules,
    state: State,
    event: Event,
    team: int,
    verdict: Verdict,
    points: int | None = None,
) -> State:
    """The state with a verdict on a team's answer, going on once nobody's is missing any more."""
    state = judged(state, event, team, verdict, points)
    current = round_rules(rules, state)
    if isinstance(current, TieBreakRound) and state.tie:
        state = replace(state, tie=placed(current, state.tie, team, verdict))
    if the_question(state).answering:
        return state
    return _after(rules, state, verdict)


def _after(rules: ContestRules, state: State, verdict: Verdict) -> State:
    """Where the last verdict leads."""
    question = the_question(state)
    current = round_rules(rules, state)
    if verdict in ("right", "partial") or question.stage == "tie":
        return revealed(state)
    if by_buzzer(rules, state):
        return next_try(rules, asking(state, tries=question.tries - 1))
    if isinstance(current, WagerRound) and current.steal is not None:
        loses = current.steal.wrong == "lose"
        state = asking(
            state,
            stage="steal",
            wrong=-question.right if loses else 0,
            tries=current.steal.tries,
        )
        return next_try(rules, state)
    return revealed(state)


def next_try(rules: ContestRules, state: State) -> State:
    """The buzzers are closed until the host opens them again, if anybody may still try."""
    if the_question(state).tries < 1 or not may_buzz(state):
        return unanswered(rules, state)
    return enter(asking(state, buzz=Buzz(), answering=()), "reading")


def unanswered(rules: ContestRules, state: State) -> State:
    """No team has got it: to the audience if the rules say so, else the answer is shown."""
    current = round_rules(rules, state)
    if isinstance(current, BuzzerRound) and current.unanswered == "audience":
        return enter(asking(state, stage="audience", answering=()), "audience")
    return revealed(state)


def revealed(state: State) -> State:
    """The question is over and its answer is shown."""
    return enter(asking(state, answering=(), audience_open=False), "revealed")


def voided(rules: ContestRules, state: State, reason: str) -> State:
    """The question does not count: verdicts on it are gone, and whose turn it was has another one
    as long as there are spare questions."""
    state = replay_turn(rules, without_verdicts(state))
    return revealed(asking(state, void=True, reason=reason))


def without_verdicts(state: State) -> State:
    """The state as if nobody had answered the question that is on; fouls stay."""
    key = the_question(state).key
    tie = state.tie
    for award in state.verdicts() if tie else ():
        tie = taken_back(tie, award.team) if tie else None
    kept = (a for a in state.awards if not (a.kind == "answer" and a.question == key))
    return replace(state, awards=tuple(kept), tie=tie)


def replay_turn(rules: ContestRules, state: State) -> State:
    """The turn does not count if a spare question can be played in it."""
    play = the_round(state)
    turn = state.turn
    value = the_question(state).slot.value
    spare = next((slot for slot in play.spares if slot.value == value), None)
    if turn is None or spare is None or not in_turn(round_rules(rules, state)):
        return state
    last = len(play.served) - 1 - play.served[::-1].index(turn.team)
    return replace(
        state,
        round=replace(
            play,
            queue=(spare, *play.queue),
            spares=tuple(slot for slot in play.spares if slot is not spare),
            served=play.served[:last] + play.served[last + 1 :],
            again=turn.team,
        ),
    )

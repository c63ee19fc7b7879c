"""Small steps that all of the machine takes: phases, clocks, points."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from quizengine.domain.contest.events import Event
from quizengine.domain.contest.rules import (
    BuzzerRound,
    ContestRules,
    EarlyPolicy,
    Round,
    TieBreakRound,
    WagerRound,
)
from quizengine.domain.contest.state import (
    Asking,
    Award,
    Clock,
    ClockKind,
    Foul,
    FoulKind,
    Phase,
    RoundPlay,
    State,
    Verdict,
)

MILLISECOND = timedelta(milliseconds=1)


def enter(state: State, phase: Phase, clock: Clock | None = None, **changes: Any) -> State:
    """The state in another phase: one step on, no pause, this clock."""
    return replace(state, phase=phase, step=state.step + 1, paused=False, clock=clock, **changes)


def running(kind: ClockKind, seconds: int, at: datetime) -> Clock | None:
    """A clock that runs from `at`; none for 0 seconds, as the host decides then."""
    if seconds == 0:
        return None
    return Clock(kind, seconds * 1000, at + timedelta(seconds=seconds))


def stopped(clock: Clock | None, at: datetime) -> Clock | None:
    """The clock standing still from `at`."""
    if clock is None or clock.ends_at is None:
        return clock
    left = max(0, (clock.ends_at - at) // MILLISECOND)
    return replace(clock, ends_at=None, left_ms=min(left, clock.total_ms))


def restarted(clock: Clock | None, at: datetime) -> Clock | None:
    """The clock going on from `at`."""
    if clock is None or clock.left_ms is None:
        return clock
    return replace(clock, ends_at=at + clock.left_ms * MILLISECOND, left_ms=None)


def the_round(state: State) -> RoundPlay:
    """The round that is on; RuntimeError in a phase without one."""
    if state.round is None:
        raise RuntimeError(f"no round in phase {state.phase}")
    return state.round


def the_question(state: State) -> Asking:
    """The question that is on; RuntimeError in a phase without one."""
    if state.question is None:
        raise RuntimeError(f"no question in phase {state.phase}")
    return state.question


def round_rules(rules: ContestRules, state: State) -> Round:
    """The rules of the round that is on."""
    return rules.rounds[the_round(state).index]


def asking(state: State, **changes: Any) -> State:
    """The state with the question that is on changed."""
    return replace(state, question=replace(the_question(state), **changes))


def by_buzzer(rules: ContestRules, state: State) -> bool:
    """Whether who answers the question that is on is decided by buzzing."""
    question = state.question
    if question is None or question.stage == "audience":
        return False
    if question.stage in ("steal", "tie"):
        return True
    return isinstance(round_rules(rules, state), BuzzerRound)


def early_policy(rules: ContestRules, state: State) -> EarlyPolicy:
    """What early buzzing brings for the question that is on."""
    match round_rules(rules, state):
        case BuzzerRound(early=policy) | TieBreakRound(early=policy):
            return policy
        case WagerRound(steal=steal) if steal is not None:
            return steal.early
    raise RuntimeError("no buzzers in this round")


def may_buzz(state: State) -> tuple[int, ...]:
    """Teams that the question that is on is still open to, by buzzer."""
    question = the_question(state)
    closed = {*question.tried, *question.locked}
    if question.stage == "tie" and state.tie is not None:
        closed.update(team.id for team in state.teams if team.id not in state.tie.open)
    return tuple(team.id for team in state.active if team.id not in closed)


def may_race(state: State) -> tuple[int, ...]:
    """Those of `may_buzz` that are in the race that is on, and not only in one that may follow."""
    buzz = the_question(state).buzz
    absent = buzz.absent if buzz else ()
    return tuple(team for team in may_buzz(state) if team not in absent)


def judged(state: State, event: Event, team: int, verdict: Verdict, points: int | None) -> State:
    """The team's answer has this verdict; `points` are those of a partial one."""
    question = the_question(state)
    turn = state.turn
    alone = turn is not None and turn.team == team and question.stage == "main"
    award = Award(
        seq=event.seq,
        team=team,
        points=worth(verdict, question.right, question.wrong, points),
        kind="answer",
        round=the_round(state).index,
        question=question.key,
        verdict=verdict,
        right=question.right,
        wrong=question.wrong,
        member=turn.member if turn is not None and alone else None,
    )
    state = replace(state, awards=(*state.awards, award))
    return asking(
        state,
        answering=tuple(t for t in question.answering if t != team),
        tried=(*question.tried, team),
    )


def worth(verdict: Verdict, right: int, wrong: int, partial: int | None) -> int:
    """Points of a verdict where `right` and `wrong` are at stake."""
    if verdict == "right":
        return right
    return (partial or 0) if verdict == "partial" else wrong


def fouled(
    state: State, event: Event, team: int, kind: FoulKind, points: int, reason: str = ""
) -> State:
    """A foul is noted and costs `points` (0 or more)."""
    index = state.round.index if state.round else None
    key = state.question.key if state.question else None
    foul = Foul(event.seq, team, kind, index, key, points, reason)
    state = replace(state, fouls=(*state.fouls, foul))
    if points == 0:
        return state
    award = Award(event.seq, team, -points, "foul", index, key, reason=reason)
    return replace(state, awards=(*state.awards, award))

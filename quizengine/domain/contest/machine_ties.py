"""加赛: which ties are broken, and how far one is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from quizengine.domain.contest.ranking import prize_of, split
from quizengine.domain.contest.rules import ContestRules, TieBreakRound
from quizengine.domain.contest.state import State, Verdict
from quizengine.domain.contest.tie import Tie


def ties_to_break(rules: ContestRules, state: State, breaker: TieBreakRound) -> tuple[Tie, ...]:
    """The ties among the teams that take part, the best place first; none if the rules place
    equal teams otherwise."""
    if "tie_break" not in rules.ties:
        return ()
    return tuple(
        Tie(place, group, group)
        for place, group in _equals(rules, state)
        if matters(rules, breaker, place, len(group))
    )


def _equals(rules: ContestRules, state: State) -> Iterator[tuple[int, tuple[int, ...]]]:
    """Teams that are equal as far as the criteria up to the tie-break go, with their place."""
    criteria = rules.ties[: rules.ties.index("tie_break") + 1]
    place = 1
    for group, _ in split(rules, state, [team.id for team in state.active], criteria):
        yield place, group
        place += len(group)


def matters(rules: ContestRules, breaker: TieBreakRound, place: int, size: int) -> bool:
    """Whether it has to be decided which of `size` equal teams gets `place`."""
    if size < 2:
        return False
    if breaker.when == "any":
        return True
    return len({prize_of(rules, place + n) for n in range(size)}) > 1


def undecided(rules: ContestRules, breaker: TieBreakRound, tie: Tie) -> bool:
    """Whether teams that are still equal have to be placed."""
    return matters(rules, breaker, tie.place + len(tie.ahead), len(tie.open))


def placed(breaker: TieBreakRound, tie: Tie, team: int, verdict: Verdict) -> Tie:
    """The tie after a team's answer: right places it before the rest, wrong (if the rules say so)
    behind."""
    left = tuple(t for t in tie.open if t != team)
    if verdict == "right":
        return replace(tie, open=left, ahead=(*tie.ahead, team))
    if breaker.wrong == "loses":
        return replace(tie, open=left, behind=(team, *tie.behind))
    return tie


def taken_back(tie: Tie, team: int) -> Tie:
    """The tie with the team among the equal ones again."""
    again = {*tie.open, team}
    return replace(
        tie,
        open=tuple(t for t in tie.teams if t in again),
        ahead=tuple(t for t in tie.ahead if t != team),
        behind=tuple(t for t in tie.behind if t != team),
    )


def without(tie: Tie, team: int) -> Tie:
    """The tie when a team has left the contest."""
    return replace(tie, open=tuple(t for t in tie.open if t != team))

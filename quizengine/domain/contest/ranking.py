"""Places and prizes, and what each team and member did."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from quizengine.domain.contest.rules import ContestRules
from quizengine.domain.contest.rules import Tie as Criterion
from quizengine.domain.contest.state import Award, Place, State, Team
from quizengine.domain.contest.tie import Tie

Split = list[tuple[tuple[int, ...], str | None]]
"""Groups of equal teams from the best on, each with what decided its place."""


def places(rules: ContestRules, state: State) -> tuple[Place, ...]:
    """The ranking as it stands, the best place first; equal teams share a place (1, 1, 3).

    Teams that take part come before those eliminated, of whom the later ones come first;
    withdrawn teams come last and win no prize. Within these, points decide, then the criteria of
    the rules in their order.
    """
    return _places(rules, state, rules.ties)


def standing(rules: ContestRules, state: State) -> tuple[Place, ...]:
    """The ranking as the hall is shown it: teams that a tie-break may yet part share a place.

    What would part them afterwards counts when the contest is finished.
    """
    ties = rules.ties
    if "tie_break" in ties and state.phase != "finished":
        ties = ties[: ties.index("tie_break") + 1]
    return _places(rules, state, ties)


def _places(rules: ContestRules, state: State, criteria: Sequence[Criterion]) -> tuple[Place, ...]:
    found: list[Place] = []
    for teams in _classes(state):
        for group, by in split(rules, state, [team.id for team in teams], criteria):
            rank = len(found) + 1
            for team in group:
                withdrawn = state.team(team).out == "withdrawn"
                prize = None if withdrawn else prize_of(rules, rank)
                found.append(Place(team, rank, state.score(team), prize, by))
    return tuple(found)


def prize_of(rules: ContestRules, rank: int) -> int | None:
    """Index of the prize that this place wins, None for none."""
    for index, prize in enumerate(rules.prizes):
        rank -= prize.count
        if rank <= 0:
            return index
    return None


def split(
    rules: ContestRules, state: State, teams: Sequence[int], criteria: Sequence[Criterion]
) -> Split:
    """The teams by points, and those of equal points by the criteria in turn."""
    groups: Split = [(g, None) for g in _grouped(teams, lambda team: -state.score(team))]
    for criterion in criteria:
        groups = [part for group in groups for part in _parted(state, group, criterion)]
    return groups


def _classes(state: State) -> Iterator[list[Team]]:
    """Teams that points may compare, the best class first."""
    ordered = sorted(state.teams, key=_class)
    for _, teams in groupby(ordered, key=_class):
        yield sorted(teams, key=lambda team: team.number)


def _class(team: Team) -> tuple[int, int]:
    if team.out == "eliminated":
        return 1, -(team.left or 0)
    return (2, 0) if team.out == "withdrawn" else (0, 0)


def _grouped(teams: Iterable[int], value: Callable[[int], int]) -> Iterator[tuple[int, ...]]:
    ordered = sorted(teams, key=value)
    for _, group in groupby(ordered, key=value):
        yield tuple(group)


def _parted(state: State, group: tuple[tuple[int, ...], str | None], criterion: Criterion) -> Split:
    teams = group[0]
    if len(teams) == 1:
        return [group]
    parts = list(_grouped(teams, _measure(state, teams, criterion)))
    return [group] if len(parts) == 1 else [(part, criterion) for part in parts]


def _measure(state: State, teams: tuple[int, ...], criterion: Criterion) -> Callable[[int], int]:
    """A number for each team, the less the better."""
    match criterion:
        case "more_right":
            return lambda team: -_count(state, team, "right")
        case "fewer_wrong":
            return lambda team: _count(state, team, "wrong", "late")
        case "fewer_fouls":
            return lambda team: sum(foul.team == team for foul in state.fouls)
    tiers = _tiers(state, teams)
    # Who had left while the tie was broken is placed behind those who played it.
    return lambda team: tiers.get(team, len(teams))


def _count(state: State, team: int, *verdicts: str) -> int:
    return sum(a.team == team and a.verdict in verdicts for a in state.awards)


def _tiers(state: State, teams: tuple[int, ...]) -> dict[int, int]:
    """The places of these teams in the latest tie-break of them all; none if there was none.

    A tie-break among some of them says nothing about the others, who came to the same points
    later.
    """
    running: tuple[Tie, ...] = (state.tie,) if state.tie else ()
    for tie in reversed((*state.broken, *running)):
        if set(teams) <= set(tie.teams):
            return {team: place for place, tier in enumerate(tie.tiers) for team in tier}
    return {}


@dataclass(frozen=True, slots=True)
class Record:
    """What a team, or one member of it, did. `points` by round (index), `other` outside of any.

    `fouls` counts all kinds of them; a member has none of its own.
    """

    right: int
    partial: int
    wrong: int
    late: int
    fouls: int
    points: tuple[int, ...]
    other: int = 0


def team_record(rules: ContestRules, state: State, team: int) -> Record:
    """The record of a team; base + points + other = score."""
    awards = [a for a in state.awards if a.team == team]
    fouls = sum(foul.team == team for foul in state.fouls)
    return _record(rules, awards, fouls)


def member_records(rules: ContestRules, state: State, team: int) -> tuple[Record, ...]:
    """Of each member, in their order: what the member answered alone."""
    members = state.team(team).members
    alone = [a for a in state.awards if a.team == team and a.kind == "answer"]
    return tuple(
        _record(rules, [a for a in alone if a.member == index], 0) for index in range(len(members))
    )


def _record(rules: ContestRules, awards: list[Award], fouls: int) -> Record:
    verdicts = [a.verdict for a in awards]
    return Record(
        right=verdicts.count("right"),
        partial=verdicts.count("partial"),
        wrong=verdicts.count("wrong"),
        late=verdicts.count("late"),
        fouls=fouls,
        points=tuple(
            sum(a.points for a in awards if a.round == index) for index in range(len(rules.rounds))
        ),
        other=sum(a.points for a in awards if a.round is None),
    )

"""Which questions a contest needs, and drawing them: no question twice in a contest.

A round is fed by papers of its blueprint, one after the other, until it has enough; so the
blueprint's quotas say how questions are mixed, and its size need not fit the round.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from random import Random

from quizengine.domain.assembly import Assembler, signature
from quizengine.domain.blueprints import Blueprint
from quizengine.domain.candidates import Candidate, eligible
from quizengine.domain.contest.machine_ties import matters
from quizengine.domain.contest.rules import (
    CompulsoryRound,
    ContestRules,
    Round,
    TieBreakRound,
    WagerRound,
)
from quizengine.domain.registry import Registry
from quizengine.domain.shortages import Infeasible
from quizengine.domain.text import N_, Refused, Text

# A draw that took what a later round needs is begun again this often.
_ATTEMPTS = 12


@dataclass(frozen=True)
class Demand:
    """So many questions, and spares beside them, out of one blueprint for one round.

    `value`: of a `wager` round, the value that they are there for.
    """

    round_id: str
    blueprint: str
    questions: int
    spares: int
    value: int | None = None

    @property
    def total(self) -> int:
        """Questions and spares."""
        return self.questions + self.spares


@dataclass(frozen=True)
class Drawn:
    """What was drawn for a demand."""

    demand: Demand
    questions: tuple[Candidate, ...]
    spares: tuple[Candidate, ...]


def demands(rules: ContestRules, teams: int) -> list[Demand]:
    """What the rounds need with so many teams, in their order.

    A value of a `wager` round has enough for every team to choose it every time, a tie-break for
    as many ties as it can have to break.
    """
    found: list[Demand] = []
    for round_ in rules.rounds:
        count = round_.questions * _times(rules, round_, teams)
        if isinstance(round_, WagerRound):
            found += [
                Demand(round_.id, value.blueprint, count, round_.spares, value.points)
                for value in round_.values
            ]
        else:
            found.append(Demand(round_.id, round_.blueprint, count, round_.spares))
    return found


def _times(rules: ContestRules, round_: Round, teams: int) -> int:
    """How often the round can ask the number of questions that its rules name."""
    match round_:
        case WagerRound() | CompulsoryRound(turns="teams" | "members"):
            return teams
        case TieBreakRound():
            return _most_ties(rules, round_, teams)
    return 1


def _most_ties(rules: ContestRules, breaker: TieBreakRound, teams: int) -> int:
    """How many ties there can be at once that have to be broken; one for too few teams."""
    place, ties = 1, 0
    while place < teams:
        tied = matters(rules, breaker, place, 2)
        ties += tied
        place += 2 if tied else 1
    return max(1, ties)


_SHORT = N_(
    "Round %(round)s needs %(needed)s questions of the blueprint %(blueprint)s that no other round "
    "has taken: %(short)s short."
)


@dataclass(frozen=True)
class Lack:
    """By how many questions a demand fails, and what its blueprint lacks; empty if nothing."""

    demand: Demand
    short: int
    reasons: tuple[Text, ...]

    @property
    def text(self) -> Text:
        """The lack in words, with a line for each reason."""
        demand = self.demand
        value = "" if demand.value is None else f"/{demand.value}"
        values = {
            "round": f"{demand.round_id}{value}",
            "blueprint": demand.blueprint,
            "needed": demand.total,
            "short": self.short,
        }
        return reduce(_two_lines, self.reasons, Text(_SHORT, values))


class TooFew(Refused):
    """The pool can't feed the contest."""

    def __init__(self, lacks: Sequence[Lack]) -> None:
        self.lacks = list(lacks)
        super().__init__(
            "infeasible",
            N_("There are too few questions for this contest:\n%(lacks)s"),
            lacks=reduce(_two_lines, (lack.text for lack in self.lacks)),
        )

    @property
    def short(self) -> int:
        """By how many questions in all."""
        return sum(lack.short for lack in self.lacks)


def _two_lines(first: Text, second: Text) -> Text:
    return Text("%(first)s\n%(second)s", {"first": first, "second": second})


def draw(
    wanted: Sequence[Demand],
    blueprints: Mapping[str, Blueprint],
    candidates: Sequence[Candidate],
    registry: Registry,
    rng: Random,
    avoid: Mapping[int, int] | None = None,
) -> list[Drawn]:
    """Distinct questions for all demands, in their order.

    `candidates` are the questions that may be drawn that day; `avoid` says how often each (by
    `ref`) was drawn before: the least seen ones are preferred. Raises `TooFew` with what is short
    by how many, and KeyError for a blueprint that is not among `blueprints`.
    """
    pools = {
        name: eligible(candidates, blueprints[name])
        for name in dict.fromkeys(demand.blueprint for demand in wanted)
    }
    room = {name: _capacity(blueprints[name], pool, registry) for name, pool in pools.items()}
    spare = {i: room[demand.blueprint] - demand.total for i, demand in enumerate(wanted)}
    # Whoever has the least choice is served first; what can't be fed in any case takes from nobody.
    order = sorted(spare, key=lambda i: (spare[i] < 0, spare[i]))
    failures: list[TooFew] = []
    for _ in range(_ATTEMPTS):
        drawing = _Drawing(blueprints, pools, registry, rng, avoid or {})
        drawn = {index: drawing.feed(wanted[index]) for index in order}
        if not drawing.lacks:
            return [drawn[index] for index in range(len(wanted))]
        failures.append(TooFew(drawing.lacks))
    raise min(failures, key=lambda failure: failure.short)


def _capacity(blueprint: Blueprint, pool: Sequence[Candidate], registry: Registry) -> float:
    """How many questions papers of the blueprint can take from the pool, roughly: no fewer."""
    kinds = Counter(candidate.type for candidate in pool)
    wanted: Counter[str] = Counter()
    for section in blueprint.sections:
        wanted[section.type] += section.count
    papers = [kinds[kind] / count for kind, count in wanted.items()]
    fitting = [c for c in pool if c.type in wanted]
    met = [signature(candidate, blueprint, registry) for candidate in fitting]
    for index, quota in enumerate(blueprint.quotas):
        matching = sum(flags[index] for flags in met)
        if quota.lower:
            papers.append(matching / quota.lower)
        if quota.upper is not None and quota.upper < blueprint.questions:
            papers.append((len(met) - matching) / (blueprint.questions - quota.upper))
    return min(papers) * blueprint.questions


class _Drawing:
    """One attempt: what has been taken so far, and what was lacking."""

    def __init__(
        self,
        blueprints: Mapping[str, Blueprint],
        pools: Mapping[str, Sequence[Candidate]],
        registry: Registry,
        rng: Random,
        avoid: Mapping[int, int],
    ) -> None:
        self._blueprints = blueprints
        self._pools = pools
        self._registry = registry
        self._rng = rng
        self._avoid = avoid
        self._taken: set[str] = set()
        self.lacks: list[Lack] = []

    def feed(self, demand: Demand) -> Drawn:
        """Questions for a demand; fewer, with a lack noted, if there are not enough."""
        blueprint = self._blueprints[demand.blueprint]
        chosen: list[Candidate] = []
        reasons: tuple[Text, ...] = ()
        while len(chosen) < demand.total and not reasons:
            missing = demand.total - len(chosen)
            try:
                paper = self._paper(blueprint)
            except Infeasible as infeasible:
                # A part of a paper, as the last one may be, can't meet quotas anyway.
                paper = self._any(blueprint)[: blueprint.questions - 1]
                if len(paper) < missing:
                    reasons = tuple(shortage.text for shortage in infeasible.shortages)
            chosen += paper[:missing]
            self._taken.update(candidate.question_id for candidate in paper[:missing])
        if reasons:
            self.lacks.append(Lack(demand, demand.total - len(chosen), reasons))
        return Drawn(demand, tuple(chosen[: demand.questions]), tuple(chosen[demand.questions :]))

    def _paper(self, blueprint: Blueprint) -> list[Candidate]:
        """A paper of what is left."""
        left = {candidate.ref: candidate for candidate in self._left(blueprint)}
        paper = Assembler(blueprint, left.values(), self._registry).draw(self._rng, self._avoid)
        return self._mixed([left[item.ref] for item in paper.items])

    def _any(self, blueprint: Blueprint) -> list[Candidate]:
        """What is left of the blueprint's types."""
        types = {section.type for section in blueprint.sections}
        return self._mixed([c for c in self._left(blueprint) if c.type in types])

    def _mixed(self, candidates: list[Candidate]) -> list[Candidate]:
        """In any order, but the least seen ones first: the end of a paper may be cut off."""
        self._rng.shuffle(candidates)
        return sorted(candidates, key=lambda candidate: self._avoid.get(candidate.ref, 0))

    def _left(self, blueprint: Blueprint) -> list[Candidate]:
        pool = self._pools[blueprint.id]
        return [candidate for candidate in pool if candidate.question_id not in self._taken]


def alike_for_all(
    questions: Sequence[Candidate], blueprint: Blueprint, teams: int, rng: Random
) -> list[Candidate]:
    """The questions of a round in turns, so that one turn asks all teams much the same.

    Each `teams` questions in a row are of one type and difficulty as far as possible; chance
    decides which team gets which of them.
    """
    types: list[str] = [section.type for section in blueprint.sections]
    rows = sorted(questions, key=lambda c: (types.index(c.type), c.difficulty))
    ordered: list[Candidate] = []
    for start in range(0, len(rows), teams):
        turn = rows[start : start + teams]
        rng.shuffle(turn)
        ordered += turn
    return ordered

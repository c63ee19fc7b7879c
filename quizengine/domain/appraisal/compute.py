"""The year's result: stage scores added up, weighted, summed over tasks; exact until the end.

The formula of the field: a unit's score is the sum over tasks of weight × the sum of its stage
scores. All arithmetic is in fractions; a total is rounded once, half up.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

from quizengine.domain.appraisal.facts import Fact, Facts, UnitNode, read_facts
from quizengine.domain.appraisal.measures import ONE, ZERO, evaluate, leaves, rounded
from quizengine.domain.appraisal.rules import (
    Adjustment,
    AppraisalRules,
    Condition,
    Leaf,
    Measure,
    Members,
    OfTask,
    PeopleList,
    Stage,
    Task,
    Veto,
)
from quizengine.domain.appraisal.tally import Key, Tally, matches

ALL_YEAR = ""
"""Stands for the whole year where a stage is asked for."""

HUNDRED = Fraction(100)


@dataclass(frozen=True)
class StageScore:
    """What a unit reached of a task in a stage: `value` of 0 … 1, `points` of the full marks."""

    task: str
    stage: str
    value: Fraction
    points: Fraction


@dataclass(frozen=True)
class UnitResult:
    """A unit's year. `rank` is among the units of its level; equal totals share it."""

    unit: UnitNode
    scores: tuple[StageScore, ...]
    adjustments: Mapping[str, Fraction]
    vetoes: tuple[str, ...]
    total: Decimal
    grade: str | None
    rank: int = 0

    def task_points(self, task_id: str) -> Fraction:
        """Points of a task over the year, of 100, before its weight."""
        return sum((s.points for s in self.scores if s.task == task_id), ZERO)


@dataclass(frozen=True)
class YearResult:
    """The result of all units, and the lists of people as digests; from `entries` entries."""

    entries: int
    units: tuple[UnitResult, ...]
    people: Mapping[str, tuple[str, ...]]


def compute(rules: AppraisalRules, bodies: Iterable[Mapping[str, Any]]) -> YearResult:
    """The result by `rules` of the ledger whose entries' bodies these are, in order.

    The same rules and entries give the same result, whoever computes it.
    """
    facts = read_facts(bodies, kinds_of(rules), ZoneInfo(rules.zone))
    return _Year(rules, facts).result()


def kinds_of(rules: AppraisalRules) -> frozenset[str]:
    """The kinds of entries that the rules look at."""
    return frozenset(kind for leaf in leaves(_measures(rules)) for kind in leaf.kind)


def _measures(rules: AppraisalRules) -> list[Measure]:
    return [*_about_units(rules), *_about_people(rules)]


def _about_units(rules: AppraisalRules) -> list[Measure]:
    tasks = [task.measure for task in rules.tasks]
    adjustments = [adjustment.measure for adjustment in rules.adjustments]
    return [*tasks, *adjustments, *(veto.measure for veto in rules.vetoes)]


def _about_people(rules: AppraisalRules) -> list[Measure]:
    return [c.measure for listed in rules.people for c in listed.conditions]


def stage_of(rules: AppraisalRules, fact: Fact) -> Stage | None:
    """The stage in which the fact lies; None outside of the year."""
    return next((s for s in rules.stages if s.from_ <= fact.day <= s.to), None)


class _Year:
    """The tallies of one computation: by unit and stage for units, by person for people."""

    def __init__(self, rules: AppraisalRules, facts: Facts) -> None:
        self._rules = rules
        self._facts = facts
        self._tasks = {task.id: task for task in rules.tasks}
        self._trees = {tree.seq: tree for tree in facts.snapshots}
        self._tallies: dict[int, Tally] = {}
        self._subjects: dict[str, None] = {}
        in_year = [(fact, stage.id) for fact in facts.facts if (stage := stage_of(rules, fact))]
        self._count_units(in_year)
        self._count_people(in_year)

    def result(self) -> YearResult:
        """All units of the last tree of the year, ranked, and the lists of people."""
        tree = self._facts.tree_on(self._rules.stages[-1].to)
        units = [self._unit(node) for node in tree.units.values()] if tree else []
        people = {
            listed.id: tuple(sorted(who for who in self._subjects if self._is_on(listed, who)))
            for listed in self._rules.people
        }
        return YearResult(self._facts.entries, ranked(units), people)

    def _count_units(self, in_year: Iterable[tuple[Fact, str]]) -> None:
        by_kind = self._by_kind(_about_units(self._rules))
        tallies = {id(tally): tally for pairs in by_kind.values() for _, tally in pairs}
        for fact, stage in in_year:
            tree = self._facts.tree_on(fact.day)
            for leaf, tally in by_kind.get(fact.kind, ()):
                if tree and matches(leaf, fact):
                    tally.add((fact.unit, stage, tree.seq), fact)
        for tally in tallies.values():
            tally.spread(self._upwards)

    def _upwards(self, key: Any) -> Iterable[Key]:
        """The unit as it stood on the day, all units above it; the stage and the whole year."""
        code, stage, tree = key
        for node in self._trees[tree].upwards(code):
            yield (node.code, stage)
            yield (node.code, ALL_YEAR)

    def _count_people(self, in_year: Iterable[tuple[Fact, str]]) -> None:
        by_kind = self._by_kind(_about_people(self._rules))
        for fact, _stage in in_year:
            for leaf, tally in by_kind.get(fact.kind, ()):
                if fact.subject is not None and matches(leaf, fact):
                    self._subjects[fact.subject] = None
                    tally.add(fact.subject, fact)

    def _by_kind(self, measures: Iterable[Measure]) -> dict[str, list[tuple[Leaf, Tally]]]:
        by_kind: dict[str, list[tuple[Leaf, Tally]]] = {}
        for leaf in leaves(measures):
            tally = self._tallies[id(leaf)] = Tally(leaf)
            for kind in dict.fromkeys(leaf.kind):
                by_kind.setdefault(kind, []).append((leaf, tally))
        return by_kind

    def _unit(self, node: UnitNode) -> UnitResult:
        rules = self._rules
        scores = [self._stage_score(node, task, s) for task in rules.tasks for s in rules.stages]
        adjusted = {a.id: self._adjusted(node, a) for a in rules.adjustments}
        vetoes = tuple(v.id for v in rules.vetoes if self._vetoed(node, v))
        found = [score for score in scores if score is not None]
        weights = {task.id: Fraction(task.weight) / HUNDRED for task in rules.tasks}
        exact = sum((weights[s.task] * s.points for s in found), ZERO) + sum(
            adjusted.values(), ZERO
        )
        total = rounded(self._capped(exact, vetoes), rules.decimals)
        return UnitResult(node, tuple(found), adjusted, vetoes, total, self._grade(total, vetoes))

    def _stage_score(self, node: UnitNode, task: Task, stage: Stage) -> StageScore | None:
        if stage.id not in task.stages:
            return None
        value = self._reached(task, node, stage)
        return StageScore(task.id, stage.id, value, value * Fraction(task.stages[stage.id]))

    def _reached(self, task: Task, node: UnitNode, stage: Stage) -> Fraction:
        return min(max(self._of_unit(task.measure, node, stage), ZERO), ONE)

    def _of_unit(self, measure: Measure, node: UnitNode, stage: Stage | None) -> Fraction:
        """A measure for a unit in a stage, or over the whole year."""

        def lookup(part: Measure) -> Fraction:
            match part:
                case Members():
                    return Fraction(self._members(node, stage))
                case OfTask(task=name):
                    last = stage or self._rules.stages[-1]
                    return self._reached(self._tasks[name], node, last)
            return self._tallies[id(part)].value((node.code, stage.id if stage else ALL_YEAR))

        return evaluate(measure, lookup)

    def _members(self, node: UnitNode, stage: Stage | None) -> int:
        tree = self._facts.tree_on((stage or self._rules.stages[-1]).to)
        known = tree.units.get(node.code) if tree else None
        return known.members if known else 0

    def _adjusted(self, node: UnitNode, adjustment: Adjustment) -> Fraction:
        count = max(self._of_unit(adjustment.measure, node, None), ZERO)
        points = min(count * Fraction(adjustment.each), Fraction(adjustment.cap))
        return points if adjustment.sign == "bonus" else -points

    def _vetoed(self, node: UnitNode, veto: Veto) -> bool:
        return node.level in veto.reaches and self._of_unit(veto.measure, node, None) >= ONE

    def _capped(self, exact: Fraction, vetoes: Sequence[str]) -> Fraction:
        caps = [Fraction(self._rules.most)]
        caps += [
            Fraction(v.cap) for v in self._rules.vetoes if v.id in vetoes and v.cap is not None
        ]
        return max(min(exact, *caps), ZERO)

    def _grade(self, total: Decimal, vetoes: Sequence[str]) -> str | None:
        forced = [v.grade for v in self._rules.vetoes if v.id in vetoes and v.grade]
        reached = [grade.id for grade in self._rules.grades if total >= grade.from_]
        order = [grade.id for grade in self._rules.grades]
        found = [*forced, *reached[:1]]
        return max(found, key=order.index, default=None)

    def _is_on(self, listed: PeopleList, subject: str) -> bool:
        held = (self._meets(condition, subject) for condition in listed.conditions)
        return all(held) if listed.match == "all" else any(held)

    def _meets(self, condition: Condition, subject: str) -> bool:
        def lookup(part: Measure) -> Fraction:
            return ONE if isinstance(part, Members) else self._tallies[id(part)].value(subject)

        value = evaluate(condition.measure, lookup)
        return (condition.min is None or value >= Fraction(condition.min)) and (
            condition.max is None or value <= Fraction(condition.max)
        )


def ranked(units: Iterable[UnitResult]) -> tuple[UnitResult, ...]:
    """Level by level, the highest total first; equal totals share the rank (1, 1, 3)."""
    ordered = sorted(units, key=lambda u: (u.unit.level, -u.total, u.unit.code))
    found: list[UnitResult] = []
    for place, unit in enumerate(ordered):
        before = found[-1] if found else None
        first = sum(other.unit.level < unit.unit.level for other in ordered)
        same = before and (before.unit.level, before.total) == (unit.unit.level, unit.total)
        rank = before.rank if before and same else place - first + 1
        found.append(replace(unit, rank=rank))
    return tuple(found)


def evidence(
    rules: AppraisalRules, facts: Facts, measure: Measure, unit: str, stage: str
) -> list[int]:
    """Numbers of the entries that a measure of a unit rests on; `stage` may be `ALL_YEAR`."""
    found = leaves([measure])
    numbers = []
    for fact in facts.facts:
        at = stage_of(rules, fact)
        tree = facts.tree_on(fact.day)
        if at is None or tree is None or stage not in (ALL_YEAR, at.id):
            continue
        if any(node.code == unit for node in tree.upwards(fact.unit)):
            numbers += [fact.seq] if any(matches(leaf, fact) for leaf in found) else []
    return numbers

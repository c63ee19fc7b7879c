"""The year's result: stage scores added up, weighted, summed over tasks; exact until the end.

The formula of the field: a unit's score is the sum over tasks of weight × the sum of its stage
scores. All arithmetic is in fractions; a total is rounded once, half up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from quizengine.domain.appraisal.alike import Alike, groups_of
from quizengine.domain.appraisal.facts import Facts, Snapshot, UnitNode, read_facts
from quizengine.domain.appraisal.measures import ONE, ZERO, evaluate, leaves
from quizengine.domain.appraisal.ranking import StageScore, UnitResult, YearResult, ranked
from quizengine.domain.appraisal.rules import (
    Adjustment,
    AppraisalRules,
    Condition,
    Mean,
    Measure,
    Members,
    OfTask,
    PeopleList,
    Stage,
    Sum,
    Task,
    Veto,
)
from quizengine.domain.appraisal.tallies import Tallies
from quizengine.domain.appraisal.tally import Key
from quizengine.domain.appraisal.totals import grade_of, total_of

ALL_YEAR = ""
"""Stands for the whole year where a stage is asked for."""

Place = tuple[str, int | None]
"""A stage, and the tree of units that was in force on a day of it; None if there is none."""


def compute(rules: AppraisalRules, bodies: Iterable[Mapping[str, Any]]) -> YearResult:
    """The result by `rules` of the ledger whose entries' bodies these are, in order.

    The same rules and entries give the same result, whoever computes it.
    """
    facts = read_facts(bodies, kinds_of(rules), ZoneInfo(rules.zone), rules.year)
    return Year(rules, facts).result()


def kinds_of(rules: AppraisalRules) -> frozenset[str]:
    """The kinds of entries that the rules look at."""
    return frozenset(kind for leaf in leaves(_measures(rules)) for kind in leaf.kind)


def fields_of(rules: AppraisalRules) -> frozenset[str]:
    """The fields of entries' data that the rules look at."""
    names: set[str] = set()
    for leaf in leaves(_measures(rules)):
        names |= leaf.where.keys()
        if isinstance(leaf, Sum | Mean):
            names.add(leaf.field)
        if isinstance(leaf, Mean) and leaf.out_of is not None:
            names.add(leaf.out_of)
    return frozenset(names)


def _measures(rules: AppraisalRules) -> list[Measure]:
    return [*_about_units(rules), *_about_people(rules)]


def _about_units(rules: AppraisalRules) -> list[Measure]:
    tasks = [task.measure for task in rules.tasks]
    adjustments = [adjustment.measure for adjustment in rules.adjustments]
    return [*tasks, *adjustments, *(veto.measure for veto in rules.vetoes)]


def _about_people(rules: AppraisalRules) -> list[Measure]:
    return [c.measure for listed in rules.people for c in listed.conditions]


def stage_on(rules: AppraisalRules, day: date) -> Stage | None:
    """The stage in which a day lies; None outside of the year."""
    return next((s for s in rules.stages if s.from_ <= day <= s.to), None)


class Year:
    """One computation: what each source comes to, by unit and stage and by person.

    The facts themselves are not kept.
    """

    def __init__(self, rules: AppraisalRules, facts: Facts) -> None:
        self.rules = rules
        self._facts = Facts([], facts.snapshots, facts.entries)
        self._tasks = {task.id: task for task in rules.tasks}
        self._of_units = Tallies(_about_units(rules))
        self._of_people = Tallies(_about_people(rules))
        self._subjects: dict[str, None] = {}
        self._count(groups_of(facts))

    @property
    def trees(self) -> Sequence[Snapshot]:
        """The trees of units, in order of their days."""
        return self._facts.snapshots

    def result(self) -> YearResult:
        """All units of the last tree of the year, ranked, and the lists of people."""
        tree = self._facts.tree_on(self.rules.stages[-1].to)
        units = [self._unit(node) for node in tree.units.values()] if tree else []
        people = {listed.id: tuple(sorted(self._on(listed))) for listed in self.rules.people}
        return YearResult(self._facts.entries, ranked(units), people)

    def of_unit(self, measure: Measure, code: str, stage: Stage | None) -> Fraction:
        """A measure for a unit in a stage, or over the whole year."""

        def lookup(part: Measure) -> Fraction:
            match part:
                case Members():
                    return Fraction(self._members(code, stage))
                case OfTask(task=name):
                    return self._reached(self._tasks[name], code, stage or self.rules.stages[-1])
            key = (code, stage.id if stage else ALL_YEAR)
            return self._of_units.tally(part).value(key)

        return evaluate(measure, lookup)

    def of_person(self, measure: Measure, subject: str) -> Fraction:
        """A measure for a person over the whole year."""

        def lookup(part: Measure) -> Fraction:
            known = not isinstance(part, Members)
            return self._of_people.tally(part).value(subject) if known else ONE

        return evaluate(measure, lookup)

    def meets(self, condition: Condition, subject: str) -> bool:
        """Whether a condition holds for a person."""
        value = self.of_person(condition.measure, subject)
        least, most = condition.min, condition.max
        return (least is None or value >= _exact(least)) and (most is None or value <= _exact(most))

    def _count(self, groups: Iterable[Alike]) -> None:
        """Count each fact of the year where it happened, then in all units above."""

        @cache
        def where(day: date) -> Place | None:
            stage, tree = stage_on(self.rules, day), self._facts.tree_on(day)
            return (stage.id, tree.seq if tree else None) if stage else None

        for group in groups:
            placed = _by_place(group, where)
            self._count_in_units(group, placed)
            self._count_for_people(group, placed.values())
        trees = {tree.seq: tree for tree in self._facts.snapshots}

        @cache
        def upwards(key: Any) -> list[Key]:
            """The unit as it stood on the day, all above it; the stage and the whole year."""
            code, stage, tree = key
            nodes = trees[tree].upwards(code)
            return [(node.code, part) for node in nodes for part in (stage, ALL_YEAR)]

        self._of_units.spread(upwards)
        self._of_units.settle()
        self._of_people.settle()

    def _count_in_units(
        self, group: Alike, placed: Mapping[tuple[str | None, Place], Alike]
    ) -> None:
        """Count facts that are alike where they happened."""
        parts = self._of_units.parts(group.kind, group.data)
        for (unit, (stage, tree)), facts in placed.items() if parts else ():
            if tree is None:
                continue
            people = facts.people()
            for tally, part in parts:
                if part is not None:
                    tally.add_all((unit, stage, tree), facts, people, part)

    def _count_for_people(self, group: Alike, placed: Iterable[Alike]) -> None:
        """Count facts that are alike, each for its person."""
        parts = self._of_people.parts(group.kind, group.data)
        counted = Alike(group.kind, group.data)
        for facts in placed if parts else ():
            counted.extend(facts)
        for tally, part in parts:
            if part is not None:
                tally.add_each(counted, part)
        self._subjects.update(dict.fromkeys(counted.people()))

    def _unit(self, node: UnitNode) -> UnitResult:
        rules = self.rules
        scores = [self._stage_score(node, task, s) for task in rules.tasks for s in rules.stages]
        adjusted = {a.id: self._adjusted(node, a) for a in rules.adjustments}
        vetoes = tuple(v.id for v in rules.vetoes if self._vetoed(node, v))
        found = tuple(score for score in scores if score is not None)
        total = total_of(rules, found, adjusted, vetoes)
        return UnitResult(node, found, adjusted, vetoes, total, grade_of(rules, total, vetoes))

    def _stage_score(self, node: UnitNode, task: Task, stage: Stage) -> StageScore | None:
        if stage.id not in task.stages:
            return None
        value = self._reached(task, node.code, stage)
        return StageScore(task.id, stage.id, value, value * Fraction(task.stages[stage.id]))

    def _reached(self, task: Task, code: str, stage: Stage) -> Fraction:
        return min(max(self.of_unit(task.measure, code, stage), ZERO), ONE)

    def _members(self, code: str, stage: Stage | None) -> int:
        tree = self._facts.tree_on((stage or self.rules.stages[-1]).to)
        known = tree.units.get(code) if tree else None
        return known.members if known else 0

    def _adjusted(self, node: UnitNode, adjustment: Adjustment) -> Fraction:
        count = max(self.of_unit(adjustment.measure, node.code, None), ZERO)
        points = min(count * Fraction(adjustment.each), Fraction(adjustment.cap))
        return points if adjustment.sign == "bonus" else -points

    def _vetoed(self, node: UnitNode, veto: Veto) -> bool:
        return node.level in veto.reaches and self.of_unit(veto.measure, node.code, None) >= ONE

    def _on(self, listed: PeopleList) -> Iterator[str]:
        """Who is on a list; it follows from what the sources come to, as many have it alike."""
        tallies = [
            self._of_people.tally(leaf) for leaf in leaves(c.measure for c in listed.conditions)
        ]
        known: dict[tuple[tuple[int, int], ...], bool] = {}
        for who in self._subjects:
            values = tuple([tally.value(who).as_integer_ratio() for tally in tallies])
            if values not in known:
                known[values] = self._is_on(listed, who)
            if known[values]:
                yield who

    def _is_on(self, listed: PeopleList, subject: str) -> bool:
        held = (self.meets(condition, subject) for condition in listed.conditions)
        return all(held) if listed.match == "all" else any(held)


def _by_place(
    group: Alike, where: Callable[[date], Place | None]
) -> Mapping[tuple[str | None, Place], Alike]:
    """The facts of each unit, stage and tree; none of a day without a stage."""
    found: dict[tuple[str | None, Place], Alike] = {}
    for first, subject, unit, day in group.rows():
        place = where(day)
        if place is not None:
            facts = found.get((unit, place))
            if facts is None:
                facts = found[unit, place] = Alike(group.kind, group.data)
            facts.add(first, subject, unit, day)
    return found


@cache
def _exact(bound: Decimal) -> Fraction:
    return Fraction(bound)

"""Numbers of a year with the sentences that explain them."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from quizengine.domain.appraisal.explain import (
    Explainer,
    adjustment_sentence,
    condition_sentence,
    stage_sentence,
    task_sentence,
    total_sentence,
)
from quizengine.domain.appraisal.measures import ZERO
from quizengine.domain.appraisal.ranking import UnitResult
from quizengine.domain.appraisal.rules import Condition, Measure, PeopleList, Stage, Task
from quizengine.domain.text import N_, Text
from quizengine.services.appraisal import Appraised

HUNDRED = Fraction(100)


@dataclass(frozen=True)
class StageLine:
    """A stage score: `points` of `full`; `empty` where there was nothing to count."""

    stage: Stage
    full: Fraction
    value: Fraction
    points: Fraction
    sentences: tuple[Text, ...]
    empty: bool


@dataclass(frozen=True)
class TaskLine:
    """A task: `points` of 100, `share` of the total."""

    task: Task
    points: Fraction
    share: Fraction
    stages: tuple[StageLine, ...]
    sentence: Text


@dataclass(frozen=True)
class Side:
    """Something beside the tasks: a bonus, a deduction, a veto; `points` are signed."""

    number: str
    id: str
    title: str
    points: Fraction
    holds: bool
    sentences: tuple[Text, ...]


class Explained:
    """A unit's year in words."""

    def __init__(self, found: Appraised, unit: UnitResult, language: str) -> None:
        self._found = found
        self._unit = unit
        self._language = language

    def tasks(self) -> list[TaskLine]:
        """All tasks, in the order of the rules."""
        return [self.task(task) for task in self._found.rules.tasks]

    def task(self, task: Task) -> TaskLine:
        """A task with its stages."""
        stages = [self._stage(task, stage) for stage in self._found.rules.stages]
        found = tuple(line for line in stages if line is not None)
        points = self._unit.task_points(task.id)
        weight = Fraction(task.weight)
        sentence = task_sentence([line.points for line in found], weight)
        return TaskLine(task, points, points * weight / HUNDRED, found, sentence)

    def _stage(self, task: Task, stage: Stage) -> StageLine | None:
        score = self._unit.score(task.id, stage.id)
        if score is None:
            return None
        full = Fraction(task.stages[stage.id])
        explainer = self._explainer(stage)
        said = explainer.sentences(task.measure)
        last = stage_sentence(full, score.value, score.points)
        empty = explainer.compares_nothing(task.measure)
        return StageLine(stage, full, score.value, score.points, (*said, last), empty)

    def sides(self) -> list[Side]:
        """Bonus and deductions, then vetoes."""
        rules, explainer = self._found.rules, self._explainer(None)
        sides = []
        for extra in rules.adjustments:
            points = self._unit.adjustments.get(extra.id, ZERO)
            count = max(self._value(extra.measure, None), ZERO)
            each, cap = Fraction(extra.each), Fraction(extra.cap)
            said = adjustment_sentence(each, count, cap, points)
            title = extra.title.in_language(self._language)
            sentences = (*explainer.sentences(extra.measure), said)
            sides.append(
                Side(f"adjustment:{extra.id}", extra.id, title, points, points != 0, sentences)
            )
        for veto in rules.vetoes:
            holds = veto.id in self._unit.vetoes
            said = Text(N_("The veto holds.") if holds else N_("The veto does not hold."))
            title = veto.title.in_language(self._language)
            sentences = (*explainer.sentences(veto.measure), said)
            sides.append(Side(f"veto:{veto.id}", veto.id, title, ZERO, holds, sentences))
        return sides

    def total(self) -> list[Text]:
        """How the total came about."""
        rules, unit = self._found.rules, self._unit
        shares = [
            unit.task_points(task.id) * Fraction(task.weight) / HUNDRED for task in rules.tasks
        ]
        extras = list(unit.adjustments.values())
        said = [total_sentence(shares, extras, Fraction(rules.most), str(unit.total))]
        for veto in rules.vetoes:
            if veto.id in unit.vetoes and veto.cap is not None:
                values = {"veto": veto.title.in_language(self._language), "cap": str(veto.cap)}
                said.append(Text(N_("“%(veto)s” holds: the total is at most %(cap)s."), values))
        return said

    def _explainer(self, stage: Stage | None) -> Explainer:
        return Explainer(
            self._found.rules, lambda measure: self._value(measure, stage), self._language
        )

    def _value(self, measure: Measure, stage: Stage | None) -> Fraction:
        return self._found.year.of_unit(measure, self._unit.unit.code, stage)


def measure_of(found: Appraised, number: str) -> Measure | None:
    """The measure behind a number: 'task:ID', 'adjustment:ID' or 'veto:ID'."""
    kind, _, name = number.partition(":")
    rows: dict[str, list[tuple[str, Measure]]] = {
        "task": [(row.id, row.measure) for row in found.rules.tasks],
        "adjustment": [(row.id, row.measure) for row in found.rules.adjustments],
        "veto": [(row.id, row.measure) for row in found.rules.vetoes],
    }
    return next((measure for known, measure in rows.get(kind, ()) if known == name), None)


@dataclass(frozen=True)
class Reason:
    """A condition of a list, in words; whether it holds for the person."""

    condition: Condition
    holds: bool
    sentences: tuple[Text, ...]


def reasons(found: Appraised, listed: PeopleList, digest: str, language: str) -> list[Reason]:
    """Why somebody is on a list, or not."""
    said = []
    for condition in listed.conditions:
        value = found.year.of_person(condition.measure, digest)
        least = None if condition.min is None else Fraction(condition.min)
        most = None if condition.max is None else Fraction(condition.max)
        explainer = Explainer(
            found.rules, lambda measure: found.year.of_person(measure, digest), language
        )
        sentences = explainer.sentences(condition.measure)
        holds = found.year.meets(condition, digest)
        last = condition_sentence(value, least, most)
        said.append(Reason(condition, holds, (*sentences, last)))
    return said

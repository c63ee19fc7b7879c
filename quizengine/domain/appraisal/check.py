"""Faults of appraisal rules that one field alone can't show."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel

from quizengine.domain.appraisal.measures import walk
from quizengine.domain.appraisal.rules import (
    Adjustment,
    AppraisalRules,
    Measure,
    OfTask,
    Scale,
    Source,
    Steps,
    Task,
    Veto,
)
from quizengine.domain.problems import Finding, Path
from quizengine.domain.text import N_, Text

HUNDRED = Decimal(100)


def check_appraisal(rules: AppraisalRules, kinds: Collection[str]) -> list[Finding]:
    """All faults of `rules`; `kinds` are the kinds of entries that the ledger knows."""
    return [
        *_double_ids(rules),
        *_stages(rules),
        *_zone(rules),
        *_weights(rules),
        *_full_marks(rules),
        *_measures(rules, kinds),
        *_cycles(rules),
        *_grades(rules),
    ]


def _finding(code: str, path: Path, template: str, **params: object) -> Finding:
    return Finding(code, path, Text(template, params))


def _double_ids(rules: AppraisalRules) -> Iterator[Finding]:
    lists: dict[str, Iterable[Any]] = {
        "stages": rules.stages,
        "tasks": rules.tasks,
        "adjustments": rules.adjustments,
        "vetoes": rules.vetoes,
        "grades": rules.grades,
        "people": rules.people,
    }
    for name, rows in lists.items():
        seen: set[str] = set()
        for index, row in enumerate(rows):
            if row.id in seen:
                text = N_("The id %(id)s appears twice in this list.")
                yield _finding("duplicate-id", (name, index, "id"), text, id=row.id)
            seen.add(row.id)


def _stages(rules: AppraisalRules) -> Iterator[Finding]:
    """The stages must be the year: from its first day to its last, one after the other."""
    expected = date(rules.year, 1, 1)
    for index, stage in enumerate(rules.stages):
        if stage.from_ != expected:
            text = N_("The stage %(id)s must begin on %(day)s, without a gap or overlap.")
            path: Path = ("stages", index, "from")
            yield _finding("stage-gap", path, text, id=stage.id, day=expected.isoformat())
        if stage.to < stage.from_:
            text = N_("The stage %(id)s ends before it begins.")
            yield _finding("stage-gap", ("stages", index, "to"), text, id=stage.id)
        expected = stage.to + timedelta(days=1)
    if expected != date(rules.year + 1, 1, 1):
        text = N_("The last stage must end on the last day of %(year)s.")
        path = ("stages", len(rules.stages) - 1, "to")
        yield _finding("stage-gap", path, text, year=rules.year)


def _zone(rules: AppraisalRules) -> Iterator[Finding]:
    try:
        ZoneInfo(rules.zone)
    except (ZoneInfoNotFoundError, ValueError):
        text = N_("There is no time zone %(zone)s.")
        yield _finding("bad-value", ("zone",), text, zone=rules.zone)


def _weights(rules: AppraisalRules) -> Iterator[Finding]:
    total = sum((task.weight for task in rules.tasks), Decimal(0))
    if total != HUNDRED:
        text = N_("The weights of the tasks come to %(total)s, not to 100.")
        yield _finding("weights", ("tasks",), text, total=f"{total.normalize():f}")


def _full_marks(rules: AppraisalRules) -> Iterator[Finding]:
    known = {stage.id for stage in rules.stages}
    for index, task in enumerate(rules.tasks):
        path: Path = ("tasks", index, "stages")
        for name in task.stages:
            if name not in known:
                text = N_("There is no stage %(id)s.")
                yield _finding("unknown-stage", (*path, name), text, id=name)
        total = sum(task.stages.values(), Decimal(0))
        if total != HUNDRED:
            text = N_("The full marks of %(id)s come to %(total)s over its stages, not to 100.")
            yield _finding("weights", path, text, id=task.id, total=f"{total.normalize():f}")


def _rooted(rules: AppraisalRules) -> Iterator[tuple[Path, Measure, bool]]:
    """Every measure with its path, and whether it is of a person."""
    about_units: dict[str, Sequence[Task | Adjustment | Veto]] = {
        "tasks": rules.tasks,
        "adjustments": rules.adjustments,
        "vetoes": rules.vetoes,
    }
    for name, rows in about_units.items():
        for index, row in enumerate(rows):
            yield (name, index, "measure"), row.measure, False
    for index, listed in enumerate(rules.people):
        for number, condition in enumerate(listed.conditions):
            yield ("people", index, "conditions", number, "measure"), condition.measure, True


def _nested(path: Path, value: BaseModel) -> Iterator[tuple[Path, BaseModel]]:
    """A measure and those within it, each with its path."""
    yield path, value
    for name in ("of", "among"):
        part = getattr(value, name, None)
        if isinstance(part, list):
            for index, one in enumerate(part):
                yield from _nested((*path, name, index), one)
        elif isinstance(part, BaseModel):
            yield from _nested((*path, name), part)


def _measures(rules: AppraisalRules, kinds: Collection[str]) -> Iterator[Finding]:
    tasks = {task.id for task in rules.tasks}
    for root, measure, of_person in _rooted(rules):
        for path, part in _nested(root, measure):
            match part:
                case Source():
                    yield from _source(path, part, kinds)
                case OfTask():
                    yield from _of_task(path, part, tasks, of_person)
                case Scale() if part.zero_at == part.full_at:
                    text = N_("zero_at and full_at must differ.")
                    yield _finding("bad-value", (*path, "full_at"), text)
                case Steps():
                    yield from _rising(path, part)


def _source(path: Path, source: Source, kinds: Collection[str]) -> Iterator[Finding]:
    for index, kind in enumerate(source.kind):
        if kind not in kinds:
            text = N_("The ledger has no entries of the kind %(kind)s. It has: %(kinds)s.")
            at = (*path, "kind", index)
            yield _finding("unknown-source", at, text, kind=kind, kinds=", ".join(sorted(kinds)))


def _of_task(
    path: Path, measure: OfTask, tasks: Collection[str], of_person: bool
) -> Iterator[Finding]:
    if measure.task not in tasks:
        text = N_("There is no task %(id)s.")
        yield _finding("unknown-source", (*path, "task"), text, id=measure.task)
    elif of_person:
        text = N_("A condition on a person can't ask for the task of a unit.")
        yield _finding("bad-value", (*path, "task"), text)


def _rising(path: Path, steps: Steps) -> Iterator[Finding]:
    for index in range(1, len(steps.steps)):
        if steps.steps[index].from_ <= steps.steps[index - 1].from_:
            text = N_("The steps must rise.")
            yield _finding("bad-value", (*path, "steps", index, "from"), text)


def _cycles(rules: AppraisalRules) -> Iterator[Finding]:
    needs = {
        task.id: {m.task for m in walk(task.measure) if isinstance(m, OfTask)}
        for task in rules.tasks
    }
    for index, task in enumerate(rules.tasks):
        if task.id in _reachable(task.id, needs):
            text = N_("The task %(id)s is computed from itself.")
            yield _finding("cycle", ("tasks", index, "measure"), text, id=task.id)


def _reachable(start: str, needs: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(needs[start])
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += needs.get(name, set())
    return found


def _grades(rules: AppraisalRules) -> Iterator[Finding]:
    for index in range(1, len(rules.grades)):
        if rules.grades[index].from_ >= rules.grades[index - 1].from_:
            text = N_("The grades must fall, the best one first.")
            yield _finding("bad-value", ("grades", index, "from"), text)
    known = {grade.id for grade in rules.grades}
    for index, veto in enumerate(rules.vetoes):
        if veto.grade is not None and veto.grade not in known:
            text = N_("There is no grade %(id)s.")
            yield _finding("unknown-grade", ("vetoes", index, "grade"), text, id=veto.grade)

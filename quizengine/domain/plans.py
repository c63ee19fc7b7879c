"""年度计划: what a unit means to do in a year, and how far it is by the ledger on a day."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from pydantic import TypeAdapter

from quizengine.domain.appraisal.facts import Fact, Facts
from quizengine.domain.appraisal.measures import evaluate, leaves
from quizengine.domain.appraisal.rules import Measure, Members
from quizengine.domain.appraisal.tally import tally_of
from quizengine.domain.canonical import canonical_json
from quizengine.domain.ledgerkinds import KINDS
from quizengine.domain.text import N_

DONE, DONE_LATE, ON_WAY, LATE = "done", "done-late", "on-way", "late"
CONFIRMED = "confirmed"
_measure: TypeAdapter[Measure] = TypeAdapter(Measure)


@dataclass(frozen=True)
class Gauge:
    """A number that a task may be held against; a share is told per cent."""

    title: str
    percent: bool
    measure: Mapping[str, Any]


def _share(of: Mapping[str, Any], among: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"op": "share", "of": of, "among": among}


def _persons(*kinds: str, **where: Any) -> Mapping[str, Any]:
    return {"op": "persons", "kind": list(kinds), "where": where}


def _count(*kinds: str, **where: Any) -> Mapping[str, Any]:
    return {"op": "count", "kind": list(kinds), "where": where}


_MEMBERS = {"op": "members"}
_GAUGES: dict[str, Gauge] = {
    "training-held": Gauge(N_("Training classes held"), False, _count("training-held")),
    "training-hours": Gauge(
        N_("Hours of training held"),
        False,
        {"op": "sum", "kind": ["training-held"], "field": "hours"},
    ),
    "training-people": Gauge(
        N_("Members who attended training"), True, _share(_persons("training-attended"), _MEMBERS)
    ),
    "passed": Gauge(
        N_("Members asked to an exam who passed"),
        True,
        _share(_persons("exam-result", passed=True), _persons("exam-result", "exam-missed")),
    ),
    "present": Gauge(
        N_("Members asked to an exam who took part"),
        True,
        _share(
            _persons("exam-result", "exam-handed-in"),
            _persons("exam-result", "exam-handed-in", "exam-missed"),
        ),
    ),
    "commitments": Gauge(
        N_("Members who signed the commitment letter"),
        True,
        _share(_persons("commitment-signed"), _MEMBERS),
    ),
    "responsibility": Gauge(
        N_("Responsibility letters signed"), False, _count("responsibility-signed")
    ),
    "contests": Gauge(N_("People who took part in contests"), False, _persons("contest-result")),
    "activities": Gauge(N_("Results of activities"), False, _count("activity-result")),
    "inspections": Gauge(N_("Inspections held"), False, _count("inspection-held")),
    "findings": Gauge(
        N_("Findings closed in time"),
        True,
        _share(_count("finding-closed", on_time=True), _count("finding-opened")),
    ),
    "selfchecks": Gauge(N_("Self-assessments handed in"), False, _count("selfcheck-submitted")),
}


def measure_of(gauge: str) -> Measure:
    """The gauge as an expression over entries, as in an appraisal."""
    return _measure.validate_python(_GAUGES[gauge].measure)


def kinds_in(measure: Measure) -> frozenset[str]:
    """The kinds of entries that the measure looks at."""
    return frozenset(kind for leaf in leaves([measure]) for kind in leaf.kind)


GAUGES: dict[str, Gauge] = {
    name: gauge for name, gauge in _GAUGES.items() if kinds_in(measure_of(name)) <= KINDS.keys()
}
"""What tasks may be measured by: the gauges whose entries the ledger knows."""


@dataclass(frozen=True)
class PlannedTask:
    """A task of a plan; `number` stands for it in all versions.

    With a gauge, `target` is to be reached by `due`; a share is per cent. Without one (`gauge` is
    'confirmed'), somebody confirms that it is done. `responsible` is the ledger's digest of a
    person.
    """

    number: int
    title: str
    goal: str
    gauge: str
    target: Decimal | None
    responsible: str | None
    due: date


def plan_text(unit: str, year: int, version: int, tasks: Iterable[PlannedTask]) -> str:
    """The version of a plan as canonical JSON; its SHA-256 stands in the ledger."""
    return canonical_json(
        {
            "unit": unit,
            "year": year,
            "version": version,
            "tasks": [_data(task) for task in sorted(tasks, key=lambda task: task.number)],
        }
    ).decode()


def plan_digest(text: str) -> str:
    """SHA-256 (hex) of a version's text."""
    return hashlib.sha256(text.encode()).hexdigest()


def tasks_in(data: Mapping[str, Any]) -> list[PlannedTask]:
    """The tasks of a version, from its text as read."""
    return [
        PlannedTask(
            task["number"],
            task["title"],
            task["goal"],
            task["gauge"],
            None if task["target"] is None else Decimal(task["target"]),
            task["responsible"],
            date.fromisoformat(task["due"]),
        )
        for task in data["tasks"]
    ]


def _data(task: PlannedTask) -> dict[str, Any]:
    measure = None
    if task.gauge != CONFIRMED:
        measure = measure_of(task.gauge).model_dump(mode="json", exclude_none=True)
    return {
        "number": task.number,
        "title": task.title,
        "goal": task.goal,
        "gauge": task.gauge,
        "measure": measure,
        "target": None if task.target is None else f"{task.target.normalize():f}",
        "responsible": task.responsible,
        "due": task.due.isoformat(),
    }


@dataclass(frozen=True)
class Reached:
    """What a measure comes to, and the numbers of the entries behind it, in order."""

    value: Fraction
    entries: tuple[int, ...] = ()


def reached(measure: Measure, facts: Facts, code: str, day: date) -> Reached:
    """What the measure comes to for the unit in the year of `day`, by what happened up to it.

    An entry counts for the unit in whose subtree its own unit was when it happened.
    """
    inside = [fact for fact in facts.facts if _counts(fact, facts, code, day)]
    entries: dict[int, None] = {}

    def lookup(part: Measure) -> Fraction:
        if isinstance(part, Members):
            tree = facts.tree_on(day)
            node = tree.units.get(code) if tree else None
            return Fraction(node.members if node else 0)
        [leaf] = leaves([part])
        tally = tally_of(leaf)
        for fact in inside:
            share = tally.part(fact.data) if tally.matches(fact.kind, fact.data) else None
            if share is not None:
                tally.add(code, fact, share)
                entries[fact.seq] = None
        tally.settle()
        return tally.value(code)

    return Reached(evaluate(measure, lookup), tuple(sorted(entries)))


def _counts(fact: Fact, facts: Facts, code: str, day: date) -> bool:
    if fact.day.year != day.year or fact.day > day:
        return False
    tree = facts.tree_on(fact.day)
    above = {node.code for node in tree.upwards(fact.unit)} if tree else set()
    return code in above or fact.unit == code


@dataclass(frozen=True)
class Progress:
    """How a task stands on a day; `value` and `target` in the gauge's unit, None if confirmed."""

    task: PlannedTask
    state: str
    value: Fraction | None = None
    entries: tuple[int, ...] = ()
    done_on: date | None = None

    @property
    def share(self) -> Fraction:
        """How much of the target is there, 0 … 1."""
        if self.value is None or not self.task.target:
            return Fraction(self.state in (DONE, DONE_LATE))
        return min(self.value / Fraction(self.task.target), Fraction(1))


def progress(
    task: PlannedTask, facts: Facts, code: str, day: date, done_on: date | None = None
) -> Progress:
    """How a task of the unit stands on `day`; `done_on` is the day that somebody confirmed."""
    if task.gauge == CONFIRMED:
        known = done_on if done_on is not None and done_on <= day else None
        return Progress(task, _state(known is not None, known, task.due, day), done_on=known)
    now = _gauged(task, facts, code, day)
    done = task.target is not None and now.value >= Fraction(task.target)
    met_on = day
    if done and day > task.due and task.target is not None:
        by_then = _gauged(task, facts, code, task.due)
        met_on = task.due if by_then.value >= Fraction(task.target) else day
    return Progress(task, _state(done, met_on, task.due, day), now.value, now.entries)


def _gauged(task: PlannedTask, facts: Facts, code: str, day: date) -> Reached:
    # After the year, it stays as it was at its end.
    until = min(day, date(task.due.year, 12, 31))
    found = reached(measure_of(task.gauge), facts, code, until)
    scale = 100 if _GAUGES[task.gauge].percent else 1
    return Reached(found.value * scale, found.entries)


def _state(done: bool, met_on: date | None, due: date, day: date) -> str:
    if done:
        return DONE if met_on is not None and met_on <= due else DONE_LATE
    return LATE if day > due else ON_WAY


def kinds_for(tasks: Sequence[PlannedTask]) -> frozenset[str]:
    """The kinds of entries that the tasks are held against."""
    gauges = {task.gauge for task in tasks} - {CONFIRMED}
    return frozenset(kind for gauge in gauges for kind in kinds_in(measure_of(gauge)))

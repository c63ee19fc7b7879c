"""Which entries a number rests on."""

from __future__ import annotations

from collections.abc import Iterator

from quizengine.domain.appraisal.compute import ALL_YEAR, stage_on
from quizengine.domain.appraisal.facts import Fact, Facts
from quizengine.domain.appraisal.measures import leaves, walk
from quizengine.domain.appraisal.rules import AppraisalRules, Leaf, Measure, OfTask
from quizengine.domain.appraisal.tally import matcher


def evidence(
    rules: AppraisalRules, facts: Facts, measure: Measure, unit: str, stage: str
) -> list[int]:
    """Numbers of the entries that a measure of a unit rests on; `stage` may be `ALL_YEAR`."""
    found = []
    for fact in _that_count(rules, facts, measure):
        at = stage_on(rules, fact.day)
        tree = facts.tree_on(fact.day)
        if at is None or tree is None or stage not in (ALL_YEAR, at.id):
            continue
        if any(node.code == unit for node in tree.upwards(fact.unit)):
            found.append(fact.seq)
    return found


def evidence_about(
    rules: AppraisalRules, facts: Facts, measure: Measure, subject: str
) -> list[int]:
    """Numbers of the entries that a measure of a person rests on."""
    return [
        fact.seq
        for fact in _that_count(rules, facts, measure)
        if fact.subject == subject and stage_on(rules, fact.day) is not None
    ]


def sources(rules: AppraisalRules, measure: Measure) -> list[Leaf]:
    """All sources that a measure comes from, also through other tasks."""
    found = leaves([measure])
    tasks = {task.id: task.measure for task in rules.tasks}
    for part in walk(measure):
        if isinstance(part, OfTask):
            found += sources(rules, tasks[part.task])
    return found


def _that_count(rules: AppraisalRules, facts: Facts, measure: Measure) -> Iterator[Fact]:
    tests = [matcher(leaf) for leaf in sources(rules, measure)]
    return (fact for fact in facts.facts if any(test(fact.kind, fact.data) for test in tests))

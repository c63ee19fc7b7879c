"""From facts of the ledger to the events that count for a duty, by person and by unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from fractions import Fraction

from quizengine.domain.appraisal.facts import Facts
from quizengine.domain.appraisal.rules import Sum
from quizengine.domain.appraisal.tally import matcher, to_number
from quizengine.domain.duties.rules import DutyRule
from quizengine.domain.duties.standing import Event


def events_of(rule: DutyRule, facts: Facts) -> Mapping[str, Sequence[Event]]:
    """Events by subject of the ledger, or by code of the unit for a duty of units.

    A unit's events are also those of the units above it, as the tree stood on the day.
    """
    matches = matcher(rule.measure)
    field = rule.measure.field if isinstance(rule.measure, Sum) else None
    found: defaultdict[str, list[Event]] = defaultdict(list)
    for fact in facts.facts:
        if not matches(fact.kind, fact.data):
            continue
        amount = Fraction(1) if field is None else to_number(fact.data.get(field))
        if amount is None:
            continue
        event = Event(fact.day, fact.seq, amount)
        if rule.who.of != "units":
            if fact.subject is not None:
                found[fact.subject].append(event)
            continue
        tree = facts.tree_on(fact.day)
        above = [node.code for node in tree.upwards(fact.unit)] if tree else []
        for code in above or ([fact.unit] if fact.unit else []):
            found[code].append(event)
    return found

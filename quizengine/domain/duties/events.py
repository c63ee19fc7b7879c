"""From facts of the ledger to the events that count for a duty, by person and by unit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from quizengine.domain.appraisal.facts import Fact, Facts
from quizengine.domain.appraisal.rules import Sum
from quizengine.domain.appraisal.tally import matcher, to_number
from quizengine.domain.duties.rules import DutyRule
from quizengine.domain.duties.standing import Event


def events_of(rule: DutyRule, facts: Facts) -> Mapping[str, Sequence[Event]]:
    """Events by subject of the ledger, or by code of the unit for a duty of units.

    A unit's events are also those of the units above it, as the tree stood on the day.
    """
    counted = [(matcher(one), one.field if isinstance(one, Sum) else None) for one in rule.counts]
    of_units = rule.who.of == "units"
    found: defaultdict[str, list[Event]] = defaultdict(list)
    for fact in facts.facts:
        amounts = [
            _amount(fact, field) for matches, field in counted if matches(fact.kind, fact.data)
        ]
        if amounts:
            event = Event(fact.day, fact.seq, sum(amounts, Fraction(0)))
            for key in _units(fact, facts) if of_units else [fact.subject]:
                if key is not None:
                    found[key].append(event)
    return found


def kinds_of(rules: Iterable[DutyRule]) -> frozenset[str]:
    """The kinds of entries that the rules look at."""
    return frozenset(kind for rule in rules for one in rule.counts for kind in one.kind)


def _amount(fact: Fact, field: str | None) -> Fraction:
    """One, or what the field holds."""
    return Fraction(1) if field is None else to_number(fact.data.get(field)) or Fraction(0)


def _units(fact: Fact, facts: Facts) -> list[str | None]:
    tree = facts.tree_on(fact.day)
    above = [node.code for node in tree.upwards(fact.unit)] if tree else []
    return [*above] or [fact.unit]

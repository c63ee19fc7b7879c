"""From what a unit reached to its total and grade."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from quizengine.domain.appraisal.measures import ZERO, rounded
from quizengine.domain.appraisal.ranking import StageScore, YearResult, ranked
from quizengine.domain.appraisal.rules import AppraisalRules

HUNDRED = Fraction(100)


def total_of(
    rules: AppraisalRules,
    scores: Iterable[StageScore],
    adjustments: Mapping[str, Fraction],
    vetoes: Sequence[str],
) -> Decimal:
    """Weighted stage scores, bonus and deduction, capped; rounded once, half up."""
    weights = {task.id: Fraction(task.weight) / HUNDRED for task in rules.tasks}
    exact = sum((weights[s.task] * s.points for s in scores), ZERO)
    exact += sum(adjustments.values(), ZERO)
    return rounded(max(min([exact, *caps(rules, vetoes)]), ZERO), rules.decimals)


def caps(rules: AppraisalRules, vetoes: Sequence[str]) -> list[Fraction]:
    """The most that a total can be: by the rules, and by each veto that holds and caps it."""
    holding = [veto for veto in rules.vetoes if veto.id in vetoes]
    capped = [Fraction(veto.cap) for veto in holding if veto.cap is not None]
    return [Fraction(rules.most), *capped]


def grade_of(rules: AppraisalRules, total: Decimal, vetoes: Sequence[str]) -> str | None:
    """The grade that the total reaches, or a lower one that a veto sets."""
    forced = [veto.grade for veto in rules.vetoes if veto.id in vetoes and veto.grade]
    reached = [grade.id for grade in rules.grades if total >= grade.from_]
    order = [grade.id for grade in rules.grades]
    return max([*forced, *reached[:1]], key=order.index, default=None)


def reweighed(rules: AppraisalRules, result: YearResult) -> YearResult:
    """The result with the weights of `rules`; what was reached stays as it is."""
    units = []
    for unit in result.units:
        total = total_of(rules, unit.scores, unit.adjustments, unit.vetoes)
        grade = grade_of(rules, total, unit.vetoes)
        units.append(replace(unit, total=total, grade=grade))
    return replace(result, units=ranked(units))

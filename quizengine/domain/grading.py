"""Points for answers. All arithmetic is exact, with one rounding of each item's score."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from math import floor
from types import MappingProxyType
from typing import Literal

from pydantic import ValidationError

from quizengine.domain.answers import Answer, correct_answer, validate_accepted, validate_answer
from quizengine.domain.blueprints import Credit
from quizengine.domain.comparison import listed, mapped, right_share
from quizengine.domain.questions import CaseQuestion, Gradable, KeyPoint, Short
from quizengine.domain.text import N_, Refused

__all__ = [
    "Answer",
    "ItemGrade",
    "Marks",
    "Repair",
    "Total",
    "correct_answer",
    "grade",
    "parse_credit",
    "total",
    "validate_accepted",
    "validate_answer",
    "validate_marks",
]

Marks = Mapping[str, Sequence[Decimal]]
"""Path of a `short` ('' for the question itself, else the part id) → points for each of its key
points, in their order and in their own points."""

NO_MARKS: Marks = MappingProxyType({})


@dataclass(frozen=True)
class Repair:
    """What was decided about a faulty question after it had been answered.

    `drop` takes it out of score and total; `full_marks` gives everyone its points, also those
    who left it empty; `accept` takes `answer` as a further right answer. Of several, `drop` goes
    before `full_marks`, and that before `accept`.
    """

    action: Literal["drop", "accept", "full_marks"]
    answer: Answer | None = None


@dataclass(frozen=True)
class ItemGrade:
    """Points of one answer, to 0.01.

    `pending` lists the paths of `short` answers that wait for a person; they count 0 until then.
    `correct` tells whether the answer is wholly right, before rounding: None while one is
    pending, and for a dropped question.
    """

    score: Decimal
    max_score: Decimal
    pending: tuple[str, ...]
    correct: bool | None


@dataclass(frozen=True)
class Total:
    """Points of a sitting; with `pending` ones, score and `passed` are the least they can be."""

    score: Decimal
    max_score: Decimal
    passed: bool
    pending: bool


@dataclass(frozen=True)
class _Outcome:
    share: Fraction  # of the points, 0 … 1
    pending: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Rules:
    credit: Credit
    marks: Marks


def grade(
    question: Gradable,
    answer: Answer | None,
    *,
    points: Decimal,
    credit: Credit,
    marks: Marks = NO_MARKS,
    repairs: Sequence[Repair] = (),
) -> ItemGrade:
    """The grade of an `answer` that `validate_answer` let pass; None is no answer.

    The rules are those of `Credit`. A `short` earns its points × sum of marks / sum of its key
    points; while there are no marks it is pending, and left empty it earns 0 at once. An accepted
    answer is one more key to `single`, `true_false`, `multiple`, `order` and `match`, of which
    the best counts; to `fill` and `numeric` it adds a variant per blank (with that blank's
    tolerance); to `case` it says so for the parts that it names. Raises `Refused` as
    `validate_marks` does.
    """
    validate_marks(question, marks)
    actions = {repair.action for repair in repairs}
    if "drop" in actions:
        return ItemGrade(Decimal(0), Decimal(0), (), None)
    max_score = _rounded(Fraction(points))
    if "full_marks" in actions:
        return ItemGrade(max_score, max_score, (), True)
    accepted = [r.answer for r in repairs if r.action == "accept" and r.answer is not None]
    outcome = _judge(question, answer, _Rules(credit, marks), accepted)
    score = _rounded(Fraction(points) * outcome.share)
    correct = None if outcome.pending else outcome.share == 1
    return ItemGrade(score, max_score, outcome.pending, correct)


def total(grades: Iterable[ItemGrade], pass_mark: Decimal, blueprint_total: Decimal) -> Total:
    """Sum of `grades`, passed if score / max score ≥ `pass_mark` / `blueprint_total`, exactly.

    So the points needed shrink with a dropped question. With nothing left to score, only a pass
    mark of 0 is passed.
    """
    items = list(grades)
    score = sum((item.score for item in items), Decimal(0))
    max_score = sum((item.max_score for item in items), Decimal(0))
    passed = pass_mark == 0
    if max_score > 0:
        # Cross-multiplied, as quotients of decimals are not exact.
        passed = Fraction(score) * Fraction(blueprint_total) >= Fraction(pass_mark) * Fraction(
            max_score
        )
    return Total(score, max_score, passed, any(item.pending for item in items))


def validate_marks(question: Gradable, marks: Marks) -> None:
    """Refuse (`marks`, 400) marks that do not fit the key points of `question`.

    Each path must be a `short`, with one mark per key point, from 0 to that key point's points.
    """
    shorts = _key_points(question)
    for path, given in marks.items():
        key_points = shorts.get(path)
        if key_points is None:
            raise Refused("marks", N_("There is no short answer to mark here."), status=400)
        if len(given) != len(key_points):
            raise Refused(
                "marks",
                N_("%(given)s marks for %(wanted)s key points."),
                status=400,
                given=len(given),
                wanted=len(key_points),
            )
        for number, (mark, key_point) in enumerate(zip(given, key_points, strict=True), start=1):
            if not (mark.is_finite() and 0 <= mark <= key_point.points):
                raise Refused(
                    "marks",
                    N_("Key point %(number)s earns from 0 to %(most)s points, not %(mark)s."),
                    status=400,
                    number=number,
                    most=key_point.points,
                    mark=mark,
                )


def parse_credit(value: object) -> Credit:
    """Credit rules from JSON: null, one rule for all types, or type → rule.

    A rule may be written with hyphens. `Refused` (`credit-rule`, 400) for anything else.
    """
    types = list(Credit.model_fields)
    if value is None:
        return Credit()
    if isinstance(value, str):
        value = dict.fromkeys(types, value)
    if isinstance(value, Mapping):
        rules = {k: v.replace("-", "_") if isinstance(v, str) else v for k, v in value.items()}
        try:
            return Credit.model_validate(rules)
        except ValidationError:
            pass
    raise Refused(
        "credit-rule",
        N_("Credit is 'partial' or 'all_or_nothing', for all types or for each of %(types)s."),
        status=400,
        types=", ".join(types),
    )


def _rounded(value: Fraction) -> Decimal:
    """`value`, not negative, to 0.01, half up."""
    return Decimal(floor(value * 100 + Fraction(1, 2))).scaleb(-2)


def _key_points(question: Gradable) -> dict[str, list[KeyPoint]]:
    if isinstance(question, CaseQuestion):
        return {part.id: part.key_points for part in question.parts if isinstance(part, Short)}
    return {"": question.key_points} if isinstance(question, Short) else {}


def _judge(
    question: Gradable,
    answer: Answer | None,
    rules: _Rules,
    accepted: Sequence[Answer],
    path: str = "",
) -> _Outcome:
    if isinstance(question, Short):
        return _judge_short(question, answer, rules.marks.get(path), path)
    if isinstance(question, CaseQuestion):
        outcome = _judge_parts(question, answer, rules, accepted)
    else:
        outcome = _Outcome(right_share(question, answer, accepted))
    rule = getattr(rules.credit, question.type, "all_or_nothing")
    if rule == "all_or_nothing" and outcome.share < 1:
        return replace(outcome, share=Fraction(0))
    return outcome


def _judge_short(
    question: Short, answer: Answer | None, marks: Sequence[Decimal] | None, path: str
) -> _Outcome:
    if not any(text.strip() for text in listed(answer)):
        return _Outcome(Fraction(0))
    if marks is None:
        return _Outcome(Fraction(0), (path,))
    weights = sum((Fraction(point.points) for point in question.key_points), Fraction(0))
    return _Outcome(sum(map(Fraction, marks), Fraction(0)) / weights)


def _judge_parts(
    question: CaseQuestion, answer: Answer | None, rules: _Rules, accepted: Sequence[Answer]
) -> _Outcome:
    given = mapped(answer)
    share = Fraction(0)
    pending: tuple[str, ...] = ()
    for part in question.parts:
        alternatives = [keys[part.id] for keys in map(mapped, accepted) if part.id in keys]
        outcome = _judge(part, given.get(part.id), rules, alternatives, part.id)
        share += Fraction(part.points) * outcome.share
        pending += outcome.pending
    return _Outcome(share / sum(Fraction(part.points) for part in question.parts), pending)

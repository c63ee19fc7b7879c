"""`quizengine grade`: one answer graded by the same rules as a sitting."""

from __future__ import annotations

import json
import sys
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

import click
from pydantic import Field, TypeAdapter, ValidationError

from quizengine.domain.blueprints import Credit
from quizengine.domain.grading import Answer, ItemGrade, parse_credit, validate_answer
from quizengine.domain.grading import grade as grade_answer
from quizengine.domain.questioncheck import check_asked
from quizengine.domain.questions import CaseQuestion, Question, question_from_data
from quizengine.domain.text import N_, Refused

_FIELDS = {"question", "answer", "credit", "points"}
# What a question needs in a bank, but not for being graded.
_INLINE = {"id": "inline-1", "tiers": ["any"], "topics": ["any"], "stem": "____"}
# A key that can't be chosen would make full points impossible.
_FATAL = {"answer-unknown", "answer-duplicate"}
_points: TypeAdapter[Decimal] = TypeAdapter(
    Annotated[Decimal, Field(gt=0, max_digits=6, decimal_places=2)]
)


@dataclass(frozen=True)
class _Request:
    question: Question
    answer: Answer | None
    points: Decimal
    credit: Credit


@click.command("grade")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def grade(as_json: bool) -> None:
    """Grade one answer.

    Reads {"question": …, "answer": …, "credit": …, "points": …} as JSON from standard input:
    the question as in a bank file, the answer as members give it or null, the credit rule
    (partial, all_or_nothing, or a rule per type), and the points (1 by default; they may stand
    in the question too).
    """
    try:
        request = _parse(_load(sys.stdin.buffer.read()))
        result = grade_answer(
            request.question, request.answer, points=request.points, credit=request.credit
        )
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from refusal
    data = _to_data(result)
    click.echo(json.dumps(data) if as_json else "{score} / {max_score}".format(**data))


def _bad(template: str, **params: object) -> Refused:
    return Refused("grade-input", template, status=400, **params)


def _load(raw: bytes) -> dict[str, Any]:
    try:
        data = json.loads(raw, parse_float=Decimal, parse_constant=_no_constant)
    except (ValueError, RecursionError) as fault:
        raise _bad(N_("This is not JSON: %(fault)s"), fault=fault) from fault
    if not isinstance(data, dict) or not {"question", "answer"} <= data.keys() <= _FIELDS:
        raise _bad(
            N_("Give one JSON object with question and answer, and optionally credit and points.")
        )
    return data


def _no_constant(name: str) -> None:
    """NaN and Infinity are no JSON (RFC 8259 section 6), though Python reads them."""
    raise ValueError(name)


def _parse(data: dict[str, Any]) -> _Request:
    question = data["question"]
    if not isinstance(question, dict):
        raise _bad(N_("The question must be a JSON object."))
    inner_points = question.get("points", 1)
    content = {**_INLINE, **{k: v for k, v in question.items() if k != "points"}}
    try:
        parsed = question_from_data(content)
        points = _points.validate_python(data.get("points", inner_points))
    except ValidationError as fault:
        raise _bad(
            N_("The question does not fit its schema: %(faults)s"), faults=_faults(fault)
        ) from fault
    _check(parsed)
    answer = data["answer"]
    if answer is not None:
        validate_answer(parsed, answer)
    return _Request(parsed, answer, points, parse_credit(data.get("credit")))


def _faults(fault: ValidationError) -> str:
    return "; ".join(
        f"{'.'.join(map(str, error['loc'])) or 'points'}: {error['msg']}"
        for error in fault.errors()
    )


def _check(question: Question) -> None:
    for asked in question.parts if isinstance(question, CaseQuestion) else [question]:
        for finding in check_asked(asked, ()):
            if finding.code in _FATAL:
                raise _bad(N_("The question can't be graded: %(reason)s"), reason=finding.text)


def _to_data(result: ItemGrade) -> dict[str, Any]:
    data: dict[str, Any] = {
        "score": _number(result.score),
        "max_score": _number(result.max_score),
    }
    if result.pending:
        data["pending"] = list(result.pending)
    return data


def _number(value: Decimal) -> int | float:
    return int(value) if value == int(value) else float(value)

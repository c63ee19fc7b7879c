"""Short answers: key points, marks, and what waits for a person."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizengine.domain.blueprints import Credit
from quizengine.domain.grading import grade, validate_marks
from quizengine.domain.questions import Question, question_from_data
from quizengine.domain.text import Refused

KEY_POINTS = [{"text": "一", "points": 2}, {"text": "二", "points": "1.5"}, {"text": "三"}]
SHORT = {"type": "short", "stem": "?", "key_points": KEY_POINTS}
CASE = {
    "type": "case",
    "stem": "?",
    "parts": [
        {"id": "p1", "type": "true_false", "stem": "?", "answer": True},
        {"id": "p2", "points": 3, **SHORT},
    ],
}


def make(content: dict[str, Any]) -> Question:
    return question_from_data({"id": "test-1", "tiers": ["leader"], "topics": ["x"], **content})


def marked(*marks: str) -> list[Decimal]:
    return [Decimal(mark) for mark in marks]


def test_a_short_answer_waits_for_a_person() -> None:
    got = grade(make(SHORT), ["答"], points=Decimal(9), credit=Credit())
    assert (got.score, got.max_score, got.pending, got.correct) == (0, 9, ("",), None)


@pytest.mark.parametrize("answer", [None, [], [""], [" \n\t"]])
def test_an_empty_short_answer_needs_no_person(answer: Any) -> None:
    got = grade(make(SHORT), answer, points=Decimal(9), credit=Credit())
    assert (got.score, got.pending, got.correct) == (0, (), False)


@pytest.mark.parametrize(
    ("marks", "expected"),
    [(("2", "1.5", "1"), "9"), (("0", "0", "0"), "0"), (("2", "0", "0.25"), "4.5")],
)
def test_marks_are_scaled_to_the_points(marks: tuple[str, ...], expected: str) -> None:
    got = grade(make(SHORT), ["答"], points=Decimal(9), credit=Credit(), marks={"": marked(*marks)})
    assert (got.score, got.pending) == (Decimal(expected), ())
    assert got.correct is (expected == "9")


@given(st.tuples(*(st.decimals(0, most, places=2) for most in ("2", "1.5", "1"))))
def test_any_marks_stay_within_the_points(marks: tuple[Decimal, ...]) -> None:
    got = grade(make(SHORT), ["答"], points=Decimal(7), credit=Credit(), marks={"": marks})
    assert abs(got.score - 7 * sum(marks) / Decimal("4.5")) <= Decimal("0.00500001")
    assert 0 <= got.score <= 7


def test_all_or_nothing_does_not_touch_key_points() -> None:
    credit = Credit.model_validate(dict.fromkeys(Credit.model_fields, "all_or_nothing"))
    marks = {"": marked("2", "0", "0.25")}
    assert grade(make(SHORT), ["答"], points=Decimal(9), credit=credit, marks=marks).score == 4.5


def test_the_other_parts_of_a_case_count_while_one_waits() -> None:
    answer = {"p1": ["a"], "p2": ["答"]}
    got = grade(make(CASE), answer, points=Decimal(8), credit=Credit())
    assert (got.score, got.pending, got.correct) == (2, ("p2",), None)
    marks = {"p2": marked("2", "1.5", "1")}
    got = grade(make(CASE), answer, points=Decimal(8), credit=Credit(), marks=marks)
    assert (got.score, got.pending, got.correct) == (8, (), True)


def test_an_all_or_nothing_case_waits_for_its_short_part() -> None:
    answer, credit = {"p1": ["a"], "p2": ["答"]}, Credit(case="all_or_nothing")
    got = grade(make(CASE), answer, points=Decimal(8), credit=credit)
    assert (got.score, got.pending) == (0, ("p2",))
    marks = {"p2": marked("2", "1.5", "1")}
    assert grade(make(CASE), answer, points=Decimal(8), credit=credit, marks=marks).score == 8
    marks = {"p2": marked("2", "1.5", "0.5")}
    assert grade(make(CASE), answer, points=Decimal(8), credit=credit, marks=marks).score == 0


@pytest.mark.parametrize(
    ("content", "marks"),
    [
        (SHORT, {"": ["2.01", "0", "0"]}),
        (SHORT, {"": ["-0.01", "0", "0"]}),
        (SHORT, {"": ["NaN", "0", "0"]}),
        (SHORT, {"": ["0", "0"]}),
        (SHORT, {"": ["0", "0", "0", "0"]}),
        (SHORT, {"p2": ["0", "0", "0"]}),
        (CASE, {"": ["0", "0", "0"]}),
        (CASE, {"p1": ["0"]}),
        (CASE, {"p2": ["2", "1.5", "1.5"]}),
    ],
)
def test_marks_that_do_not_fit_the_key_points_are_refused(
    content: dict[str, Any], marks: dict[str, list[str]]
) -> None:
    given_marks = {path: marked(*values) for path, values in marks.items()}
    with pytest.raises(Refused) as caught:
        grade(make(content), None, points=Decimal(1), credit=Credit(), marks=given_marks)
    assert (caught.value.code, caught.value.status) == ("marks", 400)


def test_fitting_marks_pass() -> None:
    validate_marks(make(CASE), {"p2": marked("0", "1.5", "0.01")})

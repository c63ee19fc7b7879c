"""Repairs of faulty questions, and the total of a sitting."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizengine.domain.blueprints import Credit
from quizengine.domain.grading import ItemGrade, Repair, grade, total
from quizengine.domain.questions import Question, question_from_data

OPTIONS = {key: key for key in "abcd"}
DROP, FULL = Repair("drop"), Repair("full_marks")


def make(kind: str, **content: Any) -> Question:
    return question_from_data(
        {"id": "test-1", "tiers": ["leader"], "topics": ["x"], "type": kind, "stem": "?", **content}
    )


def accept(answer: Any) -> Repair:
    return Repair("accept", answer)


def graded(question: Question, answer: Any, *repairs: Repair, **credit: Any) -> ItemGrade:
    return grade(question, answer, points=Decimal(6), credit=Credit(**credit), repairs=repairs)


SINGLE = make("single", options=OPTIONS, answer=["b"])


@pytest.mark.parametrize("answer", [["b"], ["a"], None])
@pytest.mark.parametrize("repairs", [(DROP,), (FULL, DROP), (accept(["a"]), DROP, FULL)])
def test_a_dropped_question_leaves_score_and_total(
    answer: Any, repairs: tuple[Repair, ...]
) -> None:
    assert graded(SINGLE, answer, *repairs) == ItemGrade(Decimal(0), Decimal(0), (), None)


@pytest.mark.parametrize("answer", [["b"], ["a"], None])
@pytest.mark.parametrize("repairs", [(FULL,), (accept(["a"]), FULL)])
def test_full_marks_go_to_everyone(answer: Any, repairs: tuple[Repair, ...]) -> None:
    assert graded(SINGLE, answer, *repairs) == ItemGrade(Decimal(6), Decimal(6), (), True)


def test_full_marks_leave_nothing_pending() -> None:
    short = make("short", key_points=[{"text": "一"}])
    assert graded(short, ["答"], FULL).pending == ()


@pytest.mark.parametrize(("answer", "expected"), [("a", 6), ("b", 6), ("c", 6), ("d", 0)])
def test_accepted_options_count_beside_the_right_one(answer: str, expected: int) -> None:
    assert graded(SINGLE, [answer], accept(["a"]), accept(["c"])).score == expected


@pytest.mark.parametrize(
    ("chosen", "expected"), [("abc", 6), ("ab", 6), ("a", 3), ("c", 2), ("abcd", 0), ("cd", 0)]
)
def test_an_accepted_set_is_another_key(chosen: str, expected: int) -> None:
    question = make("multiple", options=OPTIONS, answer=["a", "b", "c"])
    assert graded(question, list(chosen), accept(["a", "b"])).score == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [(["30", "5"], 6), (["三十", "5"], 6), (["三十", "伍"], 6), (["30", ""], 3), (["", ""], 0)],
)
def test_accepted_texts_are_further_variants_of_each_blank(
    answer: list[str], expected: int
) -> None:
    question = make("fill", answer=["30", "5"])
    assert graded(question, answer, accept(["三十", ""]), accept(["", "伍"])).score == expected


@pytest.mark.parametrize(
    ("answer", "expected"), [("30.5", 6), ("35.5年", 6), ("36", 0), ("many", 0), ("", 0)]
)
def test_an_accepted_number_has_the_tolerance_of_its_blank(answer: str, expected: int) -> None:
    question = make("numeric", answer=[{"value": "30", "tolerance": "0.5", "unit": "年"}])
    assert graded(question, [answer], accept(["35年"])).score == expected


@pytest.mark.parametrize(("answer", "expected"), [("abcd", 6), ("bacd", 6), ("badc", 0)])
def test_an_accepted_order_is_another_key(answer: str, expected: int) -> None:
    question = make("order", options=OPTIONS, answer=list("abcd"))
    assert graded(question, list(answer), accept(list("bacd"))).score == expected


def test_an_accepted_match_is_another_key() -> None:
    sides = {"left": {"l1": "x", "l2": "y"}, "right": {"r1": "u", "r2": "v"}}
    question = make("match", **sides, answer={"l1": "r1", "l2": "r2"})
    other = accept({"l1": "r2", "l2": "r1"})
    assert graded(question, {"l1": "r2", "l2": "r1"}, other).correct is True
    assert graded(question, {"l1": "r2", "l2": "r2"}, other).score == 3


def test_an_accepted_case_answer_covers_the_parts_it_names() -> None:
    part = {"type": "single", "stem": "?", "options": OPTIONS, "answer": ["a"]}
    case = make("case", parts=[{"id": "p1", **part}, {"id": "p2", **part}])
    repair = accept({"p2": ["b"]})
    assert graded(case, {"p1": ["a"], "p2": ["b"]}, repair).correct is True
    assert graded(case, {"p1": ["b"], "p2": ["a"]}, repair).score == 3


answers = st.lists(st.sampled_from("abcd"), unique=True)


@given(answer=answers, keys=st.lists(answers, max_size=3))
def test_accepting_an_answer_never_lowers_a_score(answer: list[str], keys: list[list[str]]) -> None:
    for question in (
        make("multiple", options=OPTIONS, answer=["a", "b", "c"]),
        make("order", options=OPTIONS, answer=["a", "b", "c", "d"]),
        make("fill", answer=["a", "b", "c", "d"], any_order=True),
        make("numeric", answer=["1", "2", "3", "4"]),
    ):
        repaired = graded(question, answer, *map(accept, keys), order="partial")
        assert graded(question, answer, order="partial").score <= repaired.score <= 6


def item(score: str, max_score: str, *pending: str) -> ItemGrade:
    return ItemGrade(Decimal(score), Decimal(max_score), pending, None)


def test_a_total_sums_up_and_passes_at_the_mark() -> None:
    got = total([item("1.33", "2"), item("58.67", "98")], Decimal(60), Decimal(100))
    assert (got.score, got.max_score, got.passed, got.pending) == (60, 100, True, False)


def test_a_hundredth_below_the_mark_fails() -> None:
    assert not total([item("59.99", "100")], Decimal(60), Decimal(100)).passed


def test_a_dropped_question_scales_the_pass_mark() -> None:
    grades = [item("58.8", "98"), item("0", "0")]
    assert total(grades, Decimal(60), Decimal(100)).passed
    assert not total([item("58.79", "98")], Decimal(60), Decimal(100)).passed


def test_the_pass_mark_is_compared_exactly() -> None:
    # 2/3 needs no rounding: 66 of 99 is exactly 2 of 3.
    assert total([item("66", "99")], Decimal(2), Decimal(3)).passed
    assert not total([item("65.99", "99")], Decimal(2), Decimal(3)).passed


def test_pending_answers_show_in_the_total() -> None:
    assert total([item("1", "2"), item("0", "2", "")], Decimal(1), Decimal(4)).pending


@pytest.mark.parametrize(("pass_mark", "passed"), [(0, True), (60, False)])
def test_with_every_question_dropped_only_a_pass_mark_of_0_is_passed(
    pass_mark: int, passed: bool
) -> None:
    assert total([item("0", "0")], Decimal(pass_mark), Decimal(100)).passed is passed

"""Points by type and credit rule."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizengine.domain.blueprints import Credit
from quizengine.domain.grading import ItemGrade, Repair, grade, parse_credit
from quizengine.domain.questions import Question, question_from_data
from quizengine.domain.text import Refused

KEYS = "abcdefg"
OPTIONS = {key: f"选项{key}" for key in KEYS}
POINTS = st.decimals(min_value="0.01", max_value="99", places=2)


def make(kind: str, **content: Any) -> Question:
    return question_from_data(
        {"id": "test-1", "tiers": ["leader"], "topics": ["x"], "type": kind, "stem": "?", **content}
    )


def multiple(right: str) -> Question:
    return make("multiple", options=OPTIONS, answer=list(right))


def graded(question: Question, answer: Any, points: Any = 1, **credit: Any) -> ItemGrade:
    return grade(question, answer, points=Decimal(points), credit=Credit(**credit))


def score(question: Question, answer: Any, points: Any = 1, **credit: Any) -> Decimal:
    return graded(question, answer, points, **credit).score


keysets = st.sets(st.sampled_from(KEYS), min_size=1)


@given(right=keysets, chosen=keysets, points=POINTS, data=st.data())
def test_the_order_of_choices_is_irrelevant(
    right: set[str], chosen: set[str], points: Decimal, data: st.DataObject
) -> None:
    question = multiple("".join(sorted(right)))
    mixed = data.draw(st.permutations(sorted(chosen)))
    assert graded(question, mixed, points) == graded(question, sorted(chosen), points)


@given(right=keysets, chosen=keysets, points=POINTS)
def test_multiple_earns_its_share_and_nothing_with_a_wrong_choice(
    right: set[str], chosen: set[str], points: Decimal
) -> None:
    got = graded(multiple("".join(right)), list(chosen), points)
    exact = Decimal(0) if chosen - right else points * len(chosen)
    # Comparing whole hundredths keeps the expectation free of a division that rounds.
    hundredths = (200 * exact + len(right)) // (2 * len(right))
    assert got.score == hundredths / 100
    assert got.correct == (chosen == right)


@given(right=st.sets(st.sampled_from(KEYS), min_size=2), points=POINTS, data=st.data())
def test_one_more_right_choice_never_lowers_the_score(
    right: set[str], points: Decimal, data: st.DataObject
) -> None:
    question = multiple("".join(right))
    chosen = data.draw(st.permutations(sorted(right)))
    scores = [score(question, chosen[:n], points) for n in range(len(chosen) + 1)]
    assert scores == sorted(scores)
    assert (scores[0], scores[-1]) == (0, points)


@pytest.mark.parametrize(
    ("points", "chosen", "right", "expected"),
    [
        ("2", "ab", "abc", "1.33"),
        ("1", "ab", "abc", "0.67"),
        ("0.01", "a", "ab", "0.01"),  # 0.005, half goes up
        ("0.25", "a", "ab", "0.13"),  # 0.125; half to even would say 0.12
        ("0.35", "a", "ab", "0.18"),  # 0.175
        ("1", "a", "abc", "0.33"),
    ],
)
def test_scores_are_rounded_half_up(points: str, chosen: str, right: str, expected: str) -> None:
    assert score(multiple(right), list(chosen), points) == Decimal(expected)


@given(points=POINTS, blanks=st.integers(1, 8), right=st.integers(0, 8))
def test_fill_earns_points_by_right_blanks(points: Decimal, blanks: int, right: int) -> None:
    question = make("fill", answer=[f"值{n}" for n in range(blanks)])
    right = min(right, blanks)
    answer = [f"值{n}" if n < right else "错" for n in range(blanks)]
    wide = (points * right * 1000).quantize(Decimal(1)) / (blanks * 1000)
    assert abs(score(question, answer, points) - wide) <= Decimal("0.005")
    whole = score(question, answer, points, fill="all_or_nothing")
    assert whole == (points if right == blanks else 0)


def test_a_rounded_full_score_is_not_called_correct() -> None:
    got = graded(multiple("ab"), ["a"], "0.01")
    assert (got.score, got.max_score, got.correct) == (Decimal("0.01"), Decimal("0.01"), False)


@pytest.mark.parametrize(("answer", "expected"), [(["b"], 2), (["a"], 0), ([], 0), (None, 0)])
@pytest.mark.parametrize("kind", ["single", "true_false"])
def test_one_right_option(kind: str, answer: Any, expected: int) -> None:
    options = OPTIONS if kind == "single" else {"a": "正确", "b": "错误"}
    question = make(kind, options=options, answer=["b"])
    assert score(question, answer, 2) == expected


def test_all_or_nothing_multiple_wants_every_right_option() -> None:
    question = multiple("abc")
    rule = {"multiple": "all_or_nothing"}
    assert score(question, ["a", "b"], 2, **rule) == 0
    assert score(question, ["c", "b", "a"], 2, **rule) == 2


FILL = {"answer": [["30", "三十"], ["《保密法》"]]}


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (["三十", "保密法"], 4),
        ([" ３０ ", "“保密法”。"], 4),
        (["保密法", "30"], 0),
        (["", "保密法"], 2),
        (["30"], 2),
        ([], 0),
    ],
)
def test_fill_compares_blank_by_blank(answer: list[str], expected: int) -> None:
    assert score(make("fill", **FILL), answer, 4) == expected


@pytest.mark.parametrize(
    ("answer", "expected"),
    [(["保密法", "30"], 4), (["30", "三十"], 2), (["", "30"], 2), (["保密法", "保密法"], 2)],
)
def test_any_order_uses_each_blank_once(answer: list[str], expected: int) -> None:
    assert score(make("fill", any_order=True, **FILL), answer, 4) == expected


def test_any_order_finds_the_best_pairing() -> None:
    question = make("fill", any_order=True, answer=[["甲", "乙"], ["甲", "丙"], ["乙"]])
    # 甲 must give way to 丙 and then to 乙: greedy pairing would lose a blank.
    assert score(question, ["甲", "丙", "乙"], 3) == 3


@given(st.permutations(["甲", "乙", "丙", "丁"]))
def test_any_order_takes_every_order(answer: list[str]) -> None:
    question = make("fill", any_order=True, answer=["甲", "乙", "丙", "丁"])
    assert score(question, answer, 3) == 3


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        (["30年", "1,000"], 2),
        (["29.5", "1000.0"], 2),
        (["29.49", "1000"], 1),
        (["nan", "inf"], 0),
        (["三十", "1e3"], 1),
        ([], 0),
    ],
)
def test_numbers_count_within_their_tolerance(answer: list[str], expected: int) -> None:
    question = make(
        "numeric", answer=[{"value": "30", "tolerance": "0.5", "unit": "年"}, {"value": "1000"}]
    )
    assert score(question, answer, 2) == expected


ORDER = {"options": {k: k for k in "abcd"}, "answer": ["c", "a", "d", "b"]}


@pytest.mark.parametrize(
    ("answer", "partial", "whole"),
    [("cadb", 4, 4), ("cabd", 2, 0), ("adbc", 0, 0), ("ca", 2, 0), ("", 0, 0), ("bcad", 0, 0)],
)
def test_order_counts_steps_at_their_place(answer: str, partial: int, whole: int) -> None:
    question = make("order", **ORDER)
    assert score(question, list(answer), 4, order="partial") == partial
    assert score(question, list(answer), 4) == whole  # the default of Credit


MATCH = {
    "left": {"l1": "x", "l2": "y", "l3": "z"},
    "right": {"r1": "u", "r2": "v", "r3": "w", "r4": "t"},
    "answer": {"l1": "r2", "l2": "r1", "l3": "r3"},
}


@pytest.mark.parametrize(
    ("answer", "partial", "whole"),
    [
        ({"l1": "r2", "l2": "r1", "l3": "r3"}, 3, 3),
        ({"l1": "r2", "l2": "r4", "l3": "r3"}, 2, 0),
        ({"l3": "r3"}, 1, 0),
        ({}, 0, 0),
    ],
)
def test_match_counts_right_pairs(answer: dict[str, str], partial: int, whole: int) -> None:
    question = make("match", **MATCH)
    assert score(question, answer, 3) == partial
    assert score(question, answer, 3, match="all_or_nothing") == whole


def test_a_match_without_a_key_earns_nothing() -> None:
    assert score(make("match", **{**MATCH, "answer": {}}), {"l1": "r1"}, 3) == 0


PARTS = [
    {"id": "p1", "type": "multiple", "stem": "?", "options": OPTIONS, "answer": ["a", "b", "c"]},
    {"id": "p2", "type": "order", "stem": "?", "points": "2", **ORDER},
    {"id": "p3", "type": "fill", "stem": "?", "points": "3.5", **FILL},
]
part_answers = st.fixed_dictionaries(
    {},
    optional={
        "p1": st.lists(st.sampled_from(KEYS), unique=True),
        "p2": st.permutations(["a", "b", "c", "d"]),
        "p3": st.lists(st.sampled_from(["30", "保密法", "?"]), max_size=2),
    },
)


@given(answer=part_answers, order=st.sampled_from(["partial", "all_or_nothing"]))
def test_a_case_is_the_sum_of_its_parts(answer: dict[str, Any], order: Any) -> None:
    # With 600 points a part's share has no more than two decimals, so nothing is rounded.
    case = make("case", parts=PARTS)
    parts = {part["id"]: make(part["type"], **_without(part, "id", "points")) for part in PARTS}
    weights = {part["id"]: Decimal(part.get("points", 1)) for part in PARTS}
    expected = sum(
        score(parts[i], answer.get(i), 600 * weights[i], order=order) for i in ("p1", "p2", "p3")
    )
    got = graded(case, answer, 600 * sum(weights.values()), order=order)
    assert got.score == expected
    whole = graded(case, answer, 5, order=order, case="all_or_nothing")
    assert whole.score == (5 if got.correct else 0)


def _without(part: dict[str, Any], *names: str) -> dict[str, Any]:
    return {key: value for key, value in part.items() if key not in names}


def test_a_case_is_rounded_once() -> None:
    thirds = {"type": "multiple", "stem": "?", "options": OPTIONS, "answer": ["a", "b", "c"]}
    case = make("case", parts=[{"id": f"p{n}", **thirds} for n in (1, 2, 3)])
    # Each part earns 1/9; three rounded parts would make 0.33 as 0.11 × 3.
    assert score(case, {"p1": ["a"], "p2": ["a"], "p3": ["a"]}, 1) == Decimal("0.33")
    assert score(case, {"p1": ["a"], "p2": ["a"], "p3": ["a"]}, "0.05") == Decimal("0.02")


@given(POINTS, st.integers(1, 7), st.integers(0, 7))
def test_half_up_agrees_with_decimal_when_the_share_is_a_decimal(
    points: Decimal, _right: int, chosen: int
) -> None:
    question = make("fill", answer=["是"] * 8)
    exact = points * chosen / 8
    expected = exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert score(question, ["是"] * chosen, points) == expected


@pytest.mark.parametrize("repairs", [(), (Repair("full_marks"),)])
def test_scores_carry_two_decimals(repairs: tuple[Repair, ...]) -> None:
    got = grade(multiple("ab"), ["a"], points=Decimal(2), credit=Credit(), repairs=repairs)
    assert got.score.as_tuple().exponent == got.max_score.as_tuple().exponent == -2


def test_credit_without_a_rule_is_the_default() -> None:
    assert parse_credit(None) == Credit()


@pytest.mark.parametrize("rule", ["all_or_nothing", "all-or-nothing"])
def test_one_credit_rule_holds_for_all_types(rule: str) -> None:
    assert set(parse_credit(rule).model_dump().values()) == {"all_or_nothing"}
    assert parse_credit({"multiple": rule}) == Credit(multiple="all_or_nothing")


def test_partial_holds_for_order_too_when_it_is_said_for_all() -> None:
    assert parse_credit("partial").order == "partial"


@pytest.mark.parametrize(
    "value", ["half", "", 1, True, [], ["partial"], {"essay": "partial"}, {"fill": None}, {1: "x"}]
)
def test_other_credit_rules_are_refused(value: object) -> None:
    with pytest.raises(Refused) as caught:
        parse_credit(value)
    assert (caught.value.code, caught.value.status) == ("credit-rule", 400)

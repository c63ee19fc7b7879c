"""Difficulty, discrimination and option shares."""

from __future__ import annotations

from statistics import correlation

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from quizengine.domain.itemstats import LEAST_ANSWERS, Moments, option_shares
from quizengine.domain.questions import question_from_data

shares = st.integers(0, 20).map(lambda n: n / 20)
pairs = st.lists(st.tuples(shares, shares), min_size=LEAST_ANSWERS, max_size=60)


@given(pairs)
def test_discrimination_is_the_correlation_of_item_and_rest(
    given_pairs: list[tuple[float, float]],
) -> None:
    xs, ys = zip(*given_pairs, strict=True)
    assume(len(set(xs)) > 1 and len(set(ys)) > 1)
    found = Moments.of(given_pairs).discrimination
    assert found == pytest.approx(correlation(xs, ys), abs=1e-9)


def test_for_right_or_wrong_items_it_is_the_point_biserial() -> None:
    """r = (M1 − M0) / s · √(p · q), with the standard deviation of all."""
    rest = [0.2, 0.3, 0.4, 0.5, 0.6, 0.5, 0.7, 0.8, 0.9, 1.0]
    item = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1]
    mean = sum(rest) / 10
    spread = (sum((r - mean) ** 2 for r in rest) / 10) ** 0.5
    expected = (sum(rest[5:]) / 5 - sum(rest[:5]) / 5) / spread * 0.5
    found = Moments.of(zip(map(float, item), rest, strict=True)).discrimination
    assert found == pytest.approx(expected)


def test_too_few_answers_or_no_spread_say_nothing() -> None:
    assert Moments.of([]).difficulty is None
    assert Moments.of([(1.0, 0.5)] * (LEAST_ANSWERS - 1)).discrimination is None
    assert Moments.of([(0.1, n / 30) for n in range(30)]).discrimination is None
    assert Moments.of([(1.0, 0.5), (0.0, 0.5)]).difficulty == 0.5


def test_options_are_counted_with_those_who_chose_nothing_in_the_denominator() -> None:
    question = question_from_data(
        {
            "id": "q-1",
            "type": "multiple",
            "stem": "s",
            "options": {"a": "A", "b": "B", "c": "C"},
            "answer": ["a", "b"],
            "tiers": ["t"],
            "topics": ["x"],
        }
    )
    found = option_shares(question, [(["a", "b"], 3), (["a"], 1), ([], 2)], takers=10)
    assert [(o.key, o.right, o.count, o.share) for o in found] == [
        ("a", True, 4, 0.4),
        ("b", True, 3, 0.3),
        ("c", False, 0, 0.0),
    ]


def test_choices_within_a_case_are_found_by_their_part() -> None:
    part = {"type": "single", "stem": "s", "options": {"a": "A", "b": "B"}, "answer": ["a"]}
    question = question_from_data(
        {
            "id": "q-1",
            "type": "case",
            "stem": "s",
            "parts": [
                {"id": "p1", **part},
                {"id": "p2", "type": "fill", "stem": "____", "answer": ["x"]},
            ],
            "tiers": ["t"],
            "topics": ["x"],
        }
    )
    found = option_shares(question, [({"p1": ["b"], "p2": ["a"]}, 1), ({}, 1)], takers=2)
    assert [(o.path, o.key, o.share) for o in found] == [("p1", "a", 0.0), ("p1", "b", 0.5)]
    assert option_shares(question, [], takers=0)[0].share == 0.0

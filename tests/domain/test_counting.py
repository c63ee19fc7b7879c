"""Which attempt counts, and the state that follows."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizengine.domain.blueprints import Counts
from quizengine.domain.counting import STATES, Attempt, counted_attempt, standing

OPEN = "open"
MARKING = "marking"


def attempts(*scores: str) -> list[Attempt]:
    """A score out of 10 each (6 passes), or OPEN or MARKING."""
    return [
        Attempt(number, score == OPEN, None, None, None)
        if score in (OPEN, MARKING)
        else Attempt(number, False, Decimal(score), Decimal(10), Decimal(score) >= 6)
        for number, score in enumerate(scores, start=1)
    ]


@pytest.mark.parametrize(
    ("scores", "rule", "number", "state"),
    [
        ((), "best", None, "absent"),
        ((OPEN,), "best", None, "sitting"),
        (("7", "5"), "best", 1, "passed"),
        (("7", "5"), "last", 2, "failed"),
        (("5", "7"), "first", 1, "failed"),
        (("7", "7"), "best", 1, "passed"),
        (("5", OPEN), "best", 1, "failed"),
        (("5", OPEN), "last", 1, "failed"),
        ((MARKING,), "best", 1, "marking"),
        ((MARKING, "5"), "best", 2, "marking"),
        ((MARKING, "7"), "best", 2, "passed"),
        ((MARKING, "7"), "first", 1, "marking"),
        (("5", MARKING), "first", 1, "failed"),
        (("7", MARKING), "last", 2, "marking"),
    ],
)
def test_the_attempt_that_counts(
    scores: tuple[str, ...], rule: Counts, number: int | None, state: str
) -> None:
    found, counted = standing(attempts(*scores), rule)
    assert (found, counted.number if counted else None) == (state, number)


def test_best_goes_by_the_share_when_a_dropped_question_shrank_the_maximum() -> None:
    long = Attempt(1, False, Decimal(8), Decimal(10), True)
    short = Attempt(2, False, Decimal(7), Decimal(8), True)
    assert counted_attempt([long, short], "best") is short


@given(
    st.lists(st.sampled_from(["0", "3", "6", "10", OPEN, MARKING]), max_size=6),
    st.sampled_from(["best", "last", "first"]),
)
def test_the_order_in_which_attempts_are_given_does_not_matter(
    scores: list[str], rule: Counts
) -> None:
    forward = standing(attempts(*scores), rule)
    assert forward == standing(attempts(*scores)[::-1], rule)
    assert forward[0] in STATES
    assert (forward[1] is None) == all(score == OPEN for score in scores)

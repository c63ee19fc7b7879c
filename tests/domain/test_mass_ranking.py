"""Places of a mass contest: score, then duration, then time of handing in."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from quizengine.domain.mass_ranking import Result, best, hundredths, places

START = datetime(2026, 3, 2, tzinfo=UTC)
results = st.builds(
    Result,
    st.integers(0, 3),
    st.integers(0, 3),
    st.integers(0, 3).map(lambda s: START + timedelta(seconds=s)),
)


def result(score: int, duration: int = 1, second: int = 0) -> Result:
    return Result(score, duration, START + timedelta(seconds=second))


def test_score_goes_before_duration_and_that_before_time() -> None:
    assert places([result(90, 5, 5), result(100, 9, 9), result(90, 4, 9), result(90, 4, 8)]) == [
        4,
        1,
        3,
        2,
    ]


def test_equal_results_share_a_place_and_the_next_ones_stay_empty() -> None:
    assert places([result(90), result(90), result(80)]) == [1, 1, 3]


@given(st.lists(results))
def test_a_place_is_one_more_than_how_many_are_better(given_results: list[Result]) -> None:
    found = places(given_results)
    for own, place in zip(given_results, found, strict=True):
        assert place == 1 + sum(other.key < own.key for other in given_results)


@given(st.lists(results, min_size=1), st.randoms())
def test_the_best_result_has_the_first_place(given_results: list[Result], rng: object) -> None:
    top = best(given_results)
    assert top is not None
    assert places(given_results)[given_results.index(top)] == 1


def test_nobody_has_a_best_result_of_none() -> None:
    assert best([]) is None
    assert places([]) == []


def test_a_paper_without_its_faulty_question_still_earns_full_marks() -> None:
    assert hundredths(Decimal(15), Decimal(15), Decimal(20)) == 2000
    assert hundredths(Decimal(10), Decimal(15), Decimal(20)) == 1333
    assert hundredths(Decimal(0), Decimal(0), Decimal(20)) == 0

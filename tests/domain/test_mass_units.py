"""Boards of units, and the organisation award."""

from __future__ import annotations

from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from quizengine.domain.mass_units import AwardRule, Count, UnitLine, awarded, tenths, unit_lines

LEVELS = {1: 1, 2: 2, 3: 2, 4: 3, 5: 3}
PATHS = ("/1/", "/1/2/", "/1/2/4/", "/1/3/", "/1/3/5/")
counts = st.lists(
    st.tuples(st.sampled_from(PATHS), st.integers(0, 20), st.integers(0, 20), st.integers(0, 4)),
    max_size=8,
).map(
    lambda rows: [
        Count(path, max(members, taken), taken, Fraction(taken * share, 4))
        for path, members, taken, share in rows
    ]
)


def by_unit(*given_counts: Count) -> dict[int, UnitLine]:
    return {line.unit_id: line for line in unit_lines(given_counts, LEVELS)}


def test_a_unit_takes_in_everything_below_it() -> None:
    lines = by_unit(Count("/1/2/4/", 10, 8, Fraction(6)), Count("/1/2/", 2, 1, Fraction(1)))
    assert lines[4].participation == Fraction(8, 10)
    assert lines[4].average == Fraction(6, 8)
    assert lines[4].overall == Fraction(6, 10)
    assert lines[2].participation == Fraction(9, 12)
    assert lines[1].overall == Fraction(7, 12)
    assert 3 not in lines


def test_units_are_placed_within_their_level_and_equal_ones_share_a_place() -> None:
    lines = by_unit(Count("/1/2/4/", 4, 4, Fraction(3)), Count("/1/3/5/", 4, 4, Fraction(3)))
    assert (lines[2].place, lines[3].place, lines[1].place) == (1, 1, 1)
    lines = by_unit(Count("/1/2/4/", 4, 4, Fraction(3)), Count("/1/3/5/", 4, 4, Fraction(4)))
    assert (lines[3].place, lines[2].place) == (1, 2)


@given(counts)
def test_rates_are_shares_and_the_top_holds_all(given_counts: list[Count]) -> None:
    lines = by_unit(*given_counts)
    for line in lines.values():
        assert 0 <= line.overall <= line.average <= 1
        assert 0 <= line.participation <= 1
    if given_counts:
        assert lines[1].members == sum(count.members for count in given_counts)
        assert lines[1].share == sum(count.share for count in given_counts)


@given(counts, st.randoms())
def test_the_order_of_the_counts_changes_nothing(given_counts: list[Count], rng: object) -> None:
    mixed = list(given_counts)
    rng.shuffle(mixed)  # type: ignore[attr-defined]
    assert unit_lines(mixed, LEVELS) == unit_lines(given_counts, LEVELS)


def test_the_award_asks_for_participation_and_average() -> None:
    rule = AwardRule(level=2, participation=80, average=80)
    lines = by_unit(
        Count("/1/2/", 10, 8, Fraction(64, 10)),
        Count("/1/3/", 10, 10, Fraction(79, 10)),
    )
    assert [line.unit_id for line in awarded(lines.values(), rule)] == [2]
    assert awarded(by_unit(Count("/1/2/", 10, 7, Fraction(7))).values(), rule) == []


def test_the_top_units_are_awarded_and_a_tie_for_the_last_award_awards_all() -> None:
    rule = AwardRule(level=2, participation=0, average=0, top=1)
    first = Count("/1/2/", 4, 4, Fraction(4))
    behind = Count("/1/3/", 4, 4, Fraction(3))
    level = Count("/1/3/", 4, 4, Fraction(4))
    assert [line.unit_id for line in awarded(by_unit(first, behind).values(), rule)] == [2]
    assert {line.unit_id for line in awarded(by_unit(first, level).values(), rule)} == {2, 3}


def test_small_units_and_those_without_participants_earn_nothing() -> None:
    lines = by_unit(Count("/1/2/", 3, 3, Fraction(3)), Count("/1/3/", 9, 0)).values()
    rule = AwardRule(level=2, participation=0, average=0, members=4)
    assert awarded(lines, rule) == []


def test_rates_are_rounded_half_up_to_a_tenth_of_a_per_cent() -> None:
    assert tenths(Fraction(1, 3)) == 333
    assert tenths(Fraction(2, 3)) == 667
    assert tenths(Fraction(1, 2000)) == 1

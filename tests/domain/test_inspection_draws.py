"""Who inspects whom, and who is asked: drawn so that anybody can draw again."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizengine.domain.inspections import pairs, sample

seeds = st.binary(min_size=32, max_size=32).map(bytes.hex)
names = st.sets(st.text("abc123-", min_size=1, max_size=8), min_size=2, max_size=12)


@settings(max_examples=30)
@given(seeds, names)
def test_each_unit_inspects_one_and_is_inspected_by_one(seed: str, units: set[str]) -> None:
    drawn = pairs(seed, units)
    assert {by for by, _ in drawn} == {unit for _, unit in drawn} == units
    assert len(drawn) == len(units)
    assert all(by != unit for by, unit in drawn)
    if len(units) > 2:
        assert not {(unit, by) for by, unit in drawn} & set(drawn)
    assert pairs(seed, sorted(units, reverse=True)) == drawn


@settings(max_examples=30)
@given(seeds, st.sets(st.text("0123456789abcdef", min_size=4), max_size=30), st.integers(1, 40))
def test_a_sample_can_be_drawn_again_by_hand(seed: str, people: set[str], count: int) -> None:
    drawn = sample(seed, "public", people, count)
    assert len(drawn) == min(count, len(people))
    assert set(drawn) <= people
    by_hand = sorted(
        people, key=lambda one: (hashlib.sha256(f"{seed}|public|{one}".encode()).hexdigest(), one)
    )
    assert drawn == by_hand[:count]
    assert sample(seed, "public", sorted(people, reverse=True), count) == drawn


def test_one_unit_alone_has_no_pair() -> None:
    with pytest.raises(ValueError, match="one unit"):
        pairs("00", ["CS", "CS"])


def test_a_known_draw_stays_what_it_is() -> None:
    seed = "5f" * 32
    assert pairs(seed, ["a", "b", "c", "d"]) == pairs(seed, "dcba")
    circle = sorted("abcd", key=lambda u: hashlib.sha256(f"{seed}||{u}".encode()).hexdigest())
    assert [by for by, _ in pairs(seed, "abcd")] == circle

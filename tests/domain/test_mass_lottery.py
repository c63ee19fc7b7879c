"""Draws by lot: fair, repeatable, and checked by anybody."""

from __future__ import annotations

import copy
import hashlib
from collections import Counter
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizengine.domain.mass_lottery import (
    ALGORITHM,
    Prize,
    check,
    commitment,
    draw,
    list_digest,
    ticket,
)

SEED = "ab" * 32
PRIZES = [Prize("一等奖", 1), Prize("二等奖", 2)]
entries = st.lists(st.text("0123456789ABCDEF", min_size=4, max_size=4), unique=True, max_size=30)
prizes = st.lists(st.integers(1, 4), min_size=1, max_size=4).map(
    lambda counts: [Prize(f"奖{number}", count) for number, count in enumerate(counts)]
)


def record(taking_part: list[str], public: str = "03-11-22") -> dict[str, Any]:
    return {
        "algorithm": ALGORITHM,
        "commitment": commitment(SEED),
        "seed": SEED,
        "public": public,
        "entries": taking_part,
        "list_digest": list_digest(taking_part),
        "prizes": [{"title": prize.title, "count": prize.count} for prize in PRIZES],
        "winners": [
            {"entry": each.entry, "ticket": each.ticket, "prize": each.prize}
            for each in draw(SEED, public, taking_part, PRIZES)
        ],
    }


def test_hashes_are_those_that_any_tool_computes() -> None:
    assert commitment(SEED) == hashlib.sha256(SEED.encode()).hexdigest()
    text = f"{SEED}|第26030期 03-11-22|A1B2"
    assert ticket(SEED, "第26030期 03-11-22", "A1B2") == hashlib.sha256(text.encode()).hexdigest()
    assert list_digest(["B", "A"]) == hashlib.sha256(b"A\nB\n").hexdigest()


@given(entries, prizes, st.text(max_size=10), st.randoms())
def test_the_order_of_the_list_decides_nothing(
    taking_part: list[str], kinds: list[Prize], public: str, rng: Any
) -> None:
    mixed = list(taking_part)
    rng.shuffle(mixed)
    assert draw(SEED, public, mixed, kinds) == draw(SEED, public, taking_part, kinds)
    assert list_digest(mixed) == list_digest(taking_part)


@given(entries, prizes)
def test_each_entry_wins_once_and_prizes_go_from_the_first_down(
    taking_part: list[str], kinds: list[Prize]
) -> None:
    winners = draw(SEED, "", taking_part, kinds)
    assert len({each.entry for each in winners}) == len(winners)
    assert len(winners) == min(len(taking_part), sum(prize.count for prize in kinds))
    assert [each.prize for each in winners] == sorted(each.prize for each in winners)
    for number, prize in enumerate(kinds):
        assert sum(each.prize == number for each in winners) <= prize.count


def test_an_entry_named_twice_takes_part_once() -> None:
    assert draw(SEED, "", ["A", "A", "B"], PRIZES) == draw(SEED, "", ["A", "B"], PRIZES)


def test_every_entry_wins_about_as_often_as_any_other() -> None:
    taking_part = [f"{number:04d}" for number in range(10)]
    won = Counter(
        draw(hashlib.sha256(b"%d" % seed).hexdigest(), "", taking_part, [Prize("奖", 1)])[0].entry
        for seed in range(5000)
    )
    # 500 expected of each, with a standard deviation of 21: five of them to each side.
    assert all(395 < won[entry] < 605 for entry in taking_part)


def test_another_public_value_draws_others() -> None:
    taking_part = [f"{number:04d}" for number in range(200)]
    assert draw(SEED, "1", taking_part, PRIZES) != draw(SEED, "2", taking_part, PRIZES)


@given(entries)
def test_an_honest_record_is_believed(taking_part: list[str]) -> None:
    assert check(record(taking_part)) == []


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("seed", "cd" * 32),
        ("public", "04-11-22"),
        ("entries", ["A1", "A2", "A3"]),
        ("entries", ["A1", "A2", "A3", "A4", "A4"]),
        ("winners", []),
        ("prizes", [{"title": "一等奖", "count": 3}, {"title": "二等奖", "count": 2}]),
        ("algorithm", "another"),
        ("commitment", "not hex"),
        ("winners", [{"entry": "A1"}]),
        ("prizes", None),
        ("seed", None),
        # Half a character has no UTF-8, and no machine holds a list of so many prizes.
        ("public", "\ud800"),
        ("entries", ["A1", "A2", "A3", "\udfff"]),
        ("prizes", [{"title": "一等奖", "count": 10**15}]),
    ],
)
def test_a_record_that_was_changed_is_refused(field: str, value: Any) -> None:
    honest = record(["A1", "A2", "A3", "A4"])
    assert check(honest) == []
    assert check({**honest, field: value}) != []


def test_a_swapped_winner_is_named() -> None:
    forged = copy.deepcopy(record(["A1", "A2", "A3", "A4"]))
    first, second = forged["winners"][0], forged["winners"][1]
    first["entry"], second["entry"] = second["entry"], first["entry"]
    faults = [str(fault) for fault in check(forged)]
    assert len(faults) == 2
    assert faults[0].startswith("Winner 1 is not")


@pytest.mark.parametrize("junk", [None, [], "text", 3, {}])
def test_what_is_no_record_is_refused(junk: Any) -> None:
    assert len(check(junk)) == 1

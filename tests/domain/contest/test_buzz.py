"""Who buzzed first: what counts as evidence, and the order that follows from it."""

from __future__ import annotations

import math

import pytest

from quizengine.domain.contest.buzz import Claim, Placed, Waiting, order, settle_at
from quizengine.domain.contest.rules import Fairness

FAIR = Fairness.model_validate({"window_ms": 150, "cap_ms": 150})
ARRIVAL = Fairness.model_validate({"window_ms": 0})
SENT = 1_764_311_400_000_000


def claim(team: int, there: int, reaction: int, back: int, **evidence: object) -> Claim:
    """A buzz of an honest device, lengths in milliseconds."""
    data: dict[str, object] = {
        "arrived_us": SENT + (there + reaction + back) * 1000,
        "sent_us": SENT,
        "reaction_us": reaction * 1000,
        "rtt_us": (there + back) * 1000,
        "offset_us": 0,
        "unlocked_us": SENT + there * 1000,
        "pressed_us": SENT + (there + reaction) * 1000,
        "early": False,
    }
    return Claim.from_data(team, team, {**data, **evidence})


def teams(placed: list[Placed]) -> list[int]:
    return [one.team for one in placed]


def test_the_faster_person_wins_over_the_faster_line() -> None:
    near, far = claim(1, 2, 320, 2), claim(2, 60, 280, 60)
    assert near.arrived_us < far.arrived_us
    assert teams(order([near, far], FAIR)) == [2, 1]
    assert teams(order([near, far], ARRIVAL)) == [1, 2]


def test_without_a_window_the_order_of_arrival_decides() -> None:
    later_unlocked = claim(1, 2, 300, 2, sent_us=SENT + 100_000)
    assert teams(order([claim(2, 2, 299, 2), later_unlocked], ARRIVAL)) == [2, 1]


def test_who_arrives_after_the_window_cannot_be_first() -> None:
    first, beyond = claim(1, 1, 400, 1), claim(2, 140, 395, 140)
    placed = order([beyond, first], FAIR)
    assert teams(placed) == [1, 2]
    assert placed[1].used_us < placed[0].used_us + 150_000
    assert placed[1].notes == ("beyond_window",)


@pytest.mark.parametrize(
    ("evidence", "note"),
    [
        ({"sent_us": None}, "not_unlocked"),
        ({"early": True}, "early"),
        ({"reaction_us": None}, "no_claim"),
        ({"reaction_us": math.nan}, "no_claim"),
        ({"reaction_us": math.inf}, "no_claim"),
        ({"reaction_us": "1"}, "no_claim"),
        ({"rtt_us": None}, "no_round_trip"),
        ({"rtt_us": -5}, "no_round_trip"),
        ({"reaction_us": -1}, "impossible"),
        ({"reaction_us": 10**12}, "impossible"),
        ({"pressed_us": SENT + 250_000}, "clocks"),
        ({"unlocked_us": SENT - 200_000, "pressed_us": SENT + 100_000}, "clocks"),
        ({"unlocked_us": SENT + 500_000, "pressed_us": SENT + 800_000}, "clocks"),
    ],
)
def test_a_claim_that_cannot_be_true_counts_as_it_arrived(
    evidence: dict[str, object], note: str
) -> None:
    other = claim(2, 0, 900, 0)
    placed = order([claim(1, 20, 300, 20, **evidence), other], FAIR)[0]
    assert (placed.team, placed.used_us, placed.elapsed_us) == (1, 340_000, 340_000)
    assert placed.notes == (note,)
    assert not placed.bounded


def test_a_lie_is_cut_at_the_measured_round_trip() -> None:
    placed = order([claim(1, 10, 300, 10, reaction_us=0, offset_us=None)], FAIR)[0]
    assert placed.used_us == 320_000 - 28_000
    assert placed.bounded
    assert placed.bound_us == 28_000


def test_a_device_that_feigns_a_long_way_gets_no_more_than_the_cap() -> None:
    liar = claim(1, 0, 300, 0, reaction_us=0, offset_us=None, rtt_us=5_000_000)
    assert order([liar], FAIR)[0].used_us == 300_000 - 150_000


def test_equal_times_go_by_arrival_then_by_team() -> None:
    slow, quick = claim(1, 20, 300, 20), claim(3, 5, 300, 5)
    same = claim(2, 5, 300, 5)
    assert teams(order([slow, quick, same], FAIR)) == [2, 3, 1]


def test_near_ties_are_marked_on_the_one_in_front() -> None:
    placed = order([claim(1, 5, 300, 5), claim(2, 5, 314, 5), claim(3, 5, 340, 5)], FAIR)
    assert [one.near_tie for one in placed] == [True, False, False]


def test_evidence_without_arrival_is_a_damaged_log() -> None:
    with pytest.raises(ValueError, match="arrived_us"):
        Claim.from_data(1, 1, {"sent_us": SENT})


def test_nobody_buzzed() -> None:
    assert order([], FAIR) == []
    with pytest.raises(ValueError, match="nobody"):
        settle_at([], {}, FAIR)


def test_nobody_to_wait_for_settles_at_once() -> None:
    only = claim(1, 5, 300, 5)
    assert settle_at([only], {}, FAIR) == only.arrived_us


def test_on_a_short_line_the_order_settles_within_its_round_trip() -> None:
    first = claim(1, 2, 300, 2)
    waiting = {2: Waiting(SENT, 4_000)}
    assert settle_at([first], waiting, FAIR) - first.arrived_us == 8_000


def test_settling_never_waits_beyond_the_window() -> None:
    first = claim(1, 2, 300, 2)
    for device in (Waiting(None, 4_000), Waiting(SENT + 10**7, 4_000)):
        assert settle_at([first], {2: device}, FAIR) == first.arrived_us + 150_000
    assert settle_at([first], {2: Waiting(SENT, 10**7)}, FAIR) == SENT + 300_000 + 150_000
    assert settle_at([first], {2: Waiting(None, None)}, ARRIVAL) == first.arrived_us

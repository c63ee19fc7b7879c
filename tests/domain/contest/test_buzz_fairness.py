"""The order of buzzes under honest and lying devices, for any lines and any lies."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from benchmarks.buzzer_fairness import LIES, LINES_MS, hostile, simulate
from quizengine.domain.contest.buzz import Claim, Waiting, bound_us, order, settle_at
from quizengine.domain.contest.rules import Fairness

SENT = 1_764_311_400_000_000
ROOT = Path(__file__).parents[3]

ms = st.integers(0, 400_000)
maybe_us = st.none() | st.integers(-(10**7), 10**7)
moments = st.none() | st.integers(SENT - 10**6, SENT + 10**6)


@st.composite
def rules(draw: st.DrawFn) -> Fairness:
    """Any fairness that a rule file may state."""
    return Fairness(
        window_ms=draw(st.integers(0, 500)),
        cap_ms=draw(st.integers(0, 500)),
        tolerance_ms=draw(st.integers(0, 100)),
        near_tie_ms=draw(st.integers(0, 200)),
    )


@st.composite
def any_claim(draw: st.DrawFn, team: int) -> Claim:
    """Whatever a device says; only arrival, sending and round trip are the server's."""
    sent = draw(st.none() | st.integers(SENT, SENT + 50_000))
    return Claim(
        team=team,
        seq=team,
        arrived_us=(SENT if sent is None else sent) + draw(ms),
        sent_us=sent,
        reaction_us=draw(maybe_us),
        rtt_us=draw(st.none() | st.integers(-10, 500_000)),
        offset_us=draw(maybe_us),
        unlocked_us=draw(moments),
        pressed_us=draw(moments),
        early=draw(st.booleans()),
    )


@st.composite
def any_claims(draw: st.DrawFn) -> list[Claim]:
    """One claim for each of some teams."""
    return [draw(any_claim(team)) for team in range(1, draw(st.integers(1, 6)) + 1)]


def honest(team: int, reaction: int, way: int) -> Claim:
    """A device on an even, constant line that takes `way` there and as much back (µs)."""
    return Claim(
        team=team,
        seq=team,
        arrived_us=SENT + reaction + 2 * way,
        sent_us=SENT,
        reaction_us=reaction,
        rtt_us=2 * way,
        offset_us=0,
        unlocked_us=SENT + way,
        pressed_us=SENT + way + reaction,
    )


@given(any_claims(), rules(), st.randoms(use_true_random=False))
def test_every_claim_has_one_place_whatever_order_they_are_looked_at(
    claims: list[Claim], fairness: Fairness, rng: Random
) -> None:
    placed = order(claims, fairness)
    assert sorted(one.team for one in placed) == sorted(claim.team for claim in claims)
    mixed = claims[:]
    rng.shuffle(mixed)
    assert order(mixed, fairness) == placed


@given(any_claims(), rules())
def test_the_used_time_lies_within_what_the_server_measured(
    claims: list[Claim], fairness: Fairness
) -> None:
    for one in order(claims, fairness):
        assert 0 <= one.elapsed_us - one.used_us <= one.bound_us
        assert one.bound_us <= fairness.cap_ms * 1000


@given(any_claims(), rules())
def test_nobody_beyond_the_window_is_in_front_of_anybody_within_it(
    claims: list[Claim], fairness: Fairness
) -> None:
    ends = min(claim.arrived_us for claim in claims) + fairness.window_ms * 1000
    beyond = [one.arrived_us > ends for one in order(claims, fairness)]
    assert beyond == sorted(beyond)


@given(any_claims(), rules())
def test_without_a_window_it_is_arrival(claims: list[Claim], fairness: Fairness) -> None:
    plain = fairness.model_copy(update={"window_ms": 0})
    by_arrival = sorted(claims, key=lambda claim: (claim.arrived_us, claim.team))
    assert [one.team for one in order(claims, plain)] == [claim.team for claim in by_arrival]


@given(
    any_claim(1),
    st.integers(0, 300_000),
    st.integers(0, 200_000),
    st.integers(0, 200_000),
    st.integers(0, 400_000),
    rules(),
)
def test_a_lie_gains_no_more_than_the_bound_less_the_true_way(
    lie: Claim, reaction: int, there: int, back: int, rtt: int, fairness: Fairness
) -> None:
    """Whatever the device says of itself: sending, arrival and round trip are the server's."""
    claim = Claim(
        team=1,
        seq=1,
        arrived_us=SENT + there + reaction + back,
        sent_us=SENT,
        reaction_us=lie.reaction_us,
        rtt_us=rtt,
        offset_us=lie.offset_us,
        unlocked_us=lie.unlocked_us,
        pressed_us=lie.pressed_us,
        early=lie.early,
    )
    gain = reaction - order([claim], fairness)[0].used_us
    bound = bound_us(rtt, fairness)
    assert gain <= bound - (there + back)
    assert gain <= fairness.cap_ms * 1000


reactions = st.integers(150_000, 400_000)
ways = st.integers(0, 150_000)


@given(st.lists(st.tuples(reactions, ways), min_size=2, max_size=6))
def test_honest_devices_on_even_lines_are_in_the_true_order(lines: list[tuple[int, int]]) -> None:
    claims = [honest(team, *line) for team, line in enumerate(lines, start=1)]
    arrivals = [claim.arrived_us for claim in claims]
    fairness = Fairness(window_ms=500)
    assume(max(arrivals) - min(arrivals) <= 500_000)
    true = {claim.team: claim.reaction_us or 0 for claim in claims}
    placed = order(claims, fairness)
    assert [true[one.team] for one in placed] == sorted(true.values())
    assert not any(one.notes or one.bounded for one in placed)


@given(reactions, ways, ways, st.integers(0, 30_000), st.integers(0, 30_000))
def test_an_honest_device_on_an_uneven_line_is_believed(
    reaction: int, there: int, back: int, delay_there: int, delay_back: int
) -> None:
    """Its clock is known from a ping on the same line; each message of the race may be slower."""
    pinged = SENT - 10**6
    by_device = -(10**9)  # what the device's clock is behind
    offset = (2 * pinged + there + back) // 2 - (pinged + there + by_device)
    unlocked = SENT + there + delay_there
    claim = Claim(
        team=1,
        seq=1,
        arrived_us=unlocked + reaction + back + delay_back,
        sent_us=SENT,
        reaction_us=reaction,
        rtt_us=there + back,
        offset_us=offset,
        unlocked_us=unlocked + by_device + offset,
        pressed_us=unlocked + reaction + by_device + offset,
    )
    fairness = Fairness.model_validate({})
    placed = order([claim], fairness)[0]
    assert placed.notes == ()
    lost = max(0, there + back + delay_there + delay_back - placed.bound_us)
    assert placed.used_us == reaction + lost


@given(any_claims(), any_claim(9), rules(), st.integers(1, 400_000))
def test_after_settling_no_waiting_team_can_be_first(
    claims: list[Claim], late: Claim, fairness: Fairness, after: int
) -> None:
    settled = settle_at(claims, {9: Waiting(late.sent_us, late.rtt_us)}, fairness)
    moved = {name: getattr(late, name) for name in Claim.__slots__}
    claim = Claim(**{**moved, "arrived_us": settled + after})
    first = min(claims, key=lambda one: one.arrived_us)
    assert settled <= first.arrived_us + fairness.window_ms * 1000
    assert order([*claims, claim], fairness)[0].team != claim.team


@pytest.mark.parametrize("lines", LINES_MS)
def test_simulated_races_agree_far_more_often_than_arrival(lines: tuple[float, float]) -> None:
    result = simulate(7, 150, lines_ms=lines)
    compensated, arrival = result["compensated"], result["arrival"]
    assert 1 - compensated.winner <= (1 - arrival.winner) / 4
    assert 1 - compensated.full_order <= (1 - arrival.full_order) / 3
    assert compensated.stolen_ms <= arrival.stolen_ms / 10


def test_where_latencies_go_up_to_150_ms_twice_as_many_winners_are_the_true_ones() -> None:
    result = simulate(8, 200)
    assert result["compensated"].winner >= 1.7 * result["arrival"].winner
    assert result["compensated"].full_order >= 4 * result["arrival"].full_order


@pytest.mark.parametrize("lie", LIES)
def test_simulated_liars_stay_within_their_bound(lie: str) -> None:
    gains = hostile(9, 100, LIES[lie], lines_ms=(1, 10))
    assert gains["over_bound_ms"] <= 0.01
    assert gains["max_gain_ms"] <= Fairness.model_validate({}).cap_ms


def test_the_benchmark_prints_json() -> None:
    command = [sys.executable, "-m", "benchmarks.buzzer_fairness", "--json", "--races", "5"]
    done = subprocess.run(command, capture_output=True, cwd=ROOT, check=True, text=True)
    assert json.loads(done.stdout)["bench"] == "buzzer_fairness"

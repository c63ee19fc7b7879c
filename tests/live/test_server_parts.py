"""Parts of the live server by themselves: what it reads, and what it measures."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizengine.domain.text import Refused
from quizengine.live.bus import NoBus
from quizengine.live.clock import moment, now_us
from quizengine.live.devices import SAMPLES, Device
from quizengine.live.hall import merged
from quizengine.live.messages import id_of, read_message

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
KINDS = st.sampled_from(["hello", "do", "audience", "pong", "mute", "x"])
KEYS = st.sampled_from(["id", "type", "step", "data", "n", "clock", "on", "ticket", "question"])


@settings(max_examples=50)
@given(st.text() | st.binary() | st.builds(json.dumps, JSON))
def test_whatever_comes_in_is_a_message_or_refused(raw: str | bytes) -> None:
    _read(raw)


@settings(max_examples=50)
@given(KINDS, st.dictionaries(KEYS, JSON))
def test_messages_of_the_right_kind_with_any_content(kind: str, data: dict[str, object]) -> None:
    _read(json.dumps({**data, "t": kind}))


def _read(raw: str | bytes) -> None:
    try:
        read_message(raw)
    except Refused as refusal:
        assert refusal.code in ("format", "too-long")
        assert isinstance(id_of(raw), str)


def test_the_shortest_of_the_recent_round_trips_counts() -> None:
    device = Device()
    assert (device.rtt_us, device.offset_us) == (None, None)
    at = 1_000_000
    for rtt in (40_000, 8_000, 90_000):
        number = device.ping(at)
        device.pong(number, (at + rtt // 2 - 500_000) / 1000, at + rtt)
        at += 1_000_000
    assert device.rtt_us == 8_000
    assert device.offset_us == 500_000
    for _ in range(SAMPLES):
        device.pong(device.ping(at), 0, at + 20_000)
    assert device.rtt_us == 20_000


def test_a_pong_that_was_not_asked_for_or_comes_twice_measures_nothing() -> None:
    device = Device()
    device.pong(7, 0, 5)
    number = device.ping(1000)
    device.pong(number, 0, 31_000)
    device.pong(number, 0, 1001)
    assert device.rtt_us == 30_000


@settings(max_examples=50)
@given(st.dictionaries(st.sampled_from(["reaction_ms", "unlocked", "pressed", "early"]), JSON))
def test_evidence_is_whole_numbers_whatever_the_device_says(data: dict[str, object]) -> None:
    device = Device(sent_us=5)
    device.pong(device.ping(0), 1.5, 3000)
    evidence = device.evidence(data, 10)
    assert evidence["arrived_us"] == 10
    assert evidence["early"] in (True, False)
    for key, value in evidence.items():
        assert key == "early" or value is None or isinstance(value, int)
    json.dumps(evidence, allow_nan=False)


@pytest.mark.parametrize("clock", [1e12, -1e300, 1e308, 10**400, "1", True, None])
def test_a_clock_that_cannot_be_is_no_pong(clock: object) -> None:
    with pytest.raises(Refused):
        read_message(json.dumps({"t": "pong", "n": 1, "clock": clock}))


def test_presence_of_several_processes_adds_up() -> None:
    here = {"devices": {"1": {"online": True}}, "people": {"audience": 2, "hosts": 1}}
    there = {"devices": {"2": {"online": True}}, "people": {"audience": 3}}
    assert merged([here, there]) == {
        "devices": {"1": {"online": True}, "2": {"online": True}},
        "people": {"audience": 5, "hosts": 1},
    }
    assert NoBus().elsewhere(1) == []


def test_the_time_of_a_process_goes_on_and_is_the_machines() -> None:
    first, wall, second = now_us(), datetime.now(UTC), now_us()
    assert first <= second
    assert abs(moment(first) - wall) < timedelta(seconds=60)

"""A recorded log read back: the same contest, and a plain word about what is wrong with it."""

from __future__ import annotations

import json
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from walking import RULES, Walk

from quizengine.domain.contest.logbook import outcome, replay_log
from quizengine.domain.text import Refused


def recorded(seed: int, steps: int = 250) -> tuple[Walk, list[str]]:
    walk = Walk(Random(seed))
    for _ in walk.steps(steps):
        pass
    return walk, [json.dumps(event.to_data(), ensure_ascii=False) for event in walk.events]


@pytest.mark.parametrize("seed", range(10))
def test_a_log_replays_to_the_same_contest(seed: int) -> None:
    walk, lines = recorded(seed)
    assert replay_log(RULES, lines).state == walk.play.state


def test_the_outcome_adds_up() -> None:
    for seed in range(10):
        walk, lines = recorded(seed)
        data = outcome(replay_log(RULES, lines))
        assert json.loads(json.dumps(data)) == data
        assert data["events"] == len(lines)
        assert data["finished"] == (walk.play.state.phase == "finished")
        for score in data["scores"]:
            won = sum(
                one["points"]
                for round_ in data["rounds"]
                for one in round_["points"]
                if one["team"] == score["team"]
            )
            assert RULES.base_score + won == score["score"]


def test_empty_lines_and_an_empty_log() -> None:
    assert outcome(replay_log(RULES, ["", "\n"]))["events"] == 0
    _, lines = recorded(1, 5)
    assert replay_log(RULES, [f"{line}\n\n" for line in lines]).seq == len(lines)


def refusal(lines: list[str]) -> Refused:
    with pytest.raises(Refused) as caught:
        replay_log(RULES, lines)
    return caught.value


@pytest.mark.parametrize(
    "line",
    ["{", "[]", "null", "NaN", '{"seq": 1}', '"text"', "[" * 100_000],
)
def test_a_line_that_is_no_event_is_named(line: str) -> None:
    _, lines = recorded(1, 4)
    refused = refusal([*lines[:3], line])
    assert refused.code == "log-line"
    assert refused.text.params["line"] == 4


def test_a_gap_is_named() -> None:
    _, lines = recorded(1, 6)
    refused = refusal([*lines[:2], *lines[3:]])
    assert refused.code == "log-line"
    assert (refused.text.params["line"], refused.text.params["expected"]) == (3, 3)


def test_an_event_that_the_rules_do_not_allow_is_named_with_the_reason() -> None:
    _, lines = recorded(1, 3)
    data = {**json.loads(lines[-1]), "seq": len(lines) + 1, "type": "finish", "data": {}}
    data["by"] = {"role": "host", "id": "1", "name": ""}
    refused = refusal([*lines, json.dumps(data)])
    assert refused.code == "log-illegal"
    assert refused.text.params["type"] == "finish"
    assert "End the round first" in str(refused)


junk: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner),
    max_leaves=5,
)
_, LOG = recorded(3)


@given(st.integers(0, len(LOG) - 1), st.data())
@settings(max_examples=150)
def test_a_forged_log_is_played_or_refused_but_never_breaks(at: int, data: st.DataObject) -> None:
    event = json.loads(LOG[at])
    field = data.draw(st.sampled_from(["at", "by", "type", "data", "inside"]))
    if field == "inside" and event["data"]:
        event["data"][data.draw(st.sampled_from(sorted(event["data"])))] = data.draw(junk)
    elif field != "inside":
        event[field] = data.draw(junk)
    try:
        replay_log(RULES, [*LOG[:at], json.dumps(event), *LOG[at + 1 :]])
    except Refused as refused:
        assert refused.code in ("log-line", "log-illegal")

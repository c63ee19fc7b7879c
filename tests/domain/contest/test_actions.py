"""What the host is offered next, and what teams are told that they can do."""

from __future__ import annotations

from typing import Any

import pytest
from scripted import Stage, rules_of

from quizengine.domain.contest.actions import TeamCan, actions, proposal, team_can
from quizengine.domain.text import Refused

COMPULSORY = {"kind": "compulsory"}
BUZZER = {"kind": "buzzer", "answers": "spoken", "unanswered": "audience"}


def first(stage: Stage) -> tuple[str, int | None] | None:
    """What comes next; None if the clock runs."""
    offered = actions(stage.rules, stage.state)
    return (offered[0].type, offered[0].team) if offered and offered[0].primary else None


def types(stage: Stage, role: Any = None) -> set[str]:
    return {action.type for action in actions(stage.rules, stage.state, role)}


def begun(*rounds: dict[str, Any]) -> Stage:
    stage = Stage(rules_of(*rounds), teams=2)
    assert first(stage) is None
    stage.begin()
    return stage


def test_one_key_leads_through_a_compulsory_round() -> None:
    stage = begun({**COMPULSORY, "confirm": True})
    seen = []
    for expected in ("next", "next", "start", None):
        found = first(stage)
        seen.append(found[0] if found else None)
        assert seen[-1] == expected
        if expected:
            stage.host(expected)
    stage.answer(1, "1")
    assert first(stage) == ("judge", 1)
    stage.judge(1, "right")
    assert first(stage) == ("next", None)
    stage.host("end_round", reason="试验")
    assert first(stage) == ("finish", None)


def test_a_race_waits_for_the_teams_and_not_for_the_host() -> None:
    stage = begun(BUZZER)
    stage.host("next")
    assert first(stage) == ("open", None)
    stage.host("open")
    assert first(stage) is None
    stage.buzz(2)
    assert first(stage) == ("judge", 2)
    stage.judge(2, "wrong")
    assert first(stage) == ("audience", None)
    stage.host("audience")
    assert first(stage) is None
    assert "stop" in types(stage)


def test_in_a_pause_going_on_comes_next() -> None:
    stage = begun(COMPULSORY)
    stage.host("next", "next", "start", "pause")
    assert first(stage) == ("resume", None)
    assert types(stage).isdisjoint({"stop", "judge", "next", "pause"})
    assert team_can(stage.rules, stage.state, 1) == TeamCan()


def test_a_judge_is_offered_what_a_judge_may_do() -> None:
    stage = begun({**COMPULSORY, "answers": "spoken"})
    stage.host("next", "next", "start")
    assert {"judge", "foul", "adjust", "pause"} <= types(stage, "judge")
    assert types(stage, "judge").isdisjoint({"swap", "void", "end_round", "stop"})


def test_a_team_is_told_when_it_may_buzz_and_when_its_buzzer_is_open() -> None:
    stage = begun(BUZZER)
    stage.host("next")
    assert team_can(stage.rules, stage.state, 1) == TeamCan(buzz=True)
    stage.host("open")
    assert team_can(stage.rules, stage.state, 1) == TeamCan(buzz=True, unlocked=True)
    stage.press(1)
    assert team_can(stage.rules, stage.state, 1) == TeamCan()
    assert team_can(stage.rules, stage.state, 2) == TeamCan(buzz=True, unlocked=True)
    stage.tick()
    assert team_can(stage.rules, stage.state, 2) == TeamCan()


def test_a_team_that_was_early_is_locked_and_told_so() -> None:
    stage = begun(BUZZER)
    stage.host("next")
    stage.press(1)
    assert team_can(stage.rules, stage.state, 1) == TeamCan()
    with pytest.raises(Refused) as refused:
        stage.press(1)
    assert refused.value.code == "locked-out"


def test_choosing_is_offered_with_what_is_left() -> None:
    stage = begun({"kind": "wager", "values": [20, 10]})
    stage.host("next")
    offered = actions(stage.rules, stage.state)[0]
    assert (offered.type, offered.team, offered.values) == ("choose", 1, (10, 20))
    assert team_can(stage.rules, stage.state, 1) == TeamCan(choose=True)
    assert team_can(stage.rules, stage.state, 2) == TeamCan()


@pytest.mark.parametrize(
    ("credit", "expected"),
    [("1", ("right", 10)), ("0", ("wrong", -5)), ("0.5", ("partial", 5)), (None, None)],
)
def test_the_key_proposes_a_verdict(credit: str | None, expected: tuple[str, int] | None) -> None:
    stage = begun({**COMPULSORY, "confirm": True, "wrong": -5})
    stage.host("next", "next", "start")
    assert proposal(stage.rules, stage.state, 1) is None
    stage.answer(1, credit)
    assert proposal(stage.rules, stage.state, 1) == expected

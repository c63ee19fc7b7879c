"""The course of a round of each kind, phase by phase."""

from __future__ import annotations

from scripted import Stage, buzzers, rules_of

COMPULSORY = {"kind": "compulsory", "questions": 1, "turns": "members", "right": 10}
SPOKEN_BUZZER = {"kind": "buzzer", "questions": 3, "answers": "spoken"}


def test_teams_answer_in_turn_at_their_devices() -> None:
    stage = Stage(rules_of(COMPULSORY), teams=2)
    assert stage.phase == "lobby"
    stage.begin()
    assert stage.phase == "round"
    stage.host("next")
    assert stage.state.turn and (stage.state.turn.team, stage.state.turn.member) == (1, 0)
    stage.host("next")
    assert stage.phase == "reading"
    stage.host("start")
    stage.answer(1, "1")
    assert stage.phase == "revealed"
    stage.host("next", "next", "start")
    stage.tick()
    assert [a.verdict for a in stage.state.awards] == ["right", "late"]
    stage.host("next")
    assert stage.phase == "round_over"
    assert stage.finish() == [(1, 1), (2, 2)]
    assert stage.scores == [110, 100]


def test_buzzers_open_settle_and_the_first_one_speaks() -> None:
    stage = Stage(rules_of({**SPOKEN_BUZZER, "times": {"start_s": 10}}), teams=3)
    stage.begin()
    stage.host("next", "open")
    stage.press(2)
    assert stage.phase == "settling"
    stage.tick()
    assert stage.phase == "starting"
    stage.host("speak")
    stage.judge(2, "right")
    assert stage.phase == "revealed"
    buzzers(stage, None, (1, "wrong"))
    stage.host("next")
    assert stage.phase == "round_over"
    assert stage.finish() == [(2, 1), (3, 2), (1, 3)]
    assert stage.scores == [90, 110, 100]

"""Each command that does not fit has one defined outcome, which is told and leaves no trace."""

from __future__ import annotations

from typing import Any

import pytest
from scripted import Stage, rules_of, turns

from quizengine.domain.text import Refused

BUZZER = {"kind": "buzzer", "answers": "spoken", "tries": 2}
COMPULSORY = {"kind": "compulsory"}


def refusal(stage: Stage, *command: Any, **data: Any) -> tuple[str, int]:
    with pytest.raises(Refused) as refused:
        stage.do(*command, **data)
    assert refused.value.text.render()
    return refused.value.code, refused.value.status


def test_bad_input_is_told_and_leaves_no_trace() -> None:
    stage = Stage(rules_of(COMPULSORY))
    assert refusal(stage, "host", "h", "next") == ("not-begun", 409)
    stage.begin()
    host, judge = ("host", "h"), ("judge", "j")
    before = stage.play
    assert refusal(stage, *host, "begin", teams=[], rounds=[]) == ("begun", 409)
    assert refusal(stage, *judge, "next") == ("role", 403)
    assert refusal(stage, *judge, "swap", reason="x") == ("role", 403)
    assert refusal(stage, "team", "1", "judge", team=1, verdict="right") == ("role", 403)
    assert refusal(stage, *host, "adjust", team=9, points=1, reason="x") == ("unknown-team", 400)
    assert refusal(stage, *host, "adjust", team=True, points=1, reason="x") == ("unknown-team", 400)
    for points in (0, 5000, 1.5, "3", None, True):
        asked = refusal(stage, *host, "adjust", team=1, points=points, reason="x")
        assert asked == ("points", 400)
    long = "长" * 501
    assert refusal(stage, *host, "adjust", team=1, points=1, reason=long) == ("reason", 400)
    assert refusal(stage, *host, "foul", team=1, kind="x", reason="x") == ("kind", 400)
    assert refusal(stage, *host, "resume") == ("not-paused", 409)
    assert refusal(stage, *host, "open") == ("not-now", 409)
    assert refusal(stage, *host, "void", reason="x") == ("not-now", 409)
    assert refusal(stage, "clock", "", "timeout") == ("not-due", 409)
    assert stage.play == before


def test_teams_act_for_themselves_in_their_turn_and_once() -> None:
    stage = Stage(rules_of(COMPULSORY, BUZZER))
    stage.begin()
    answer = {"answer": ["a"], "credit": "1"}
    stage.host("next", "next")
    assert refusal(stage, "team", "1", "answer", team=1, **answer) == ("not-now", 409)
    stage.host("start")
    assert refusal(stage, "team", "2", "answer", team=1, **answer) == ("wrong-team", 403)
    assert refusal(stage, "team", "2", "answer", team=2, **answer) == ("not-your-turn", 409)
    assert refusal(stage, "team", "1", "buzz", team=1, evidence={}) == ("no-buzzer", 409)
    assert refusal(stage, "clock", "", "timeout") == ("not-due", 409)
    stage.answer(1, "1")
    assert refusal(stage, "team", "1", "answer", team=1, **answer) == ("already-answered", 409)
    turns(stage, "late")
    assert refusal(stage, "team", "2", "answer", team=2, **answer) == ("time-up", 409)
    turns(stage, "right")
    stage.host("next", "next")
    stage.host("next", "open")
    stage.press(1)
    assert refusal(stage, "host", "h", "pause") == ("settling", 409)
    with pytest.raises(Refused) as refused:
        stage.press(1)
    assert refused.value.code == "already-buzzed"
    stage.tick()
    assert refusal(stage, "team", "1", "answer", team=1, **answer) == ("spoken", 409)
    stage.judge(1, "right")
    with pytest.raises(Refused) as refused:
        stage.judge(1, "right")
    assert refused.value.code == "not-now"
    assert stage.scores == [120, 100, 110]


def test_two_judges_do_not_judge_the_same_answer_twice() -> None:
    stage = Stage(rules_of({**COMPULSORY, "turns": "together", "answers": "spoken"}))
    stage.begin()
    stage.host("next", "start", "stop")
    stage.judge(1, "right")
    assert refusal(stage, "judge", "k", "judge", team=1, verdict="wrong")[0] == "already-judged"
    with pytest.raises(Refused) as refused:
        stage.judge(2, "partial", points=10)
    assert refused.value.code == "points"
    stage.judge(2, "partial", points=9)
    stage.host("withdraw", team=3, reason="身体不适")
    assert stage.phase == "revealed"
    assert stage.scores == [110, 109, 100]


def test_answers_are_right_or_wrong_where_the_rules_know_no_part() -> None:
    stage = Stage(rules_of({**BUZZER, "partial": False}))
    stage.begin()
    stage.host("next", "open")
    stage.buzz(1)
    refused = refusal(stage, "judge", "j", "judge", team=1, verdict="partial", points=5)
    assert refused[0] == "no-partial"
    assert refusal(stage, "judge", "j", "judge", team=2, verdict="right")[0] == "not-answering"
    assert refusal(stage, "judge", "j", "judge", team=1, verdict="gut") == ("verdict", 400)


def test_after_the_end_nothing_happens_any_more() -> None:
    stage = Stage(rules_of(COMPULSORY))
    stage.begin()
    stage.host("end_round", reason="试验")
    stage.host("finish")
    assert refusal(stage, "host", "h", "next") == ("finished", 409)
    assert refusal(stage, "host", "h", "adjust", team=1, points=1, reason="x")[0] == "finished"
    assert stage.do("team", "1", "seat", team=1, seat=4).phase == "finished"
    assert stage.undo().phase == "round_over"

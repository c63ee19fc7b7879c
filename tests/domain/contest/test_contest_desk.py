"""What host and judge can do besides: corrections, pauses, teams that leave, the end."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from scripted import Stage, buzzers, race, rules_of, together, turns

from quizengine.domain.contest.due import due
from quizengine.domain.contest.ranking import team_record
from quizengine.domain.text import Refused

BUZZER = {"kind": "buzzer", "answers": "spoken", "tries": 2}
COMPULSORY = {"kind": "compulsory"}


def test_an_override_replaces_the_points_of_an_earlier_answer() -> None:
    stage = Stage(rules_of(COMPULSORY, BUZZER))
    stage.begin()
    turns(stage, "right", "wrong", "right")
    stage.host("next", "next")
    buzzers(stage, (2, "wrong"))
    stage.do("judge", "j", "override", team=2, question="r1-02", verdict="right", reason="合议")
    assert stage.scores == [110, 100, 110]
    stage.host("override", team=1, question="r1-01", verdict="partial", points=4, reason="漏答")
    assert stage.scores == [104, 100, 110]
    assert sum(award.overridden for award in stage.state.awards) == 2
    assert team_record(stage.rules, stage.state, 2).points == (10, -10)


def test_right_after_all_closes_a_question_that_others_were_to_try() -> None:
    stage = Stage(rules_of(BUZZER))
    stage.begin()
    buzzers(stage, [(1, "wrong")])
    assert stage.phase == "reading"
    stage.host("override", team=1, question="r1-01", verdict="right", reason="合议")
    assert stage.phase == "revealed"
    assert stage.scores == [110, 100, 100]


def test_an_override_needs_a_verdict_and_a_reason() -> None:
    stage = Stage(rules_of(COMPULSORY))
    stage.begin()
    turns(stage, "right")
    for team, reason, code in ((2, "合议", "no-verdict"), (1, "  ", "reason")):
        with pytest.raises(Refused) as refused:
            stage.host("override", team=team, question="r1-01", verdict="wrong", reason=reason)
        assert refused.value.code == code


def test_points_by_hand_are_awards_with_their_reason() -> None:
    stage = Stage(rules_of(COMPULSORY))
    stage.begin()
    stage.do("judge", "j", "adjust", team=2, points=-15, reason="计分更正")
    assert stage.scores == [100, 85, 100]
    assert stage.state.awards[-1].reason == "计分更正"


def test_a_pause_stops_the_clock_and_the_teams() -> None:
    stage = Stage(rules_of(COMPULSORY))
    stage.begin()
    stage.host("next", "next", "start")
    stage.now += timedelta(seconds=9)
    stage.host("pause")
    assert stage.state.clock and stage.state.clock.ends_at is None
    assert stage.state.clock.left_ms == 20_000
    assert due(stage.rules, stage.state) is None
    for kind in ("answer", "buzz"):
        with pytest.raises(Refused) as refused:
            stage.do("team", "1", kind, team=1, answer=["a"], credit="1", evidence={})
        assert refused.value.code == "paused"
    stage.now += timedelta(minutes=5)
    stage.do("judge", "j", "resume")
    found = due(stage.rules, stage.state)
    assert found and found.at - stage.log[-1].at == timedelta(seconds=20)


def test_what_a_pause_was_called_for_can_be_settled_in_it() -> None:
    stage = Stage(rules_of(COMPULSORY))
    stage.begin()
    stage.host("next", "next", "start", "pause")
    stage.host("adjust", team=1, points=5, reason="更正")
    assert stage.state.paused
    stage.host("swap", reason="题目有误")
    assert (stage.phase, stage.state.paused) == ("reading", False)


def test_a_restart_of_the_server_sets_a_running_clock_back() -> None:
    stage = Stage(rules_of(COMPULSORY))
    stage.begin()
    stage.do("system", "", "interrupted", gap_ms=4000)
    stage.host("next", "next", "start")
    before = due(stage.rules, stage.state)
    stage.do("system", "", "interrupted", gap_ms=4000)
    after = due(stage.rules, stage.state)
    assert before and after and after.at - before.at == timedelta(seconds=4)
    stage.host("pause")
    stopped = stage.state.clock
    stage.do("system", "", "interrupted", gap_ms=4000)
    assert stage.state.clock == stopped


def test_a_team_that_withdraws_is_out_at_once() -> None:
    stage = Stage(rules_of(COMPULSORY, BUZZER))
    stage.begin()
    stage.host("next")
    stage.host("withdraw", team=1, reason="身体不适")
    assert stage.state.turn and stage.state.turn.team == 2
    stage.host("next", "start")
    stage.host("withdraw", team=2, reason="身体不适")
    assert stage.phase == "revealed"
    assert stage.state.verdicts() == ()
    with pytest.raises(Refused) as refused:
        stage.host("withdraw", team=3, reason="身体不适")
    assert refused.value.code == "last-team"
    stage.host("reinstate", team=1, reason="已恢复")
    turns(stage, "right", "right")
    stage.host("next")
    assert stage.phase == "round_over"
    assert stage.finish() == [(1, 1), (3, 1), (2, 3)]


def test_a_buzz_of_a_team_that_withdraws_counts_no_more() -> None:
    stage = Stage(rules_of({**BUZZER, "times": {"start_s": 10}}))
    stage.begin()
    stage.host("next", "open")
    stage.press(1)
    stage.host("withdraw", team=1, reason="身体不适")
    assert stage.phase == "reading"
    stage.host("open")
    stage.buzz(2)
    stage.host("withdraw", team=2, reason="身体不适")
    assert stage.phase == "reading"
    race(stage, (3, "right"))
    assert stage.scores == [100, 100, 110]


def test_together_nobody_waits_for_a_team_that_has_left() -> None:
    stage = Stage(rules_of({**COMPULSORY, "turns": "together"}))
    stage.begin()
    stage.host("next", "start")
    stage.answer(1, "1")
    stage.answer(3, "0")
    stage.host("withdraw", team=2, reason="身体不适")
    assert stage.phase == "revealed"


@pytest.mark.parametrize(
    ("outcomes", "out"),
    [("rrww", [3, 4]), ("rwww", []), ("rrrw", [4]), ("wwww", [])],
)
def test_the_last_teams_leave_after_a_round_but_nobody_of_a_tie(
    outcomes: str, out: list[int]
) -> None:
    stage = Stage(rules_of({**COMPULSORY, "turns": "together", "eliminates": 2}, BUZZER), teams=4)
    stage.begin()
    together(stage, outcomes)
    stage.host("next")
    assert [t.id for t in stage.state.teams if t.out == "eliminated"] == out


def test_one_team_always_stays() -> None:
    stage = Stage(rules_of({**COMPULSORY, "turns": "together", "eliminates": 9}, COMPULSORY))
    stage.begin()
    together(stage, "rrw")
    stage.host("adjust", team=1, points=5, reason="更正")
    stage.host("next")
    assert [t.id for t in stage.state.active] == [1]


def test_who_leaves_is_decided_anew_when_points_change() -> None:
    stage = Stage(rules_of({**COMPULSORY, "turns": "together", "eliminates": 1}, BUZZER))
    stage.begin()
    together(stage, "rrw")
    stage.host("next")
    assert [t.id for t in stage.state.active] == [1, 2]
    stage.host("override", team=2, question="r1-01", verdict="wrong", reason="合议")
    assert [t.id for t in stage.state.active] == [1, 2, 3]
    stage.host("adjust", team=2, points=-1, reason="更正")
    assert [t.id for t in stage.state.active] == [1, 3]
    stage.host("next")
    stage.host("next", "open")
    with pytest.raises(Refused) as refused:
        stage.press(2)
    assert refused.value.code == "team-out"
    stage.host("end_round", reason="时间不足")
    stage.host("adjust", team=2, points=500, reason="更正")
    assert stage.finish() == [(1, 1), (3, 2), (2, 3)]


def test_the_audience_has_rounds_of_its_own() -> None:
    stage = Stage(rules_of({"kind": "audience", "questions": 2, "times": {"read_s": 5}}))
    stage.begin()
    for right in (40, 50):
        stage.host("next")
        stage.tick()
        assert stage.state.clock and stage.state.clock.kind == "audience"
        stage.tick(tally={"answered": 100, "right": right, "fastest": []})
    stage.host("next")
    assert [asked.tally and asked.tally["right"] for asked in stage.state.asked] == [40, 50]
    assert stage.finish() == [(1, 1), (2, 1), (3, 1)]


def test_a_contest_can_be_ended_before_its_last_round() -> None:
    stage = Stage(rules_of(COMPULSORY, BUZZER))
    stage.begin()
    turns(stage, "right")
    with pytest.raises(Refused) as refused:
        stage.host("finish")
    assert refused.value.code == "round-on"
    stage.host("end_round", reason="停电")
    assert stage.finish() == [(1, 1), (2, 2), (3, 2)]


def refusal(stage: Stage, *command: Any, **data: Any) -> tuple[str, int]:
    with pytest.raises(Refused) as refused:
        stage.do(*command, **data)
    assert refused.value.text.render()
    return refused.value.code, refused.value.text and refused.value.status


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

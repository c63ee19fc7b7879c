"""What host and judge can do besides: corrections, pauses, teams that leave, the end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from scripted import Stage, buzzers, race, respond, rules_of, together, turns

from quizengine.domain.contest.actions import team_can
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


def test_a_team_that_comes_back_waits_until_the_buzzers_open_next() -> None:
    stage = Stage(rules_of({**BUZZER, "tries": 2}))
    stage.begin()
    stage.host("next", "open")
    for kind in ("withdraw", "reinstate"):
        stage.host(kind, team=1, reason="误操作")
    # Its buzzer would be unlocked later, so that its reaction would look shorter than it was.
    assert not team_can(stage.rules, stage.state, 1).unlocked
    with pytest.raises(Refused) as refused:
        stage.press(1)
    assert refused.value.code == "came-back"
    stage.press(2)
    with pytest.raises(Refused):
        stage.press(1)
    stage.tick()
    respond(stage, 2, "wrong")
    race(stage, (1, "right"))
    assert stage.scores == [110, 90, 100]
    stage.check()


def test_a_race_with_nobody_but_a_team_that_came_back_is_over() -> None:
    stage = Stage(rules_of(BUZZER), teams=2)
    stage.begin()
    stage.host("next", "open")
    for kind in ("withdraw", "reinstate"):
        stage.host(kind, team=1, reason="误操作")
    stage.host("withdraw", team=2, reason="身体不适")
    assert stage.phase == "revealed"


def test_open_buzzers_open_anew_after_a_pause() -> None:
    stage = Stage(rules_of(BUZZER))
    stage.begin()
    stage.host("next", "open", "pause")
    for kind in ("withdraw", "reinstate"):
        stage.host(kind, team=1, reason="误操作")
    resumed = stage.now
    stage.host("resume")
    assert stage.state.question and stage.state.question.buzz
    assert stage.state.question.buzz.opened_at == resumed
    # All devices are unlocked at once then.
    assert all(team_can(stage.rules, stage.state, team).unlocked for team in (1, 2, 3))
    stage.buzz(1)
    respond(stage, 1, "right")
    assert stage.scores == [110, 100, 100]


def test_a_pause_goes_on_when_the_team_whose_turn_it_is_leaves() -> None:
    stage = Stage(rules_of({"kind": "wager", "values": [10, 20]}))
    stage.begin()
    stage.host("next", "pause")
    stage.host("withdraw", team=1, reason="身体不适")
    assert (stage.phase, stage.state.paused) == ("choosing", True)
    assert stage.state.turn and stage.state.turn.team == 2
    clock = stage.state.clock
    assert clock and (clock.ends_at, clock.left_ms) == (None, 30_000)
    with pytest.raises(Refused) as refused:
        stage.choose(2, 10)
    assert refused.value.code == "paused"
    stage.host("resume")
    stage.choose(2, 10)
    stage.check()


def test_a_foul_in_a_pause_does_not_end_it() -> None:
    stage = Stage(rules_of(COMPULSORY))
    stage.begin()
    stage.host("next", "next", "start", "pause")
    stage.host("foul", team=1, kind="prompting", reason="提示")
    assert (stage.phase, stage.state.paused) == ("revealed", True)
    stage.host("resume", "next")
    assert stage.state.turn and stage.state.turn.team == 2


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


def test_together_nobody_waits_for_a_team_that_lost_the_question_by_a_foul() -> None:
    stage = Stage(rules_of({**COMPULSORY, "turns": "together"}))
    stage.begin()
    stage.host("next", "start")
    stage.answer(1, "1")
    stage.answer(3, "0")
    stage.host("foul", team=2, kind="prompting", reason="提示")
    assert stage.phase == "revealed"
    assert stage.scores == [110, 100, 100]
    stage.check()


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

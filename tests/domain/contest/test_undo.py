"""Undo: what it takes back, how the clock comes back, and pages that have missed it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from scripted import Stage, audience, buzzers, rules_of, turns

from quizengine.domain.contest.actions import actions
from quizengine.domain.contest.events import Author, Event
from quizengine.domain.contest.fold import Play, replay, require_step
from quizengine.domain.text import Refused

COMPULSORY = {"kind": "compulsory"}
BUZZER = {"kind": "buzzer", "answers": "spoken"}


def test_a_question_whose_answer_was_shown_stays_closed_to_the_audience() -> None:
    """However far the undo goes back, and by whatever way the question comes on again."""
    rules = rules_of({"kind": "audience", "questions": 2, "spares": 1, "times": {"read_s": 5}})
    stage = Stage(rules)
    stage.begin()
    stage.host("next", "start")
    asked = stage.state.question
    stage.host("stop")
    stage.undo()
    assert (stage.phase, stage.state.clock) == ("audience", None)
    assert stage.state.question and not stage.state.question.audience_open
    stage.host("resume")
    assert next(a.type for a in actions(stage.play.rules, stage.state)) == "stop"
    assert not any(a.type == "audience" for a in actions(stage.play.rules, stage.state))

    stage.undo()
    assert stage.phase == "reading"
    stage.host("resume")
    stage.tick()  # the time of reading runs out
    assert stage.state.question and asked and stage.state.question.key == asked.key
    assert (stage.phase, stage.state.question.audience_open) == ("audience", False)

    stage.host("swap", reason="the answer was on the screen")
    stage.host("start")
    assert stage.state.question and stage.state.question.audience_open
    audience(stage, right=40)
    stage.check()

    stage = Stage(rules_of({**BUZZER, "unanswered": "audience"}))
    stage.begin()
    stage.host("next", "stop", "audience")
    audience(stage, right=10)
    stage.undo()
    with pytest.raises(Refused) as refused:
        stage.host("audience")
    assert refused.value.code == "audience-knows"
    stage.host("stop")
    assert stage.phase == "revealed"
    stage.check()


def test_a_verdict_is_taken_back_and_given_anew() -> None:
    stage = Stage(rules_of(BUZZER))
    stage.begin()
    buzzers(stage, (2, "wrong"))
    judged = stage.play.undo_target
    assert judged and judged.type == "judge"
    stage.undo()
    assert stage.scores == [100, 100, 100]
    assert stage.state.question and stage.state.question.answering == (2,)
    assert stage.play.undone == {judged.seq}
    stage.host("resume")
    stage.judge(2, "right")
    assert stage.scores == [100, 110, 100]
    stage.check()


def test_what_teams_and_clock_did_since_is_taken_back_too() -> None:
    stage = Stage(rules_of(COMPULSORY))
    stage.begin()
    stage.host("next", "next")
    before = stage.state
    started = stage.host("start")
    stage.answer(1, "1")
    assert stage.phase == "revealed"
    stage.undo()
    assert stage.state.awards == ()
    assert (stage.phase, stage.state.question) == (before.phase, before.question)
    assert stage.state.step > started.step


def test_a_clock_comes_back_standing_still_with_what_was_left() -> None:
    stage = Stage(rules_of(COMPULSORY))
    stage.begin()
    stage.host("next", "next", "start")
    stage.now += timedelta(seconds=11)
    stage.host("stop")
    assert stage.phase == "revealed"
    stage.now += timedelta(minutes=3)
    stage.undo()
    clock = stage.state.clock
    assert stage.phase == "answering"
    assert stage.state.paused
    assert clock and clock.left_ms == 18_000
    stage.host("resume")
    stage.answer(1, "1")
    assert stage.scores == [110, 100, 100]


def test_undo_goes_back_further_each_time_but_not_behind_the_beginning() -> None:
    stage = Stage(rules_of(COMPULSORY))
    stage.begin()
    turns(stage, "right")
    stage.host("pause", "resume")
    for phase in ("reading", "turn", "round"):
        stage.undo()
        assert stage.phase == phase
    assert stage.play.undo_target is None
    with pytest.raises(Refused) as refused:
        stage.host("undo", target=1)
    assert refused.value.code == "nothing-to-undo"
    stage.check()


def test_two_hosts_undo_at_once_and_only_one_thing_is_taken_back() -> None:
    stage = Stage(rules_of(COMPULSORY))
    stage.begin()
    turns(stage, "right", "right")
    target = stage.play.undo_target
    assert target
    stage.host("undo", target=target.seq)
    with pytest.raises(Refused) as refused:
        stage.host("undo", target=target.seq)
    assert refused.value.code == "undo-target"
    with pytest.raises(Refused) as refused:
        stage.do("team", "1", "undo", target=stage.play.undo_target.seq)
    assert refused.value.code == "role"


def test_a_judge_takes_back_only_what_a_judge_may_do() -> None:
    stage = Stage(rules_of(BUZZER))
    stage.begin()
    buzzers(stage, (2, "wrong"))
    stage.do("judge", "0", "undo", target=stage.play.undo_target.seq)
    stage.host("resume")
    stage.judge(2, "right")
    stage.host("end_round", "finish", reason="时间已到")
    target = stage.play.undo_target
    with pytest.raises(Refused) as refused:
        stage.do("judge", "0", "undo", target=target.seq)
    assert (refused.value.code, refused.value.status) == ("role", 403)
    assert stage.phase == "finished"
    stage.undo()
    assert stage.phase == "round_over"


def test_a_pause_stays_over_an_undo() -> None:
    stage = Stage(rules_of(BUZZER))
    stage.begin()
    buzzers(stage, (2, "wrong"))
    stage.host("pause")
    stage.undo()
    assert stage.state.paused
    assert stage.phase == "answering"


def test_seats_are_kept() -> None:
    stage = Stage(rules_of(COMPULSORY))
    stage.begin()
    stage.host("next")
    for team, seat in ((1, 2), (2, 5), (1, 3)):
        stage.do("team", str(team), "seat", team=team, seat=seat)
    stage.undo()
    assert dict(stage.state.seats) == {1: 3, 2: 5}


def test_a_stale_page_does_nothing() -> None:
    stage = Stage(rules_of(COMPULSORY))
    stage.begin()
    seen = stage.state.step
    require_step(stage.state, "next", seen)
    stage.host("next")
    for kind in ("next", "judge", "answer", "finish"):
        with pytest.raises(Refused) as refused:
            require_step(stage.state, kind, seen)
        assert refused.value.code == "stale-page"
    for kind in ("buzz", "adjust", "seat", "pause"):
        require_step(stage.state, kind, seen)
    require_step(stage.state, "next", None)
    stage.undo()
    with pytest.raises(Refused):
        require_step(stage.state, "next", seen)


def test_a_log_with_a_gap_is_no_log() -> None:
    stage = Stage(rules_of(COMPULSORY))
    stage.begin()
    stage.host("next", "next")
    with pytest.raises(ValueError, match="can't follow"):
        replay(stage.rules, [stage.log[0], stage.log[2]])


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"teams": [], "rounds": []},
        {"teams": [{"id": 1, "number": 1, "name": "a", "members": []}] * 2, "rounds": [{}]},
        {"teams": 5, "rounds": 5},
        {"teams": [{"id": 1, "number": 1, "name": "a", "members": []}], "rounds": []},
    ],
)
def test_a_damaged_beginning_is_an_error_of_the_log(data: dict[str, object]) -> None:
    stage = Stage(rules_of(COMPULSORY))
    event = Event(1, stage.now, Author("host"), "begin", data)
    with pytest.raises(ValueError, match="begin"):
        Play.start(stage.rules).after(event)

"""抢答: points either way, early buzzes, second tries, the audience."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from scripted import Stage, audience, buzzers, race, respond, rules_of

from quizengine.domain.contest.actions import actions
from quizengine.domain.contest.machine_phase import may_buzz
from quizengine.domain.text import Refused

TIMES = {"buzz_s": 15, "start_s": 10, "answer_s": 60}


def buzzer(**fields: Any) -> Stage:
    round_ = {"kind": "buzzer", "questions": 4, "answers": "spoken", "times": TIMES, **fields}
    stage = Stage(rules_of(round_))
    stage.begin()
    return stage


@pytest.mark.parametrize(("right", "wrong"), [(10, -10), (20, -20), (10, 0)])
def test_a_wrong_answer_costs_what_the_rules_say(right: int, wrong: int) -> None:
    stage = buzzer(right=right, wrong=wrong)
    buzzers(stage, (1, "right"), (2, "wrong"), None, (1, "wrong"))
    stage.host("next")
    assert stage.scores == [100 + right + wrong, 100 + wrong, 100]
    best = [1, 3, 2] if right + wrong == 0 and wrong else [1, 2, 3]
    assert [team for team, _ in stage.finish()] == best


def test_who_does_not_begin_in_time_is_late() -> None:
    stage = buzzer()
    stage.host("next", "open")
    stage.buzz(2)
    assert stage.phase == "starting"
    stage.tick()
    assert stage.phase == "revealed"
    assert [award.verdict for award in stage.state.verdicts()] == ["late"]
    assert stage.scores == [100, 90, 100]


def test_time_up_on_a_spoken_answer_leaves_the_verdict_to_the_judge() -> None:
    stage = buzzer()
    stage.host("next", "open")
    stage.buzz(2)
    stage.host("speak")
    stage.tick()
    assert stage.phase == "judging"
    stage.judge(2, "right")
    assert stage.scores == [100, 110, 100]


@pytest.mark.parametrize("start_s", [0, 10])
def test_without_a_time_to_answer_the_judge_ends_a_spoken_answer(start_s: int) -> None:
    stage = buzzer(times={"buzz_s": 15, "start_s": start_s, "answer_s": 0})
    for team, verdict in ((2, "right"), (1, "wrong")):
        stage.host("next", "open")
        stage.buzz(team)
        if start_s:
            assert stage.state.clock and stage.state.clock.kind == "start"
            stage.host("speak")
        assert (stage.phase, stage.state.clock) == ("answering", None)
        first = actions(stage.rules, stage.state)[0]
        assert (first.type, first.team, first.primary) == ("judge", team, True)
        stage.judge(team, verdict)
    assert stage.scores == [90, 110, 100]
    stage.check()


def early(*policy: dict[str, Any], **fields: Any) -> Stage:
    names = dict(zip(("first", "later"), policy, strict=False))
    return buzzer(early=names, **fields)


def test_early_voids_the_question_and_costs_points() -> None:
    stage = early({"effect": "void", "penalty": 10})
    stage.host("next")
    stage.press(2)
    assert stage.phase == "revealed"
    assert stage.state.question and stage.state.question.void
    assert stage.scores == [100, 90, 100]
    buzzers(stage, (2, "right"))
    assert stage.scores == [100, 100, 100]
    assert [asked.fate for asked in stage.state.asked] == ["void"]


def test_early_costs_points_and_the_others_go_on() -> None:
    stage = early({"effect": "others_go_on", "penalty": 10})
    stage.host("next")
    stage.press(2)
    assert stage.phase == "reading"
    race(stage, (1, "right"))
    assert stage.scores == [110, 90, 100]
    buzzers(stage, (2, "right"))
    assert stage.scores == [110, 100, 100]


def test_the_first_foul_loses_the_question_the_second_costs_points() -> None:
    stage = early({"effect": "others_go_on", "penalty": 0}, {"effect": "void", "penalty": 20})
    stage.host("next")
    stage.press(1)
    stage.press(2)
    assert stage.scores == [100, 100, 100]
    assert stage.state.question and may_buzz(stage.state) == (3,)
    race(stage, (3, "right"))
    stage.host("next")
    stage.press(1)
    assert stage.phase == "revealed"
    assert stage.scores == [80, 100, 110]


def test_when_all_were_early_nobody_is_left() -> None:
    stage = early({"effect": "others_go_on", "penalty": 10})
    stage.host("next")
    for team in (1, 2, 3):
        stage.press(team)
    assert stage.phase == "revealed"
    assert stage.scores == [90, 90, 90]


def test_a_legal_interruption_is_a_buzz_like_any_other() -> None:
    stage = early({"effect": "legal"}, times={**TIMES, "read_s": 20})
    stage.host("next")
    stage.press(2)
    assert (stage.phase, stage.state.clock) == ("settling", None)
    stage.tick()
    respond(stage, 2, "right")
    assert stage.scores == [100, 110, 100]
    assert stage.state.fouls == ()


def test_a_device_that_was_locked_when_pressed_was_early() -> None:
    stage = early({"effect": "others_go_on", "penalty": 10})
    stage.host("next", "open")
    stage.press(1, early=True)
    assert stage.phase == "buzzing"
    stage.buzz(3)
    respond(stage, 3, "right")
    assert stage.scores == [90, 100, 110]


def test_a_foul_does_not_take_a_fair_buzz_from_another_team() -> None:
    stage = early({"effect": "void", "penalty": 10})
    stage.host("next", "open")
    stage.press(3)
    stage.press(1, early=True)
    assert stage.phase == "settling"
    stage.tick()
    respond(stage, 3, "right")
    assert stage.scores == [90, 100, 110]


def test_nobody_buzzes_so_the_audience_is_asked() -> None:
    stage = buzzer(unanswered="audience", tries=2)
    buzzers(stage, None)
    assert stage.phase == "audience"
    audience(stage, right=97)
    assert stage.state.question and stage.state.question.tally
    assert stage.state.question.tally["right"] == 97
    assert stage.scores == [100, 100, 100]


def test_two_wrong_so_the_audience_is_asked() -> None:
    stage = buzzer(unanswered="audience", tries=2)
    buzzers(stage, [(1, "wrong"), (2, "wrong")])
    assert stage.phase == "audience"
    audience(stage, right=3)
    buzzers(stage, [(3, "wrong"), (1, "right")])
    assert stage.phase == "revealed"
    assert stage.scores == [100, 90, 90]


def test_who_was_wrong_cannot_try_the_same_question_again() -> None:
    stage = buzzer(tries=3)
    buzzers(stage, [(1, "wrong")])
    stage.host("open")
    with pytest.raises(Refused) as refused:
        stage.press(1)
    assert refused.value.code == "already-tried"


def test_the_host_may_go_to_the_audience_before_anybody_has_buzzed() -> None:
    stage = buzzer(unanswered="audience")
    stage.host("next", "open", "audience")
    assert stage.state.question and stage.state.question.audience_open
    with pytest.raises(Refused) as refused:
        stage.host("audience")
    assert refused.value.code == "not-now"
    stage.host("stop", tally={"answered": 3, "right": 1, "fastest": []})
    assert stage.phase == "revealed"


def test_evidence_decides_who_was_first() -> None:
    stage = buzzer()
    stage.host("next", "open")
    sent = round(stage.now.timestamp() * 1_000_000)
    near = {"sent_us": sent, "arrived_us": sent + 324_000, "reaction_us": 320_000, "rtt_us": 4000}
    far = {"sent_us": sent, "arrived_us": sent + 400_000, "reaction_us": 280_000, "rtt_us": 120_000}
    stage.press(1, **near)
    stage.press(2, **far)
    stage.tick()
    assert stage.state.question and stage.state.question.answering == (2,)
    buzz = stage.state.question.buzz
    assert buzz and [placed.team for placed in buzz.order] == [2, 1]
    with pytest.raises(Refused) as refused:
        stage.press(3)
    assert refused.value.code == "too-late"
    late = {"arrived_us": sent + 900_000}
    stage.do("team", "3", "late_buzz", team=3, evidence=late)
    assert stage.phase == "starting"
    assert stage.state.question.buzz
    assert [claim.team for claim in stage.state.question.buzz.late] == [3]


def test_the_clock_can_do_only_what_is_due() -> None:
    stage = buzzer(times={**TIMES, "read_s": 20})
    stage.host("next")
    stage.now += timedelta(seconds=60)
    for kind in ("timeout", "start", "settle"):
        with pytest.raises(Refused) as refused:
            stage.do("clock", "", kind)
        assert refused.value.code == "not-now"


def test_reading_ends_by_the_clock_and_opens_the_buzzers() -> None:
    stage = buzzer(times={**TIMES, "read_s": 20})
    stage.host("next")
    assert stage.tick().phase == "buzzing"
    assert stage.state.clock and stage.state.clock.total_ms == 15_000

"""风险: values, the order of choosing, talking, losing, stealing."""

from __future__ import annotations

from typing import Any

import pytest
from scripted import Stage, race, respond, rules_of, to_answering, turns, wagers

from quizengine.domain.contest.machine_turns import values_left
from quizengine.domain.text import Refused


def wager(values: list[int], **fields: Any) -> Stage:
    """Scores before the wager: 110, 100, 120."""
    first = {"kind": "compulsory"}
    second = {"kind": "wager", "values": values, "answers": "spoken", **fields}
    stage = Stage(rules_of(first, second))
    stage.begin()
    turns(stage, "right", "wrong", "right")
    stage.host("next")
    stage.host("adjust", team=3, points=10, reason="更正")
    stage.host("next")
    assert stage.scores == [110, 100, 120]
    return stage


@pytest.mark.parametrize(
    ("values", "scores"),
    [
        ([10, 20, 30], [90, 130, 110]),
        ([20, 40, 60], [70, 160, 100]),
        ([10, 30, 50], [80, 150, 110]),
    ],
)
def test_the_lowest_team_chooses_first_and_a_wrong_answer_loses_the_value(
    values: list[int], scores: list[int]
) -> None:
    low, middle, high = values
    stage = wager(values, order="lowest_first")
    wagers(stage, (2, high, "right"), (1, middle, "wrong"), (3, low, "late"))
    assert stage.scores == scores
    stage.host("next")
    assert [team for team, _ in stage.finish()] == [2, 3, 1]


def test_the_highest_team_chooses_first() -> None:
    stage = wager([10, 20, 30], order="highest_first", wrong="keep")
    wagers(stage, (3, 30, "wrong"), (1, 30, "right"), (2, 30, "wrong"))
    assert stage.scores == [140, 100, 120]


def test_the_order_follows_the_points_as_each_turn_begins() -> None:
    stage = wager([10, 30], order="lowest_first", questions=2)
    wagers(stage, (2, 30, "right"), (1, 10, "wrong"), (3, 10, "right"))
    assert stage.scores == [100, 130, 130]
    wagers(stage, (1, 30, "right"), (2, 10, "right"), (3, 10, "right"))
    assert stage.scores == [130, 140, 140]


def test_seats_may_decide_the_order() -> None:
    stage = wager([10], order="seats")
    wagers(stage, (1, 10, "right"), (2, 10, "right"), (3, 10, "right"))
    stage.host("next")
    assert stage.phase == "round_over"


def test_the_team_talks_before_it_answers() -> None:
    stage = wager([10, 20, 30], times={"discuss_s": 30, "answer_s": 60})
    stage.host("next")
    stage.choose(2, 20)
    assert stage.phase == "reading"
    state = stage.host("start")
    assert state.phase == "discussing"
    assert state.clock and state.clock.total_ms == 30_000
    assert stage.tick().phase == "answering"
    stage.judge(2, "right")
    assert stage.scores == [110, 120, 120]


def test_others_may_steal_what_a_team_got_wrong() -> None:
    stage = wager([10, 20, 30], steal={"tries": 2, "wrong": "lose"})
    wagers(stage, (2, 30, "wrong"))
    assert stage.phase == "reading"
    stage.host("open")
    with pytest.raises(Refused) as refused:
        stage.press(2)
    assert refused.value.code == "own-question"
    stage.buzz(1)
    respond(stage, 1, "wrong")
    race(stage, (3, "right"))
    assert stage.phase == "revealed"
    assert stage.scores == [80, 70, 150]
    wagers(stage, (1, 10, "right"))
    assert stage.phase == "revealed"


def test_a_wrong_steal_may_be_free_and_nobody_has_to_try() -> None:
    stage = wager([10, 20, 30], steal={"tries": 1, "wrong": "keep"})
    wagers(stage, (2, 10, "wrong"))
    race(stage, (3, "wrong"))
    assert stage.phase == "revealed"
    assert stage.scores == [110, 90, 120]
    wagers(stage, (1, 10, "wrong"))
    stage.host("open")
    stage.tick()
    assert stage.phase == "revealed"
    assert stage.scores == [100, 90, 120]


def test_early_at_a_steal_is_punished_as_its_own_rule_says() -> None:
    steal = {"early": {"first": {"effect": "others_go_on", "penalty": 5}}}
    stage = wager([10], steal=steal)
    wagers(stage, (2, 10, "wrong"))
    stage.press(1)
    race(stage, (3, "right"))
    assert stage.scores == [105, 90, 130]


def test_a_value_is_gone_when_its_questions_are() -> None:
    stage = Stage(rules_of({"kind": "wager", "values": [10, 20], "questions": 2}), less=5)
    stage.begin()
    stage.host("next")
    assert values_left(stage.rules, stage.state) == ((10, 1), (20, 1))
    stage.choose(1, 20)
    to_answering(stage)
    stage.answer(1, "1")
    stage.host("next")
    with pytest.raises(Refused) as refused:
        stage.choose(2, 20)
    assert refused.value.code == "value-gone"
    stage.choose(2, 10)
    to_answering(stage)
    stage.answer(2, "1")
    stage.host("next")
    assert stage.phase == "round_over"


def test_who_does_not_choose_in_time_plays_for_the_least() -> None:
    stage = wager([30, 10], times={"choose_s": 30})
    stage.host("next")
    state = stage.tick()
    assert state.phase == "reading"
    assert state.turn and state.turn.points == 10


def test_another_team_cannot_choose_but_the_host_can_for_the_team() -> None:
    stage = wager([10, 20])
    stage.host("next")
    with pytest.raises(Refused) as refused:
        stage.choose(1, 10)
    assert refused.value.code == "not-your-turn"
    stage.host("choose", team=2, points=20)
    assert stage.state.turn and stage.state.turn.points == 20


def test_a_void_question_lets_the_same_team_choose_again() -> None:
    stage = wager([10, 20], spares=1)
    wagers(stage, (2, 20, "right"))
    stage.host("void", reason="题目有误")
    assert stage.scores == [110, 100, 120]
    wagers(stage, (2, 10, "right"), (1, 10, "right"))
    assert stage.scores == [120, 110, 120]

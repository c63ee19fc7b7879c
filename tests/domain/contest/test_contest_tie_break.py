"""加赛: only for ties that have to be broken, by sudden death, without points."""

from __future__ import annotations

from typing import Any

import pytest
from scripted import Stage, buzzers, race, rules_of

from quizengine.domain.text import Refused

GOLD = {"title": {"zh": "一等奖", "en": "First"}, "count": 1}
SILVER = {"title": {"zh": "二等奖", "en": "Second"}, "count": 2}


def tied(points: list[int], prizes: list[dict[str, Any]], **fields: Any) -> Stage:
    """The end of a round after which the teams have these points more than the base."""
    changes = {"prizes": prizes, "ties": fields.pop("ties", ["tie_break"])}
    breaker = {"kind": "tie_break", "answers": "spoken", **fields}
    stage = Stage(rules_of({"kind": "audience"}, breaker, **changes), teams=len(points))
    stage.begin()
    stage.host("end_round", reason="试验")
    for team, gained in enumerate(points, start=1):
        if gained:
            stage.host("adjust", team=team, points=gained, reason="试验")
    return stage


def ranking(stage: Stage) -> list[tuple[int, int, int | None, str | None]]:
    stage.host("finish")
    stage.check()
    return [(p.team, p.rank, p.prize, p.by) for p in stage.state.ranking]


def test_sudden_death_decides_the_prize() -> None:
    stage = tied([20, 20, 0], [GOLD])
    stage.host("next")
    assert stage.state.tie and stage.state.tie.teams == (1, 2)
    buzzers(stage, None, (2, "right"))
    stage.host("next")
    assert stage.phase == "round_over"
    assert stage.scores == [120, 120, 100]
    assert ranking(stage) == [
        (2, 1, 0, "tie_break"),
        (1, 2, None, "tie_break"),
        (3, 3, None, None),
    ]


def test_a_wrong_answer_loses() -> None:
    stage = tied([20, 20, 0], [GOLD])
    stage.host("next")
    buzzers(stage, (2, "wrong"))
    stage.host("next")
    assert ranking(stage)[0] == (1, 1, 0, "tie_break")


def test_or_it_leads_to_the_next_question() -> None:
    stage = tied([20, 20, 0], [GOLD], wrong="goes_on")
    stage.host("next")
    buzzers(stage, (2, "wrong"), (2, "right"))
    stage.host("next")
    assert ranking(stage)[0] == (2, 1, 0, "tie_break")


@pytest.mark.parametrize(
    ("points", "prizes"),
    [([20, 20], []), ([20, 10, 10], [GOLD, SILVER]), ([20, 10, 10], [GOLD]), ([20, 10, 0], [GOLD])],
)
def test_ties_without_a_prize_at_stake_are_left_alone(
    points: list[int], prizes: list[dict[str, Any]]
) -> None:
    stage = tied(points, prizes)
    with pytest.raises(Refused):
        stage.host("next")
    stage.host("finish")
    assert stage.state.broken == ()


def test_all_ties_can_be_broken_one_after_the_other() -> None:
    stage = tied([20, 20, 10, 10], [], when="any")
    stage.host("next")
    assert stage.state.tie and (stage.state.tie.place, stage.state.tie.teams) == (1, (1, 2))
    buzzers(stage, (1, "right"))
    stage.host("next")
    assert stage.phase == "turn"
    assert (stage.state.tie.place, stage.state.tie.teams) == (3, (3, 4))
    buzzers(stage, (4, "right"))
    stage.host("next")
    assert [team for team, *_ in ranking(stage)] == [1, 2, 4, 3]


def test_each_tie_has_as_many_questions_as_the_rules_allow() -> None:
    stage = tied([20, 20, 10, 10], [GOLD, GOLD, GOLD], questions=2, spares=0)
    stage.host("next")
    buzzers(stage, None, None)
    stage.host("next")
    assert stage.state.tie and (stage.state.tie.teams, stage.phase) == ((3, 4), "turn")
    buzzers(stage, None, (4, "right"))
    stage.host("next")
    assert [row[:2] for row in ranking(stage)] == [(1, 1), (2, 1), (4, 3), (3, 4)]


def test_three_teams_for_three_prizes() -> None:
    prizes = [{**GOLD, "count": 1}, {**SILVER, "count": 1}, GOLD]
    stage = tied([10, 10, 10], prizes, questions=3)
    stage.host("next")
    buzzers(stage, (3, "wrong"), (2, "right"))
    stage.host("next")
    assert [(team, rank) for team, rank, *_ in ranking(stage)] == [(2, 1), (1, 2), (3, 3)]


def test_places_that_win_the_same_stay_shared() -> None:
    stage = tied([10, 10, 10], [GOLD, SILVER])
    stage.host("next")
    buzzers(stage, (3, "right"))
    stage.host("next")
    assert stage.phase == "round_over"
    assert [row[:3] for row in ranking(stage)] == [(3, 1, 0), (1, 2, 1), (2, 2, 1)]


def test_questions_run_out_so_the_next_criterion_decides() -> None:
    stage = tied([20, 20], [GOLD], questions=2, ties=["tie_break", "fewer_fouls"])
    stage.host("foul", team=1, kind="conduct", points=0, reason="喧哗")
    stage.host("next")
    buzzers(stage, None, None)
    stage.host("next")
    assert stage.phase == "round_over"
    assert ranking(stage) == [(2, 1, 0, "fewer_fouls"), (1, 2, None, "fewer_fouls")]


def test_criteria_before_the_tie_break_come_first() -> None:
    stage = tied([20, 20, 20], [GOLD], ties=["fewer_fouls", "tie_break"])
    stage.host("foul", team=1, kind="conduct", points=0, reason="喧哗")
    stage.host("next")
    assert stage.state.tie and stage.state.tie.teams == (2, 3)


def test_other_teams_have_no_part_in_it_and_points_do_not_change() -> None:
    early = {"first": {"effect": "others_go_on", "penalty": 10}}
    stage = tied([20, 20, 0], [GOLD], early=early)
    stage.host("next", "next")
    stage.press(1)
    stage.host("open")
    with pytest.raises(Refused) as refused:
        stage.press(3)
    assert refused.value.code == "not-in-tie"
    stage.buzz(2)
    stage.judge(2, "right")
    assert stage.scores == [120, 120, 100]
    with pytest.raises(Refused) as refused:
        stage.host("override", team=2, question="r2-01", verdict="wrong", reason="重听录音")
    assert refused.value.code == "tie-break-verdict"


@pytest.mark.parametrize("outcome", ["right", "wrong"])
def test_a_void_question_undoes_its_decision(outcome: str) -> None:
    stage = tied([20, 20], [GOLD])
    stage.host("next")
    buzzers(stage, (2, outcome))
    stage.host("void", reason="题目有误")
    assert stage.state.tie and stage.state.tie.tiers == ((1, 2),)
    buzzers(stage, (1, "right"))
    stage.host("next")
    assert ranking(stage)[0][0] == 1


def test_a_team_of_the_tie_withdraws() -> None:
    stage = tied([20, 20, 20], [GOLD])
    stage.host("next", "next")
    stage.host("withdraw", team=1, reason="身体不适")
    race(stage, (2, "wrong"))
    stage.host("next")
    assert [team for team, *_ in ranking(stage)] == [3, 2, 1]


def test_a_team_that_comes_back_too_late_for_its_tie_is_placed_behind() -> None:
    stage = tied([20, 20, 20], [GOLD])
    stage.host("next", "next")
    stage.host("withdraw", team=1, reason="身体不适")
    race(stage, (2, "right"))
    stage.host("next")
    stage.host("reinstate", team=1, reason="已恢复")
    assert [team for team, *_ in ranking(stage)] == [2, 3, 1]

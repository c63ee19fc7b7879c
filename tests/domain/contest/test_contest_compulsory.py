"""必答: in turn or together, at devices or by word of mouth, with prompting."""

from __future__ import annotations

import pytest
from scripted import Stage, respond, rules_of, to_answering, together, turns

from quizengine.domain.contest.ranking import member_records, team_record
from quizengine.domain.text import Refused


def test_members_answer_in_turn_and_only_points_won_count() -> None:
    round_ = {"kind": "compulsory", "questions": 2, "right": 10, "times": {"answer_s": 60}}
    stage = Stage(rules_of(round_), teams=2, members=2)
    stage.begin()
    turns(stage, "right", "wrong", "right", "late")
    stage.host("next")
    assert stage.finish() == [(1, 1), (2, 2)]
    assert stage.scores == [120, 100]
    members = [member_records(stage.rules, stage.state, team) for team in (1, 2)]
    assert [record.right for record in members[0]] == [1, 1]
    assert [(record.wrong, record.late) for record in members[1]] == [(1, 0), (0, 1)]
    assert {record.fouls for record in (*members[0], *members[1])} == {0}


def test_teams_without_named_members_answer_as_a_team() -> None:
    stage = Stage(rules_of({"kind": "compulsory"}), teams=2, members=0)
    stage.begin()
    turns(stage, "right", "wrong")
    assert stage.scores == [110, 100]


def test_the_clock_runs_for_as_long_as_the_rules_say() -> None:
    for seconds in (30, 60):
        round_ = {"kind": "compulsory", "times": {"read_s": 20, "answer_s": seconds}}
        stage = Stage(rules_of(round_))
        stage.begin()
        stage.host("next", "next")
        assert stage.state.clock and stage.state.clock.kind == "read"
        assert stage.state.clock.total_ms == 20_000
        read = stage.tick()
        assert read.phase == "answering"
        assert read.clock and (read.clock.kind, read.clock.total_ms) == ("answer", seconds * 1000)


@pytest.mark.parametrize(
    ("prompting", "score", "verdict"),
    [
        ({"loses_question": True, "penalty": 0}, 100, "wrong"),
        ({"loses_question": False, "penalty": 10}, 100, "right"),
        ({"loses_question": True, "penalty": 10}, 90, "wrong"),
    ],
)
def test_prompting_loses_the_question_or_points(
    prompting: dict[str, object], score: int, verdict: str
) -> None:
    round_ = {"kind": "compulsory", "prompting": prompting, "answers": "spoken"}
    stage = Stage(rules_of(round_), teams=2)
    stage.begin()
    stage.host("next", "next")
    to_answering(stage)
    stage.do("judge", "j", "foul", team=1, kind="prompting", reason="队友提示")
    if stage.phase != "revealed":
        stage.judge(1, "right")
    assert stage.scores == [score, 100]
    assert [award.verdict for award in stage.state.verdicts()] == [verdict]
    assert team_record(stage.rules, stage.state, 1).fouls == 1


def test_prompting_is_a_foul_of_the_team_whose_turn_it_is_alone() -> None:
    stage = Stage(rules_of({"kind": "compulsory"}, {"kind": "audience"}), teams=2)
    stage.begin()
    stage.host("next", "next")
    with pytest.raises(Refused, match="not answering"):
        stage.host("foul", team=2, kind="prompting", reason="提示")
    stage.host("end_round", reason="时间不足")
    stage.host("next")
    with pytest.raises(Refused) as refused:
        stage.host("foul", team=1, kind="prompting", reason="提示")
    assert refused.value.code == "no-prompting"
    stage.host("foul", team=1, kind="conduct", points=5, reason="喧哗")
    assert stage.scores == [95, 100]


def test_all_teams_answer_the_same_question_at_once() -> None:
    round_ = {"kind": "compulsory", "questions": 3, "turns": "together", "wrong": -5}
    stage = Stage(rules_of(round_))
    stage.begin()
    together(stage, "rrw", "r-r", "---")
    stage.host("next")
    assert stage.phase == "round_over"
    assert stage.scores == [115, 100, 100]
    assert stage.finish() == [(1, 1), (2, 2), (3, 2)]


def test_no_verdict_is_shown_before_all_have_answered() -> None:
    stage = Stage(rules_of({"kind": "compulsory", "turns": "together"}), teams=2)
    stage.begin()
    stage.host("next", "start")
    stage.answer(1, "1")
    assert stage.state.verdicts() == ()
    stage.answer(2, "0")
    assert [award.verdict for award in stage.state.verdicts()] == ["right", "wrong"]


def test_a_judge_decides_where_the_key_cannot() -> None:
    stage = Stage(rules_of({"kind": "compulsory", "turns": "together"}), teams=3)
    stage.begin()
    stage.host("next", "start")
    for team, credit in ((1, "1"), (2, None), (3, None)):
        stage.answer(team, credit)
    assert stage.phase == "judging"
    assert stage.state.question and stage.state.question.answering == (2, 3)
    stage.judge(3, "partial", points=6)
    stage.judge(2, "wrong")
    assert stage.phase == "revealed"
    assert stage.scores == [110, 100, 106]


def test_a_verdict_waits_for_the_judge_where_the_rules_say_so() -> None:
    stage = Stage(rules_of({"kind": "compulsory", "confirm": True}), teams=2)
    stage.begin()
    stage.host("next", "next", "start")
    stage.answer(1, "1")
    assert stage.phase == "judging"
    stage.judge(1, "wrong")
    assert stage.scores == [100, 100]


@pytest.mark.parametrize(
    ("credit", "partial", "points"),
    [("1/2", True, 5), ("0.25", True, 3), ("1/3", True, 3), ("1/2", False, 0), ("1", False, 10)],
)
def test_part_of_an_answer_is_worth_part_of_its_points(
    credit: str, partial: bool, points: int
) -> None:
    stage = Stage(rules_of({"kind": "compulsory", "partial": partial}), teams=2)
    stage.begin()
    stage.host("next", "next", "start")
    stage.answer(1, credit)
    assert stage.scores == [100 + points, 100]


def test_a_void_question_gives_the_team_another_one_while_there_are_spares() -> None:
    stage = Stage(rules_of({"kind": "compulsory", "spares": 1, "wrong": -10}), teams=2)
    stage.begin()
    turns(stage, "wrong")
    stage.host("void", reason="题目有误")
    assert stage.scores == [100, 100]
    stage.host("next")
    assert stage.state.turn and stage.state.turn.team == 1
    stage.host("next", "start")
    respond(stage, 1, "right")
    turns(stage, "wrong")
    stage.host("void", reason="题目有误")
    stage.host("next")
    assert stage.phase == "round_over"
    assert [asked.fate for asked in stage.state.asked] == ["void", "closed", "void"]
    assert stage.scores == [110, 100]


def test_a_question_is_swapped_for_a_spare_one() -> None:
    stage = Stage(rules_of({"kind": "compulsory", "spares": 1}), teams=2)
    stage.begin()
    stage.host("next", "next", "start")
    before = stage.state.question
    stage.host("swap", reason="与上一场重复")
    after = stage.state.question
    assert before and after and before.key != after.key
    assert (stage.phase, before.number) == ("reading", after.number)
    with pytest.raises(Refused, match="no spare"):
        stage.host("swap", reason="再换")
    stage.host("start")
    stage.answer(1, "1")
    turns(stage, "right")
    stage.host("next")
    assert stage.scores == [110, 110]
    assert stage.finish() == [(1, 1), (2, 1)]


def test_too_few_questions_end_the_round() -> None:
    stage = Stage(rules_of({"kind": "compulsory", "questions": 2}), teams=3, less=3)
    stage.begin()
    assert stage.state.round and stage.state.round.planned == 3
    turns(stage, "right", "right", "right")
    stage.host("next")
    assert stage.phase == "round_over"

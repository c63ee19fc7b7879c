"""What stands in the views at certain moments of a contest."""

from __future__ import annotations

import json
from typing import Any

import pytest
from scripted import BEGIN, Stage, rules_of
from walking import marked

from quizengine.domain.contest.staffview import staff_view
from quizengine.domain.contest.state import Member, Team
from quizengine.domain.contest.views import About, milliseconds, public_view, team_view
from quizengine.domain.registry import Title

TITLE = Title(zh="知识竞赛", en="Quiz")
QUESTIONS = {ref: marked(ref) for ref in range(1, 60)}
REGISTERED = (Team(5, 1, "文学院", (Member(50, "张三"),)),)
ABOUT = About(7, TITLE, rehearsal=True, join_code="K7QD", teams=REGISTERED)
BUZZER = {"kind": "buzzer", "questions": 3, "answers": "spoken", "tries": 2}
IN_TURN = {"kind": "compulsory", "times": {"answer_s": 30}}


def begun(*rounds: dict[str, Any], **changes: Any) -> Stage:
    stage = Stage(rules_of(*rounds, **changes))
    stage.begin()
    return stage


def public(stage: Stage) -> dict[str, Any]:
    return public_view(stage.play, ABOUT, QUESTIONS)


def own(stage: Stage, role: Any = "host") -> dict[str, Any]:
    return staff_view(stage.play, ABOUT, QUESTIONS, role, stage.log)


def test_the_lobby_shows_the_registered_teams() -> None:
    shown = public(Stage(rules_of(BUZZER)))
    assert shown["contest"] == {
        "id": 7,
        "title": {"zh": "知识竞赛", "en": "Quiz"},
        "rehearsal": True,
        "join_code": "K7QD",
    }
    assert shown["phase"] == "lobby"
    (team,) = shown["teams"]
    assert (team["id"], team["members"], team["score"], team["rank"]) == (5, ["张三"], 100, 1)
    assert team_view(Stage(rules_of(BUZZER)).play, 5)["can"] == {
        "buzz": False,
        "answer": False,
        "choose": False,
    }


def test_a_turn_names_team_and_member_and_the_clock_runs() -> None:
    stage = begun(IN_TURN)
    stage.host("next", "next", "start")
    shown = public(stage)
    assert shown["turn"] == {"team": 1, "member": "队员1-0", "points": None}
    assert shown["clock"] == {
        "kind": "answer",
        "total_ms": 30_000,
        "ends_at": milliseconds(BEGIN) + 3_000 + 30_000,
        "left_ms": None,
    }
    assert (shown["round"]["index"], shown["round"]["of"]) == (1, 1)
    assert (shown["round"]["question"], shown["round"]["questions"]) == (1, 3)
    assert (shown["round"]["right"], shown["round"]["wrong"]) == (10, 0)
    stage.host("pause")
    paused = public(stage)
    assert (paused["paused"], paused["clock"]["ends_at"], paused["clock"]["left_ms"]) == (
        True,
        None,
        29_000,
    )


def test_an_answer_is_noted_without_saying_which() -> None:
    stage = begun({**IN_TURN, "turns": "together"})
    stage.host("next", "start")
    stage.answer(2, "1")
    assert public(stage)["answered"] == [2]
    assert public(stage)["verdicts"] == []
    assert team_view(stage.play, 2)["answer"] == ["a"]
    assert team_view(stage.play, 1)["answer"] is None
    assert team_view(stage.play, 1)["can"]["answer"]
    (given,) = own(stage)["answers"]
    assert (given["team"], given["credit"]) == (2, "1")
    assert given["proposal"] == {"verdict": "right", "points": 10}


def test_the_one_who_buzzed_is_shown_once_the_order_is_settled() -> None:
    stage = begun(BUZZER)
    stage.host("next")
    assert not team_view(stage.play, 2)["unlocked"]
    stage.host("open")
    assert team_view(stage.play, 2)["unlocked"]
    assert public(stage)["buzz"]["open"]
    sent = round(stage.now.timestamp() * 1e6) - 400_000
    stage.press(2, sent_us=sent, reaction_us=380_000, rtt_us=20_000)
    assert public(stage)["buzz"]["order"] == []
    (waiting,) = own(stage)["evidence"]
    assert (waiting["team"], waiting["elapsed_ms"], waiting["used_ms"]) == (2, 400.0, 380.0)
    stage.tick()
    buzz = public(stage)["buzz"]
    assert buzz["order"] == [{"team": 2, "ms": 380, "early": False}]
    assert (buzz["winner"], buzz["open"], buzz["near_tie"]) == (2, False, False)
    stage.judge(2, "wrong")
    assert public(stage)["buzz"]["out"] == [2]
    assert public(stage)["verdicts"] == [{"team": 2, "verdict": "wrong", "points": -10}]


def test_early_and_late_buzzes_stand_in_the_evidence() -> None:
    stage = begun(BUZZER)
    stage.host("next")
    stage.press(3, early=True)
    stage.host("open")
    stage.buzz(1)
    late = {"arrived_us": round(stage.now.timestamp() * 1e6)}
    stage.do("team", "2", "late_buzz", team=2, evidence=late)
    rows = {row["team"]: (row["early"], row["late"]) for row in own(stage)["evidence"]}
    assert rows[3] == (True, False)
    assert rows[2][1]
    assert rows[1][1] is False
    assert 3 in public(stage)["buzz"]["out"]
    assert {team["id"]: team["fouls"] for team in public(stage)["teams"]}[3] == 1


def test_evidence_says_which_device_is_timed_from_the_opening() -> None:
    stage = begun(BUZZER)
    stage.host("next")
    opened = round(stage.now.timestamp() * 1e6)
    stage.host("open")
    stage.press(1, sent_us=opened, reaction_us=200_000, rtt_us=20_000)
    stage.press(2, sent_us=opened + 4_000, reaction_us=1_900_000, rtt_us=20_000)
    rows = {row["team"]: row for row in own(stage)["evidence"]}
    # Back while the buzzers were open: what it says of its reaction began later.
    assert (rows[1]["since_open"], rows[1]["bounded"]) == (True, True)
    assert rows[1]["used_ms"] == rows[1]["elapsed_ms"] - 28
    assert not rows[2]["since_open"]


def test_values_to_choose_and_what_is_at_stake() -> None:
    stage = begun({"kind": "wager", "values": [10, 30]})
    stage.host("next")
    shown = public(stage)
    assert shown["choices"]["team"] == 1
    assert [value["points"] for value in shown["choices"]["values"]] == [10, 30]
    assert (shown["round"]["right"], shown["round"]["wrong"]) == (None, None)
    assert team_view(stage.play, 1)["can"]["choose"]
    assert own(stage)["ahead"] is None
    stage.choose(1, 30)
    shown = public(stage)
    assert (shown["choices"], shown["turn"]["points"]) == (None, 30)
    assert (shown["round"]["right"], shown["round"]["wrong"]) == (30, -30)


def test_places_won_are_counted_from_before_the_question() -> None:
    stage = begun(BUZZER)
    stage.host("next", "open")
    stage.buzz(3)
    stage.judge(3, "right")
    moved = {team["id"]: (team["rank"], team["moved"]) for team in public(stage)["teams"]}
    assert moved == {1: (2, -1), 2: (2, -1), 3: (1, 0)}
    stage.host("next", "open")
    assert {team["moved"] for team in public(stage)["teams"]} == {0}
    stage.buzz(1)
    stage.judge(1, "right")
    moved = {team["id"]: (team["rank"], team["moved"]) for team in public(stage)["teams"]}
    assert moved[1] == (1, 1)


def test_revealed_shows_the_answer_and_staff_see_it_before() -> None:
    stage = begun(BUZZER)
    stage.host("next")
    assert public(stage)["question"]["answer"] is None
    before = own(stage)["solution"]
    assert before["answer"] == ["c", "a", "b"]
    stage.host("stop")
    question = public(stage)["question"]
    assert stage.phase == "revealed"
    assert {name: question[name] for name in ("answer", "explanation", "basis")} == {
        name: before[name] for name in ("answer", "explanation", "basis")
    }
    assert question["en"]["stem"] == "<stem 1> in English"
    assert (question["en"]["answer"], question["en"]["explanation"]) == (
        ["c", "a", "b"],
        "<answer 1>",
    )


def test_staff_see_what_is_ahead_and_what_was() -> None:
    stage = begun(BUZZER)
    assert own(stage)["ahead"]["stem"] == "<stem 1>"
    assert own(stage)["solution"] is None
    stage.host("next", "open")
    stage.buzz(1)
    stage.judge(1, "wrong")
    assert own(stage)["ahead"]["key"] == "r1-02"
    assert own(stage)["history"] == []
    stage.host("end_round", reason="late")
    # What is left of a round is not going to be asked.
    assert own(stage)["ahead"] is None
    stage.undo()
    stage.host("stop", "next")
    (earlier,) = own(stage)["history"]
    assert (earlier["key"], earlier["number"], earlier["team"]) == ("r1-01", 1, 1)
    assert (earlier["verdict"], earlier["points"]) == ("wrong", -10)


def test_the_log_shows_what_was_taken_back() -> None:
    stage = begun(BUZZER)
    stage.host("next")
    assert own(stage)["undo"] == {"target": 2, "type": "next"}
    stage.undo()
    assert [(e["type"], e["undone"]) for e in own(stage)["log"]] == [
        ("begin", False),
        ("next", True),
        ("undo", False),
    ]
    assert own(stage)["undo"] is None


@pytest.mark.parametrize(("role", "may"), [("host", True), ("judge", False)])
def test_a_judge_is_offered_only_what_judges_may(role: str, may: bool) -> None:
    stage = begun(BUZZER)
    offered = {action["type"] for action in own(stage, role)["actions"]}
    assert ("next" in offered) == may
    assert "adjust" in offered
    assert own(stage)["actions"][0] == {"type": "next", "team": None, "primary": True}


def test_a_judge_sees_neither_the_next_question_nor_what_only_a_host_takes_back() -> None:
    stage = begun(BUZZER)
    stage.host("next")
    assert own(stage, "judge")["ahead"] is None
    assert "r1-02" not in json.dumps(own(stage, "judge"))
    assert own(stage, "judge")["undo"] is None
    assert own(stage, "judge")["solution"] == own(stage)["solution"]
    stage.host("open")
    stage.buzz(1)
    stage.judge(1, "wrong")
    assert own(stage, "judge")["undo"] == own(stage)["undo"]


def test_a_tie_and_the_result() -> None:
    prize = {"title": {"zh": "一等奖", "en": "First"}}
    tie_break = {"kind": "tie_break", "answers": "spoken"}
    stage = begun({**BUZZER, "questions": 1}, tie_break, prizes=[prize])
    assert public(stage)["result"] is None
    stage.host("next", "stop", "next", "next")
    assert public(stage)["tie"] == {"teams": [1, 2, 3], "open": [1, 2, 3], "place": 1}
    stage.host("next", "open")
    stage.buzz(2)
    stage.judge(2, "right")
    while stage.phase != "round_over":
        stage.host("next" if stage.phase in ("revealed", "turn") else "stop")
    stage.host("finish")
    first = public(stage)["result"]["ranking"][0]
    assert first == {
        "team": 2,
        "rank": 1,
        "score": 100,
        "prize": {"zh": "一等奖", "en": "First"},
        "by": "tie_break",
    }


def test_how_the_audience_chose_is_shown_with_the_answer_only() -> None:
    stage = begun({"kind": "audience", "times": {"answer_s": 20}})
    stage.host("next", "start")
    audience = {"joined": 0, "answered": 0, "open": True, "tally": None}
    assert public(stage)["audience"] == audience
    stage.tick(tally={"answered": 3, "right": 2, "fastest": ["王五"]})
    assert public(stage)["audience"]["tally"]["right"] == 2
    assert public(stage)["audience"]["open"] is False


def test_the_host_is_told_that_a_finished_contest_goes_on_again() -> None:
    stage = begun(IN_TURN)
    stage.host("next")
    stage.host("end_round", reason="试验")
    stage.host("finish")
    assert own(stage)["reopened"] is False
    stage.undo()
    assert own(stage)["reopened"] is True
    stage.host("finish")
    assert own(stage)["reopened"] is False

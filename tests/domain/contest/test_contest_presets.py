"""Each rule file that is shipped, played from the first event to the ranking."""

from __future__ import annotations

from pathlib import Path

from scripted import Stage, audience, buzzers, race, together, turns, wagers

from quizengine.bank.contests import read_contest

PRESETS = Path("question_bank/contests")


def preset(name: str, teams: int) -> Stage:
    rules, problems = read_contest(PRESETS / f"{name}.yaml")
    assert rules and not problems
    stage = Stage(rules, teams=teams, members=rules.teams.members)
    stage.begin()
    return stage


def over(stage: Stage, *scores: int) -> None:
    """The round ends with these points, and the next one is introduced if there is one."""
    stage.host("next")
    assert stage.phase == "round_over"
    assert stage.scores == list(scores)


def test_every_preset_is_played_here() -> None:
    names = {path.stem for path in PRESETS.glob("*.yaml")}
    played = {name.removeprefix("test_").replace("_", "-") for name in globals()}
    assert names <= played


def test_classic() -> None:
    stage = preset("classic", 3)
    turns(stage, "right", "right", "wrong")
    turns(stage, "right", "5", "late")
    turns(stage, "wrong", "right", "right")
    over(stage, 120, 125, 110)
    stage.host("next")
    buzzers(stage, (1, "right"), (3, "right"), (2, "wrong"), None)
    stage.host("next")
    stage.press(2)
    race(stage, (3, "right"))
    buzzers(stage, (3, "right"), (1, "wrong"), (3, "late"))
    over(stage, 120, 105, 130)
    stage.host("next")
    wagers(stage, (2, 20, "right"), (1, 10, "right"), (3, 10, "wrong"))
    over(stage, 130, 125, 120)
    assert stage.finish() == [(1, 1), (2, 2), (3, 3)]
    assert [place.prize for place in stage.state.ranking] == [0, 1, 2]


def test_classic_with_a_tie_for_the_first_prize() -> None:
    stage = preset("classic", 3)
    turns(stage, *["right", "right", "wrong"] * 3)
    over(stage, 130, 130, 100)
    stage.host("next")
    buzzers(stage, *[None] * 8)
    over(stage, 130, 130, 100)
    stage.host("next")
    wagers(stage, (3, 10, "right"), (1, 30, "right"), (2, 30, "right"))
    over(stage, 160, 160, 110)
    stage.host("next")
    buzzers(stage, None, (1, "wrong"))
    over(stage, 160, 160, 110)
    assert stage.finish() == [(2, 1), (1, 2), (3, 3)]


def test_strict() -> None:
    stage = preset("strict", 2)
    stage.host("next", "next")
    stage.tick()
    stage.answer(1, "1")
    stage.do("judge", "j", "foul", team=1, kind="prompting", reason="队友提示")
    turns(stage, "right", "right", "wrong")
    over(stage, 100, 110)
    stage.host("next", "next")
    stage.press(2)
    assert stage.phase == "revealed"
    buzzers(stage, (1, "right"), (2, "right"), (2, "wrong"), *[None] * 6)
    over(stage, 110, 100)
    assert stage.finish() == [(1, 1), (2, 2)]


def test_two_fouls() -> None:
    stage = preset("two-fouls", 3)
    turns(stage, "right", "right", "wrong", "right", "wrong", "wrong")
    over(stage, 120, 110, 100)
    stage.host("next", "next")
    stage.press(1)
    race(stage, (2, "right"))
    stage.host("next")
    stage.press(1)
    race(stage, (3, "right"))
    buzzers(stage, (1, "right"), (3, "late"), *[None] * 8)
    over(stage, 110, 120, 100)
    assert stage.finish() == [(2, 1), (1, 2), (3, 3)]


def test_high_stakes() -> None:
    stage = preset("high-stakes", 3)
    stage.host("next")
    stage.press(2)
    stage.tick()
    stage.host("speak")
    stage.judge(2, "right")
    buzzers(stage, (1, "wrong"), (3, "10"), *[None] * 7)
    over(stage, 80, 120, 110)
    stage.host("next")
    wagers(stage, (2, 60, "wrong"))
    race(stage, (3, "right"))
    wagers(stage, (3, 40, "right"), (1, 20, "right"))
    wagers(stage, (3, 20, "wrong"))
    race(stage, (1, "wrong"))
    wagers(stage, (1, 60, "right"), (2, 60, "late"))
    stage.press(1)
    race(stage, (3, "wrong"))
    over(stage, 120, 0, 130)
    assert stage.finish() == [(3, 1), (1, 2), (2, 3)]


def test_discussion() -> None:
    stage = preset("discussion", 2)
    turns(stage, "right", "7", "wrong", "right")
    over(stage, 110, 117)
    stage.host("next")
    wagers(stage, (1, 50, "20"), (2, 30, "late"))
    over(stage, 130, 87)
    assert stage.finish() == [(1, 1), (2, 2)]


def test_friendly() -> None:
    stage = preset("friendly", 3)
    together(stage, "rrw", "rwr", "wwr", "r-r", "rrr", "---", "www", "wrw")
    over(stage, 40, 30, 40)
    stage.host("next")
    buzzers(stage, (2, "right"), [(1, "wrong"), (3, "right")], [(2, "wrong"), (1, "wrong")])
    buzzers(stage, *[None] * 5)
    over(stage, 40, 40, 50)
    assert stage.finish() == [(3, 1), (1, 2), (2, 2)]


def test_audience() -> None:
    stage = preset("audience", 3)
    turns(stage, "right", "right", "right", "wrong", "right", "right")
    over(stage, 110, 120, 120)
    stage.host("next")
    for _ in range(3):
        stage.host("next")
        audience(stage, right=60)
    over(stage, 110, 120, 120)
    stage.host("next")
    buzzers(stage, None)
    audience(stage, right=80)
    buzzers(stage, [(1, "wrong"), (3, "wrong")])
    audience(stage, right=20)
    buzzers(stage, (2, "right"), [(2, "wrong"), (1, "right")])
    for _ in range(4):
        buzzers(stage, None)
        stage.host("stop")
    over(stage, 110, 120, 110)
    assert stage.finish() == [(2, 1), (1, 2), (3, 2)]


def test_elimination() -> None:
    stage = preset("elimination", 8)
    together(stage, *["rrrrrrww"] * 4, *["rrrrrwww"] * 3, *["rrrrwwww"] * 3)
    over(stage, 100, 100, 100, 100, 70, 40, 0, 0)
    assert [team.id for team in stage.state.active] == [1, 2, 3, 4]
    stage.host("next")
    buzzers(stage, (1, "right"), (2, "right"), (3, "wrong"), (4, "late"), (3, "right"))
    buzzers(stage, *[None] * 3)
    over(stage, 110, 110, 100, 90, 70, 40, 0, 0)
    assert [team.id for team in stage.state.active] == [1, 2]
    stage.host("next")
    wagers(stage, (1, 40, "right"), (2, 20, "right"))
    over(stage, 150, 130, 100, 90, 70, 40, 0, 0)
    ranking = stage.finish()
    assert ranking[:6] == [(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 6)]
    assert ranking[6:] == [(7, 7), (8, 7)]

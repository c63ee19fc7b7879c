"""`quizengine contest` as a jury calls it that checks a result."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from sqlalchemy.orm import Session
from stageroom import RULES, Stage, StageRoom

from quizengine.cli.contest import contest
from quizengine.cli.context import translator


@pytest.fixture(autouse=True)
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The instance whose database the test works on; English terminal."""
    for name, value in (("INSTANCE", tmp_path), ("DATABASE_URL", "")):
        monkeypatch.setenv(f"QUIZENGINE_{name}", str(value))
    speak("C", monkeypatch)


def speak(locale: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Set the terminal's language."""
    monkeypatch.setenv("LC_ALL", locale)
    translator.cache_clear()


def run(*arguments: object) -> Result:
    return CliRunner().invoke(contest, [str(argument) for argument in arguments])


@pytest.fixture
def played(stage: StageRoom, session: Session, now: datetime) -> Stage:
    """A contest that 甲队 has won; its host took a verdict back on the way."""
    play = Stage(session, stage.create(), now)
    play.begin()
    play.until("revealed")
    target = play.play.undo_target
    assert target is not None
    play.host("undo", target=target.seq)
    play.host("foul", team=play.team("乙队"), kind="conduct", points=5, reason="喧哗")
    play.finish()
    return play


@pytest.fixture
def files(played: Stage, tmp_path: Path) -> tuple[Path, Path]:
    """The rule file that the contest was made from, and its log as `contest log` prints it."""
    rules, log = tmp_path / "short.yaml", tmp_path / "log.jsonl"
    rules.write_text(RULES, encoding="utf-8")
    log.write_text(run("log", 1).output, encoding="utf-8")
    return rules, log


def test_a_recorded_contest_replays_to_its_scores(played: Stage, files: tuple[Path, Path]) -> None:
    done = run("replay", *files, "--json")
    assert done.exit_code == 0, done.output
    data: dict[str, Any] = json.loads(done.output)
    assert set(data) >= {"title", "events", "finished", "scores", "rounds", "fouls"}
    assert (data["finished"], data["events"]) == (True, played.play.seq)
    state = played.play.state
    assert {one["team"]: one["score"] for one in data["scores"]} == {
        team.id: state.score(team.id) for team in state.teams
    }
    first = data["scores"][0]
    assert (first["name"], first["rank"], first["prize"]["zh"]) == ("甲队", 1, "一等奖")
    assert [(foul["kind"], foul["points"]) for foul in data["fouls"]] == [("conduct", 5)]


def test_the_rules_of_a_contest_replay_its_log(files: tuple[Path, Path], tmp_path: Path) -> None:
    exported = tmp_path / "exported.json"
    exported.write_text(run("rules", 1).output, encoding="utf-8")
    assert (
        run("replay", exported, files[1], "--json").output == run("replay", *files, "--json").output
    )


def test_the_log_is_json_lines(played: Stage) -> None:
    events = [json.loads(line) for line in run("log", 1).output.splitlines()]
    assert [event["seq"] for event in events] == list(range(1, played.play.seq + 1))


def test_people_get_a_table(files: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    lines = run("replay", *files).output.splitlines()
    assert lines[0].startswith("Short contest: ")
    assert lines[2].split()[:3] == ["Place", "Team", "Points"]
    assert lines[3].split()[:3] == ["1", "1", "甲队"]
    assert lines[-1].startswith("Foul of 乙队: conduct")
    speak("zh_CN.UTF-8", monkeypatch)
    chinese = run("replay", *files).output
    assert chinese.startswith("短赛：")
    assert "一等奖" in chinese


@pytest.mark.parametrize("command", ["log", "rules"])
def test_an_unknown_contest(stage: StageRoom, command: str) -> None:
    done = run(command, 99)
    assert done.exit_code == 1
    assert done.output == "Error: There is no such contest.\n"


def test_a_bad_rule_file_is_told_with_its_line(files: tuple[Path, Path]) -> None:
    rules, log = files
    rules.write_text(RULES.replace("base_score: 100", "base_score: many"), encoding="utf-8")
    done = run("replay", rules, log)
    assert done.exit_code == 1
    assert "short.yaml:5:" in done.output


def test_a_damaged_log_is_told_with_its_line(files: tuple[Path, Path]) -> None:
    rules, log = files
    lines = log.read_text(encoding="utf-8").splitlines()
    log.write_text("\n".join([*lines[:4], "{oops", *lines[5:]]), encoding="utf-8")
    done = run("replay", rules, log)
    assert (done.exit_code, "Line 5 of the log" in done.output) == (1, True)
    log.write_bytes(b"\xff\xfe\x00")
    assert "not UTF-8" in run("replay", rules, log).output


def test_an_event_against_the_rules_is_told_with_the_reason(files: tuple[Path, Path]) -> None:
    rules, log = files
    events = [json.loads(line) for line in log.read_text(encoding="utf-8").splitlines()]
    at = next(n for n, event in enumerate(events) if event["type"] == "answer")
    events[at]["data"]["team"] = 99
    log.write_text("\n".join(map(json.dumps, events)), encoding="utf-8")
    done = run("replay", rules, log)
    assert done.exit_code == 1
    assert f"Line {at + 1} of the log: event {at + 1} (answer)" in done.output
    assert "No such team" in done.output

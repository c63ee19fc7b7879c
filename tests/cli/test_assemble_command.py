"""`quizengine assemble` as a person or a script calls it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from quizengine.cli.assemble import assemble

TITLE = {"zh": "名", "en": "name"}
LAW = {"id": "law", "family": "law", "title": TITLE, "version": TITLE, "articles": 60}
PLAN: dict[str, Any] = {
    "schema": 1,
    "id": "small",
    "title": TITLE,
    "tier": "leader",
    "duration_s": 600,
    "pass_mark": 5,
    "sections": [
        {"type": "single", "count": 3, "points": 2},
        {"type": "match", "count": 1, "points": 2.5},
    ],
    "quotas": [{"topic": "net", "count": 2}],
}


def question(number: int) -> dict[str, Any]:
    common = {
        "id": f"q-{number:02d}",
        "revision": 1 + number % 2,
        "stem": f"第 {number} 题问什么？",
        "topics": ["net" if number % 2 else "duty"],
        "explanation": "见条文。",
    }
    if number >= 10:
        left, right = {"l1": "一", "l2": "二"}, {"r1": "甲", "r2": "乙", "r3": "丙"}
        answer = {"l1": "r2", "l2": "r1"}
        return {**common, "type": "match", "left": left, "right": right, "answer": answer}
    options = {"a": "甲", "b": "乙", "c": "丙", "d": "丁"}
    return {**common, "type": "single", "options": options, "answer": ["a"]}


@pytest.fixture(autouse=True)
def bank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bank of ten `single` and two `match`, and one more that is no longer valid."""
    root = tmp_path / "bank"
    expired = {**question(9), "id": "q-99", "valid": {"to": "2001-01-01"}}
    files: dict[str, Any] = {
        "_registry/tiers": {"tiers": [{"id": "leader", "title": TITLE}]},
        "_registry/topics": {"topics": [{"id": t, "title": TITLE} for t in ("net", "duty")]},
        "_registry/laws": {"laws": [{**LAW, "in_force": {"from": "2000-01-01"}}]},
        "blueprints/small": PLAN,
        "subject/questions": {
            "defaults": {"tiers": ["leader"], "basis": [{"law": "law", "article": "1"}]},
            "questions": [*map(question, range(12)), expired],
        },
    }
    for name, data in files.items():
        write(root / f"{name}.yaml", data)
    monkeypatch.setenv("QUIZENGINE_BANK", str(root))
    monkeypatch.setenv("QUIZENGINE_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("LC_ALL", "C")
    return root


def write(path: Path, data: dict[str, Any]) -> Path:
    """JSON is YAML."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"schema": 1, **data}, ensure_ascii=False), encoding="utf-8")
    return path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(assemble, list(arguments))


def test_papers_are_printed_as_json() -> None:
    result = run("small", "--count", "4", "--seed", "5", "--json")
    assert result.exit_code == 0, result.output
    data = json.loads(result.stdout)
    assert (data["blueprint"], data["seed"], len(data["papers"])) == ("small", 5, 4)
    for paper in data["papers"]:
        listed = paper["questions"]
        assert paper["points"] == 8.5
        assert [(q["type"], q["points"]) for q in listed] == [("single", 2)] * 3 + [("match", 2.5)]
        numbers = [int(q["id"].removeprefix("q-")) for q in listed]
        assert sum(number % 2 for number in numbers) == 2
        assert 99 not in numbers
        assert [q["revision"] for q in listed] == [1 + number % 2 for number in numbers]
        assert [sorted(q["options"]) for q in listed] == [["a", "b", "c", "d"]] * 3 + [[]]
        assert sorted(listed[3]["right"]) == ["r1", "r2", "r3"]


def test_the_same_seed_prints_the_same_papers() -> None:
    first, again, other = (run("small", "--count", "5", "--seed", seed, "--json") for seed in "112")
    assert first.stdout == again.stdout
    assert json.loads(first.stdout)["papers"] != json.loads(other.stdout)["papers"]


def test_the_seed_that_was_chosen_is_printed() -> None:
    data = json.loads(run("small", "--json").stdout)
    again = json.loads(run("small", "--seed", str(data["seed"]), "--json").stdout)
    assert again == data


def test_a_person_reads_a_list() -> None:
    lines = run("small", "--seed", "1").stdout.splitlines()
    assert lines[0] == "Paper 1 of seed 1: 4 questions, 8.5 points"
    assert len(lines) == 5
    assert " single 2 " in lines[1]


def test_a_file_outside_the_bank_is_a_blueprint_too(tmp_path: Path) -> None:
    path = write(tmp_path / "own.yaml", {**PLAN, "id": "own", "quotas": []})
    assert json.loads(run(str(path), "--json").stdout)["blueprint"] == "own"


def test_what_is_short_is_printed_and_the_exit_code_is_1(tmp_path: Path) -> None:
    quotas = [{"topic": "net", "min": 6}, {"type": "match", "max": 1}]
    sections = [{"type": "single", "count": 11, "points": 1}]
    path = write(tmp_path / "own.yaml", {**PLAN, "sections": sections, "quotas": quotas})
    result = run(str(path), "--json")
    assert result.exit_code == 1
    assert json.loads(result.stdout) == {
        "error": "infeasible",
        "shortages": [
            {
                "quota": "type=single",
                "needed": 11,
                "available": 10,
                "short": 1,
                "message": "type=single: 11 needed, but the pool has only 10; 1 short.",
            },
            {
                "quota": "topic=net",
                "needed": 6,
                "available": 5,
                "short": 1,
                "message": "topic=net: 6 needed, but the pool has only 5; 1 short.",
            },
        ],
    }
    readable = run(str(path))
    assert readable.exit_code == 1
    assert "type=single: 11 needed, but the pool has only 10; 1 short." in readable.stderr


def test_an_unknown_blueprint_is_answered_with_the_known_ones() -> None:
    result = run("none")
    assert result.exit_code == 1
    assert "none is neither a file nor a blueprint of the bank (small)." in result.stderr


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"tier": "nobody"}, "nobody is not in the registry"),
        ({"quotas": [{"topic": "nowhere", "min": 1}]}, "nowhere is not in the registry"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_faulty_blueprint_is_refused_with_its_place(
    tmp_path: Path, change: dict[str, Any], message: str
) -> None:
    result = run(str(write(tmp_path / "own.yaml", {**PLAN, **change})))
    assert result.exit_code == 1
    assert "Errors: 1, the first in own.yaml, line 1" in result.stderr
    assert message in result.stderr


def test_an_empty_file_is_no_blueprint(tmp_path: Path) -> None:
    path = tmp_path / "empty.yaml"
    path.touch()
    result = run(str(path))
    assert result.exit_code == 1
    assert "The file is empty" in result.stderr


def test_a_faulty_bank_draws_nothing(bank: Path) -> None:
    write(bank / "subject" / "more.yaml", {"questions": [{"id": "q-50", "type": "riddle"}]})
    result = run("small")
    assert result.exit_code == 1
    assert "subject/more.yaml" in result.stderr

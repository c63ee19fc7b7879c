"""`quizengine bank format`, `new`, `diff` and `watch`, as those use them who edit the files."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from examroom import SMALL_BANK

from quizengine.bank.templates import KINDS
from quizengine.cli import bank_writing, main

FILE = "items/leaving.yaml"
ID = "leaving-fill-1"


@pytest.fixture
def bank(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The bank of a site that may be written."""
    folder = tmp_path / "bank"
    shutil.copytree(SMALL_BANK, folder)
    monkeypatch.setenv("QUIZENGINE_INSTANCE", str(tmp_path / "instance"))
    monkeypatch.setenv("QUIZENGINE_BANK", str(folder))
    return folder


def run(*arguments: object) -> Result:
    """The outcome of `quizengine bank …`."""
    return CliRunner().invoke(main, ["bank", *map(str, arguments)])


def test_format_writes_once_and_check_writes_nothing(bank: Path, tmp_path: Path) -> None:
    shutil.copytree(bank, tmp_path / "before")
    file = bank / FILE
    text = file.read_bytes()
    checked = run("format", "--check")
    assert checked.exit_code == 1 and f"to format: {FILE}" in checked.output
    assert file.read_bytes() == text
    assert run("format", bank).exit_code == 0
    assert file.read_bytes() != text
    again = run("format", "--check")
    assert again.exit_code == 0 and "0 to format" in again.output
    same = run("diff", tmp_path / "before", bank)
    assert same.exit_code == 0 and "0 added, 0 removed, 0 changed" in same.output
    file.write_text("questions: [", encoding="utf-8")
    broken = run("format", file)
    assert broken.exit_code == 1 and "leaving.yaml:2:1: error yaml-syntax" in broken.output
    assert file.read_text(encoding="utf-8") == "questions: ["


def test_a_new_question_of_each_type_loads_with_a_free_id(bank: Path) -> None:
    for kind in KINDS:
        done = run("new", kind, "--into", bank / FILE)
        assert done.exit_code == 0, done.output
    linted = run("lint", "--format", "json")
    assert linted.exit_code == 0
    found = {problem["code"] for problem in json.loads(linted.output)["problems"]}
    # What stands between a draft and a question is what the author writes.
    assert found <= {"text-missing", "unknown-tier", "unknown-topic", "option-duplicate"}
    added = json.loads(run("diff", SMALL_BANK, bank, "--json").output)
    assert len(added["added"]) == len(set(added["added"])) == len(KINDS)
    printed = run("new", "single").output
    assert "stem: …  # What is asked." in printed and "state: draft" in printed


def test_diff_tells_fields_not_lines_also_of_revisions(
    bank: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(bank)
    for command in (
        ("init", "-q"),
        ("add", "."),
        ("-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "x"),
    ):
        subprocess.run(["git", *command], check=True, capture_output=True)
    file = bank / FILE
    text = file.read_text(encoding="utf-8")
    file.write_text(text.replace("answer: [a]", "answer: [b]", 1), encoding="utf-8")
    found = run("diff", f"HEAD:{FILE}", file)
    assert found.exit_code == 1
    assert '    answer: ["a"] -> ["b"]' in found.output.splitlines()
    told = json.loads(run("diff", "HEAD:", ".", "--json").output)
    assert [each["fields"] for each in told["changed"]] == [
        [{"field": "answer", "before": ["a"], "after": ["b"]}]
    ]
    for where in ("nowhere", "HEAD:nowhere", "nobody:items"):
        refused = run("diff", where, ".")
        assert refused.exit_code == 1 and "Error:" in refused.output, where
    file.write_text("questions: [", encoding="utf-8")
    assert run("diff", "HEAD:", ".").exit_code == 2


def test_watch_tells_what_a_save_did_and_ends_on_ctrl_c(
    bank: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = bank / FILE
    text = file.read_text(encoding="utf-8")
    saves = [
        text.replace("answer: [a]", "answer: [x]", 1),
        text.replace("answer: [a]", "answer: [b]", 1),
    ]

    def save(_seconds: float) -> None:
        if not saves:
            raise KeyboardInterrupt
        file.write_text(saves.pop(0), encoding="utf-8")

    monkeypatch.setattr(bank_writing.time, "sleep", save)
    watched = run("watch")
    assert watched.exit_code == 0, watched.output
    lines = watched.output.splitlines()
    came = [line for line in lines if line.startswith(f"new: {FILE}:")]
    went = [line for line in lines if line.startswith(f"gone: {FILE}:")]
    assert [" answer-unknown: " in line for line in (*came, *went)] == [True, True]
    assert lines.index(came[0]) < lines.index(went[0])
    assert '    answer: ["a"] -> ["x"]' in lines and '    answer: ["x"] -> ["b"]' in lines

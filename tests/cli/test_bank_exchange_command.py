"""`quizengine bank import` and `bank export`: drafts that the lint lets stand; clear refusals."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from examroom import SMALL_BANK

from quizengine.cli import main

TEXT = """1. 涉密人员离岗离职实行什么管理？
A. 脱密期管理
B. 保密期管理
答案：A
解析：见《中华人民共和国保守国家秘密法》（2024年修订）第四十六条。
2. 没有答案的题（　）
A. 甲
B. 乙
"""


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


def test_drafts_are_written_reported_and_let_stand_by_the_lint(bank: Path, tmp_path: Path) -> None:
    source, report = tmp_path / "Quiz 2024.txt", tmp_path / "report.json"
    source.write_text("标题\n" + TEXT, encoding="gb18030")
    done = run("import", source, "--from", "text", "--to", bank / "items", "--report", report)
    assert done.exit_code == 0, done.output
    assert "2 questions read, 2 drafts written" in done.output
    assert "unread 1: 标题" in done.output
    told = json.loads(report.read_text(encoding="utf-8"))
    assert told["counts"]["needs_person"] == 1
    assert [unread["text"] for unread in told["unread"]] == ["标题"]
    text = (bank / "items/quiz-2024.yaml").read_text(encoding="utf-8")
    assert text.count("state: draft") == 3, "two questions, and the remark above them"
    lint = run("lint", bank, "--format", "json")
    assert lint.exit_code == 0
    found = [p for p in json.loads(lint.output)["problems"] if p["file"] == "items/quiz-2024.yaml"]
    assert {problem["severity"] for problem in found} == {"warning"}
    assert "missing-field" in {problem["code"] for problem in found}
    again = run("import", source, "--from", "text", "--to", bank / "items")
    assert "2 questions are in the bank already" in again.output
    assert [path.name for path in (bank / "items").glob("quiz*")] == ["quiz-2024.yaml"]


def test_an_export_comes_back_into_another_folder(bank: Path, tmp_path: Path) -> None:
    made = tmp_path / "bank.docx"
    out = run("export", "--to", "docx", made)
    assert out.exit_code == 0, out.output
    back = run("import", made, "--from", "docx", "--to", tmp_path / "other")
    assert back.exit_code == 0, back.output
    stats = {
        place: json.loads(run("stats", place, "--format", "json").output)
        for place in (bank, tmp_path / "other")
    }
    assert stats[tmp_path / "other"]["by_type"] == stats[bank]["by_type"]
    assert stats[tmp_path / "other"]["drafts"] == stats[bank]["questions"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("import", "{source}", "--from", "docx", "--to", "{bank}/items"), "not a Word document"),
        (("import", "{empty}", "--from", "text", "--to", "{bank}/items"), "no question was read"),
        (("import", "{source}", "--from", "text", "--to", "{bank}/blueprints"), "no questions"),
        (
            ("import", "{source}", "--from", "text", "--to", "{bank}/items", "--tier", "x"),
            "not in the registry",
        ),
        (("export", "--to", "text", "{bank}/a.txt", "--bank", "{nothing}"), "no question in"),
    ],
)
def test_what_can_not_be_done_is_said(
    bank: Path, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    places = {"bank": bank, "source": tmp_path / "a.txt", "empty": tmp_path / "b.txt"}
    places["source"].write_text(TEXT, encoding="utf-8")
    places["empty"].write_text("只有一行\n", encoding="utf-8")
    places["nothing"] = tmp_path / "nothing"
    places["nothing"].mkdir()
    done = run(*(argument.format(**places) for argument in arguments))
    assert done.exit_code == 1
    assert said in done.output
    assert sorted(path.name for path in (bank / "items").iterdir()) == ["all.yaml", "leaving.yaml"]

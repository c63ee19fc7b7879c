"""`quizengine appraisal`: recomputing, closing, and the package that is checked elsewhere."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from yearroom import RULES, YearRoom

from quizengine.cli import main


@pytest.fixture(autouse=True)
def _site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUIZENGINE_INSTANCE", str(tmp_path))
    monkeypatch.setenv("LC_ALL", "C")


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["appraisal", *arguments])


def test_an_open_year_is_computed_from_all_entries_or_the_first_ones(year: YearRoom) -> None:
    year.ordinary()
    found = json.loads(run("compute", "2026", "--json").output)
    assert (found["entries"], found["closed"], found["equal"]) == (8, False, None)
    assert found["result"]["units"][0]["code"] == "HQ"
    assert json.loads(run("compute", "2026", "--json", "--entries", "3").output)["entries"] == 3
    answer = run("compute", "2026", "--entries", "9")
    assert (answer.exit_code, "only 8 entries" in answer.output) == (1, True)


def test_a_closed_year_is_the_same_bit_for_bit_or_the_command_fails(year: YearRoom) -> None:
    year.ordinary()
    year.close()
    answer = run("compute", "2026")
    assert answer.exit_code == 0
    assert "bit for bit" in answer.output
    answer = run("compute", "2026", "--json", "--entries", "8")
    assert answer.exit_code == 1
    found = json.loads(answer.output)
    assert (found["equal"], found["differs"]) == (False, ["entries", "root", "result"])


def test_the_package_holds_what_proves_the_result_elsewhere(year: YearRoom, tmp_path: Path) -> None:
    year.ordinary()
    year.close()
    file = tmp_path / "2026.zip"
    assert run("package", "2026", str(file)).exit_code == 0
    folder = tmp_path / "elsewhere"
    zipfile.ZipFile(file).extractall(folder)
    closing = json.loads((folder / "closing.json").read_text())["data"]
    for name, said in (
        ("rules.json", closing["rules"]["sha256"]),
        ("result.json", closing["result_sha256"]),
    ):
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == said
    key = (folder / "verifier-key.txt").read_text().strip()
    verified = subprocess.run(
        [
            *(sys.executable, "verify_ledger.py", "ledger.jsonl"),
            *("--checkpoint", "checkpoint.txt", "--key", key),
        ],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
    )
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert str(closing["entries"]) in (folder / "README.txt").read_text()
    for rules in ("rules.json", "rules.yaml"):
        answer = run(
            *("compute", "2026", "--json", "--rules", str(folder / rules)),
            *("--ledger", str(folder / "ledger.jsonl")),
        )
        assert (answer.exit_code, json.loads(answer.output)["equal"]) == (0, True), answer.output


def test_an_export_that_was_changed_does_not_give_the_closed_result(
    year: YearRoom, tmp_path: Path
) -> None:
    year.ordinary()
    year.close()
    file = tmp_path / "2026.zip"
    run("package", "2026", str(file))
    zipfile.ZipFile(file).extractall(tmp_path)
    ledger = tmp_path / "ledger.jsonl"
    ledger.write_text(ledger.read_text().replace('"score":"91"', '"score":"99"', 1))
    both = ("--rules", str(tmp_path / "rules.json"), "--ledger", str(ledger))
    answer = run("compute", "2026", *both)
    assert answer.exit_code == 1
    assert "NOT the result" in answer.output
    for broken in (b"\xff\xfe", b"{}\n", b"nonsense\n"):
        ledger.write_bytes(broken)
        answer = run("compute", "2026", *both)
        assert answer.exit_code == 1
        assert isinstance(answer.exception, SystemExit)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("weight: 60", "weight: 61", "The weights of the tasks come to 101"),
        ("kind: [exam-missed]", "kind: [exam-lost]", "no entries of the kind exam-lost"),
        ("to: 2026-06-30", "to: 2026-06-29", "without a gap or overlap"),
        ("stages: {h2: 100}", "stages: {h3: 100}", "There is no stage h3."),
        ("year: 2026", "year: 2027", ""),
        ("schema: 1", "schema: 1\nunknown: 1", ""),
    ],
)
def test_rules_that_cannot_be_used_are_refused_with_their_place(
    year: YearRoom, tmp_path: Path, old: str, new: str, said: str
) -> None:
    year.ordinary()
    rules = tmp_path / "rules.yaml"
    rules.write_text(RULES.replace(old, new), encoding="utf-8")
    answer = run("compute", "2026", "--rules", str(rules))
    assert answer.exit_code == 1
    assert isinstance(answer.exception, SystemExit)
    assert said in answer.output


def test_what_is_not_there_is_told(year: YearRoom, tmp_path: Path) -> None:
    year.ordinary()
    for arguments in (
        ("compute", "1999"),
        ("close", "1999"),
        ("package", "2026", str(tmp_path / "x.zip")),
    ):
        answer = run(*arguments)
        assert (answer.exit_code, "Error:" in answer.output) == (1, True), answer.output
    assert run("compute", "2026", "--ledger", __file__).exit_code == 2

"""Appraisal files: loaded with the bank, each fault with its place."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from quizengine.bank.loader import load_bank
from quizengine.domain.appraisal.check import check_appraisal
from quizengine.domain.ledgerkinds import KINDS

ROOT = Path(__file__).parents[2] / "question_bank"
TODAY = date(2026, 11, 28)
RULES = (ROOT / "appraisal" / "2026.yaml").read_text(encoding="utf-8")
# That of the first task.
WEIGHT = next(line.strip() for line in RULES.splitlines() if "weight:" in line)


def _found(folder: Path, text: str, *more: str) -> list[tuple[str, int, int, str]]:
    (folder / "appraisal").mkdir(exist_ok=True)
    for number, content in enumerate((text, *more)):
        (folder / "appraisal" / f"{number}.yaml").write_text(content, encoding="utf-8")
    bank = load_bank(folder, TODAY)
    return [(p.file, p.line, p.column, p.code) for p in bank.problems if "appraisal" in p.file]


def test_the_rules_that_we_ship_are_sound(tmp_path: Path) -> None:
    assert _found(tmp_path, RULES) == []
    rules = load_bank(tmp_path, TODAY).appraisals[2026]
    assert check_appraisal(rules, KINDS) == []


@pytest.mark.parametrize(
    ("old", "new", "at", "code"),
    [
        (WEIGHT, f"{WEIGHT}1", "- id: passed", "weights"),
        (WEIGHT, "weight: many", "many", "bad-value"),
        ("kind: [exam-result], where", "kind: [exams], where", "exams", "unknown-source"),
        ("looks_at: result", "looks_up: result", "looks_up", "unknown-field"),
        ("stages: {h1: 50, h2: 50}", "stages: {h1: 51}", "{h1: 51}", "weights"),
        ("from: 2026-07-01", "from: 2026-07-02", "2026-07-02", "stage-gap"),
    ],
)
def test_a_fault_has_its_place(tmp_path: Path, old: str, new: str, at: str, code: str) -> None:
    text = RULES.replace(old, new, 1)
    before = text[: text.index(at)]
    line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
    assert ("appraisal/0.yaml", line, column, code) in _found(tmp_path, text)


def test_of_one_year_there_is_one_file(tmp_path: Path) -> None:
    [(file, _line, _column, code)] = _found(tmp_path, RULES, RULES)
    assert (file, code) == ("appraisal/1.yaml", "duplicate-id")


def test_an_empty_file_is_a_fault_and_no_more(tmp_path: Path) -> None:
    assert [code for *_, code in _found(tmp_path, "")] == ["missing-field"]
    assert [code for *_, code in _found(tmp_path, "- a\n- b\n")] != []

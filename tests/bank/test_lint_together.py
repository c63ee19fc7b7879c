"""One fault hides no other: those beside it, and those in what many questions share."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from quizengine.bank.loader import load_bank

BANK = Path(__file__).parents[2] / "question_bank"
TODAY = date(2026, 3, 2)
FAULTY = """\
schema: 1
questions:
  - id: test-0001
    type: single
    tiers: [newcomer]
    topics: [basics.level]
    stem: 文件上标有秘密★吗?
    options: {a: 机密★10年, b: 三级, c: 四级}
    answer: [e]
    basis: [{law: bmf-2010, article: "15"}, {law: bmf-2024, article: "99"}]
    explanation: 选B。
"""
FOUND = {
    ("unknown-tier", 5, 13),
    ("unknown-topic", 6, 14),
    ("classification-mark", 7, 11),
    ("classification-mark", 8, 18),
    ("answer-unknown", 9, 14),
    ("law-repealed", 10, 19),
    ("article-missing", 10, 70),
    ("option-letter", 11, 18),
}
SHARED = """\
schema: 1
defaults:
  tiers: [newcomer]
  topics: [basics.levels]
  difficulty: 9
  hint: 三
  basis: [{law: bmf-2024, article: 14}, {law: bmf-2010, article: "15"}]
questions:
  - {id: test-0001, type: true_false, stem: 国家秘密分三级。, answer: true, explanation: 是。}
  - {id: test-0002, type: true_false, stem: 国家秘密分两级。, answer: false, explanation: 是。}
"""
Lint = Callable[[str, str], set[tuple[str, int, int]]]


@pytest.fixture
def lint(tmp_path: Path) -> Lint:
    """Codes with line and column of what is found in one file of a bank."""
    shutil.copytree(BANK / "_registry", tmp_path / "_registry")

    def _lint(name: str, text: str) -> set[tuple[str, int, int]]:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text, encoding="utf-8")
        found = load_bank(tmp_path, TODAY).problems
        return {(p.code, p.line, p.column) for p in found if p.file == name}

    return _lint


@pytest.mark.parametrize(
    ("old", "new", "more", "hidden"),
    [
        ("", "", set(), set()),
        ("[newcomer]", "newcomer", {("bad-value", 5, 12)}, {"unknown-tier"}),
        ("answer: [e]", "answer: e", {("bad-value", 9, 13)}, {"answer-unknown"}),
        ("type: single", "type: singel", {("bad-value", 4, 11)}, {"answer-unknown"}),
        ("id: test-0001", "id: Test", {("bad-value", 3, 9)}, set()),
        ("选B。", "选B。\n    difficulty: 9", {("bad-value", 12, 17)}, set()),
        ("选B。", "选B。\n    cleared: [{code: x}]", {("missing-field", 12, 15)}, set()),
    ],
)
def test_what_does_not_fit_the_schema_hides_nothing_else(
    lint: Lint, old: str, new: str, more: set[tuple[str, int, int]], hidden: set[str]
) -> None:
    found = lint("a.yaml", FAULTY.replace(old, new))
    expected = {place for place in FOUND if place[0] not in hidden} | more
    if "singel" in new:  # whether it has options can't be known
        expected -= {("classification-mark", 8, 18)}
    assert found == expected


def test_a_fault_in_the_defaults_is_reported_there_and_once(lint: Lint) -> None:
    assert lint("a.yaml", SHARED) == {
        ("unknown-tier", 3, 11),
        ("bad-value", 5, 15),
        ("unknown-field", 6, 3),
        ("article-unquoted", 7, 36),
        ("law-repealed", 7, 47),
    }


@pytest.mark.parametrize("article", ['"0"', '"020"', "第二十条", '"20.0"', '"66"'])
def test_an_article_that_no_law_can_have_does_not_exist(lint: Lint, article: str) -> None:
    text = FAULTY.replace('article: "15"', f"article: {article}").replace("bmf-2010", "bmf-2024")
    assert ("article-missing", 10, 38) in lint("a.yaml", text)


def test_a_slip_in_a_registry_does_not_make_all_laws_unknown(lint: Lint, tmp_path: Path) -> None:
    laws = tmp_path / "_registry" / "laws.yaml"
    text = laws.read_text(encoding="utf-8").replace(
        "family: bmf", "family: bmf\n    colour: red", 1
    )
    assert {code for code, *_ in lint("_registry/laws.yaml", text)} == {"unknown-field"}
    assert lint("a.yaml", FAULTY) == FOUND


def test_all_faults_of_a_blueprint_are_reported(lint: Lint) -> None:
    text = (
        "schema: 1\nid: test\ntitle: {zh: 卷, en: Paper}\ntier: newcomer\nduration_s: 600\n"
        "pass_mark: 5\ncolour: red\nsections: [{type: single, count: 1, points: 2}]\n"
        "quotas: [{tier: [leader, nobody], min: 0}]\n"
    )
    assert lint("blueprints/test.yaml", text) >= {
        ("unknown-tier", 4, 7),
        ("bad-value", 6, 12),
        ("unknown-field", 7, 1),
        ("unknown-tier", 9, 26),
    }
    assert lint("blueprints/empty.yaml", "") == {("missing-field", 1, 1)}


def test_a_byte_that_is_not_utf8_is_found_at_its_column(lint: Lint, tmp_path: Path) -> None:
    (tmp_path / "b.yaml").write_bytes("\ufeffschema: 1\n中: ".encode() + b"\xff")
    found = load_bank(tmp_path, TODAY).problems
    assert [(p.code, p.line, p.column) for p in found] == [("yaml-syntax", 2, 4)]

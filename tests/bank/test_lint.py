"""Every fault of a bank is reported, at its place, with its code."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from quizengine.bank.loader import load_bank

BANK = Path(__file__).parents[2] / "question_bank"
TODAY = date(2026, 3, 2)

GOOD = """\
schema: 1
questions:
  - id: test-0001
    type: single
    tiers: [new_member]
    topics: [basics.levels]
    stem: 国家秘密的密级分为几级?
    options: {a: 两级, b: 三级, c: 四级, d: 五级}
    answer: [b]
    basis: [{law: bmf-2024, article: "14"}]
    explanation: 分为绝密、机密、秘密三级。
"""

Found = list[tuple[str, int, int]]
Lint = Callable[[str], Found]


@pytest.fixture
def lint(tmp_path: Path) -> Lint:
    """Codes with line and column for a bank that holds this one file."""
    shutil.copytree(BANK / "_registry", tmp_path / "_registry")

    def _lint(text: str) -> Found:
        (tmp_path / "test").mkdir(exist_ok=True)
        (tmp_path / "test" / "a.yaml").write_text(text, encoding="utf-8")
        return [(p.code, p.line, p.column) for p in load_bank(tmp_path, TODAY).problems]

    return _lint


def test_a_good_file_has_no_problems(lint: Lint) -> None:
    assert lint(GOOD) == []


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        ('article: "14"', "article: 14", ("article-unquoted", 10, 38)),
        ('article: "14"', 'article: "99"', ("article-missing", 10, 38)),
        ('article: "14"', 'article: "14", item: "7"', ("article-missing", 10, 38)),
        ("bmf-2024", "bmf-2010", ("law-repealed", 10, 19)),
        ("bmf-2024", "bmf-1988", ("unknown-law", 10, 19)),
        ("[new_member]", "[newcomer]", ("unknown-tier", 5, 13)),
        ("[basics.levels]", "[basics.level]", ("unknown-topic", 6, 14)),
        ("answer: [b]", "answer: [e]", ("answer-unknown", 9, 14)),
        ("answer: [b]", "answer: [b]\n    hint: 三", ("unknown-field", 10, 5)),
        ("answer: [b]", "answer: [b]\n    answer: [a]", ("duplicate-key", 10, 5)),
        ("分为绝密", "B项正确,分为绝密", ("option-letter", 11, 18)),
        ("分为绝密", "选项Ｂ对,分为绝密", ("option-letter", 11, 18)),
        ("分为绝密", "如机密★10年,分为绝密", ("classification-mark", 11, 18)),
        ("type: single", "type: singel", ("bad-value", 4, 11)),
        ("    type: single\n", "", ("missing-field", 3, 5)),
        ("b: 三级", "b: 两级", ("option-duplicate", 8, 25)),
        ("schema: 1", "schema: 2", ("bad-value", 1, 9)),
    ],
)
def test_a_fault_is_found_at_its_place(
    lint: Lint, old: str, new: str, found: tuple[str, int, int]
) -> None:
    assert old in GOOD
    assert lint(GOOD.replace(old, new)) == [found]


def test_all_faults_are_reported_at_once(lint: Lint) -> None:
    text = GOOD.replace("[b]", "[e]").replace("[new_member]", "[x]").replace('"14"', "14")
    text = text.replace("explanation: ", "explanation: 选B。") + "    hint: 三\n"
    assert {code for code, *_ in lint(text)} == {
        "article-unquoted",
        "unknown-field",
        "unknown-tier",
        "answer-unknown",
        "option-letter",
    }


def test_a_marking_may_be_cleared_by_a_second_person(lint: Lint) -> None:
    marked = GOOD.replace("分为绝密", "如机密★10年,分为绝密")
    cleared = "    cleared: [{code: classification-mark, reason: 讲解标志, %sby: 审核组}]\n"
    assert lint(marked + cleared % "author: 李某, ") == []
    for alone in ("", "author: 审 核组, "):
        codes = {code for code, _line, _column in lint(marked + cleared % alone)}
        assert codes == {"classification-mark", "cleared-alone"}


def test_an_id_stands_only_once_over_all_files(lint: Lint, tmp_path: Path) -> None:
    (tmp_path / "test").mkdir()
    (tmp_path / "test" / "b.yaml").write_text(GOOD, encoding="utf-8")
    assert lint(GOOD) == [("duplicate-id", 3, 9)]


@pytest.mark.parametrize(
    "text",
    [
        "questions: [",
        "a: &x [*x]",
        "\x00",
        "schema: 1\nquestions: 7\n",
        "- 1",
        "!!python/name:os.system x",
    ],
)
def test_a_broken_file_is_a_problem_and_no_exception(lint: Lint, text: str) -> None:
    assert lint(text)


def test_an_alias_bomb_is_refused_quickly(lint: Lint) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 10)}]" for i in range(1, 9)]
    assert lint("\n".join(lines))[0][0] == "yaml-syntax"


def test_a_file_that_is_not_utf8_is_reported(lint: Lint, tmp_path: Path) -> None:
    (tmp_path / "test").mkdir()
    (tmp_path / "test" / "b.yaml").write_bytes(GOOD.encode("gb18030"))
    assert [p.code for p in load_bank(tmp_path, TODAY).problems] == ["yaml-syntax"]


def test_a_repealed_article_names_its_successor(lint: Lint, tmp_path: Path) -> None:
    lint(GOOD.replace("bmf-2024", "bmf-2010").replace('"14"', '"15"'))
    (problem,) = load_bank(tmp_path, TODAY).problems
    assert "bmf-2024 20" in problem.text.render()


def test_the_2010_articles_on_pacts_went_into_one(tmp_path: Path, lint: Lint) -> None:
    for article in ("35", "36"):
        lint(GOOD.replace("bmf-2024", "bmf-2010").replace('"14"', f'"{article}"'))
        (problem,) = load_bank(tmp_path, TODAY).problems
        assert "bmf-2024 43" in problem.text.render()


BLUEPRINT = """\
schema: 1
id: test
title: {zh: 试卷, en: Paper}
tier: new_member
duration_s: 600
pass_mark: 2
sections: [{type: single, count: 2, points: 2}]
"""


def test_a_blueprint_that_the_pool_cannot_fill_is_a_warning(lint: Lint, tmp_path: Path) -> None:
    (tmp_path / "blueprints").mkdir()
    (tmp_path / "blueprints" / "test.yaml").write_text(BLUEPRINT, encoding="utf-8")
    assert [code for code, *_ in lint(GOOD)] == ["blueprint-short"]


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        ("tier: new_member", "tier: newcomer", "unknown-tier"),
        ("pass_mark: 2", "pass_mark: 5", "bad-value"),
        ("pass_mark: 2", "pass_mark: 2\nquotas: [{topic: nothing, min: 1}]", "unknown-topic"),
        ("count: 2", "count: 0", "bad-value"),
        ("schema: 1", "schema: 1\ncolour: red", "unknown-field"),
    ],
)
def test_a_faulty_blueprint_is_an_error(
    lint: Lint, tmp_path: Path, old: str, new: str, code: str
) -> None:
    (tmp_path / "blueprints").mkdir()
    (tmp_path / "blueprints" / "test.yaml").write_text(BLUEPRINT.replace(old, new), "utf-8")
    assert code in {code for code, *_ in lint(GOOD)}


def test_a_blueprint_without_a_letter_to_sign_is_a_warning(lint: Lint, tmp_path: Path) -> None:
    (tmp_path / "_registry" / "commitments.yaml").unlink()
    (tmp_path / "blueprints").mkdir()
    one = BLUEPRINT.replace("count: 2", "count: 1")
    (tmp_path / "blueprints" / "test.yaml").write_text(one, encoding="utf-8")
    assert [code for code, *_ in lint(GOOD)] == ["commitment-missing"]

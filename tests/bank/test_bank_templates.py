"""Templates for new questions: their place, their id, and that none is served as it is."""

from __future__ import annotations

import itertools
import re
from datetime import date
from pathlib import Path

import pytest

from quizengine.bank.loader import load_bank_with
from quizengine.bank.templates import KINDS, next_id, skeleton, with_question
from quizengine.domain.questions import QUESTION_TYPES

SMALL = Path(__file__).parents[1] / "banks" / "small"
TODAY = date(2026, 3, 2)
LEAVING = (SMALL / "items/leaving.yaml").read_text(encoding="utf-8")
CASES = (SMALL / "items/all.yaml").read_text(encoding="utf-8")


def _written(text: str) -> str:
    """The template with a word of its own in each place."""
    words = (f"词{number}" for number in itertools.count())
    text = re.sub("…", lambda _: next(words), text)
    return text.replace('article: "?"', 'article: "5"').replace('value: "?"', 'value: "5"')


def test_there_is_a_template_for_each_type() -> None:
    assert set(KINDS) == set(QUESTION_TYPES)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("text", [LEAVING, CASES, skeleton("graduate", "exam"), ""])
def test_a_template_is_refused_until_each_place_is_written(kind: str, text: str) -> None:
    name = "items/leaving.yaml" if text == LEAVING else "items/all.yaml"
    if text not in (LEAVING, CASES):
        name = "more/new.yaml"
    changed, line = with_question(text, kind, "fresh-0001", "bmf-2024")
    assert changed.split("\n")[line - 1].strip() == "- id: fresh-0001"
    found = load_bank_with(SMALL, TODAY, {name: changed}).problems
    errors = [p for p in found if p.severity == "error"]
    assert {p.code for p in errors} <= {
        "text-missing", "bad-value", "article-missing", "unknown-tier", "unknown-topic",
    }  # fmt: skip
    assert {"text-missing"} <= {p.code for p in errors}
    assert all(p.line >= line for p in errors)
    if text in (LEAVING, CASES):
        filled = load_bank_with(SMALL, TODAY, {name: _written(changed)})
        assert [p for p in filled.problems if p.file == name] == []
        assert filled.questions["fresh-0001"].type == kind


def test_tiers_and_topics_are_those_of_the_last_question_unless_they_are_defaults() -> None:
    text = "schema: 1\nquestions:\n- id: x-1\n  tiers: [leader, outbound]\n  topics: [a.b]\n"
    changed, _ = with_question(text, "single", "x-2", "law-1")
    assert "- id: x-2\n  revision: 1\n" in changed
    assert changed.count("tiers: [leader, outbound]") == 2
    assert changed.count("topics: [a.b]") == 2
    changed, _ = with_question(
        "defaults: {tiers: [leader], pool: contest}\n" + text, "single", "x-2", "l"
    )
    assert changed.count("tiers: [leader, outbound]") == 1
    assert "pool: exam" not in changed


def test_a_broken_text_still_gets_a_template() -> None:
    changed, line = with_question("schema: 1\nquestions:\n  - id: [\n", "fill", "x-1", "l")
    assert changed.split("\n")[line - 1] == "  - id: x-1"
    assert with_question("schema: 1\nquestions: []\n", "fill", "x-1", "l")[0].startswith(
        "schema: 1\nquestions:\n  - id: x-1\n"
    )


@pytest.mark.parametrize(
    ("text", "taken", "expected"),
    [
        ("- id: leader-0009\n", ["leader-0009"], "leader-0010"),
        ("- id: leader-0009\n", ["leader-0041", "leader-x", "other-0099"], "leader-0042"),
        ("- id: a-7\n  - id: p1\n", [], "a-8"),
        ('  - {id: "b-c-099", type: single}\n', [], "b-c-100"),
        ("- id: small-last\n", [], "small-last-0001"),
        ("questions:\n", ["campus-0003"], "campus-0004"),
    ],
)
def test_the_next_id_is_free(text: str, taken: list[str], expected: str) -> None:
    assert next_id(text, taken, "campus") == expected

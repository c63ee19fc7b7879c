"""The bank that comes with the product has enough of everything, and gives no answer away."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from quizengine.bank.loaded import LoadedBank
from quizengine.bank.loader import load_bank
from quizengine.bank.stats import answer_stats, bank_stats
from quizengine.domain.questions import QUESTION_TYPES, MultipleQuestion
from quizengine.domain.translations import in_language

BANK = Path(__file__).parents[2] / "question_bank"
TODAY = date(2026, 3, 2)
TIERS = ("new_member", "graduate", "leader", "outbound")
# What always choosing the longest option may earn more than chance, and places may differ.
MARGIN = 0.05


@pytest.fixture(scope="module")
def bank() -> LoadedBank:
    loaded = load_bank(BANK, TODAY)
    assert loaded.problems == []
    return loaded


@pytest.mark.parametrize("tier", TIERS)
def test_each_tier_has_questions_of_all_types_and_of_its_own(bank: LoadedBank, tier: str) -> None:
    usable = [q for q in bank.questions.values() if tier in q.tiers and q.valid.covers(TODAY)]
    assert len(usable) >= 150
    assert {q.type for q in usable} == set(QUESTION_TYPES)
    assert sum(q.tiers == [tier] for q in usable) >= 40
    assert sum(q.pool == "exam" for q in usable) >= 70


def test_there_is_enough_of_each_type_and_half_are_situations(bank: LoadedBank) -> None:
    figures = bank_stats(bank, TODAY)
    assert figures["questions"] >= 620
    assert all(figures["by_type"][kind] >= 12 for kind in QUESTION_TYPES)
    assert figures["by_cognitive_level"]["apply"] * 2 >= figures["questions"]
    assert set(figures["by_pool"]) == {"practice", "exam", "contest"}
    leaves = {name for name, topic in bank.registry.topics.items() if not topic.children}
    assert leaves <= set(figures["by_topic"])


def test_every_article_of_the_law_is_asked_but_the_one_on_its_purpose(bank: LoadedBank) -> None:
    cited = [basis for question in bank.questions.values() for basis in question.basis]
    asked = {int(basis.article) for basis in cited if basis.law == "bmf-2024"}
    assert asked == set(range(2, 66))


def test_half_of_the_bank_is_in_english_too(bank: LoadedBank) -> None:
    english = [in_language(q, "en") for q in bank.questions.values() if q.en]
    assert len(english) * 2 >= len(bank.questions)
    assert {q.pool for q in english} == {"practice", "exam", "contest"}
    assert {q.type for q in english} == set(QUESTION_TYPES)
    figures = answer_stats(english)
    assert figures["longest"] <= figures["chance"] + MARGIN


def test_every_question_rests_on_law_in_force_and_is_explained(bank: LoadedBank) -> None:
    basis = bank_stats(bank, TODAY)["basis"]
    assert basis["checked"] == basis["cited"] > 0
    assert (basis["stale"], basis["missing"]) == (0, 0)
    assert all(q.explanation for q in bank.questions.values())


@pytest.mark.parametrize("pools", [("practice", "exam", "contest"), ("exam",)])
def test_the_longest_option_is_no_better_a_guess(bank: LoadedBank, pools: tuple[str, ...]) -> None:
    figures = answer_stats([q for q in bank.questions.values() if q.pool in pools])
    assert figures["longest"] <= figures["chance"] + MARGIN


def test_right_answers_are_spread_evenly(bank: LoadedBank) -> None:
    figures = answer_stats(list(bank.questions.values()))
    assert all(abs(share - 0.25) <= MARGIN for share in figures["positions"])
    assert 0.45 <= figures["true"] <= 0.55


def test_right_choices_of_a_multiple_stand_at_all_places(bank: LoadedBank) -> None:
    asked = [q for q in bank.questions.values() if isinstance(q, MultipleQuestion)]
    right = Counter(list(q.options).index(key) for q in asked for key in q.answer)
    held = Counter(place for q in asked for place in range(len(q.options)))
    mean = sum(right.values()) / sum(held.values())
    assert all(abs(right[place] / held[place] - mean) <= MARGIN for place in range(5))


def test_no_two_questions_ask_the_same(bank: LoadedBank) -> None:
    stems = Counter(q.stem.strip() for q in bank.questions.values())
    assert [stem for stem, count in stems.items() if count > 1] == []

"""English texts lie over the Chinese ones and are graded alike; half a translation is refused."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from quizengine.domain.answers import correct_answer
from quizengine.domain.questions import CaseQuestion, Question, question_from_data
from quizengine.domain.translations import check_translation, in_language

COMMON = {"id": "test-0001", "tiers": ["t"], "topics": ["t"], "stem": "问", "explanation": "因"}
EN = {"stem": "Q", "explanation": "E"}
OPTIONS = {"a": "一", "b": "二"}
ENGLISH = {"a": "one", "b": "two"}
SINGLE = {"type": "single", "options": OPTIONS, "answer": ["b"]}
SHORT = {"type": "short", "answer": "答", "key_points": [{"text": "点", "points": 2}]}
NUMERIC = {"type": "numeric", "stem": "____", "answer": [{"value": "10", "unit": "年"}]}


def made(content: dict[str, Any], english: dict[str, Any] | None = None) -> Question:
    """A question of that content, with EN and `english` as its translation."""
    return question_from_data({**COMMON, **content, "en": {**EN, **(english or {})}})


def test_who_reads_chinese_or_finds_no_translation_gets_the_question_itself() -> None:
    plain = question_from_data({**COMMON, **SINGLE})
    translated = made(SINGLE, {"options": ENGLISH})
    assert in_language(plain, "en") is plain
    assert in_language(translated, "zh_CN") is translated


def test_texts_change_and_keys_stay() -> None:
    shown = in_language(made(SINGLE, {"options": ENGLISH}), "en")
    assert (shown.stem, shown.explanation) == ("Q", "E")
    assert shown.model_dump(include={"options", "answer"}) == {"options": ENGLISH, "answer": ["b"]}


def test_each_type_is_shown_in_english() -> None:
    truth = in_language(made({"type": "true_false", "answer": True}), "en")
    assert truth.model_dump()["options"] == {"a": "True", "b": "False"}
    blank = {"type": "fill", "stem": "____", "answer": [["解密", "declassified"]]}
    assert correct_answer(in_language(made(blank, {"stem": "____"}), "en")) == ["declassified"]
    number = in_language(made(NUMERIC, {"stem": "____", "units": ["years"]}), "en").model_dump()
    assert number["answer"] == [{"value": Decimal(10), "tolerance": Decimal(0), "unit": "years"}]
    short = in_language(made(SHORT, {"answer": "A", "key_points": ["point"]}), "en").model_dump()
    assert short["answer"] == "A"
    assert short["key_points"] == [{"text": "point", "points": Decimal(2), "keywords": []}]


def test_parts_of_a_case_have_their_own_texts() -> None:
    part = {**SINGLE, "id": "p1", "stem": "问", "en": {"stem": "Part", "options": ENGLISH}}
    shown = in_language(made({"type": "case", "parts": [part]}), "en")
    assert isinstance(shown, CaseQuestion)
    assert (shown.stem, shown.parts[0].stem) == ("Q", "Part")
    assert list(check_translation(shown)) == []


@pytest.mark.parametrize(
    ("content", "english", "path"),
    [
        (SINGLE, {}, ("en",)),
        (SINGLE, {"options": {"a": "one", "c": "two"}}, ("en", "options")),
        (SINGLE, {"options": ENGLISH, "left": ENGLISH}, ("en", "left")),
        (SINGLE, {"options": ENGLISH, "explanation": None}, ("en",)),
        (SHORT, {"answer": "A", "key_points": ["one", "two"]}, ("en", "key_points")),
        (SHORT, {"key_points": ["one"]}, ("en",)),
        (NUMERIC, {"stem": "____"}, ("en",)),
        (NUMERIC, {"units": ["years"]}, ("en", "stem")),
        (
            {"type": "case", "parts": [{**SINGLE, "id": "p1", "stem": "问"}]},
            {},
            ("parts", 0),
        ),
    ],
)
def test_half_a_translation_is_refused(
    content: dict[str, Any], english: dict[str, Any], path: tuple[str | int, ...]
) -> None:
    found = [(each.code, each.path) for each in check_translation(made(content, english))]
    assert found == [("translation-gap", path)]

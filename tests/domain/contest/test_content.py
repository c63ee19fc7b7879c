"""Contest questions as screens show them, and their solutions."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizengine.domain.answers import correct_answer
from quizengine.domain.contest.content import citation, shown_question, solution
from quizengine.domain.questions import Basis, Question, question_from_data
from quizengine.domain.registry import Law

LAW = Law.model_validate(
    {
        "id": "bmf-2024",
        "family": "bmf",
        "title": {"zh": "中华人民共和国保守国家秘密法", "en": "Law on Guarding State Secrets"},
        "version": {"zh": "2024年修订", "en": "2024 revision"},
        "in_force": {"from": "2024-05-01"},
    }
)
STEPS = {"a": "一", "b": "二", "c": "三"}


def question(**content: Any) -> Question:
    base = {"id": "test-0001", "tiers": ["leader"], "topics": ["law"], "stem": "问"}
    return question_from_data({**base, **content})


FOUR = {
    "type": "single",
    "options": {**STEPS, "d": "四"},
    "answer": ["b"],
    "explanation": "因为",
}
SINGLE = question(**FOUR)
ORDER = question(type="order", options=STEPS, answer=["c", "a", "b"])
MATCH = question(
    type="match", left={"a": "甲", "b": "乙"}, right=STEPS, answer={"a": "c", "b": "a"}
)
FILL = question(type="fill", stem="____、____", answer=[["书面", "书面形式"], "三"])
NUMERIC = question(
    type="numeric", stem="____", answer=[{"value": "10", "unit": "年", "tolerance": "1"}]
)
SHORT = question(type="short", key_points=[{"text": "及时报告", "points": "2"}])
CASE = question(
    type="case",
    parts=[
        {"id": "p1", "type": "single", "stem": "其一", "options": STEPS, "answer": ["a"]},
        {"id": "p2", "type": "short", "stem": "其二", "key_points": [{"text": "补救"}]},
    ],
)
ALL = [SINGLE, ORDER, MATCH, FILL, NUMERIC, SHORT, CASE]


@pytest.mark.parametrize("asked", ALL, ids=lambda asked: asked.type)
def test_what_is_shown_is_plain_data_and_the_same_each_time(asked: Question) -> None:
    shown = shown_question("buzzer-01", asked)
    assert json.loads(json.dumps(shown)) == shown == shown_question("buzzer-01", asked)
    assert shown["key"] == "buzzer-01"
    assert shown["type"] == asked.type
    assert "answer" not in json.dumps(shown)


def test_options_stand_in_another_order_for_another_slot() -> None:
    orders = {
        tuple(option["key"] for option in shown_question(f"r-{n}", SINGLE)["options"])
        for n in range(20)
    }
    assert len(orders) > 5
    assert all(sorted(order) == ["a", "b", "c", "d"] for order in orders)


@given(st.text(max_size=20))
def test_steps_are_never_shown_in_their_right_order(key: str) -> None:
    shown = [option["key"] for option in shown_question(key, ORDER)["options"]]
    assert sorted(shown) == ["a", "b", "c"]
    assert shown != ["c", "a", "b"]


def test_a_match_shows_its_items_and_their_partners() -> None:
    shown = shown_question("r-1", MATCH)
    assert [item["text"] for item in shown["options"]] == ["甲", "乙"]
    assert sorted(item["key"] for item in shown["right"]) == ["a", "b", "c"]


def test_blanks_and_units() -> None:
    assert shown_question("r-1", FILL)["blanks"] == 2
    shown = shown_question("r-1", NUMERIC)
    assert (shown["blanks"], shown["units"]) == (1, ["年"])


def test_a_case_shows_its_parts() -> None:
    first, second = shown_question("r-1", CASE)["parts"]
    assert (first["id"], first["type"], first["stem"]) == ("p1", "single", "其一")
    assert len(first["options"]) == 3
    assert (second["id"], second["options"]) == ("p2", [])


@pytest.mark.parametrize("asked", ALL, ids=lambda asked: asked.type)
def test_the_solution_has_the_shape_of_an_answer(asked: Question) -> None:
    assert solution(asked, {})["answer"] == correct_answer(asked)
    json.dumps(solution(asked, {}))


def test_the_solution_helps_a_judge() -> None:
    assert solution(SINGLE, {})["explanation"] == "因为"
    assert solution(FILL, {})["accepted"] == [["书面形式"], []]
    assert solution(NUMERIC, {})["accepted"] == [["±1"]]
    assert solution(SHORT, {})["key_points"] == [{"text": "及时报告", "points": "2"}]
    assert solution(CASE, {})["parts"]["p2"]["key_points"] == [{"text": "补救", "points": "1"}]


def test_a_basis_is_cited_in_words() -> None:
    basis = Basis(law="bmf-2024", article="20", paragraph="2", item="1")
    assert citation(basis, {"bmf-2024": LAW}) == {
        "zh": "《中华人民共和国保守国家秘密法》（2024年修订）第20条第2款第1项",
        "en": "Law on Guarding State Secrets (2024 revision) Art. 20 para. 2 item 1",
    }
    assert citation(Basis(law="gone", article="3"), {})["zh"] == "gone 第3条"


def test_english_texts_lie_over_the_others_in_the_same_order() -> None:
    # The bank may name the English options in an order of its own.
    en = {"stem": "Ask", "options": {"d": "4", "c": "3", "b": "2", "a": "1"}, "explanation": "For"}
    shown = shown_question("r-7", question(**{**FOUR, "en": en}))
    assert shown["stem"] == "问"
    assert shown["en"]["stem"] == "Ask"
    assert [one["key"] for one in shown["en"]["options"]] == [x["key"] for x in shown["options"]]
    assert {one["key"]: one["text"] for one in shown["en"]["options"]} == en["options"]
    assert "explanation" not in json.dumps(shown)
    assert solution(question(**{**FOUR, "en": en}), {})["en"]["explanation"] == "For"
    assert shown_question("r-7", SINGLE)["en"] is solution(SINGLE, {})["en"] is None


def test_each_part_of_a_case_has_its_own_english() -> None:
    part = {"id": "p1", "type": "true_false", "stem": "其一", "answer": True, "explanation": "对"}
    english = {"stem": "First", "explanation": "Right"}
    asked = question(type="case", en={"stem": "Case"}, parts=[{**part, "en": english}])
    (shown,) = shown_question("r-1", asked)["en"]["parts"]
    assert (shown["id"], shown["type"], shown["stem"]) == ("p1", "true_false", "First")
    assert [one["text"] for one in shown["options"]] == ["True", "False"]
    assert solution(asked, {})["en"]["parts"]["p1"]["explanation"] == "Right"

"""How a paper displays its questions, and how it is stored."""

from __future__ import annotations

import json
from collections import Counter
from decimal import Decimal
from random import Random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pools import blueprint, registry

from quizengine.domain.assembly import Assembler, Candidate
from quizengine.domain.candidates import Arrangement, Choices
from quizengine.domain.papers import Paper, PaperItem
from quizengine.domain.questions import question_from_data

TEXTS = {"a": "甲", "b": "乙", "c": "丙", "d": "丁"}
MATCH: dict[str, Any] = {
    "type": "match",
    "left": {"l1": "一", "l2": "二"},
    "right": {"r1": "1", "r2": "2", "r3": "3"},
    "answer": {"l1": "r2", "l2": "r1"},
}
SINGLE: dict[str, Any] = {"type": "single", "options": TEXTS, "answer": ["b"]}
ORDER: dict[str, Any] = {"type": "order", "options": TEXTS, "answer": ["b", "a", "d", "c"]}
TRUTH: dict[str, Any] = {"type": "true_false", "answer": False}
FILL: dict[str, Any] = {"type": "fill", "answer": ["30"]}
SHORT: dict[str, Any] = {"type": "short", "key_points": [{"text": "要点"}]}
NUMERIC: dict[str, Any] = {"type": "numeric", "answer": ["30"]}
CASE: dict[str, Any] = {
    "type": "case",
    "parts": [
        {"id": f"p{n}", "stem": "____", **part}
        for n, part in enumerate((SINGLE, ORDER, TRUTH, FILL, MATCH), start=1)
    ],
}


def of(data: dict[str, Any]) -> Candidate:
    common = {"id": "q-1", "tiers": ["leader"], "topics": ["law", "net"], "stem": "____"}
    return Candidate.of(7, question_from_data({**common, **data}))


def drawn(data: dict[str, Any], seed: int, **more: Any) -> PaperItem:
    plan = blueprint({data["type"]: 1}, **more)
    (item,) = Assembler(plan, [of(data)], registry()).draw(Random(seed)).items
    return item


def test_a_candidate_has_the_features_of_its_question() -> None:
    candidate = of({**SINGLE, "difficulty": 4, "cognitive_level": "apply", "pool": "practice"})
    assert candidate.main_topic == "law"
    assert candidate.topics == ("law", "net")
    assert (candidate.type, candidate.difficulty, candidate.pool) == ("single", 4, "practice")
    assert candidate.choices == Choices(("a", "b", "c", "d"))


def test_every_order_of_options_comes_about_as_often() -> None:
    orders = Counter(drawn(SINGLE, seed).options for seed in range(2400))
    assert len(orders) == 24
    assert all(60 < count < 145 for count in orders.values())


def test_options_stay_when_the_blueprint_says_so() -> None:
    assert drawn(SINGLE, 1, shuffle={"options": False}).options == ("a", "b", "c", "d")
    assert drawn(MATCH, 1, shuffle={"options": False}).right == ("r1", "r2", "r3")


def test_true_comes_before_false() -> None:
    assert {drawn(TRUTH, seed).options for seed in range(20)} == {("a", "b")}


@pytest.mark.parametrize("data", [FILL, SHORT, NUMERIC])
def test_types_without_options_have_none(data: dict[str, Any]) -> None:
    item = drawn(data, 1)
    assert (item.options, item.right, item.parts) == ((), (), {})


def test_the_right_side_of_a_match_is_mixed() -> None:
    shown = {drawn(MATCH, seed).right for seed in range(60)}
    assert len(shown) == 6
    assert drawn(MATCH, 1).options == ()


@pytest.mark.parametrize("shuffle", [True, False])
def test_steps_are_never_displayed_in_their_right_order(shuffle: bool) -> None:
    right = {**ORDER, "answer": ["a", "b", "c", "d"]}
    shown = {drawn(right, seed, shuffle={"options": shuffle}).options for seed in range(300)}
    assert len(shown) == 23
    assert ("a", "b", "c", "d") not in shown


def test_parts_of_a_case_keep_their_order_and_mix_their_options() -> None:
    items = [drawn(CASE, seed) for seed in range(100)]
    assert {tuple(item.parts) for item in items} == {("p1", "p2", "p3", "p4", "p5")}
    assert len({item.parts["p1"].options for item in items}) > 10
    assert ("b", "a", "d", "c") not in {item.parts["p2"].options for item in items}
    assert {item.parts["p3"].options for item in items} == {("a", "b")}
    assert {item.parts["p4"] for item in items} == {Arrangement()}
    assert len({item.parts["p5"].right for item in items}) == 6


keys = st.lists(st.from_regex(r"[a-z][a-z0-9]{0,3}", fullmatch=True), max_size=6).map(tuple)
arrangements = st.builds(Arrangement, keys, keys)
items = st.builds(
    PaperItem,
    st.integers(1),
    st.just("leader-0001"),
    st.decimals("0.01", 999, places=2),
    keys,
    keys,
    st.dictionaries(st.sampled_from(["p1", "p2"]), arrangements),
)


@given(st.lists(items, max_size=4).map(lambda rows: Paper(tuple(rows))))
def test_a_stored_paper_is_read_back_as_it_was(paper: Paper) -> None:
    again = Paper.from_data(json.loads(json.dumps(paper.to_data())))
    assert again == paper
    assert [str(i.points) for i in again.items] == [str(i.points) for i in paper.items]


def test_what_is_empty_is_not_stored() -> None:
    paper = Paper((PaperItem(7, "q-1", Decimal("2.50")),))
    assert paper.to_data() == {"items": [{"ref": 7, "id": "q-1", "points": "2.50"}]}

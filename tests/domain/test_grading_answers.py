"""The shape of members' answers: what is let in, and what is right."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from quizengine.domain.blueprints import Credit
from quizengine.domain.grading import (
    correct_answer,
    grade,
    parse_credit,
    validate_accepted,
    validate_answer,
)
from quizengine.domain.questions import Question, question_from_data
from quizengine.domain.text import Refused

OPTIONS = {"a": "甲", "b": "乙", "c": "丙", "d": "丁"}
SHORT = {
    "type": "short",
    "stem": "?",
    "key_points": [{"text": "先报告", "points": 2}, {"text": "再补救", "points": 3}],
}
CONTENT: dict[str, dict[str, Any]] = {
    "single": {"options": OPTIONS, "answer": ["b"]},
    "multiple": {"options": OPTIONS, "answer": ["a", "c", "d"]},
    "true_false": {"answer": False},
    "fill": {"answer": [["30", "三十"], "20"]},
    "numeric": {"answer": [{"value": "30.5", "tolerance": "0.5", "unit": "年"}, "1E+3"]},
    "short": SHORT,
    "order": {"options": OPTIONS, "answer": ["c", "a", "d", "b"]},
    "match": {
        "left": {"l1": "x", "l2": "y"},
        "right": {"r1": "u", "r2": "v", "r3": "w"},
        "answer": {"l1": "r2", "l2": "r1"},
    },
    "case": {
        "parts": [
            {"id": "p1", "type": "single", "stem": "?", "options": OPTIONS, "answer": ["b"]},
            {"id": "p2", **SHORT},
        ]
    },
}
TYPES = sorted(CONTENT)


def make(kind: str, **changes: Any) -> Question:
    return question_from_data(
        {
            "id": "test-1",
            "tiers": ["leader"],
            "topics": ["basics.scope"],
            "type": kind,
            "stem": "?",
            **CONTENT[kind],
            **changes,
        }
    )


def refusal(kind: str, answer: object) -> Refused:
    with pytest.raises(Refused) as caught:
        validate_answer(make(kind), answer)
    assert caught.value.status == 400
    return caught.value


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("single", []),
        ("single", ["b"]),
        ("true_false", ["a"]),
        ("multiple", []),
        ("multiple", ["d", "a"]),
        ("order", []),
        ("order", ["d", "a"]),
        ("fill", []),
        ("fill", ["x"]),
        ("fill", ["", "二十"]),
        ("numeric", ["not a number", ""]),
        ("match", {}),
        ("match", {"l2": "r3"}),
        ("match", {"l1": "r3", "l2": "r3"}),
        ("short", []),
        ("short", ["长" * 8000]),
        ("case", {}),
        ("case", {"p2": ["答"]}),
        ("case", {"p1": [], "p2": []}),
    ],
)
def test_unfinished_answers_fit(kind: str, answer: object) -> None:
    validate_answer(make(kind), answer)


@pytest.mark.parametrize(
    ("kind", "answer", "said"),
    [
        ("single", ["a", "b"], "Only one option"),
        ("single", ["z"], "names z, but the options are a, b, c, d"),
        ("single", "b", "list of strings"),
        ("single", {"a": True}, "list of strings"),
        ("single", None, "list of strings"),
        ("true_false", ["true"], "names true"),
        ("true_false", [True], "list of strings"),
        ("multiple", ["a", "a"], "a key twice"),
        ("multiple", ["A"], "names A"),
        ("order", ["a", "b", "a"], "a key twice"),
        ("order", ["e"], "names e"),
        ("fill", ["1", "2", "3"], "has 3 texts, but there is room for 2"),
        ("fill", ["1" * 201], "201 characters; 200 are allowed"),
        ("fill", [30], "list of strings"),
        ("fill", ["\ud800"], "cannot be stored"),
        ("fill", ["a\0"], "cannot be stored"),
        ("numeric", [30.5], "list of strings"),
        ("numeric", ["1", "2", "3"], "room for 2"),
        ("match", ["l1"], "map left keys"),
        ("match", {"l9": "r1"}, "names l9, but the options are l1, l2"),
        ("match", {"l1": "l2"}, "names l2, but the options are r1, r2, r3"),
        ("match", {"l1": ["r1"]}, "list of strings"),
        ("match", {"\ud800": "r1"}, "cannot be stored"),
        ("short", ["a", "b"], "room for 1"),
        ("short", ["长" * 8001], "8001 characters; 8000 are allowed"),
        ("case", ["b"], "map part ids"),
        ("case", {"p9": ["b"]}, "names p9, but the options are p1, p2"),
        ("case", {"p1": ["z"]}, "Part p1: The answer names z"),
        ("case", {"p1": None}, "Part p1: The answer must be a list"),
    ],
)
def test_misfits_are_refused_with_what_is_wrong(kind: str, answer: object, said: str) -> None:
    refused = refusal(kind, answer)
    assert refused.code == "answer-shape"
    assert said in str(refused)


def test_a_refusal_never_echoes_an_endless_key() -> None:
    assert len(str(refusal("single", ["z" * 100_000]))) < 200


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text()
    | st.sampled_from([*OPTIONS, "l1", "l2", "r1", "r2", "p1", "30", "1e999", "-inf", "NaN"]),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(st.sampled_from(["l1", "l2", "p1", "p2"]) | st.text(), inner, max_size=4)
    ),
    max_leaves=12,
)


rules = st.sampled_from(["partial", "all_or_nothing"])


@given(kind=st.sampled_from(TYPES), answer=json_values, rule=rules)
def test_whatever_is_let_in_is_graded(kind: str, answer: Any, rule: str) -> None:
    question = make(kind)
    try:
        validate_answer(question, answer)
    except Refused:
        return
    result = grade(question, answer, points=Decimal("7.77"), credit=parse_credit(rule))
    assert 0 <= result.score <= result.max_score == Decimal("7.77")


keys = st.lists(st.sampled_from([*OPTIONS]), unique=True)
fitting: dict[str, st.SearchStrategy[Any]] = {
    "single": keys.map(lambda k: k[:1]),
    "true_false": st.sampled_from([[], ["a"], ["b"]]),
    "multiple": keys,
    "order": keys,
    "fill": st.lists(st.text(max_size=200) | st.sampled_from(["30", "20"]), max_size=2),
    "numeric": st.lists(
        st.text(max_size=50)
        | st.floats().map(str)
        | st.from_regex(r"[-+]?\d{0,9}\.?\d{0,9}([eE]-?\d{1,9})?年?", fullmatch=True),
        max_size=2,
    ),
    "short": st.lists(st.text(), max_size=1),
    "match": st.dictionaries(st.sampled_from(["l1", "l2"]), st.sampled_from(["r1", "r2", "r3"])),
}
fitting["case"] = st.fixed_dictionaries(
    {}, optional={"p1": fitting["single"], "p2": fitting["short"]}
)


@given(data=st.data(), kind=st.sampled_from(TYPES))
def test_every_fitting_answer_is_graded_within_its_points(data: st.DataObject, kind: str) -> None:
    question, answer = make(kind), data.draw(fitting[kind])
    try:
        validate_answer(question, answer)
    except Refused as refused:
        assert "cannot be stored" in str(refused)
        return
    result = grade(question, answer, points=Decimal("3.35"), credit=Credit())
    assert 0 <= result.score <= Decimal("3.35")
    assert result.correct in (None, result.score == result.max_score)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("single", ["b"]),
        ("true_false", ["b"]),
        ("multiple", ["a", "c", "d"]),
        ("fill", ["30", "20"]),
        ("numeric", ["30.5", "1000"]),
        ("short", ["先报告\n再补救"]),
        ("order", ["c", "a", "d", "b"]),
        ("match", {"l1": "r2", "l2": "r1"}),
        ("case", {"p1": ["b"], "p2": ["先报告\n再补救"]}),
    ],
)
def test_the_right_answer_has_the_members_shape(kind: str, expected: object) -> None:
    question = make(kind)
    assert correct_answer(question) == expected
    validate_answer(question, expected)


def test_a_model_answer_is_shown_before_key_points() -> None:
    assert correct_answer(make("short", answer="立即报告并采取补救措施。")) == [
        "立即报告并采取补救措施。"
    ]


@pytest.mark.parametrize("kind", [kind for kind in TYPES if kind not in ("short", "case")])
def test_the_right_answer_gets_full_points(kind: str) -> None:
    question = make(kind)
    result = grade(question, correct_answer(question), points=Decimal(4), credit=Credit())
    assert (result.score, result.max_score, result.correct) == (4, 4, True)


@pytest.mark.parametrize(
    ("kind", "answer"),
    [
        ("single", ["a"]),
        ("multiple", ["a", "b"]),
        ("true_false", ["a"]),
        ("fill", ["", "廿"]),
        ("numeric", ["31年"]),
        ("numeric", ["", "5"]),
        ("order", ["a", "b", "c", "d"]),
        ("match", {"l1": "r3", "l2": "r1"}),
        ("case", {"p1": ["a"]}),
    ],
)
def test_finished_answers_may_be_accepted_too(kind: str, answer: object) -> None:
    validate_accepted(make(kind), answer)


@pytest.mark.parametrize(
    ("kind", "answer", "code"),
    [
        ("single", [], "answer-unfinished"),
        ("multiple", [], "answer-unfinished"),
        ("fill", ["", " "], "answer-unfinished"),
        ("numeric", ["", ""], "answer-unfinished"),
        ("numeric", ["many", "5"], "answer-unfinished"),
        ("order", ["a", "b"], "answer-unfinished"),
        ("match", {"l1": "r3"}, "answer-unfinished"),
        ("case", {}, "answer-unfinished"),
        ("case", {"p1": []}, "answer-unfinished"),
        ("case", {"p2": ["x"]}, "answer-by-people"),
        ("short", ["x"], "answer-by-people"),
        ("single", ["z"], "answer-shape"),
        ("single", None, "answer-shape"),
    ],
)
def test_answers_that_cannot_stand_as_right_are_refused(
    kind: str, answer: object, code: str
) -> None:
    with pytest.raises(Refused) as caught:
        validate_accepted(make(kind), answer)
    assert (caught.value.code, caught.value.status) == (code, 400)

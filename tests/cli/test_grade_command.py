"""`quizengine grade` as a person or a script calls it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from click.testing import CliRunner, Result

from quizengine.cli.grade import grade

MULTIPLE = {
    "type": "multiple",
    "stem": "?",
    "options": {"a": "甲", "b": "乙", "c": "丙", "d": "丁"},
    "answer": ["a", "b", "c"],
}
SHORT = {"type": "short", "stem": "?", "key_points": [{"text": "一"}]}


def run(data: Any, *options: str) -> Result:
    raw = data if isinstance(data, str | bytes) else json.dumps(data, ensure_ascii=False)
    return CliRunner().invoke(grade, list(options), input=raw)


def scored(data: Any) -> Any:
    result = run(data, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_partly_right_answer_prints_its_score() -> None:
    asked = {"question": MULTIPLE, "answer": ["a", "b"], "credit": "partial", "points": 2}
    result = run(asked, "--json")
    assert result.stdout == '{"score": 1.33, "max_score": 2}\n'


def test_a_person_reads_score_and_points() -> None:
    asked = {"question": MULTIPLE, "answer": ["a", "b"], "points": 2}
    assert run(asked).stdout == "1.33 / 2\n"


@pytest.mark.parametrize(
    ("inside", "outside", "max_score"),
    [(None, None, 1), (3, None, 3), (None, "2.5", 2.5), (3, 2.5, 2.5), (0.1, None, 0.1)],
)
def test_points_stand_outside_or_in_the_question(
    inside: Any, outside: Any, max_score: float
) -> None:
    question = MULTIPLE if inside is None else {**MULTIPLE, "points": inside}
    asked = {"question": question, "answer": ["a", "b", "c"]}
    asked |= {} if outside is None else {"points": outside}
    assert scored(asked) == {"score": max_score, "max_score": max_score}


@pytest.mark.parametrize(
    "credit", ["all_or_nothing", "all-or-nothing", {"multiple": "all_or_nothing"}]
)
def test_the_credit_rule_is_followed(credit: Any) -> None:
    asked = {"question": MULTIPLE, "answer": ["a", "b"], "credit": credit}
    assert scored(asked) == {"score": 0, "max_score": 1}


def test_null_is_no_answer() -> None:
    assert scored({"question": SHORT, "answer": None}) == {"score": 0, "max_score": 1}


def test_short_answers_are_listed_as_pending() -> None:
    assert scored({"question": SHORT, "answer": ["答"]})["pending"] == [""]
    case = {"type": "case", "stem": "?", "parts": [{"id": "p1", **SHORT}]}
    assert scored({"question": case, "answer": {"p1": ["答"]}})["pending"] == ["p1"]


def test_numbers_of_a_question_are_read_exactly() -> None:
    question = {"type": "numeric", "stem": "?", "answer": [{"value": 0.3, "tolerance": 0.1}]}
    assert scored({"question": question, "answer": ["0.4"]})["score"] == 1
    assert scored({"question": question, "answer": ["0.40000000000000000001"]})["score"] == 0


def test_a_whole_bank_question_with_a_byte_order_mark_is_read() -> None:
    question = {**MULTIPLE, "id": "leader-0001", "tiers": ["leader"], "topics": ["basics.scope"]}
    raw = json.dumps({"question": question, "answer": ["a"]}, ensure_ascii=False)
    assert scored(raw.encode("utf-8-sig")) == {"score": 0.33, "max_score": 1}


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        (b"\xff\xfe\xfd", "not JSON"),
        ("[" * 100_000, "not JSON"),
        ('{"question": NaN, "answer": []}', "not JSON"),
        ("[]", "one JSON object"),
        ({"question": MULTIPLE}, "one JSON object"),
        ({"question": MULTIPLE, "answer": [], "credits": "partial"}, "one JSON object"),
        ({"question": "x", "answer": []}, "question must be"),
        ({"question": {}, "answer": []}, "schema"),
        ({"question": {**MULTIPLE, "hint": "x"}, "answer": []}, "multiple.hint"),
        ({"question": {**MULTIPLE, "answer": ["z"]}, "answer": []}, "names z"),
        ({"question": MULTIPLE, "answer": ["z"]}, "names z"),
        ({"question": MULTIPLE, "answer": "a"}, "list of strings"),
        ({"question": MULTIPLE, "answer": [], "credit": "half"}, "Credit is"),
        ({"question": MULTIPLE, "answer": [], "points": -1}, "points"),
        ({"question": MULTIPLE, "answer": [], "points": 1.005}, "points"),
        ({"question": MULTIPLE, "answer": [], "points": None}, "points"),
        ({"question": MULTIPLE, "answer": [], "points": True}, "points"),
    ],
)
def test_bad_input_is_told_on_stderr(data: Any, said: str) -> None:
    result = run(data, "--json")
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert result.stdout == ""
    assert said in result.stderr
    assert "Traceback" not in result.stderr

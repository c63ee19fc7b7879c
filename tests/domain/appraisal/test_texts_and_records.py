"""Reading texts fast gives what parsing gives; results survive writing; numbers have sentences."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_compute import RULES, Ledger

from quizengine.domain.appraisal.alike import GroupReader, groups_of
from quizengine.domain.appraisal.compute import Year, compute, fields_of, kinds_of
from quizengine.domain.appraisal.explain import (
    Explainer,
    condition_sentence,
    figure,
    stage_sentence,
    task_sentence,
    total_sentence,
)
from quizengine.domain.appraisal.facts import Facts, read_facts
from quizengine.domain.appraisal.record import read_result, result_data, result_text
from quizengine.domain.appraisal.rules import AppraisalRules, Measure
from quizengine.domain.appraisal.texts import TextReader, read_texts
from quizengine.domain.appraisal.totals import reweighed
from quizengine.domain.canonical import canonical_json
from quizengine.domain.entry import entry_body
from quizengine.services.appraisal import compute_year

ZONE = ZoneInfo("Asia/Shanghai")
KINDS = ("exam-result", "exam-missed", "incident")

_plain = st.none() | st.booleans() | st.integers(-9, 9) | st.text(max_size=8)
_data = st.dictionaries(
    st.sampled_from(["score", "passed", "kind", "seq", "on", "x", 'a"b', "{"]),
    _plain
    | st.lists(_plain, max_size=2)
    | st.dictionaries(st.text(max_size=3), _plain, max_size=2),
    max_size=4,
)
_entries = st.lists(
    st.tuples(
        st.integers(0, 500 * 24 * 60),
        st.sampled_from([*KINDS, "other"]),
        st.text(min_size=1, max_size=5),
        st.none() | st.text(min_size=1, max_size=5),
        st.none() | st.text(min_size=1, max_size=5),
        _data,
        st.booleans(),
    ),
    max_size=12,
)


def _texts(rows: list[tuple[Any, ...]]) -> list[str]:
    texts = []
    for seq, (minutes, kind, source, subject, unit, data, corrects) in enumerate(rows, start=1):
        at = datetime(2025, 11, 1, tzinfo=UTC) + timedelta(minutes=minutes)
        number = seq - 1 if corrects and seq > 1 else None
        try:
            body = entry_body(seq, at, kind, source, subject, unit, data, number)
            texts.append(canonical_json(body).decode())
        except ValueError:  # a lone surrogate: no entry can hold it
            body = entry_body(seq, at, kind, "s", None, None, {}, None)
            texts.append(canonical_json(body).decode())
    return texts


# Midnight within an hour, and clocks that jump.
_ZONES = st.sampled_from([ZONE, ZoneInfo("Asia/Kolkata"), ZoneInfo("America/St_Johns")])


@given(_entries, _ZONES)
def test_reading_texts_gives_what_parsing_them_gives(
    rows: list[tuple[Any, ...]], zone: ZoneInfo
) -> None:
    texts = _texts(rows)
    parsed = read_facts((json.loads(text) for text in texts), KINDS, zone, 2026)
    assert read_texts(texts, KINDS, zone, 2026) == parsed
    reader = TextReader(KINDS, zone, 2026, reader=GroupReader)
    for text in texts:
        reader.add(text)
    grouped = [fact for group in groups_of(reader.facts()) for fact in group.facts()]
    assert sorted(grouped, key=lambda fact: fact.first) == [
        fact._replace(seq=fact.first) for fact in parsed.facts
    ]
    assert reader.facts().entries == parsed.entries
    pruned = read_texts(texts, KINDS, zone, 2026, ["score", "passed"])
    assert [fact[:6] for fact in pruned.facts] == [fact[:6] for fact in parsed.facts]
    for mine, other in zip(pruned.facts, parsed.facts, strict=True):
        for name in ("score", "passed"):
            one, two = mine.data.get(name), other.data.get(name)
            assert (type(one), one) == (type(two), two)


def _ledger() -> Ledger:
    made = Ledger()
    made.exam("p1", "A1", 70, "2026-03-01")
    made.exam("p2", "A1", 50, "2026-03-02")
    made.exam("p1", "A1", 90, "2026-09-01")
    made.exam("p2", "A1", 80, "2026-09-03")
    made.exam("p3", "A2", 100, "2026-09-03")
    made.add("training-held", "2026-05-01", "A1")
    made.add("contest-result", "2026-11-20", "A1", "p1", {"rank": 2})
    made.add("incident", "2026-08-01", "A2", "p3", {"severity": "slight"})
    return made


def _canonical(bodies: list[dict[str, Any]]) -> list[str]:
    return [
        canonical_json({**body, "source": f"s:{body['seq']}", "v": 1}).decode() for body in bodies
    ]


def test_texts_and_bodies_of_a_ledger_give_the_same_result() -> None:
    bodies = _ledger().bodies
    texts = _canonical(bodies)
    facts = read_texts(texts, kinds_of(RULES), ZONE, RULES.year, fields_of(RULES))
    assert Year(RULES, facts).result() == compute(RULES, bodies)
    assert compute_year(RULES, texts).result() == compute(RULES, bodies)


_happened = st.tuples(
    st.sampled_from(["exam-result", "exam-missed", "training-held", "contest-result", "incident"]),
    st.sampled_from(["2026-03-01", "2026-03-02", "2026-09-01", "2027-01-01"]),
    st.sampled_from(["A1", "A2", "R", "gone", None]),
    st.sampled_from(["p1", "p2", None]),
    st.sampled_from([50, 70, 90]),
    st.sampled_from([None, None, "right", "void"]),
)


@given(st.lists(_happened, max_size=25), st.sampled_from(["best", "last", "entry"]))
def test_counting_alike_entries_at_once_gives_what_counting_each_gives(
    rows: list[tuple[Any, ...]], each: str
) -> None:
    text = RULES.model_dump_json(by_alias=True).replace('"each":"best"', f'"each":"{each}"')
    rules = AppraisalRules.model_validate_json(text)
    made = Ledger()
    for kind, on, unit, who, score, correction in rows:
        data = {"score": str(score), "max_score": "100", "passed": score >= 60, "rank": 2}
        number = len(made.bodies) if correction and len(made.bodies) > 1 else None
        made.add(kind, on, unit, who, {**data, "void": correction == "void"}, number)
    assert compute_year(rules, _canonical(made.bodies)).result() == compute(rules, made.bodies)


def test_a_result_survives_being_written_and_read() -> None:
    result = compute(RULES, _ledger().bodies)
    text = result_text(RULES, result)
    again = read_result(json.loads(text))
    assert again == result
    assert result_text(RULES, again) == text
    assert result_data(RULES, again) == json.loads(text)


def test_the_weights_of_the_rules_give_the_result_itself() -> None:
    result = compute(RULES, _ledger().bodies)
    assert reweighed(RULES, result) == result
    weights = [Decimal(0), Decimal(100), Decimal(0)]
    tasks = [
        task.model_copy(update={"weight": weight})
        for task, weight in zip(RULES.tasks, weights, strict=True)
    ]
    other = reweighed(RULES.model_copy(update={"tasks": tasks}), result)
    unit = other.unit("A1")
    assert unit is not None
    assert unit.total == Decimal("87.00")  # mean 0.85 of the second half, and 2 for a prize


def _said(measure: Mapping[str, Any], values: Mapping[str, int | Fraction] | None = None) -> str:
    data = RULES.model_dump(mode="json", by_alias=True)
    data["tasks"][0]["measure"] = measure
    rules = AppraisalRules.model_validate(data)
    known = {key: Fraction(value) for key, value in (values or {}).items()}

    def value(part: Measure) -> Fraction:
        if part.op in known:
            return known[part.op]
        return year.of_unit(part, "A1", rules.stages[1])

    year = Year(rules, Facts())
    explainer = Explainer(rules, value, "en")
    return " ".join(text.render() for text in explainer.sentences(rules.tasks[0].measure))


_PASSED = {"op": "persons", "kind": ["exam-result"], "where": {"passed": True}}


@pytest.mark.parametrize(
    ("measure", "values", "said"),
    [
        (
            {"op": "share", "of": _PASSED, "among": {"op": "members"}},
            {"persons": 45, "members": 50, "share": Fraction(9, 10)},
            "45 people with “Exam result” (passed: yes), out of 50 members at the end of the "
            "stage: 90 %.",
        ),
        (
            {"op": "share", "of": _PASSED, "among": {"op": "members"}, "if_none": 1},
            {"persons": 0, "members": 0, "share": 1},
            "There is nothing to compare with (0 members at the end of the stage): that counts "
            "as 100 %.",
        ),
        (
            {
                "op": "scale",
                "of": {"op": "count", "kind": ["contest-result"], "where": {"rank": {"max": 3}}},
                "full_at": 4,
            },
            {"count": 1, "scale": Fraction(1, 4)},
            "1 entry “Contest result” (rank: at most 3). 0 gives nothing and 4 gives full marks: "
            "1 gives 25 %.",
        ),
        (
            {
                "op": "steps",
                "of": {"op": "sum", "kind": ["exam-result"], "field": "score"},
                "steps": [{"from": 10, "gives": 0.5}, {"from": 20, "gives": 1}],
            },
            {"sum": 15, "steps": Fraction(1, 2)},
            "score of “Exam result” adds up to 15. 15 reaches the step from 10, which gives 50 %.",
        ),
        (
            {
                "op": "least",
                "of": [{"op": "number", "value": 2}, {"op": "task", "task": "score"}],
            },
            {"number": 2, "task": Fraction(1, 2), "least": Fraction(1, 2)},
            "2. task “Scores” reached 50 %. The smallest of 2, 0.5 counts: 0.5.",
        ),
        (
            {
                "op": "mean",
                "kind": ["exam-result", "exam-missed"],
                "field": "score",
                "out_of": "max_score",
            },
            {"mean": Fraction(17, 20)},
            "mean score of “Exam result” or “Missed exam”, each person's best one: 85 %.",
        ),
    ],
)
def test_a_measure_is_put_into_words(
    measure: dict[str, Any], values: dict[str, int | Fraction], said: str
) -> None:
    assert _said(measure, values) == said


def test_what_followed_from_a_number_is_put_into_words() -> None:
    half = Fraction(1, 2)
    assert stage_sentence(Fraction(50), Fraction(9, 10), Fraction(45)).render() == (
        "90 % of 50 full marks: 45."
    )
    assert task_sentence([Fraction(20), Fraction(60)], Fraction(60)).render() == (
        "20 + 60 = 80; 80 × 60 % = 48 of the total."
    )
    total = total_sentence([Fraction(48), Fraction(67, 2)], [Fraction(-3), ZERO], HUNDRED, "78.50")
    assert total.render() == "48 + 33.5 − 3 = 78.5, rounded once at the end: 78.50."
    assert condition_sentence(Fraction(19, 20), Fraction(9, 10), None).render() == (
        "Asked for: at least 90 %. It is 95 %."
    )
    assert condition_sentence(half, None, ZERO).render() == "Asked for: at most 0. It is 0.5."


ZERO, HUNDRED = Fraction(0), Fraction(100)


@given(st.fractions(-1000, 1000), st.integers(0, 4))
def test_a_number_for_people_is_the_nearest_one(value: Fraction, places: int) -> None:
    shown = Fraction(figure(value, places))
    assert abs(shown - value) <= Fraction(1, 2 * 10**places)

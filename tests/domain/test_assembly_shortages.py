"""What can't be assembled is refused with each quota that is short, and by how many."""

from __future__ import annotations

from itertools import combinations, product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pools import LEAVES, TYPES, blueprint, candidate, excess, pools, quotas, registry, total

from quizengine.domain.assembly import Assembler, Candidate, Infeasible, Shortage
from quizengine.domain.blueprints import Blueprint


def shortages(plan: Blueprint, pool: list[Candidate]) -> list[Shortage]:
    with pytest.raises(Infeasible) as caught:
        Assembler(plan, pool, registry())
    return caught.value.shortages


def figures(plan: Blueprint, pool: list[Candidate]) -> list[tuple[str, int, int, int]]:
    return [(s.quota, s.needed, s.available, s.short) for s in shortages(plan, pool)]


def all_papers(plan: Blueprint, pool: list[Candidate]) -> list[list[Candidate]]:
    """Every choice by the sections alone, which take what there is where there is too little."""
    per_type = []
    for section in plan.sections:
        those = [one for one in pool if one.type == section.type]
        per_type.append(list(combinations(those, min(section.count, len(those)))))
    return [[one for part in parts for one in part] for parts in product(*per_type)]


sections = st.dictionaries(st.sampled_from(TYPES), st.integers(1, 3), min_size=1)


@given(pools(0, 8), sections, quotas(4))
@settings(max_examples=200)
def test_shortages_agree_with_trying_all_papers(
    pool: list[Candidate], counts: dict[str, int], rules: list[dict[str, Any]]
) -> None:
    plan = blueprint(counts, rules)
    papers = all_papers(plan, pool)
    sections_short = [
        (f"type={kind}", count, having, count - having)
        for kind, count in counts.items()
        if (having := sum(one.type == kind for one in pool)) < count
    ]
    alone, bounds = [], []
    for quota in plan.quotas:
        totals = [total(paper, quota) for paper in papers]
        low, high = min(totals), max(totals)
        label = quota.label() or "*"
        if quota.lower > high:
            alone.append((label, quota.lower, high, quota.lower - high))
        if quota.upper is not None and quota.upper < low:
            alone.append((label, quota.upper, low, low - quota.upper))
        upper = quota.upper if quota.upper is None else max(quota.upper, low)
        bounds.append((min(quota.lower, high), upper))
    least = min(
        sum(
            excess(total(paper, quota), *bound)
            for quota, bound in zip(plan.quotas, bounds, strict=True)
        )
        for paper in papers
    )
    if not sections_short and not alone and not least:
        Assembler(plan, pool, registry())
        return
    found = figures(plan, pool)
    known = sections_short + alone
    assert found[: len(known)] == known
    assert sum(short for *_, short in found[len(known) :]) == least


def test_every_section_and_quota_that_is_short_is_named() -> None:
    pool = [candidate(n, topic="net.mail") for n in range(4)]
    plan = blueprint(
        {"single": 6, "order": 1}, [{"topic": "law", "min": 2}, {"topic": "net", "max": 3}]
    )
    assert figures(plan, pool) == [
        ("type=single", 6, 4, 2),
        ("type=order", 1, 0, 1),
        ("topic=law", 2, 0, 2),
        ("topic=net", 3, 4, 1),
    ]


def test_messages_say_what_limits_a_quota() -> None:
    pool = [candidate(n, difficulty=n % 2 + 1) for n in range(10)]
    plan = blueprint(
        {"single": 6},
        [{"difficulty": 1, "count": 7}, {"type": "single", "min": 8}, {"difficulty": 2, "max": 0}],
    )
    assert [str(s.text) for s in shortages(plan, pool)] == [
        "difficulty=1: 7 needed, but the pool has only 5; 2 short.",
        "type=single: 8 needed, but the sections have room for only 6; 2 too many.",
        "difficulty=2: at most 0 allowed, but the pool has so few others that a paper has at "
        "least 1; 1 too many.",
    ]


def test_a_quota_can_contradict_itself() -> None:
    pool = [candidate(n, topic=LEAVES[n % 4]) for n in range(40)]
    plan = blueprint({"single": 9}, [{"topic": "law", "min": 6, "max": 4}])
    assert figures(plan, pool) == [("topic=law", 6, 4, 2)]


def test_quotas_that_exclude_each_other_are_named_together() -> None:
    pool = [
        candidate(n, difficulty=n % 2 + 1, topic=("law.scope", "net.mail")[n // 2 % 2])
        for n in range(40)
    ]
    plan = blueprint(
        {"single": 10},
        [
            {"topic": "law", "min": 2},
            {"difficulty": 1, "count": 7},
            {"difficulty": 2, "min": 5},
            {"cognitive_level": "apply", "max": 10},
        ],
    )
    (shortage,) = shortages(plan, pool)
    assert shortage.short == 2
    text = str(shortage.text)
    assert "difficulty=1" in text
    assert "difficulty=2" in text
    assert "topic" not in text
    assert "cognitive_level" not in text


def test_what_only_half_a_question_would_solve_is_a_conflict() -> None:
    pool = [candidate(n, topic=LEAVES[n % 4]) for n in range(20)]
    pairs = [(LEAVES[0], LEAVES[1]), (LEAVES[1], LEAVES[2]), (LEAVES[0], LEAVES[2])]
    rules: list[dict[str, Any]] = [{"topic": list(pair), "count": 1} for pair in pairs]
    rules.insert(0, {"topic": LEAVES[3], "max": 3})
    (shortage,) = shortages(blueprint({"single": 4}, rules), pool)
    assert shortage.short == 1
    assert LEAVES[3] not in str(shortage.text)
    assert all(f"topic={one}|{two}" in str(shortage.text) for one, two in pairs)


def test_too_many_is_said_of_a_quota_with_an_upper_bound() -> None:
    pool = [candidate(n, topic=("law.scope", "net.mail")[n % 2]) for n in range(20)]
    rules = [{"topic": "law", "max": 3}, {"topic": "net", "max": 4}]
    (shortage,) = shortages(blueprint({"single": 10}, rules), pool)
    assert shortage.short == 3
    assert "too many" in str(shortage.text)


def test_the_refusal_says_it_all_in_any_language() -> None:
    plan = blueprint({"single": 2, "order": 1}, [{"difficulty": 5, "min": 1}])
    with pytest.raises(Infeasible) as caught:
        Assembler(plan, [candidate(1)], registry())
    assert caught.value.code == "infeasible"
    assert str(caught.value).splitlines() == [
        "The pool can't satisfy the blueprint test:",
        "type=single: 2 needed, but the pool has only 1; 1 short.",
        "type=order: 1 needed, but the pool has only 0; 1 short.",
        "difficulty=5: 1 needed, but the pool has only 0; 1 short.",
    ]
    chinese = caught.value.text.render(lambda t: t.replace("the pool has only", "题库仅有"))
    assert "type=single: 2 needed, but 题库仅有 1; 1 short." in chinese


def test_the_solver_is_silent_about_conflicts(capfd: pytest.CaptureFixture[str]) -> None:
    pool = [candidate(n, difficulty=n % 2 + 1) for n in range(20)]
    rules = [{"difficulty": 1, "min": 5}, {"difficulty": 2, "min": 6}]
    shortages(blueprint({"single": 10}, rules), pool)
    assert capfd.readouterr() == ("", "")

"""Papers satisfy their blueprint exactly, differ, and use the pool evenly."""

from __future__ import annotations

from collections import Counter
from datetime import date
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pools import LEAVES, blueprint, candidate, excess, pools, quotas, registry, total

from quizengine.domain.assembly import Assembler, Candidate, Infeasible, Paper
from quizengine.domain.blueprints import Blueprint
from quizengine.domain.candidates import drawable
from quizengine.domain.questions import question_from_data

SECTIONS = {"single": 18, "multiple": 12}
QUOTAS: list[dict[str, Any]] = [
    *({"topic": leaf, "min": 6, "max": 9} for leaf in LEAVES),
    {"difficulty": [1, 2], "count": 12},
    {"type": "multiple", "cognitive_level": "apply", "min": 5},
    {"exclusive": True, "min": 14},
]


def varied(size: int) -> list[Candidate]:
    """Three fifths `single`, two fifths `multiple`, all other features in turn."""
    levels = ("apply", "remember", "apply", "understand")
    tiers = (frozenset({"leader"}), frozenset({"leader", "outbound"}))
    return [
        candidate(
            n,
            type="single" if n % 5 < 3 else "multiple",
            topic=LEAVES[n // 5 % 4],
            difficulty=n // 3 % 5 + 1,
            cognitive_level=levels[n // 7 % 4],
            tiers=tiers[n // 2 % 2],
        )
        for n in range(size)
    ]


def chosen(paper: Paper, pool: list[Candidate]) -> list[Candidate]:
    by_ref = {one.ref: one for one in pool}
    return [by_ref[item.ref] for item in paper.items]


def assert_satisfied(paper: Paper, pool: list[Candidate], plan: Blueprint) -> None:
    drawn = chosen(paper, pool)
    assert len({one.question_id for one in drawn}) == plan.questions
    wanted = [(s.type, s.points) for s in plan.sections for _ in range(s.count)]
    points = [item.points for item in paper.items]
    assert [(one.type, p) for one, p in zip(drawn, points, strict=True)] == wanted
    for quota in plan.quotas:
        assert excess(total(drawn, quota), quota.lower, quota.upper) == 0, quota.label()


@st.composite
def satisfiable(draw: st.DrawFn) -> tuple[list[Candidate], Blueprint]:
    """A pool, and quotas that one paper of it is known to satisfy."""
    pool = draw(pools(6, 40))
    sample = draw(st.lists(st.sampled_from(pool), min_size=2, unique=True))
    sections = Counter(one.type for one in sample)
    plan = blueprint(dict(sections), draw(quotas(len(sample))))
    exact = []
    for quota in plan.quotas:
        features = quota.model_dump(exclude={"count", "min", "max"}, exclude_none=True)
        number, slack = total(sample, quota), draw(st.integers(0, 1))
        exact.append({**features, "min": max(number - slack, 0), "max": number + slack})
    return pool, blueprint(dict(sections), exact)


@given(satisfiable(), st.integers())
def test_a_paper_satisfies_sections_and_quotas_exactly(
    known: tuple[list[Candidate], Blueprint], seed: int
) -> None:
    pool, plan = known
    assembler = Assembler(plan, pool, registry())
    rng = Random(seed)
    for _ in range(3):
        assert_satisfied(assembler.draw(rng), pool, plan)


@given(satisfiable(), st.integers())
@settings(max_examples=30)
def test_the_programme_alone_satisfies_them_too(
    known: tuple[list[Candidate], Blueprint], seed: int
) -> None:
    pool, plan = known
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("quizengine.domain.repair.STEPS_PER_QUESTION", 0)
        assembler = Assembler(plan, pool, registry())
    assert_satisfied(assembler.draw(Random(seed)), pool, plan)


def test_other_tiers_pools_and_types_stay_out() -> None:
    strangers = [
        candidate(10, tiers=frozenset({"outbound"})),
        candidate(11, pool="practice"),
        candidate(12, type="fill"),
    ]
    with pytest.raises(Infeasible):
        Assembler(blueprint({"single": 1}), strangers, registry())
    paper = Assembler(blueprint({"single": 1}), [*strangers, candidate(1)], registry()).draw(
        Random(1)
    )
    assert [item.question_id for item in paper.items] == ["q-0001"]


def test_two_revisions_of_one_question_are_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="two revisions"):
        Assembler(blueprint({"single": 1}), [candidate(1), candidate(1)], registry())


def test_papers_follow_from_the_seed_and_not_from_the_order_of_the_pool() -> None:
    plan, pool = blueprint(SECTIONS, QUOTAS), varied(100)
    mixed = Random(5).sample(pool, len(pool))
    first, second = (Assembler(plan, some, registry()) for some in (pool, mixed))
    rng, other = Random(7), Random(7)
    assert [first.draw(rng) for _ in range(5)] == [second.draw(other) for _ in range(5)]
    # What was drawn before leaves no trace.
    assert first.draw(Random(7)) == second.draw(Random(7))


def test_papers_differ() -> None:
    assembler = Assembler(blueprint(SECTIONS, QUOTAS), varied(100), registry())
    sets = {frozenset(i.ref for i in assembler.draw(Random(seed)).items) for seed in range(200)}
    assert len(sets) == 200


@pytest.mark.parametrize("rules", [[], QUOTAS])
def test_the_pool_is_used_evenly(rules: list[dict[str, Any]]) -> None:
    pool, plan, papers = varied(100), blueprint(SECTIONS, rules), 2000
    assembler = Assembler(plan, pool, registry())
    rng = Random(11)
    used = Counter(i.ref for _ in range(papers) for i in assembler.draw(rng).items)
    shares = [used[one.ref] / papers for one in pool]
    # 18 of 60 and 12 of 40: 0.3 each without quotas.
    low, high = (0.26, 0.34) if not rules else (0.2, 0.42)
    assert low < min(shares)
    assert max(shares) < high


def test_sections_of_one_type_share_it() -> None:
    sections = [
        {"type": "single", "count": 3, "points": "1"},
        {"type": "multiple", "count": 2, "points": "4"},
        {"type": "single", "count": 2, "points": "2.5"},
    ]
    pool, plan = varied(40), blueprint(sections, QUOTAS[:0])
    paper = Assembler(plan, pool, registry()).draw(Random(3))
    assert_satisfied(paper, pool, plan)
    assert paper.points == plan.total == 16


def test_scarce_and_plentiful_questions_of_a_quota_are_used_alike() -> None:
    # A sample holds 5 of the 33 easy ones as a rule, and so 7 more are swapped in.
    pool = [
        candidate(n, difficulty=1, topic="net.mail" if n < 3 else "law.duty") for n in range(33)
    ]
    pool += [candidate(n, difficulty=2) for n in range(33, 200)]
    plan = blueprint({"single": 30}, [{"difficulty": 1, "count": 12}, {"topic": "net", "max": 9}])
    assembler, rng, papers = Assembler(plan, pool, registry()), Random(4), 1000
    used = Counter(i.ref for _ in range(papers) for i in assembler.draw(rng).items)
    assert all(0.29 < used[one.ref] / papers < 0.45 for one in pool[:33])


def test_swaps_lead_out_of_dead_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    def unneeded(*_: object) -> None:
        raise AssertionError("left to the programme")

    monkeypatch.setattr("quizengine.domain.feasibility.Programme.nearest", unneeded)
    levels = ("apply", "remember", "understand")
    pool, rng = varied(80), Random(8)
    sample = [
        one
        for kind, n in SECTIONS.items()
        for one in rng.sample([c for c in pool if c.type == kind], n)
    ]
    features: list[dict[str, Any]] = [
        *({"topic": leaf} for leaf in LEAVES),
        *({"difficulty": d} for d in (1, 2, 3, 4)),
        *({"cognitive_level": level, "type": kind} for level in levels for kind in SECTIONS),
        *({"exclusive": True, "topic": leaf} for leaf in LEAVES),
    ]
    free = blueprint(SECTIONS, features)
    exact = [{**f, "count": total(sample, q)} for f, q in zip(features, free.quotas, strict=True)]
    plan = blueprint(SECTIONS, exact)
    assembler = Assembler(plan, pool, registry())
    for _ in range(50):
        assert_satisfied(assembler.draw(rng), pool, plan)


def test_questions_are_mixed_within_their_section() -> None:
    pool = varied(60)
    rules = [{"difficulty": [1, 2], "count": 5}]
    assembler = Assembler(blueprint({"single": 10}, rules), pool, registry())
    firsts = [chosen(assembler.draw(Random(seed)), pool)[0].difficulty for seed in range(100)]
    assert 30 < sum(difficulty <= 2 for difficulty in firsts) < 70


def test_questions_stay_in_the_order_of_their_ids_when_the_blueprint_says_so() -> None:
    pool = varied(60)
    plan = blueprint({"multiple": 5, "single": 5}, shuffle={"questions": False})
    drawn = Assembler(plan, pool, registry()).draw(Random(2))
    order = [item.question_id for item in drawn.items]
    assert order == sorted(order[:5]) + sorted(order[5:])


def test_a_further_attempt_gets_unseen_questions_where_quotas_allow() -> None:
    pool = varied(100)
    cells = [{"topic": leaf, "type": kind, "count": 3} for leaf in LEAVES for kind in SECTIONS]
    plan = blueprint({"single": 12, "multiple": 12}, cells)
    assembler = Assembler(plan, pool, registry())
    for seed in range(20):
        rng = Random(seed)
        seen = Counter(item.ref for item in assembler.draw(rng).items)
        second = assembler.draw(rng, seen)
        assert not seen.keys() & {item.ref for item in second.items}
        assert_satisfied(second, pool, plan)


def test_among_groups_that_satisfy_a_quota_unseen_questions_decide() -> None:
    pool = [candidate(n, difficulty=1, topic=LEAVES[n % 2 * 2]) for n in range(10)]
    pool += [candidate(n, difficulty=2) for n in range(10, 30)]
    rules = [{"difficulty": 1, "count": 4}, {"topic": "law", "max": 9}]
    assembler = Assembler(blueprint({"single": 9}, rules), pool, registry())
    seen = {one.ref: 1 for one in pool[:10:2]}
    for seed in range(30):
        assert not seen.keys() & {item.ref for item in assembler.draw(Random(seed), seen).items}


def test_when_all_were_seen_the_least_seen_come_first() -> None:
    pool = [candidate(n) for n in range(6)]
    assembler = Assembler(blueprint({"single": 3}), pool, registry())
    seen = {one.ref: 2 if n < 3 else 1 for n, one in enumerate(pool)}
    assert {i.question_id for i in assembler.draw(Random(1), seen).items} == {
        "q-0003",
        "q-0004",
        "q-0005",
    }


def test_seen_questions_never_stand_in_the_way_of_a_quota() -> None:
    pool = [candidate(n, difficulty=1 if n < 2 else 2) for n in range(20)]
    plan = blueprint({"single": 5}, [{"difficulty": 1, "count": 2}])
    paper = Assembler(plan, pool, registry()).draw(Random(1), {pool[0].ref: 9, pool[1].ref: 9})
    assert_satisfied(paper, pool, plan)


def test_the_solver_prints_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    Assembler(blueprint(SECTIONS, QUOTAS), varied(100), registry())
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("change", "fits"),
    [
        ({}, True),
        ({"tiers": ["outbound"]}, False),
        ({"pool": "practice"}, False),
        ({"valid": {"from": "2025-03-02"}}, False),
        ({"valid": {"from": "2025-03-01", "to": "2025-03-01"}}, True),
        ({"valid": {"to": "2025-02-28"}}, False),
    ],
)
def test_drawable_asks_for_tier_pool_and_day(change: dict[str, Any], fits: bool) -> None:
    data = {
        "id": "q-1",
        "type": "true_false",
        "tiers": ["leader", "outbound"],
        "topics": ["law"],
        "stem": "?",
        "answer": True,
        **change,
    }
    plan = blueprint({"true_false": 1})
    assert drawable(question_from_data(data), plan, date(2025, 3, 1)) is fits

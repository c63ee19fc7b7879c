"""Questions for a contest out of a pool: how many, how mixed, and what is short."""

from __future__ import annotations

from collections import Counter
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from quizengine.domain.blueprints import Blueprint, Quota, Section
from quizengine.domain.candidates import Candidate
from quizengine.domain.contest.drawing import (
    Demand,
    TooFew,
    alike_for_all,
    demands,
    draw,
)
from quizengine.domain.contest.rules import ContestRules, Prize
from quizengine.domain.registry import Registry, Title

NAME = {"zh": "名", "en": "name"}
REGISTRY = Registry()


def candidate(ref: int, kind: str = "single", difficulty: int = 2, tier: str = "t") -> Candidate:
    return Candidate(
        ref=ref,
        question_id=f"q-{ref}",
        type=kind,
        main_topic="x",
        topics=("x",),
        difficulty=difficulty,
        tiers=frozenset({tier}),
        cognitive_level="apply",
        pool="contest",
    )


def blueprint(
    name: str, *sections: tuple[str, int], quotas: tuple[Quota, ...] = (), tier: str = "t"
) -> Blueprint:
    return Blueprint(
        id=name,
        title=Title(zh="名", en="name"),
        tier=tier,
        pool="contest",
        duration_s=60,
        pass_mark=0,
        sections=[Section(type=kind, count=count, points=1) for kind, count in sections],
        quotas=list(quotas),
    )


def rules(*rounds: dict[str, Any]) -> ContestRules:
    numbered = [
        {"id": f"r{number}", "title": NAME, "blueprint": "b", "spares": 1, **round_}
        for number, round_ in enumerate(rounds)
    ]
    for round_ in numbered:
        if "values" in round_:
            del round_["blueprint"]
    return ContestRules.model_validate({"id": "x", "title": NAME, "rounds": numbered})


def test_each_kind_of_round_needs_its_own_number() -> None:
    wager = [{"points": 10, "blueprint": "easy"}, {"points": 30, "blueprint": "hard"}]
    made = demands(
        rules(
            {"kind": "compulsory", "questions": 3, "turns": "members"},
            {"kind": "compulsory", "questions": 3, "turns": "together"},
            {"kind": "buzzer", "questions": 8},
            {"kind": "wager", "questions": 2, "values": wager},
            {"kind": "tie_break", "questions": 5},
            {"kind": "audience", "questions": 2, "spares": 0},
        ),
        teams=4,
    )
    assert [(d.round_id, d.blueprint, d.questions, d.spares, d.value) for d in made] == [
        ("r0", "b", 12, 1, None),
        ("r1", "b", 3, 1, None),
        ("r2", "b", 8, 1, None),
        ("r3", "easy", 8, 1, 10),
        ("r3", "hard", 8, 1, 30),
        ("r4", "b", 5, 1, None),
        ("r5", "b", 2, 0, None),
    ]


@pytest.mark.parametrize(
    ("teams", "prizes", "when", "ties"),
    [
        (4, [1, 1, 2], "any", 2),
        (5, [], "any", 2),
        (4, [], "prize", 1),
        (4, [1], "prize", 1),
        # Two prizes are decided at places 1, 2 and 3: by one tie, as nobody is in two of them.
        (4, [1, 1], "prize", 1),
        (4, [1, 1, 1], "prize", 2),
        (6, [1, 1, 2], "prize", 2),
        (6, [2, 2], "prize", 2),
        (1, [1], "prize", 1),
    ],
)
def test_a_tie_break_has_questions_for_every_tie_that_there_can_be(
    teams: int, prizes: list[int], when: str, ties: int
) -> None:
    played = rules({"kind": "tie_break", "questions": 3, "when": when}).model_copy(
        update={"prizes": [Prize(title=Title(**NAME), count=count) for count in prizes]}
    )
    assert [demand.questions for demand in demands(played, teams)] == [3 * ties]


@settings(max_examples=25)
@given(st.integers(0, 2**32), st.lists(st.integers(1, 9), min_size=1, max_size=4))
def test_no_question_is_drawn_twice_and_every_demand_is_met(seed: int, counts: list[int]) -> None:
    pool = [candidate(ref, ("single", "multiple")[ref % 2]) for ref in range(60)]
    blueprints = {"b": blueprint("b", ("single", 2), ("multiple", 1))}
    wanted = [Demand(f"r{n}", "b", count, n % 2) for n, count in enumerate(counts)]
    drawn = draw(wanted, blueprints, pool, REGISTRY, Random(seed))
    assert [part.demand for part in drawn] == wanted
    assert [(len(p.questions), len(p.spares)) for p in drawn] == [
        (d.questions, d.spares) for d in wanted
    ]
    refs = [c.ref for part in drawn for c in (*part.questions, *part.spares)]
    assert len(set(refs)) == len(refs)


def test_papers_of_the_blueprint_keep_its_mixture() -> None:
    pool = [candidate(ref, ("single", "multiple")[ref % 2]) for ref in range(60)]
    blueprints = {"b": blueprint("b", ("single", 2), ("multiple", 1))}
    (part,) = draw([Demand("r", "b", 12, 0)], blueprints, pool, REGISTRY, Random(1))
    assert Counter(c.type for c in part.questions) == {"single": 8, "multiple": 4}


def test_the_scarce_go_to_the_round_that_needs_them() -> None:
    # Every hard question is wanted by the second round; the first one takes any.
    pool = [candidate(ref, difficulty=5 if ref < 4 else 1) for ref in range(10)]
    blueprints = {
        "any": blueprint("any", ("single", 1)),
        "hard": blueprint("hard", ("single", 2), quotas=(Quota(difficulty=[5], count=2),)),
    }
    wanted = [Demand("first", "any", 6, 0), Demand("second", "hard", 4, 0)]
    for seed in range(20):
        first, second = draw(wanted, blueprints, pool, REGISTRY, Random(seed))
        assert {c.difficulty for c in second.questions} == {5}
        assert {c.difficulty for c in first.questions} == {1}


def test_every_demand_that_is_short_is_named() -> None:
    pool = [candidate(ref) for ref in range(10)]
    blueprints = {
        "b": blueprint("b", ("single", 3)),
        "none": blueprint("none", ("single", 1), tier="other"),
    }
    wanted = [Demand("a", "b", 8, 0), Demand("b", "b", 7, 0), Demand("c", "none", 2, 0, 30)]
    with pytest.raises(TooFew) as refused:
        draw(wanted, blueprints, pool, REGISTRY, Random(1))
    lacks = {lack.demand.round_id: lack.short for lack in refused.value.lacks}
    assert lacks["c"] == 2
    assert lacks.get("a", 0) + lacks.get("b", 0) == 5
    text = str(refused.value)
    assert "Round c/30 needs 2 questions of the blueprint none" in text
    assert "2 short" in text


def test_the_last_paper_need_not_be_whole() -> None:
    pool = [candidate(ref) for ref in range(5)]
    blueprints = {"b": blueprint("b", ("single", 3))}
    (part,) = draw([Demand("r", "b", 5, 0)], blueprints, pool, REGISTRY, Random(1))
    assert len(part.questions) == 5


def test_what_was_seen_least_is_drawn_first() -> None:
    pool = [candidate(ref) for ref in range(12)]
    blueprints = {"b": blueprint("b", ("single", 3))}
    seen = dict.fromkeys(range(6), 1)
    (part,) = draw([Demand("r", "b", 6, 0)], blueprints, pool, REGISTRY, Random(1), seen)
    assert {c.ref for c in part.questions} == set(range(6, 12))
    (part,) = draw([Demand("r", "b", 8, 0)], blueprints, pool, REGISTRY, Random(1), seen)
    assert {c.ref for c in part.questions} > set(range(6, 12))


def test_a_turn_asks_all_teams_much_the_same() -> None:
    kinds = ["single"] * 4 + ["multiple"] * 4
    pool = [candidate(ref, kind, 1 + ref % 2) for ref, kind in enumerate(kinds)]
    Random(3).shuffle(pool)
    made = alike_for_all(pool, blueprint("b", ("multiple", 1), ("single", 1)), 2, Random(1))
    turns = [{(c.type, c.difficulty) for c in made[at : at + 2]} for at in range(0, 8, 2)]
    assert turns == [{("multiple", 1)}, {("multiple", 2)}, {("single", 1)}, {("single", 2)}]
    assert sorted(c.ref for c in made) == list(range(8))

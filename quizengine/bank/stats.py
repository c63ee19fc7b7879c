"""Figures of a bank: how much there is of what, and on which law it rests."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from quizengine.bank.loaded import LoadedBank
from quizengine.domain.questions import CaseQuestion, Question, Single, TrueFalse
from quizengine.domain.registry import Registry


def bank_stats(bank: LoadedBank, today: date) -> dict[str, Any]:
    """Counts by tier, type, main topic, pool and cognitive level, basis, and answer give-aways.

    `bilingual` counts the questions with English texts.
    """
    questions = [*bank.questions.values(), *bank.drafts.values()]
    return {
        "questions": len(questions),
        "drafts": len(bank.drafts),
        "by_tier": _sorted(Counter(tier for q in questions for tier in q.tiers)),
        "by_tier_alone": _sorted(Counter(q.tiers[0] for q in questions if len(q.tiers) == 1)),
        "by_type": _sorted(Counter(q.type for q in questions)),
        "by_topic": _sorted(Counter(q.topics[0] for q in questions)),
        "by_pool": _sorted(Counter(q.pool for q in questions)),
        "bilingual": sum(q.en is not None for q in questions),
        "by_cognitive_level": _sorted(Counter(q.cognitive_level for q in questions)),
        "basis": basis_stats(questions, bank.registry, today),
        "answers": answer_stats(questions),
    }


def _sorted(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items()))


def basis_stats(questions: list[Question], registry: Registry, today: date) -> dict[str, int]:
    """`cited` citations, `checked` of them exist, `stale` are not in force; `missing` questions.

    Checked: the article exists in a registered version. Stale: that version is no longer in force.
    """
    cited = [basis for question in questions for basis in question.basis]
    laws = [(basis, registry.laws.get(basis.law)) for basis in cited]
    return {
        "cited": len(cited),
        "checked": sum(law is not None and law.holds(basis) for basis, law in laws),
        "stale": sum(law is not None and not law.in_force_on(today) for _, law in laws),
        "missing": sum(not question.basis for question in questions),
    }


def answer_stats(questions: list[Question]) -> dict[str, Any]:
    """How far someone gets without knowing anything, over `single` and `true_false`.

    `longest` is the share of points for always choosing the longest option (ties share the
    point), `chance` that of choosing blindly; `positions` the share of right answers at each
    place of four options as written; `true` the share of true statements.
    """
    asked: list[object] = []
    for question in questions:
        asked += question.parts if isinstance(question, CaseQuestion) else [question]
    singles = [a for a in asked if isinstance(a, Single)]
    truths = [a for a in asked if isinstance(a, TrueFalse)]
    fours = [s for s in singles if len(s.options) == 4]
    places = Counter(list(s.options).index(s.answer[0]) for s in fours)
    return {
        "singles": len(singles),
        "longest": _share(sum(_longest_earns(s) for s in singles), len(singles)),
        "chance": _share(sum(1 / len(s.options) for s in singles), len(singles)),
        "positions": [_share(places[i], len(fours)) for i in range(4)],
        "true": _share(sum(t.answer == [next(iter(t.options))] for t in truths), len(truths)),
    }


def _longest_earns(single: Single) -> float:
    longest = max(len(text) for text in single.options.values())
    chosen = [key for key, text in single.options.items() if len(text) == longest]
    return (single.answer[0] in chosen) / len(chosen)


def _share(part: float, whole: int) -> float:
    return round(part / whole, 4) if whole else 0.0

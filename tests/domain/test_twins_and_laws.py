"""Near-duplicates are found among many, and the law map says what rests on what."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from random import Random

from quizengine.bank.loaded import LoadedBank
from quizengine.bank.loader import load_bank
from quizengine.domain.lawmap import law_map
from quizengine.domain.questions import Basis, Validity
from quizengine.domain.registry import Move, Place
from quizengine.domain.twins import twins

SMALL = Path(__file__).parents[1] / "banks" / "small"
WORDS = "保密期限密级文件载体人员单位机关涉密管理制度检查责任审批传递销毁登记公开网络设备"


def jaccard(one: str, other: str) -> float:
    first, second = ({text[n : n + 2] for n in range(len(text) - 1)} for text in (one, other))
    return len(first & second) / len(first | second)


def test_twins_are_found_among_thousands_and_are_as_alike_as_said() -> None:
    rng = Random(7)
    texts = {f"q-{n}": "".join(rng.choices(WORDS, k=30)) for n in range(2000)}
    for n in range(50):
        changed = list(texts[f"q-{n}"])
        changed[rng.randrange(1, 29)] = "甲"
        texts[f"twin-{n}"] = "".join(changed)
    found = {(pair.one, pair.other): pair.likeness for pair in twins(texts, 0.6)}
    assert {(f"q-{n}", f"twin-{n}") for n in range(50)} <= found.keys()
    for (one, other), likeness in found.items():
        assert abs(jaccard(texts[one], texts[other]) - likeness) < 0.001
        assert likeness >= 0.6
    same = twins({"a": "涉密 人员，离岗！", "b": "涉密人员离岗", "c": "？", "d": ""}, 0.9)
    assert [(pair.one, pair.other, pair.likeness) for pair in same] == [("a", "b", 1.0)]
    assert twins({}, 0.5) == []
    crowd = twins({f"q-{n:03}": "同一道题" for n in range(200)}, 0.9)
    assert len(crowd) == 199


def small() -> LoadedBank:
    return load_bank(SMALL, date(2026, 3, 2))


def test_the_law_map_counts_questions_gaps_and_what_must_move() -> None:
    bank = small()
    day = date(2026, 3, 2)
    questions = list(bank.questions.values())
    found = law_map(questions, bank.registry, day)
    assert found.total.questions == found.total.in_force == len(questions)
    assert found.tasks == ()
    line = next(each for each in found.laws if each.law.id == "bmf-2024")
    assert len(line.articles) == line.law.articles
    resting = {q.id for q in questions if any(b.article == "28" for b in q.basis)}
    assert set(line.articles[27].questions) >= resting and resting
    assert {a.article for a in line.articles if not a.questions} == set(line.uncovered)

    old = Basis(law="bmf-2010", article="15")
    stale = questions[0].model_copy(update={"basis": [old]})
    gone = stale.model_copy(update={"id": "x-gone", "valid": Validity(to=date(2025, 1, 1))})
    move = Move(article="15", to=[Place(article="20", paragraph="1")], change="moved")
    law = bank.registry.laws["bmf-2010"].model_copy(update={"moves": [move]})
    registry = replace(bank.registry, laws={**bank.registry.laws, law.id: law})
    moved = law_map([stale, gone, *questions[1:]], registry, day)
    assert [(task.question, task.next_law) for task in moved.tasks] == [(stale.id, "bmf-2024")]
    assert moved.total == replace(
        found.total, questions=len(questions) + 1, in_force=len(questions) - 1
    )
    assert moved.to_data()["work"] == [
        {
            "question": stale.id,
            "cited": "bmf-2010 15",
            "change": "moved",
            "proposed": ["bmf-2024 20(1)"],
        }
    ]

"""Export and import again: what a format holds comes back equal, what it can't hold is named."""

from __future__ import annotations

import random
from datetime import date
from typing import Any

import pytest
from anyquestions import questions as any_question
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from test_exchange_typed import finisher
from website import ROOT

from quizengine.bank.exchange.bankdata import draft_data, full_data
from quizengine.bank.exchange.formats import format_named
from quizengine.bank.loader import load_bank
from quizengine.bank.registries import load_registry
from quizengine.domain.questions import Question, question_from_data, question_to_data

FORMATS = ("text", "docx", "xlsx", "csv")
REGISTRY = load_registry(ROOT / "question_bank", [])
# What a question must have, for a comparison with one that came without.
NEEDED = {"tiers": ["?"], "topics": ["?"]}
_CLAUSES = (
    *("涉密人员离岗离职的", "机关、单位应当", "国家秘密载体的", "在互联网上", "组织涉密会议时"),
    *("实行脱密期管理", "及时报告", "由定密责任人批准", "不得擅自复制", "履行登记手续"),
    *("（不含工作秘密）", "“一事一授权”", "《保密审查办法》", "2024年以来", "A4纸", "AI工具"),
)


def back(form: str, made: list[Question]) -> tuple[dict[str, dict[str, Any]], list[str], int]:
    """What comes back by id, the losses as `id field`, and how many lines are nowhere."""
    written = format_named(form).write(made, REGISTRY)
    reading = finisher().reading(format_named(form).read(written.data, "a"))
    found = {}
    for draft in reading.drafts:
        data = {**NEEDED, **draft_data(draft)}
        found[str(data.get("id"))] = full_data(data)
    losses = [f"{loss.question} {loss.field}" for loss in written.losses]
    return found, losses, len(reading.unclaimed()) + len(reading.unread)


def different(question: Question, found: dict[str, dict[str, Any]]) -> set[str]:
    """The fields that have not come back equal."""
    wanted = question_to_data(question)
    came = found.get(question.id)
    if came is None:
        return {"question"}
    return {name for name in wanted.keys() | came.keys() if wanted.get(name) != came.get(name)}


@pytest.mark.parametrize("form", FORMATS)
# Without shrinking, which takes minutes here: what was drawn is small already.
@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
@given(data=st.data())
def test_what_comes_back_different_is_named_and_nothing_else(
    form: str, data: st.DataObject
) -> None:
    made = [data.draw(any_question(number)) for number in (1, 2, 3)]
    found, losses, _ = back(form, made)
    for question in made:
        named = {loss.split(" ", 1)[1] for loss in losses if loss.startswith(f"{question.id} ")}
        assert different(question, found) == named


def plain_question(number: int, chance: random.Random) -> Question:
    """A question as people write them, without signs that a format uses itself."""

    def text(least: int = 1) -> str:
        return "".join(chance.choices(_CLAUSES, k=least + chance.randrange(3)))

    def options(count: int) -> dict[str, str]:
        return {key: f"{text()}{key.upper()}类{number}" for key in "abcdef"[:count]}

    kinds = ("single", "multiple", "true_false", "fill", "short", "order", "match", "numeric")
    kind = kinds[number % len(kinds)]
    keys = list("abcd")
    chance.shuffle(keys)
    bodies: dict[str, dict[str, Any]] = {
        "single": {"options": options(4), "answer": keys[:1]},
        "multiple": {"options": options(5), "answer": sorted(keys[:3])},
        "true_false": {"answer": chance.random() < 0.5},
        "fill": {
            "answer": [[text(), text(2)], [text()]],
            "stem": f"第{number}号____，{text()}____。",
        },
        "short": {"answer": text(3), "key_points": [{"text": text(), "points": "2"}]},
        "order": {"options": options(4), "answer": keys},
        "match": {
            "left": {"l1": text(), "l2": text(2)},
            "right": {"r1": text(), "r2": text(2), "r3": text(3)},
            "answer": {"l1": "r3", "l2": "r1"},
        },
        "numeric": {"answer": [{"value": "30", "tolerance": "0.5", "unit": "年"}]},
    }
    return question_from_data(
        {
            "id": f"made-{number:04}",
            "type": kind,
            "stem": f"关于第{number}号事项，{text(2)}。",
            "tiers": ["new_member", "leader"],
            "topics": ["carrier.handling"],
            "difficulty": 1 + number % 5,
            "pool": "practice",
            "basis": [{"law": "bmf-2024", "article": str(1 + number % 65)}],
            "valid": {"from": date(2024, 5, 1)},
            "explanation": f"{text(2)}。",
            **bodies[kind],
        }
    )


@pytest.mark.parametrize("form", FORMATS)
def test_a_thousand_questions_come_back_with_nothing_lost(form: str) -> None:
    chance = random.Random(7)
    made = [plain_question(number, chance) for number in range(1000)]
    # The writer reads its file back and compares; that it does so honestly is tested above.
    assert format_named(form).write(made, REGISTRY).losses == ()


def test_the_bank_that_is_shipped_loses_only_its_english() -> None:
    bank = load_bank(ROOT / "question_bank", date(2026, 11, 28))
    made = [*bank.questions.values()][::18]
    cases = {question.id for question in made if question.type == "case"}
    for form in ("text", "csv"):
        _, losses, elsewhere = back(form, made)
        assert elsewhere == 0
        # Parts of a case have English texts of their own.
        for question, field in (loss.split(" ") for loss in losses):
            assert field == "en" or (field == "parts" and question in cases)

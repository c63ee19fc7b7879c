"""A thousand questions in each structured format: written, read, and nothing lost unnamed."""

from __future__ import annotations

from datetime import date
from itertools import cycle, islice
from pathlib import Path

import pytest
from anyquestions import plain, question_of

from quizengine.bank.exchange.formats import FORMATS
from quizengine.bank.loader import load_bank
from quizengine.domain.questions import Question
from quizengine.domain.registry import Registry

SMALL = Path(__file__).parents[1] / "banks" / "small"
MANY = 1000
MARKS = (
    "~=#{}:\\",
    "<b>&amp;</b>",
    "]]>",
    "%50%",
    "$x$ → 《条例》第3条",
    "“引号”\n第二行",
    "A. B)",
)


@pytest.fixture(scope="module")
def bank() -> tuple[list[Question], Registry]:
    """A thousand questions of all types, made of the small bank's with marks in their stems."""
    loaded = load_bank(SMALL, date(2026, 3, 2))
    pairs = zip(cycle(loaded.questions.values()), cycle(MARKS), strict=False)
    made = [
        question.model_copy(update={"id": f"many-{n}", "stem": f"（{n}）{question.stem}{mark}"})
        for n, (question, mark) in enumerate(islice(pairs, MANY))
    ]
    return made, loaded.registry


@pytest.mark.parametrize("name", ["gift", "moodle-xml", "qti", "aiken"])
def test_a_thousand_questions_are_read_back(
    name: str, bank: tuple[list[Question], Registry]
) -> None:
    questions, registry = bank
    form = FORMATS[name]
    written = form.write(questions, registry)
    reading = form.read(written.data, f"many{form.suffixes[0]}")
    assert reading.unread == () and reading.unclaimed() == []
    left_out = {loss.question for loss in written.losses if loss.field == "question"}
    held = [question for question in questions if question.id not in left_out]
    assert len(reading.drafts) == len(held)
    if name == "aiken":
        assert {question.type for question in held} == {"single", "true_false"}
        stems = [" ".join(question.stem.split("\n")) for question in held]
        assert [draft.stem for draft in reading.drafts] == stems
        return
    assert {loss.field for loss in written.losses} <= {"question"}
    back = {draft.more["id"]: plain(question_of(draft)) for draft in reading.drafts}
    assert back == {question.id: plain(question) for question in held}
    several = {q.id for q in questions if q.type in ("fill", "numeric") and len(q.answer) > 1}
    assert left_out == (several if name == "gift" else set())

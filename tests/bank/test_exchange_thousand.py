"""Any question, and a thousand, in each structured format: nothing is lost unnamed."""

from __future__ import annotations

from datetime import date
from itertools import cycle, islice
from pathlib import Path

import pytest
from anyquestions import plain, question_of, questions
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from quizengine.bank.exchange.formats import FORMATS
from quizengine.bank.loader import load_bank
from quizengine.domain.questions import Question
from quizengine.domain.registry import Registry

SMALL = Path(__file__).parents[1] / "banks" / "small"
MANY = 1000
EXAMPLES = 25
MARKS = (
    "~=#{}:\\",
    "<b>&amp;</b>",
    "]]>",
    "%50%",
    "$x$ → 《条例》第3条",
    "“引号”\n第二行",
    "A. B)",
)


@pytest.mark.parametrize("name", ["gift", "moodle-xml", "qti"])
@settings(max_examples=EXAMPLES, phases=(Phase.explicit, Phase.generate))
@given(data=st.data())
def test_questions_are_equal_after_writing_and_reading(name: str, data: st.DataObject) -> None:
    question = data.draw(questions(one_blank=name == "gift"))
    form = FORMATS[name]
    written = form.write([question], Registry())
    reading = form.read(written.data, f"x{form.suffixes[0]}")
    assert reading.unread == () and reading.unclaimed() == []
    back = [plain(question_of(draft)) for draft in reading.drafts]
    assert len(back) == 1
    if not written.losses:
        assert back == [plain(question)]


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
    made, registry = bank
    form = FORMATS[name]
    written = form.write(made, registry)
    reading = form.read(written.data, f"many{form.suffixes[0]}")
    assert reading.unread == () and reading.unclaimed() == []
    left_out = {loss.question for loss in written.losses if loss.field == "question"}
    held = [question for question in made if question.id not in left_out]
    assert len(reading.drafts) == len(held)
    if name == "aiken":
        assert {question.type for question in held} == {"single", "true_false"}
        stems = [" ".join(question.stem.split("\n")) for question in held]
        assert [draft.stem for draft in reading.drafts] == stems
        return
    assert {loss.field for loss in written.losses} <= {"question"}
    back = {draft.more["id"]: plain(question_of(draft)) for draft in reading.drafts}
    assert back == {question.id: plain(question) for question in held}
    several = {q.id for q in made if q.type in ("fill", "numeric") and len(q.answer) > 1}
    assert left_out == (several if name == "gift" else set())

"""A further right answer, as it is given in the form of a repair."""

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import MultiDict

from quizengine.domain.questions import (
    Asked,
    CaseQuestion,
    Fill,
    Match,
    Multiple,
    Numeric,
    Order,
    Question,
    Single,
    TrueFalse,
)


def read_answer(question: Question, form: MultiDict[str, str]) -> Any:
    """The answer in the shape that members give; of a case only the parts that were filled in."""
    if not isinstance(question, CaseQuestion):
        return _read(question, form, "answer")
    given = {part.id: _read(part, form, f"answer-{part.id}") for part in question.parts}
    return {part_id: answer for part_id, answer in given.items() if answer and any(answer)}


def _read(asked: Asked, form: MultiDict[str, str], name: str) -> Any:
    if isinstance(asked, Match):
        pairs = {left: form.get(f"{name}-{left}", "") for left in asked.left}
        return {left: right for left, right in pairs.items() if right}
    if isinstance(asked, Order):
        places = sorted((form.get(f"{name}-{key}", 0, type=int), key) for key in asked.options)
        return [key for place, key in places if place > 0]
    if isinstance(asked, Fill | Numeric):
        return [form.get(f"{name}-{i}", "").strip() for i in range(len(asked.answer))]
    if isinstance(asked, Single | Multiple | TrueFalse):
        chosen = set(form.getlist(name))
        return [key for key in asked.options if key in chosen]
    return []

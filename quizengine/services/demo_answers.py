"""Answers of the demo, as people of different ability give them."""

from __future__ import annotations

import random
from typing import Any

from quizengine.domain.grading import correct_answer
from quizengine.domain.questions import CaseQuestion, Question, Short


def answer_of(question: Question, ability: float, rng: random.Random) -> Any:
    """An answer of somebody who knows `ability` (0 … 1) of what is asked."""
    right: Any = correct_answer(question)
    if isinstance(question, CaseQuestion):
        return {
            part.id: right[part.id] if rng.random() < ability else slip(part, right[part.id], rng)
            for part in question.parts
        }
    # Harder questions are missed more often.
    if rng.random() < ability - 0.06 * (question.difficulty - 3):
        return right
    return slip(question, right, rng)


def slip(asked: Any, right: Any, rng: random.Random) -> Any:
    """A plausible slip: another option, one too few, two steps swapped, another number."""
    if isinstance(asked, Short):
        return ["按规定办理，并及时向保密工作机构报告。"]
    if isinstance(right, dict):
        values = list(right.values())
        return dict(zip(right, values[1:] + values[:1], strict=True))
    if asked.type in ("single", "true_false"):
        return [rng.choice([key for key in asked.options if key not in right])]
    if asked.type == "multiple":
        return right[:-1] if rng.random() < 0.7 else list(asked.options)
    if asked.type == "order":
        return [right[1], right[0], *right[2:]]
    return ["15" if value != "15" else "30" for value in right]

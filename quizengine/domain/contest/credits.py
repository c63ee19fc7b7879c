"""How much of a team's answer is right by the key."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from quizengine.domain.answers import validate_answer
from quizengine.domain.blueprints import Credit
from quizengine.domain.grading import grade
from quizengine.domain.questions import Question


def credit_of(question: Question, answer: Any) -> str | None:
    """What part of an answer is right, "0" … "1"; None if people have to decide.

    Refused `answer-shape` (400) for what is no answer to this question.
    """
    validate_answer(question, answer)
    graded = grade(question, answer, points=Decimal(1), credit=Credit.model_validate({}))
    return None if graded.pending else format(graded.score.normalize(), "f")

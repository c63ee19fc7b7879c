"""What members must not see before answers are released."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy.orm import Session

from quizengine.domain.questions import Asked, CaseQuestion, Fill, Question, Short
from quizengine.services.bank import current_questions


def hidden_texts(session: Session) -> set[str]:
    """Explanations, key points, keywords, model answers and fill variants of the served bank.

    Those that stand in some stem or option as well are left out.
    """
    asked = [a for question in current_questions(session).values() for a in _asked(question)]
    shown = "\n".join(text for one in asked for text in _shown(one))
    found = {text for one in asked for text in _hidden(one) if text not in shown}
    assert len(found) > 30, found
    return found


def _asked(question: Question) -> list[Asked]:
    return [question, *(question.parts if isinstance(question, CaseQuestion) else ())]


def _shown(asked: Asked) -> Iterator[str]:
    yield asked.stem
    for field in ("options", "left", "right"):
        yield from getattr(asked, field, {}).values()


def _hidden(asked: Asked) -> Iterator[str]:
    if asked.explanation:
        yield asked.explanation
    if isinstance(asked, Fill):
        yield from (variant for blank in asked.answer for variant in blank)
    if isinstance(asked, Short):
        if asked.answer:
            yield asked.answer
        for point in asked.key_points:
            yield from (point.text, *point.keywords)

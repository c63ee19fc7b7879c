"""An own sitting, as its member may see it while answering and afterwards."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any, Literal, cast

from pydantic import Field
from sqlalchemy import select

from quizengine.domain.translations import in_language
from quizengine.services.bank import questions_of
from quizengine.services.papers import parse_paper
from quizengine.services.question_view import QuestionView, question_view
from quizengine.services.shown import ExamName, Shown, title_of
from quizengine.services.sittings import own_sitting
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import Answer, Sitting

SittingState = Literal["open", "submitted", "expired", "graded"]


class SavedAnswer(Shown):
    """An answer as it is on disk; `seq` is the browser's count."""

    answer: Any
    seq: int
    saved_at: datetime


class MarksView(Shown):
    """What the member noted: question ids with a flag, and the place (from 0) last looked at."""

    flags: list[str] = Field(default_factory=list)
    at: int = 0


class SittingView(Shown):
    """A sitting; `answers` by question id."""

    id: int
    exam: ExamName
    attempt: int
    state: SittingState = Field(description="`open` until handed in or out of time.")
    started_at: datetime
    deadline: datetime
    closed_at: datetime | None
    server_now: datetime
    questions: list[QuestionView]
    answers: dict[str, SavedAnswer]
    marks: MarksView


def sitting_view(
    session: SessionLike, now: datetime, person_id: int, sitting_id: int, language: str
) -> SittingView:
    """The member's sitting, in a fixed number of statements.

    Refused: `unknown-sitting` (404), also for somebody else's.
    """
    sitting = own_sitting(session, person_id, sitting_id)
    items = parse_paper(sitting.paper.items).items
    questions = questions_of(session, [item.ref for item in items])
    return SittingView(
        id=sitting.id,
        exam=ExamName(id=sitting.exam.id, title=title_of(sitting.exam, language)),
        attempt=sitting.attempt,
        state=shown_state(sitting, now),
        started_at=sitting.started_at,
        deadline=sitting.deadline,
        closed_at=sitting.closed_at,
        server_now=now,
        questions=[
            question_view(in_language(questions[item.ref], language), item) for item in items
        ],
        answers=_answers(session, sitting_id),
        marks=MarksView.model_validate_json(sitting.marks),
    )


def shown_state(sitting: Sitting, now: datetime) -> SittingState:
    """The state; past the deadline it is `expired`, also before the server has closed it."""
    if sitting.state == "open" and now > sitting.deadline:
        return "expired"
    return cast(SittingState, sitting.state)


def _answers(session: SessionLike, sitting_id: int) -> dict[str, SavedAnswer]:
    rows = session.execute(
        select(Answer.question_id, Answer.answer, Answer.seq, Answer.saved_at).where(
            Answer.sitting_id == sitting_id
        )
    )
    return {
        question_id: SavedAnswer(answer=json.loads(answer), seq=seq, saved_at=saved_at)
        for question_id, answer, seq, saved_at in rows
    }

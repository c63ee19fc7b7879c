"""闯关: what a participant sees of a run: never a question before its turn."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from pydantic import Field
from sqlalchemy import select

from quizengine.domain.answers import correct_answer
from quizengine.domain.papers import PaperItem
from quizengine.domain.translations import in_language
from quizengine.services.bank import questions_of, served_registry
from quizengine.services.mass_lookup import contest_of_exam
from quizengine.services.member_results import BasisView, basis_view
from quizengine.services.papers import parse_paper
from quizengine.services.question_view import QuestionView, question_view
from quizengine.services.shown import Shown, title_of
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import Answer, MassContest, MassStep, Sitting

Outcome = Literal["right", "wrong", "late"]
Ending = Literal["all", "mistake", "late", "time", "stopped"]


class StepView(Shown):
    """The question that waits for its answer; `deadline` only where each has its time."""

    number: int = Field(description="From 1.")
    question: QuestionView
    deadline: datetime | None


class DoneView(Shown):
    """A question that was answered, with what is released by that."""

    number: int
    question: QuestionView
    answer: Any
    outcome: Outcome
    correct: Any
    explanation: str
    basis: list[BasisView]


class RunView(Shown):
    """A run of a challenge as its participant sees it: never a question before its turn."""

    id: int
    title: str
    state: Literal["open", "over"]
    ending: Ending | None = Field(description="Why it is over.")
    server_now: datetime
    deadline: datetime
    question_s: int | None = Field(description="Seconds for each question; null for no limit.")
    total: int = Field(description="Questions in all.")
    right: int = Field(description="Answered right so far.")
    step: StepView | None = Field(description="The question that waits, if one is open.")
    last: DoneView | None = Field(description="The latest question that was answered.")


def done_steps(session: SessionLike, sitting_id: int) -> list[MassStep]:
    """The questions that were answered or out of time, in their order."""
    query = select(MassStep).where(MassStep.sitting_id == sitting_id, MassStep.outcome.is_not(None))
    return list(session.scalars(query.order_by(MassStep.number)))


def current_step(session: SessionLike, sitting_id: int) -> MassStep | None:
    """The question that waits for its answer; None between two questions."""
    query = select(MassStep).where(MassStep.sitting_id == sitting_id, MassStep.outcome.is_(None))
    return session.scalar(query)


def step_deadline(contest: MassContest, step: MassStep) -> datetime | None:
    """When the time for the question ends; None where only the whole has a limit."""
    if contest.question_s is None:
        return None
    return step.shown_at + timedelta(seconds=contest.question_s)


def item_of(sitting: Sitting, step: MassStep) -> PaperItem:
    """The question of the step, as the paper displays it."""
    return parse_paper(sitting.paper.items).items[step.number - 1]


def view_of(session: SessionLike, now: datetime, sitting: Sitting, language: str) -> RunView:
    """Where the run is."""
    contest = contest_of_exam(session, sitting.exam_id)
    steps = done_steps(session, sitting.id)
    step = current_step(session, sitting.id) if sitting.state == "open" else None
    total = len(parse_paper(sitting.paper.items).items)
    return RunView(
        id=sitting.id,
        title=title_of(sitting.exam, language),
        state="open" if sitting.state == "open" else "over",
        ending=None if sitting.state == "open" else _ending(sitting, steps, total),
        server_now=now,
        deadline=sitting.deadline,
        question_s=contest.question_s,
        total=total,
        right=sum(each.outcome == "right" for each in steps),
        step=_waiting(session, sitting, contest, step, language) if step else None,
        last=done_view(session, sitting, steps[-1], language) if steps else None,
    )


def _ending(sitting: Sitting, steps: list[MassStep], total: int) -> Ending:
    last = steps[-1].outcome if steps else None
    if last == "wrong":
        return "mistake"
    if last == "late":
        return "late"
    if len(steps) == total:
        return "all"
    return "time" if sitting.closed_by == "server" else "stopped"


def _waiting(
    session: SessionLike, sitting: Sitting, contest: MassContest, step: MassStep, language: str
) -> StepView:
    item = item_of(sitting, step)
    question = in_language(questions_of(session, [item.ref])[item.ref], language)
    return StepView(
        number=step.number,
        question=question_view(question, item),
        deadline=step_deadline(contest, step),
    )


def done_view(session: SessionLike, sitting: Sitting, step: MassStep, language: str) -> DoneView:
    """A question of the run that is over, with its right answer."""
    item = item_of(sitting, step)
    question = in_language(questions_of(session, [item.ref])[item.ref], language)
    stored = session.get(Answer, (sitting.id, step.question_id))
    laws = served_registry(session).laws
    return DoneView(
        number=step.number,
        question=question_view(question, item),
        answer=None if stored is None else json.loads(stored.answer),
        outcome=cast(Outcome, step.outcome),
        correct=correct_answer(question),
        explanation=question.explanation,
        basis=[basis_view(basis, laws, language) for basis in question.basis],
    )

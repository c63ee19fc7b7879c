"""The bank as it is served: figures, lists of questions, and one question with its history."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

from sqlalchemy import select

from quizengine.bank.loaded import LoadedBank
from quizengine.bank.stats import bank_stats
from quizengine.domain.papers import PaperItem
from quizengine.domain.problems import Problem
from quizengine.domain.questions import Basis, CaseQuestion, Question
from quizengine.domain.registry import Law, Registry
from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor, forbidden
from quizengine.services.bank import (
    current_questions,
    questions_of,
    served_registry,
    stored_problems,
)
from quizengine.services.bank_files import require_editor
from quizengine.services.question_view import QuestionView, question_view
from quizengine.services.repairs import exams_using
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import BankState, CurrentQuestion, Revision


@dataclass(frozen=True)
class Overview:
    """What is served, since when, and what the last look at the folder found.

    `served_at` is None before the first good bank. `figures` as in `bank_stats`.
    """

    served_at: datetime | None
    figures: dict[str, Any]
    registry: Registry
    problems: list[Problem]

    @property
    def errors(self) -> int:
        """How many problems keep the folder from being served."""
        return sum(problem.severity == "error" for problem in self.problems)


@dataclass(frozen=True)
class Filter:
    """What to look for; None or "" leaves a condition out.

    `text` is part of an id, or words that all stand in the stem. `topic` takes in the topics below
    it, and looks at all topics of a question.
    """

    text: str = ""
    tier: str = ""
    topic: str = ""
    type: str = ""
    pool: str = ""
    difficulty: int | None = None
    cognitive_level: str = ""
    law: str = ""
    article: str = ""


@dataclass(frozen=True)
class QuestionLine:
    """A question in the list, and where it stands in the folder."""

    question: Question
    file: str
    line: int


@dataclass(frozen=True)
class RevisionLine:
    """One content that a question had."""

    number: int
    digest: str
    created_at: datetime
    current: bool


@dataclass(frozen=True)
class Citation:
    """A legal basis; `law` is None if it is not registered."""

    basis: Basis
    law: Law | None
    in_force: bool


@dataclass(frozen=True)
class QuestionPage:
    """A question with everything about it; `file` is "" when it is no longer in the bank."""

    question: Question
    shown: QuestionView
    citations: list[Citation]
    file: str
    line: int
    revisions: list[RevisionLine]
    exams: int
    registry: Registry


def overview(session: SessionLike, today: date, actor: Actor, root: Path) -> Overview:
    """The state of the bank, for admins and auditors of all units; else Refused `forbidden`."""
    if not (actor.everywhere("admin") or actor.everywhere("auditor")):
        raise forbidden()
    state = session.get(BankState, 1)
    registry = served_registry(session)
    questions = {question.id: question for question in current_questions(session).values()}
    served = LoadedBank(root, registry=registry, questions=questions)
    return Overview(
        state.served_at if state else None,
        bank_stats(served, today),
        registry,
        stored_problems(session),
    )


def list_questions(
    session: SessionLike, actor: Actor, wanted: Filter, *, offset: int = 0, size: int = 25
) -> tuple[list[QuestionLine], int]:
    """A page of the questions that fit, by id, and how many there are."""
    require_editor(actor)
    registry = served_registry(session)
    fits = sorted(
        (q for q in current_questions(session).values() if _fits(q, wanted, registry)),
        key=lambda question: question.id,
    )
    page = fits[offset : offset + size]
    rows = session.execute(
        select(CurrentQuestion.question_id, CurrentQuestion.file, CurrentQuestion.line).where(
            CurrentQuestion.question_id.in_([question.id for question in page])
        )
    )
    places = {row.question_id: (row.file, row.line) for row in rows}
    lines = [QuestionLine(question, *places.get(question.id, ("", 0))) for question in page]
    return lines, len(fits)


def _fits(question: Question, wanted: Filter, registry: Registry) -> bool:
    text = wanted.text.strip().lower()
    return (
        wanted.type in ("", question.type)
        and wanted.pool in ("", question.pool)
        and wanted.difficulty in (None, question.difficulty)
        and wanted.cognitive_level in ("", question.cognitive_level)
        and (not wanted.tier or wanted.tier in question.tiers)
        and _rests(question, wanted)
        and (not wanted.topic or any(registry.within(t, wanted.topic) for t in question.topics))
        and (text in question.id or all(word in question.stem.lower() for word in text.split()))
    )


def _rests(question: Question, wanted: Filter) -> bool:
    """Whether one of its bases is the law and article that are looked for."""
    return not (wanted.law or wanted.article) or any(
        wanted.law in ("", basis.law) and wanted.article in ("", basis.article)
        for basis in question.basis
    )


def question_page(
    session: SessionLike, today: date, actor: Actor, question_id: str
) -> QuestionPage:
    """The question as it is served, or the last content of one that is gone.

    Refused: `forbidden` (403), `unknown-question` (404).
    """
    require_editor(actor)
    rows = session.scalars(
        select(Revision).where(Revision.question_id == question_id).order_by(Revision.id.desc())
    ).all()
    if not rows:
        raise Refused("unknown-question", N_("There is no such question."), status=404)
    current = session.get(CurrentQuestion, question_id)
    shown_id = current.revision_id if current else rows[0].id
    contents = questions_of(session, [row.id for row in rows])
    question = contents[shown_id]
    registry = served_registry(session)
    return QuestionPage(
        question,
        question_view(question, PaperItem(shown_id, question_id, _points(question))),
        [_citation(basis, registry, today) for basis in question.basis],
        current.file if current else "",
        current.line if current else 0,
        [_line(row, current) for row in rows],
        len(exams_using(session, contents)),
        registry,
    )


def _points(question: Question) -> Decimal:
    """Points for showing it: a paper would say how many; parts of a case have their weights."""
    if isinstance(question, CaseQuestion):
        return sum((part.points for part in question.parts), Decimal(0))
    return Decimal(1)


def _line(row: Revision, current: CurrentQuestion | None) -> RevisionLine:
    is_current = current is not None and current.revision_id == row.id
    return RevisionLine(row.number, row.digest, row.created_at, is_current)


def _citation(basis: Basis, registry: Registry, today: date) -> Citation:
    law = registry.laws.get(basis.law)
    return Citation(basis, law, law is not None and law.in_force_on(today))

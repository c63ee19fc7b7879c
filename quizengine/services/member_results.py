"""Results of an own sitting, as far as they are released."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, cast

from pydantic import Field
from sqlalchemy import select

from quizengine.domain.answers import correct_answer
from quizengine.domain.papers import PaperItem
from quizengine.domain.questions import Basis, CaseQuestion, Question
from quizengine.domain.registry import Law
from quizengine.domain.text import N_, Refused
from quizengine.domain.translations import in_language
from quizengine.services.bank import served_registry
from quizengine.services.exams import answers_released, blueprint_of, scores_released
from quizengine.services.grading import Evidence, evidence_of, to_repair
from quizengine.services.question_view import Choice, PartView, question_view
from quizengine.services.shown import ExamName, Number, Shown, title_of
from quizengine.services.sittings import in_grace, own_sitting
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import ItemScore, Repair, Sitting

RepairAction = Literal["drop", "accept", "full_marks"]


class BasisView(Shown):
    """A place in a law (条、款、项); `title` and `version` of the law in the reader's language."""

    law: str
    article: str
    paragraph: str | None
    item: str | None
    title: str
    version: str | None


class RepairView(Shown):
    """What was decided about a faulty question; `reason` and `answer` once answers are released."""

    action: RepairAction
    reason: str | None
    answer: Any = Field(None, description="Taken as right too, for `accept`.")


class PartResult(PartView):
    """A part of a case; its answers stand in the case's own, by part id."""

    explanation: str | None


class QuestionResult(Shown):
    """A question with what was answered and earned.

    `correct` is the right answer in the shape of `answer`; it, `explanation` and `basis` are null
    until answers are released, and so are `points`, those earned; they are null too while a person
    has to mark them (`pending`).
    """

    id: str
    revision: int
    type: str
    stem: str
    options: list[Choice]
    left: list[Choice]
    units: list[str | None]
    parts: list[PartResult]
    answer: Any
    correct: Any
    points: Number | None
    max_points: Number
    pending: bool = Field(description="A person has to mark it.")
    explanation: str | None
    basis: list[BasisView] | None
    repairs: list[RepairView]


class MemberResult(Shown):
    """The result of a sitting; without score and `passed` while it is `pending`."""

    id: int
    exam: ExamName
    attempt: int
    state: Literal["graded", "pending"]
    closed_at: datetime | None
    score: Number | None
    max_score: Number | None
    passed: bool | None
    pass_mark: Number = Field(description="Points needed, out of the blueprint's total.")
    answers_released: bool
    questions: list[QuestionResult]


@dataclass(frozen=True)
class _Sources:
    """All that the questions of a result are written from."""

    evidence: Evidence
    scores: Mapping[str, ItemScore]
    laws: Mapping[str, Law]
    language: str
    open: bool  # right answers are released


def result(
    session: SessionLike,
    now: datetime,
    grace: timedelta,
    person_id: int,
    sitting_id: int,
    language: str,
) -> MemberResult:
    """The member's result, in a fixed number of statements.

    Right answers stay hidden while an answer may still count that comes within `grace`.

    Refused: `unknown-sitting` (404), also for somebody else's; `not-released` (403) before scores
    are released, and while the sitting is open.
    """
    sitting = own_sitting(session, person_id, sitting_id)
    exam = sitting.exam
    if sitting.state == "open" or not scores_released(exam):
        raise Refused("not-released", N_("Results are not released yet."), status=403)
    opened = answers_released(exam) and not in_grace(sitting, now, grace)
    return result_of(session, sitting, language, opened=opened)


def result_of(
    session: SessionLike, sitting: Sitting, language: str, *, opened: bool
) -> MemberResult:
    """The result of a closed sitting; `opened`: with right answers, explanations and reasons.

    Whether the reader may see it is for the caller to decide.
    """
    exam = sitting.exam
    sources = _Sources(
        evidence_of(session, sitting),
        _scores(session, sitting.id),
        served_registry(session).laws,
        language,
        opened,
    )
    return MemberResult(
        id=sitting.id,
        exam=ExamName(id=exam.id, title=title_of(exam, language)),
        attempt=sitting.attempt,
        state="pending" if sitting.score is None else "graded",
        closed_at=sitting.closed_at,
        score=sitting.score,
        max_score=sitting.max_score,
        passed=sitting.passed,
        pass_mark=blueprint_of(exam).pass_mark,
        answers_released=sources.open,
        questions=[_question(item, sources) for item in sources.evidence.paper.items],
    )


def score_released(sitting: Sitting) -> bool:
    """Whether the member may see the score of this (closed) sitting now."""
    return sitting.state != "open" and scores_released(sitting.exam)


def _scores(session: SessionLike, sitting_id: int) -> dict[str, ItemScore]:
    rows = session.scalars(select(ItemScore).where(ItemScore.sitting_id == sitting_id))
    return {row.question_id: row for row in rows}


def _question(item: PaperItem, sources: _Sources) -> QuestionResult:
    question = in_language(sources.evidence.questions[item.ref], sources.language)
    shown = question_view(question, item)
    score = sources.scores[item.question_id]
    repairs = sources.evidence.repairs.get((question.id, question.revision), ())
    return QuestionResult(
        **shown.model_dump(include=_SHOWN),
        parts=_parts(question, shown.parts, sources.open),
        answer=sources.evidence.answers.get(item.question_id),
        correct=correct_answer(question) if sources.open else None,
        # The points of one question tell whether its answer was right.
        points=score.score if sources.open and not score.pending else None,
        max_points=score.max_score,
        pending=score.pending,
        explanation=question.explanation if sources.open else None,
        basis=[basis_view(basis, sources.laws, sources.language) for basis in question.basis]
        if sources.open
        else None,
        repairs=_repairs(repairs, sources.open),
    )


_SHOWN = {"id", "revision", "type", "stem", "options", "left", "units"}


def _parts(question: Question, shown: Sequence[PartView], opened: bool) -> list[PartResult]:
    if not isinstance(question, CaseQuestion):
        return []
    return [
        PartResult(**view.model_dump(), explanation=part.explanation if opened else None)
        for part, view in zip(question.parts, shown, strict=True)
    ]


def basis_view(basis: Basis, laws: Mapping[str, Law], language: str) -> BasisView:
    """A place in a law of the registry's `laws`, named in `language`."""
    law = laws.get(basis.law)
    return BasisView(
        law=basis.law,
        article=basis.article,
        paragraph=basis.paragraph,
        item=basis.item,
        # A law gone from the registry is still named by its id.
        title=law.title.in_language(language) if law else basis.law,
        version=law.version.in_language(language) if law else None,
    )


def _repairs(rows: Sequence[Repair], opened: bool) -> list[RepairView]:
    return [
        RepairView(
            action=cast(RepairAction, row.action),
            reason=row.reason if opened else None,
            answer=to_repair(row).answer if opened else None,
        )
        for row in rows
    ]

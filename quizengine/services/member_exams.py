"""A member's exams: what is coming, open and past, and the results that are released."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, cast
from zoneinfo import ZoneInfo

from pydantic import Field
from sqlalchemy import select

from quizengine.domain.counting import Attempt, counted_attempt
from quizengine.domain.registry import Commitment
from quizengine.domain.text import N_, Refused
from quizengine.services.audience import exam_for_member, exams_of_member
from quizengine.services.bank import served_registry
from quizengine.services.commitments import commitment_missing, letter_for
from quizengine.services.exams import Window, blueprint_of, scores_released, window_for
from quizengine.services.shown import Number, Shown, title_of
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import EXAM, Adjustment, Exam, SignedCommitment, Sitting


class ResultLine(Shown):
    """The outcome of the attempt that counts; without a score while a person has to mark it."""

    sitting_id: int
    attempt: int
    state: Literal["graded", "pending"]
    score: Number | None
    max_score: Number | None
    passed: bool | None


class MemberExam(Shown):
    """An exam as its member sees it, by the own window: later start and extra time included."""

    id: int
    title: str
    state: Literal["coming", "open", "closed"]
    opens_at: datetime
    closes_at: datetime
    duration_s: int = Field(description="Working time in seconds, without extra time.")
    extra_s: int = Field(description="Extra time in seconds.")
    attempts_left: int
    needs_commitment: bool = Field(description="A letter has to be signed before the start.")
    sitting_id: int | None = Field(description="The open sitting, to be resumed.")
    sittings: list[int] = Field(description="All own sittings, the first one first.")
    result: ResultLine | None = Field(description="The attempt that counts, once released.")


class LetterView(Shown):
    """The commitment letter of an exam."""

    version: int
    title: str
    text: str
    signed: bool


@dataclass(frozen=True)
class _Case:
    """What is known of the member in one exam."""

    exam: Exam
    window: Window
    letter: Commitment | None
    signed: bool
    sittings: Sequence[Sitting]


def member_exams(
    session: SessionLike, now: datetime, zone: ZoneInfo, person_id: int, language: str
) -> list[MemberExam]:
    """The exams of the member's audience and those taken; the statements don't grow with them.

    The latest window comes first.
    """
    sittings: defaultdict[int, list[Sitting]] = defaultdict(list)
    taken = (
        select(Sitting)
        .join(Exam, Exam.id == Sitting.exam_id)
        .where(Sitting.person_id == person_id, Exam.purpose == EXAM)
        .order_by(Sitting.attempt)
    )
    for sitting in session.scalars(taken):
        sittings[sitting.exam_id].append(sitting)
    exams = _with_taken(session, exams_of_member(session, zone, person_id), sittings)
    adjustments = {
        row.exam_id: row
        for row in session.scalars(select(Adjustment).where(Adjustment.person_id == person_id))
    }
    signed = set(
        session.scalars(
            select(SignedCommitment.exam_id).where(SignedCommitment.person_id == person_id)
        )
    )
    letters = served_registry(session).commitments
    cases = (
        _Case(
            exam,
            window_for(exam, adjustments.get(exam.id)),
            _letter(exam, letters),
            exam.id in signed,
            sittings[exam.id],
        )
        for exam in exams
    )
    return [_line(case, now, language) for case in cases]


def _with_taken(session: SessionLike, exams: list[Exam], taken: Iterable[int]) -> list[Exam]:
    """`exams`, and those that the member took before leaving their audience."""
    missing = set(taken) - {exam.id for exam in exams}
    if missing:
        exams += session.scalars(select(Exam).where(Exam.id.in_(missing)))
    return sorted(exams, key=lambda exam: (exam.opens_at, exam.id), reverse=True)


def _letter(exam: Exam, letters: dict[str, Commitment]) -> Commitment | None:
    blueprint = blueprint_of(exam)
    return letters.get(blueprint.tier) if blueprint.commitment else None


def _line(case: _Case, now: datetime, language: str) -> MemberExam:
    exam, window = case.exam, case.window
    running = [s.id for s in case.sittings if s.state == "open" and now <= s.deadline]
    # Who sits by extra time still has an open exam, though nobody may begin any more.
    state = "open" if running else window.state(now)
    return MemberExam(
        id=exam.id,
        title=title_of(exam, language),
        state=cast(Literal["coming", "open", "closed"], state),
        opens_at=window.opens_at,
        closes_at=window.closes_at,
        duration_s=window.duration_s,
        extra_s=window.extra_s,
        attempts_left=max(0, window.attempts - len(case.sittings)),
        needs_commitment=case.letter is not None and not case.signed,
        sitting_id=running[-1] if running else None,
        sittings=[sitting.id for sitting in case.sittings],
        result=_result(case),
    )


def _result(case: _Case) -> ResultLine | None:
    if not scores_released(case.exam):
        return None
    attempts = {
        sitting.id: Attempt(
            sitting.attempt,
            sitting.state == "open",
            sitting.score,
            sitting.max_score,
            sitting.passed,
        )
        for sitting in case.sittings
    }
    counted = counted_attempt(list(attempts.values()), blueprint_of(case.exam).counts)
    if counted is None:
        return None
    return ResultLine(
        sitting_id=next(i for i, attempt in attempts.items() if attempt is counted),
        attempt=counted.number,
        state="pending" if counted.score is None else "graded",
        score=counted.score,
        max_score=counted.max_score,
        passed=counted.passed,
    )


def letter_view(
    session: SessionLike, zone: ZoneInfo, person_id: int, exam_id: int, language: str
) -> LetterView:
    """The letter that the exam asks its member to sign.

    Refused: `unknown-exam` (404), `no-commitment` (404) when the exam asks for none.
    """
    exam = exam_for_member(session, zone, person_id, exam_id)
    letter = letter_for(session, exam)
    if letter is None:
        raise Refused("no-commitment", N_("This exam asks for no commitment letter."), status=404)
    return LetterView(
        version=letter.version,
        title=letter.title.in_language(language),
        text=letter.text.in_language(language),
        signed=not commitment_missing(session, exam, person_id),
    )

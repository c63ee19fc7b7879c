"""Which exams a person may look into, and how far: the whole audience or a subtree of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, exists, func, literal, or_, select
from sqlalchemy.orm import aliased

from quizengine.domain.text import N_, Refused
from quizengine.services.access import READERS, Actor, forbidden, subtree
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import EXAM, PURPOSES, Exam, ExamAudience, Sitting, Unit
from quizengine.storage.queries import exams_for


@dataclass(frozen=True)
class Reach:
    """An exam, and what the actor may see of it: people of the subtrees `paths`.

    `manages`: may change the exam, as an organizer of its unit or above.
    """

    exam: Exam
    paths: tuple[str, ...]
    manages: bool

    def covers(self, unit_path: str) -> bool:
        """Whether people of the unit with this path are in sight."""
        return unit_path.startswith(self.paths)


def reach(
    session: SessionLike, actor: Actor, exam_id: int, purposes: Sequence[str] = (EXAM,)
) -> Reach:
    """The exam for an organizer, admin or auditor of its unit or of a part of its audience.

    Refused: `unknown-exam` (404), `forbidden` (403).
    """
    exam = session.get(Exam, exam_id)
    if exam is None or exam.purpose not in purposes:
        raise Refused("unknown-exam", N_("There is no such exam."), status=404)
    seen = select(Exam.id).where(Exam.id == exam_id, in_sight(actor))
    if session.scalar(seen) is None:
        raise forbidden()
    paths = tuple(actor.scopes(*READERS))
    return Reach(exam, paths, actor.can("organizer", exam.unit.path))


def in_sight(actor: Actor) -> ColumnElement[bool]:
    """SQL: the exam's unit is in the actor's scope, or some of its audience is."""
    scopes = actor.scopes(*READERS)
    own, invited = aliased(Unit), aliased(Unit)
    meets = [
        condition
        for path in scopes
        for condition in (invited.path.startswith(path), literal(path).startswith(invited.path))
    ]
    audience = (
        select(ExamAudience.id)
        .join(invited, invited.id == ExamAudience.unit_id)
        .where(ExamAudience.exam_id == Exam.id, or_(False, *meets))
    )
    owned = select(own.id).where(
        own.id == Exam.unit_id, or_(False, *(own.path.startswith(path) for path in scopes))
    )
    return or_(exists(owned), exists(audience))


def exam_state(exam: Exam, now: datetime) -> str:
    """'cancelled', 'coming', 'open', 'closing' (over, but somebody may still sit) or 'over'."""
    if exam.cancelled_at is not None:
        return "cancelled"
    if exam.concluded_at is not None:
        return "over"
    if now < exam.opens_at:
        return "coming"
    return "open" if now < exam.closes_at else "closing"


@dataclass(frozen=True)
class ExamLine:
    """An exam in a list; `handed_in` counts people within the actor's reach."""

    exam: Exam
    state: str
    unit: str
    manages: bool
    handed_in: int


def exam_list(
    session: SessionLike, now: datetime, actor: Actor, *, offset: int = 0, size: int = 25
) -> tuple[list[ExamLine], int]:
    """A page of the exams in sight, the latest window first, and how many there are."""
    listed = (Exam.purpose == EXAM, in_sight(actor))
    total = session.scalar(select(func.count()).select_from(Exam).where(*listed)) or 0
    rows = session.execute(_page(actor).limit(size).offset(offset)).all()
    handed_in = _handed_in(session, actor, [exam.id for exam, _, _ in rows])
    lines = [
        ExamLine(
            exam,
            exam_state(exam, now),
            unit,
            actor.can("organizer", path),
            handed_in.get(exam.id, 0),
        )
        for exam, unit, path in rows
    ]
    return lines, total


def _page(actor: Actor) -> Select[Exam, str, str]:
    return (
        select(Exam, Unit.name, Unit.path)
        .join(Unit, Unit.id == Exam.unit_id)
        .where(Exam.purpose == EXAM, in_sight(actor))
        .order_by(Exam.opens_at.desc(), Exam.id.desc())
    )


def _handed_in(session: SessionLike, actor: Actor, exam_ids: list[int]) -> dict[int, int]:
    rows = session.execute(
        select(Sitting.exam_id, func.count(Sitting.person_id.distinct()).label("people"))
        .join(Unit, Unit.id == Sitting.unit_id)
        .where(Sitting.exam_id.in_(exam_ids), Sitting.state != "open")
        .where(subtree(*actor.scopes(*READERS)))
        .group_by(Sitting.exam_id)
    )
    return {row.exam_id: row.people for row in rows}


def refuse_examinee(session: SessionLike, actor: Actor, exam: Exam) -> None:
    """Refused `examinee` (403) while the actor may still take the exam.

    Whoever may see right answers must not be able to use them. Admins are let in: they can read
    the bank.
    """
    if exam.concluded_at is None and not actor.has("admin") and is_examinee(session, actor, exam):
        raise Refused(
            "examinee",
            N_("You take this exam yourself: you can open this when it is over."),
            status=403,
        )


def is_examinee(session: SessionLike, actor: Actor, exam: Exam) -> bool:
    """Whether the actor belongs to the exam's audience."""
    own = exams_for(actor.person_id, PURPOSES).where(Exam.id == exam.id)
    return session.scalar(own) is not None

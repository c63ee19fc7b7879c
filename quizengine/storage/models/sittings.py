"""答卷: an attempt, its answers and grades."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from quizengine.storage.base import Base
from quizengine.storage.models.exams import Exam, Paper
from quizengine.storage.models.units import Person


class Sitting(Base):
    """One member's attempt. open → submitted or expired → graded."""

    __tablename__ = "sittings"

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exams.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    paper_id: Mapped[int] = mapped_column(ForeignKey("papers.id"), unique=True)
    attempt: Mapped[int]
    # The member's unit on the day: the ledger entry and the boards count it there.
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    started_at: Mapped[datetime]
    deadline: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12))
    closed_at: Mapped[datetime | None]
    closed_by: Mapped[str | None] = mapped_column(String(8))
    graded_at: Mapped[datetime | None]
    score: Mapped[Decimal | None]
    max_score: Mapped[Decimal | None]
    passed: Mapped[bool | None]
    # The latest ledger entry about the result, and how many there are.
    entry_seq: Mapped[int | None]
    entries: Mapped[int] = mapped_column(default=0)
    # JSON: question ids the member has flagged, and the question last looked at.
    marks: Mapped[str] = mapped_column(Text, default='{"flags": [], "at": 0}')

    exam: Mapped[Exam] = relationship()
    person: Mapped[Person] = relationship()
    paper: Mapped[Paper] = relationship()

    __table_args__ = (
        UniqueConstraint("exam_id", "person_id", "attempt"),
        Index("ix_sittings_state_deadline", "state", "deadline"),
        Index("ix_sittings_person", "person_id"),
        CheckConstraint("state IN ('open', 'submitted', 'expired', 'graded')", name="state"),
    )


class Answer(Base):
    """The latest answer to a question of a sitting; `seq` counts up in the browser."""

    __tablename__ = "answers"

    sitting_id: Mapped[int] = mapped_column(
        ForeignKey("sittings.id", ondelete="CASCADE"), primary_key=True
    )
    question_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    answer: Mapped[str] = mapped_column(Text)
    seq: Mapped[int] = mapped_column(BigInteger)
    saved_at: Mapped[datetime]


class LateAnswer(Base):
    """An answer that came after closing.

    `arrived` says when: 'grace' (within the grace period: scored), 'late' (after it: unscored) or
    'after_submit' (the member had handed in: unscored). An organiser may accept an unscored one.
    """

    __tablename__ = "late_answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    sitting_id: Mapped[int] = mapped_column(
        ForeignKey("sittings.id", ondelete="CASCADE"), index=True
    )
    question_id: Mapped[str] = mapped_column(String(80))
    answer: Mapped[str] = mapped_column(Text)
    seq: Mapped[int] = mapped_column(BigInteger)
    received_at: Mapped[datetime]
    arrived: Mapped[str] = mapped_column(String(16))
    # 'accepted' or 'rejected', by whom and why.
    decision: Mapped[str | None] = mapped_column(String(8))
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    reason: Mapped[str | None] = mapped_column(String(500))

    sitting: Mapped[Sitting] = relationship()


class ItemScore(Base):
    """The grade of one question of a sitting; `pending` while a person has to mark it."""

    __tablename__ = "item_scores"

    sitting_id: Mapped[int] = mapped_column(
        ForeignKey("sittings.id", ondelete="CASCADE"), primary_key=True
    )
    question_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"), index=True)
    score: Mapped[Decimal]
    max_score: Mapped[Decimal]
    pending: Mapped[bool] = mapped_column(default=False, index=True)


class Mark(Base):
    """A grader's points for the key points of one short answer (`path`: '' or the part's id)."""

    __tablename__ = "marks"

    sitting_id: Mapped[int] = mapped_column(
        ForeignKey("sittings.id", ondelete="CASCADE"), primary_key=True
    )
    question_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    path: Mapped[str] = mapped_column(String(16), primary_key=True, default="")
    # JSON list: points per key point, as text.
    points: Mapped[str] = mapped_column(Text)
    comment: Mapped[str] = mapped_column(Text, default="")
    grader_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime]

"""考试: a blueprint opened to an audience, and the papers drawn for it."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from quizengine.storage.base import Base
from quizengine.storage.models.units import Person, Unit

EXAM, CONTEST, CHALLENGE = "exam", "contest", "challenge"
PURPOSES = (EXAM, CONTEST, CHALLENGE)
"""What a row of `exams` is: an exam, or what a mass contest runs on; a challenge is one that shows
its questions one by one."""


class Exam(Base):
    """An exam; `blueprint` is the JSON it was opened with, with the organiser's changes."""

    __tablename__ = "exams"

    id: Mapped[int] = mapped_column(primary_key=True)
    # One of `PURPOSES`. Lists of exams leave the others out.
    purpose: Mapped[str] = mapped_column(String(12), default=EXAM, server_default=EXAM)
    title_zh: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    # Whose exam it is: organisers of this unit or above may manage it.
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    created_at: Mapped[datetime]
    blueprint: Mapped[str] = mapped_column(Text)
    opens_at: Mapped[datetime] = mapped_column(index=True)
    closes_at: Mapped[datetime] = mapped_column(index=True)
    duration_s: Mapped[int]
    attempts: Mapped[int]
    # Papers for the whole audience have been drawn.
    drawn_at: Mapped[datetime | None]
    # Absences have been recorded.
    concluded_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    scores_released_at: Mapped[datetime | None]
    answers_released_at: Mapped[datetime | None]

    unit: Mapped[Unit] = relationship()
    created_by: Mapped[Person] = relationship()
    audience: Mapped[list[ExamAudience]] = relationship(
        back_populates="exam", cascade="all, delete-orphan"
    )

    __table_args__ = (CheckConstraint("closes_at > opens_at", name="window"),)


EVERYONE = "*"
"""In place of a tier: all active people of the unit. Contests alone have it."""
NAMED = "@"
"""In place of a tier: the people named for this exam alone (`ExamPerson`), such as those drawn."""


class ExamAudience(Base):
    """Members of `tier` within the subtree of `unit`."""

    __tablename__ = "exam_audience"

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exams.id", ondelete="CASCADE"), index=True)
    tier: Mapped[str] = mapped_column(String(40))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))

    exam: Mapped[Exam] = relationship(back_populates="audience")
    unit: Mapped[Unit] = relationship(lazy="joined")

    __table_args__ = (UniqueConstraint("exam_id", "tier", "unit_id"),)


class ExamPerson(Base):
    """Somebody named for an exam, where its audience is `NAMED`."""

    __tablename__ = "exam_persons"

    exam_id: Mapped[int] = mapped_column(
        ForeignKey("exams.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True, index=True)


class Adjustment(Base):
    """One person's extra time, own window, or further attempts in one exam."""

    __tablename__ = "exam_adjustments"

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exams.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    # In place of one another, never added up: the row says the whole of it.
    extra_s: Mapped[int] = mapped_column(default=0)
    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    extra_attempts: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str] = mapped_column(String(500))
    by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("exam_id", "person_id"),)


class Paper(Base):
    """试卷: what one member gets in one attempt; triggers refuse a change."""

    __tablename__ = "papers"

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exams.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    attempt: Mapped[int]
    # JSON of `quizengine.domain.assembly.Paper`.
    items: Mapped[str] = mapped_column(Text)
    drawn_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("exam_id", "person_id", "attempt"),)


class SignedCommitment(Base):
    """保密承诺书 signed by a member; one per version of the text."""

    __tablename__ = "signed_commitments"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    exam_id: Mapped[int] = mapped_column(ForeignKey("exams.id"))
    tier: Mapped[str] = mapped_column(String(40))
    version: Mapped[int]
    # SHA-256 (hex) of the text as signed.
    text_digest: Mapped[str] = mapped_column(String(64))
    signed_at: Mapped[datetime]

    __table_args__ = (
        UniqueConstraint("person_id", "exam_id"),
        Index("ix_signed_commitments_exam", "exam_id"),
    )

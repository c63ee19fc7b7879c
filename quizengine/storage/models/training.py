"""教育培训: classes in batches, who came to which session, and what participants thought of it."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from quizengine.storage.base import Base
from quizengine.storage.models.exams import Exam
from quizengine.storage.models.units import Person, Unit

TRAINING_MARKS = ("present", "late", "absent", "excused")
"""What can be said about a person at a session."""


class TrainingTeacher(Base):
    """师资: somebody who teaches; not always a person of the roster."""

    __tablename__ = "training_teachers"

    id: Mapped[int] = mapped_column(primary_key=True)
    # Whose pool it is.
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    # Where the teacher works, as text: often not a unit of the site.
    employer: Mapped[str] = mapped_column(String(200))
    # What the teacher speaks about, one topic a line.
    topics: Mapped[str] = mapped_column(Text)
    # As agreed, as in '800 元/学时'.
    fee: Mapped[str] = mapped_column(String(60))
    note: Mapped[str] = mapped_column(String(500))
    active: Mapped[bool] = mapped_column(default=True)

    unit: Mapped[Unit] = relationship()


class TrainingClass(Base):
    """A class; its programme stands with each batch, since times, places and teachers differ."""

    __tablename__ = "training_classes"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    aims: Mapped[str] = mapped_column(Text)
    # The closing exam.
    exam_id: Mapped[int | None] = mapped_column(ForeignKey("exams.id"))
    # Minutes after the start of a session: later is late, and still later is absent.
    late_after: Mapped[int]
    absent_after: Mapped[int]
    # Per cent of the hours from which on the class counts as attended.
    share: Mapped[int]
    # Answers below which no result of the feedback is shown, and days in which it is given.
    least_answers: Mapped[int]
    feedback_days: Mapped[int]
    # Own questions for the feedback, one a line: to be rated, and to be answered in words.
    rated: Mapped[str] = mapped_column(Text)
    asked: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime]

    unit: Mapped[Unit] = relationship()
    exam: Mapped[Exam | None] = relationship()
    by: Mapped[Person] = relationship()
    batches: Mapped[list[TrainingBatch]] = relationship(
        back_populates="training", order_by="TrainingBatch.id"
    )
    budget: Mapped[list[TrainingCost]] = relationship(
        cascade="all, delete-orphan", order_by="TrainingCost.position"
    )


class TrainingCost(Base):
    """经费: an item of a class's budget; amounts in yuan."""

    __tablename__ = "training_costs"

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(
        ForeignKey("training_classes.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    item: Mapped[str] = mapped_column(String(100))
    planned: Mapped[Decimal]
    # None until it was spent.
    actual: Mapped[Decimal | None]
    note: Mapped[str] = mapped_column(String(200))


class TrainingBatch(Base):
    """期次: one holding of a class, with its own programme and audience."""

    __tablename__ = "training_batches"

    id: Mapped[int] = mapped_column(primary_key=True)
    class_id: Mapped[int] = mapped_column(ForeignKey("training_classes.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    # Start of the first session.
    starts_at: Mapped[datetime] = mapped_column(index=True)
    # Whence the codes for signing in are computed; never shown.
    secret: Mapped[str] = mapped_column(String(64))
    closed_at: Mapped[datetime | None]
    cancelled_at: Mapped[datetime | None]
    # The feedback was concluded: no answers any more, and results may be seen.
    feedback_closed_at: Mapped[datetime | None]
    # The entry that says that it was held, and how many there are about it.
    entry_seq: Mapped[int] = mapped_column(default=0)
    entries: Mapped[int] = mapped_column(default=0)

    training: Mapped[TrainingClass] = relationship(back_populates="batches")
    sessions: Mapped[list[TrainingSession]] = relationship(
        back_populates="batch",
        cascade="all, delete-orphan",
        order_by="(TrainingSession.starts_at, TrainingSession.id)",
    )
    audience: Mapped[list[TrainingAudience]] = relationship(cascade="all, delete-orphan")
    places: Mapped[list[TrainingPlace]] = relationship(
        back_populates="batch", cascade="all, delete-orphan", order_by="TrainingPlace.id"
    )


class TrainingSession(Base):
    """A part of a batch's programme, in which people sign in."""

    __tablename__ = "training_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(
        ForeignKey("training_batches.id", ondelete="CASCADE"), index=True
    )
    topic: Mapped[str] = mapped_column(String(200))
    teacher_id: Mapped[int | None] = mapped_column(ForeignKey("training_teachers.id"), index=True)
    place: Mapped[str] = mapped_column(String(200))
    starts_at: Mapped[datetime]
    hours: Mapped[Decimal]

    batch: Mapped[TrainingBatch] = relationship(back_populates="sessions")
    teacher: Mapped[TrainingTeacher | None] = relationship()
    marks: Mapped[list[TrainingMark]] = relationship(
        back_populates="session", cascade="all, delete-orphan"
    )


class TrainingAudience(Base):
    """Members of `tier` within the subtree of a unit; `EVERYONE` in place of a tier: all people."""

    __tablename__ = "training_audience"

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(
        ForeignKey("training_batches.id", ondelete="CASCADE"), index=True
    )
    tier: Mapped[str] = mapped_column(String(40))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))

    unit: Mapped[Unit] = relationship(lazy="joined")

    __table_args__ = (UniqueConstraint("batch_id", "tier", "unit_id"),)


class TrainingPlace(Base):
    """A person on the list of a batch, and once the batch is closed what came of it."""

    __tablename__ = "training_places"

    id: Mapped[int] = mapped_column(primary_key=True)
    batch_id: Mapped[int] = mapped_column(ForeignKey("training_batches.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    # The person's unit when the place was made.
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    # 'audience', 'named', or 'guest': came without being expected.
    origin: Mapped[str] = mapped_column(String(10))
    # After closing: 'attended' or 'missed', with the hours that count.
    outcome: Mapped[str | None] = mapped_column(String(10))
    hours: Mapped[Decimal | None]
    excused: Mapped[bool] = mapped_column(default=False)
    # Whether the feedback was given; what was said stands elsewhere, without a name.
    answered: Mapped[bool] = mapped_column(default=False)
    entry_seq: Mapped[int] = mapped_column(default=0)
    entries: Mapped[int] = mapped_column(default=0)

    batch: Mapped[TrainingBatch] = relationship(back_populates="places")
    person: Mapped[Person] = relationship()
    unit: Mapped[Unit] = relationship()
    marks: Mapped[list[TrainingMark]] = relationship(
        back_populates="place", cascade="all, delete-orphan"
    )

    __table_args__ = (
        UniqueConstraint("batch_id", "person_id"),
        CheckConstraint("origin IN ('audience', 'named', 'guest')", name="origin"),
        CheckConstraint("outcome IN ('attended', 'missed')", name="outcome"),
    )


class TrainingMark(Base):
    """考勤: what is said about a person at a session."""

    __tablename__ = "training_marks"

    id: Mapped[int] = mapped_column(primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("training_places.id", ondelete="CASCADE"))
    session_id: Mapped[int] = mapped_column(ForeignKey("training_sessions.id", ondelete="CASCADE"))
    state: Mapped[str] = mapped_column(String(10))
    # 'scan' (the person, by code), 'list' (import), 'hand', or 'rule' (nobody saw the person).
    how: Mapped[str] = mapped_column(String(10))
    note: Mapped[str] = mapped_column(String(200))
    by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime]

    place: Mapped[TrainingPlace] = relationship(back_populates="marks")
    session: Mapped[TrainingSession] = relationship(back_populates="marks")

    __table_args__ = (
        UniqueConstraint("place_id", "session_id"),
        CheckConstraint("state IN ('present', 'late', 'absent', 'excused')", name="state"),
        CheckConstraint("how IN ('scan', 'list', 'hand', 'rule')", name="how"),
        Index("ix_training_marks_session", "session_id", "state"),
    )


class TrainingAnswer(Base):
    """A filled-in feedback form: nothing here says whose it is, not even when it came."""

    __tablename__ = "training_answers"

    # Random, so that the order of the rows is not that in which they came.
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    batch_id: Mapped[int] = mapped_column(
        ForeignKey("training_batches.id", ondelete="CASCADE"), index=True
    )
    # JSON: ratings from 1 to 5 by question, and texts by question.
    content: Mapped[str] = mapped_column(Text)

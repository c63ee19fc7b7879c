"""自查自评: a unit's answers to the year's checklist, and the verdict of the level above."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from quizengine.storage.base import Base
from quizengine.storage.models.units import Person, Unit

CHOICES = ("yes", "partly", "no")


class SelfCheck(Base):
    """A unit's self-assessment of a year. draft → submitted → reviewed, or back to draft."""

    __tablename__ = "selfchecks"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    year: Mapped[int]
    # The checklist as it was when the unit began, as JSON.
    checklist: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default="draft")
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    submitted_at: Mapped[datetime | None]
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    reviewed_at: Mapped[datetime | None]
    # 'agreed' or 'changed'.
    verdict: Mapped[str | None] = mapped_column(String(10))
    remark: Mapped[str] = mapped_column(String(1000), default="")
    # The unit's own points, and those after the review.
    own_score: Mapped[Decimal | None]
    score: Mapped[Decimal | None]
    max_score: Mapped[Decimal]
    entries: Mapped[int] = mapped_column(default=0)

    unit: Mapped[Unit] = relationship()
    submitted_by: Mapped[Person | None] = relationship(foreign_keys=[submitted_by_id])
    reviewed_by: Mapped[Person | None] = relationship(foreign_keys=[reviewed_by_id])
    answers: Mapped[list[SelfCheckAnswer]] = relationship(
        back_populates="selfcheck", cascade="all, delete-orphan", order_by="SelfCheckAnswer.id"
    )

    __table_args__ = (
        UniqueConstraint("unit_id", "year"),
        CheckConstraint("state IN ('draft', 'submitted', 'reviewed')", name="state"),
    )


class SelfCheckAnswer(Base):
    """The answer to one item: the unit's, and the reviewer's points where they differ."""

    __tablename__ = "selfcheck_answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    selfcheck_id: Mapped[int] = mapped_column(ForeignKey("selfchecks.id", ondelete="CASCADE"))
    item: Mapped[str] = mapped_column(String(40))
    choice: Mapped[str] = mapped_column(String(10))
    points: Mapped[Decimal]
    remark: Mapped[str] = mapped_column(String(500), default="")
    reviewed_points: Mapped[Decimal | None]
    reason: Mapped[str] = mapped_column(String(500), default="")

    selfcheck: Mapped[SelfCheck] = relationship(back_populates="answers")

    __table_args__ = (
        UniqueConstraint("selfcheck_id", "item"),
        CheckConstraint("choice IN ('yes', 'partly', 'no')", name="choice"),
    )

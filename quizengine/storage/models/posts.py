"""涉密岗位: posts of units, their holders with the steps taken, and what the offices have set."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from quizengine.storage.base import Base
from quizengine.storage.models.units import Person, Unit

SECRECY = ("core", "important", "general")
STAGES = ("on_post", "in_post", "off_post")


class OfficeTerms(Base):
    """Periods that an office has set for its unit and those below, until one sets its own."""

    __tablename__ = "office_terms"

    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    # 脱密期 in months, by secrecy level.
    core_months: Mapped[int]
    important_months: Mapped[int]
    general_months: Mapped[int]
    # How many days a passed outbound exam is good for, and how long before a departure to warn.
    pass_days: Mapped[int]
    watch_days: Mapped[int]
    # Days after a return within which the talk and the refresher take place; 0: no refresher.
    talk_days: Mapped[int]
    refresher_days: Mapped[int]
    by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime]


class Post(Base):
    """A post with a secrecy level."""

    __tablename__ = "posts"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    secrecy: Mapped[str] = mapped_column(String(10))
    # Risk points, one a line.
    risks: Mapped[str] = mapped_column(Text)
    # Training that a holder needs in a year.
    hours: Mapped[Decimal]
    classes: Mapped[int]
    valid_from: Mapped[date]
    valid_to: Mapped[date | None]
    # How many entries of the ledger there are about it.
    entries: Mapped[int] = mapped_column(default=0)

    unit: Mapped[Unit] = relationship()
    holders: Mapped[list[PostHolder]] = relationship(
        back_populates="post", order_by="PostHolder.id"
    )

    __table_args__ = (
        CheckConstraint("secrecy IN ('core', 'important', 'general')", name="secrecy"),
    )

    def holds_on(self, day: date) -> bool:
        """Whether the post exists on `day`."""
        return self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


class PostHolder(Base):
    """A person on a post, from entry to leaving."""

    __tablename__ = "post_holders"

    id: Mapped[int] = mapped_column(primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("posts.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    # The post's level when the person came, as changed since.
    secrecy: Mapped[str] = mapped_column(String(10))
    stage: Mapped[str] = mapped_column(String(10))
    # First day of each stage.
    on_from: Mapped[date]
    in_from: Mapped[date | None]
    off_from: Mapped[date | None]
    # Last day of the 脱密期.
    control_until: Mapped[date | None]
    # All steps of leaving were taken.
    left_at: Mapped[datetime | None]
    entries: Mapped[int] = mapped_column(default=0)

    post: Mapped[Post] = relationship(back_populates="holders")
    person: Mapped[Person] = relationship()
    steps: Mapped[list[PostStep]] = relationship(
        back_populates="holder", cascade="all, delete-orphan", order_by="PostStep.id"
    )

    __table_args__ = (
        CheckConstraint("stage IN ('on_post', 'in_post', 'off_post')", name="stage"),
        Index("ix_post_holders_stage", "stage", "left_at"),
    )


class PostStep(Base):
    """A step that a holder has taken: screening, training, letter, handing back and so on."""

    __tablename__ = "post_steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    holder_id: Mapped[int] = mapped_column(ForeignKey("post_holders.id", ondelete="CASCADE"))
    # As in 'on_letter'; a review of those in post has its year behind it: 'in_review:2026'.
    step: Mapped[str] = mapped_column(String(24))
    done_on: Mapped[date]
    note: Mapped[str] = mapped_column(String(500))
    by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime]

    holder: Mapped[PostHolder] = relationship(back_populates="steps")
    by: Mapped[Person] = relationship()

    __table_args__ = (UniqueConstraint("holder_id", "step"),)


class RecordEvent(Base):
    """What happened to a record of an office, by whom and when: the history on its page."""

    __tablename__ = "record_events"

    id: Mapped[int] = mapped_column(primary_key=True)
    # As in 'outbound:12'.
    record: Mapped[str] = mapped_column(String(60), index=True)
    # Key of a sentence, and JSON of the values in it.
    what: Mapped[str] = mapped_column(String(40))
    detail: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime]

    by: Mapped[Person] = relationship()

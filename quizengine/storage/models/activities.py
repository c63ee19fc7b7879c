"""保密教育活动: entries that several people judge, each without seeing the others' points."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from quizengine.storage.base import Base
from quizengine.storage.models.units import Person, Unit

ACTIVITY_TYPES = ("demonstration", "slogan", "drafting", "lecture")
ACTIVITY_STATES = ("open", "judging", "published", "cancelled")


class Activity(Base):
    """One activity: entries are taken until `closes_at`, then judged, then published."""

    __tablename__ = "activities"

    id: Mapped[int] = mapped_column(primary_key=True)
    # Whose members, or which units below it, may take part.
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    type: Mapped[str] = mapped_column(String(20))
    title: Mapped[str] = mapped_column(String(200))
    task: Mapped[str] = mapped_column(Text)
    # Who takes part: 'person' or 'unit'.
    entrants: Mapped[str] = mapped_column(String(10))
    # Judges see a number in place of the entrant's name.
    blind: Mapped[bool]
    # 'mean', or 'trimmed': without the highest and lowest total when there are five or more.
    rule: Mapped[str] = mapped_column(String(10))
    closes_at: Mapped[datetime]
    judged_by: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime]
    published_at: Mapped[datetime | None]

    unit: Mapped[Unit] = relationship()
    by: Mapped[Person] = relationship()
    criteria: Mapped[list[ActivityCriterion]] = relationship(
        cascade="all, delete-orphan", order_by="ActivityCriterion.position"
    )
    judges: Mapped[list[ActivityJudge]] = relationship(
        back_populates="activity", cascade="all, delete-orphan", order_by="ActivityJudge.id"
    )
    handed_in: Mapped[list[ActivityEntry]] = relationship(
        back_populates="activity", order_by="ActivityEntry.id"
    )

    __table_args__ = (
        CheckConstraint("type IN ('demonstration', 'slogan', 'drafting', 'lecture')", name="type"),
        CheckConstraint("entrants IN ('person', 'unit')", name="entrants"),
        CheckConstraint("rule IN ('mean', 'trimmed')", name="rule"),
        CheckConstraint("state IN ('open', 'judging', 'published', 'cancelled')", name="state"),
    )


class ActivityCriterion(Base):
    """A line of the rubric."""

    __tablename__ = "activity_criteria"

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(
        ForeignKey("activities.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(200))
    most: Mapped[Decimal]


class ActivityJudge(Base):
    """A judge; `declared` says why entries of the own unit are judged all the same."""

    __tablename__ = "activity_judges"

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    declared: Mapped[str] = mapped_column(String(300))
    # Why the judge is released; the judge's points don't count then.
    released: Mapped[str] = mapped_column(String(300), default="")

    activity: Mapped[Activity] = relationship(back_populates="judges")
    person: Mapped[Person] = relationship()
    sheets: Mapped[list[ActivitySheet]] = relationship(
        back_populates="judge", cascade="all, delete-orphan"
    )

    __table_args__ = (UniqueConstraint("activity_id", "person_id"),)


class ActivityEntry(Base):
    """What a person or a unit handed in, and once it is published what came of it."""

    __tablename__ = "activity_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    activity_id: Mapped[int] = mapped_column(ForeignKey("activities.id"), index=True)
    # The entrant, or who handed it in for the unit.
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    # The unit that takes part, or the entrant's when it was handed in.
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    text: Mapped[str] = mapped_column(Text)
    handed_in_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    score: Mapped[Decimal | None]
    rank: Mapped[int | None]
    entry_seq: Mapped[int] = mapped_column(default=0)
    entries: Mapped[int] = mapped_column(default=0)

    activity: Mapped[Activity] = relationship(back_populates="handed_in")
    person: Mapped[Person] = relationship()
    unit: Mapped[Unit] = relationship()
    sheets: Mapped[list[ActivitySheet]] = relationship(back_populates="entry")


class ActivitySheet(Base):
    """A judge's points for an entry, final once they are sent."""

    __tablename__ = "activity_sheets"

    id: Mapped[int] = mapped_column(primary_key=True)
    judge_id: Mapped[int] = mapped_column(ForeignKey("activity_judges.id", ondelete="CASCADE"))
    entry_id: Mapped[int] = mapped_column(ForeignKey("activity_entries.id"), index=True)
    # JSON: points as text, in the order of the criteria.
    points: Mapped[str] = mapped_column(Text)
    remark: Mapped[str] = mapped_column(String(1000))
    sent_at: Mapped[datetime]

    judge: Mapped[ActivityJudge] = relationship(back_populates="sheets")
    entry: Mapped[ActivityEntry] = relationship(back_populates="sheets")

    __table_args__ = (UniqueConstraint("judge_id", "entry_id"),)

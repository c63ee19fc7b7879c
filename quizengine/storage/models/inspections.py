"""检查: an inspection of a unit with its checklist and inspectors, and rounds of mutual ones."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from quizengine.storage.base import Base
from quizengine.storage.models.units import Person, Unit

INSPECTION_KINDS = ("planned", "mutual", "surprise")
INSPECTION_STATES = ("planned", "held", "cancelled")


class InspectionRound(Base):
    """互查: a round in which units inspect one another, as drawn by lot."""

    __tablename__ = "inspection_rounds"

    id: Mapped[int] = mapped_column(primary_key=True)
    # Whose round it is: units below it take part.
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    title: Mapped[str] = mapped_column(String(200))
    # Codes of the units, one a line, sorted; with the seed they give the pairs.
    units: Mapped[str] = mapped_column(Text)
    seed: Mapped[str] = mapped_column(String(64))
    drawn_by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    drawn_at: Mapped[datetime]

    unit: Mapped[Unit] = relationship()
    drawn_by: Mapped[Person] = relationship()
    inspections: Mapped[list[Inspection]] = relationship(
        back_populates="round", order_by="Inspection.id"
    )


class Inspection(Base):
    """An inspection of `unit`; by another unit where it is a mutual one."""

    __tablename__ = "inspections"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(200))
    state: Mapped[str] = mapped_column(String(10), default="planned")
    planned_on: Mapped[date]
    held_on: Mapped[date | None]
    by_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    round_id: Mapped[int | None] = mapped_column(ForeignKey("inspection_rounds.id"), index=True)
    report: Mapped[str] = mapped_column(Text, default="")
    # Of the checklist, once it was held; none without one.
    score: Mapped[Decimal | None]
    max_score: Mapped[Decimal | None]
    created_by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    created_at: Mapped[datetime]
    # The latest entry that says what came out, and how many there are.
    entry_seq: Mapped[int | None]
    entries: Mapped[int] = mapped_column(default=0)

    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id])
    by_unit: Mapped[Unit | None] = relationship(foreign_keys=[by_unit_id])
    round: Mapped[InspectionRound | None] = relationship(back_populates="inspections")
    created_by: Mapped[Person] = relationship()
    items: Mapped[list[InspectionItem]] = relationship(
        back_populates="inspection",
        cascade="all, delete-orphan",
        order_by="InspectionItem.position",
    )
    inspectors: Mapped[list[Inspector]] = relationship(
        back_populates="inspection", cascade="all, delete-orphan", order_by="Inspector.id"
    )

    __table_args__ = (
        CheckConstraint("kind IN ('planned', 'mutual', 'surprise')", name="kind"),
        CheckConstraint("state IN ('planned', 'held', 'cancelled')", name="state"),
        Index("ix_inspections_planned", "planned_on"),
    )


class InspectionItem(Base):
    """A line of the checklist; `got` is None until it was judged."""

    __tablename__ = "inspection_items"

    id: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[int] = mapped_column(
        ForeignKey("inspections.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int]
    text: Mapped[str] = mapped_column(String(300))
    points: Mapped[Decimal]
    got: Mapped[Decimal | None]
    remark: Mapped[str] = mapped_column(String(500), default="")

    inspection: Mapped[Inspection] = relationship(back_populates="items")


class Inspector(Base):
    """Somebody who inspects."""

    __tablename__ = "inspectors"

    id: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspections.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)

    inspection: Mapped[Inspection] = relationship(back_populates="inspectors")
    person: Mapped[Person] = relationship()

    __table_args__ = (UniqueConstraint("inspection_id", "person_id"),)

"""泄密事件与违规行为: what happened, who is liable, what was decided, and appeals."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from quizengine.storage.base import Base
from quizengine.storage.models.units import Person, Unit

SEVERITIES = ("slight", "general", "serious", "grave")
LIABILITIES = ("main", "leader", "direct")


class Incident(Base):
    """A leak or a violation in a unit."""

    __tablename__ = "incidents"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    severity: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(200))
    what: Mapped[str] = mapped_column(Text)
    happened_on: Mapped[date]
    found_at: Mapped[datetime]
    # The last moment for the report to the authority; none where none is due.
    report_by: Mapped[datetime | None]
    reported_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime]
    # The latest entry that says what it is, and how many there are.
    entry_seq: Mapped[int]
    entries: Mapped[int] = mapped_column(default=0)

    unit: Mapped[Unit] = relationship()
    by: Mapped[Person] = relationship()
    liable: Mapped[list[IncidentLiable]] = relationship(
        back_populates="incident", order_by="IncidentLiable.id"
    )
    steps: Mapped[list[IncidentStep]] = relationship(
        order_by="IncidentStep.done_on, IncidentStep.id"
    )

    __table_args__ = (
        CheckConstraint("kind IN ('leak', 'violation')", name="kind"),
        CheckConstraint("severity IN ('slight', 'general', 'serious', 'grave')", name="severity"),
        Index("ix_incidents_happened", "happened_on"),
    )


class IncidentLiable(Base):
    """A person held liable, and the sanction; `lifted_at` after an appeal that was right."""

    __tablename__ = "incident_liable"

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    liability: Mapped[str] = mapped_column(String(10))
    sanction: Mapped[str] = mapped_column(String(20))
    note: Mapped[str] = mapped_column(String(500))
    by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime]
    lifted_at: Mapped[datetime | None]
    entry_seq: Mapped[int]
    entries: Mapped[int] = mapped_column(default=0)

    incident: Mapped[Incident] = relationship(back_populates="liable")
    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
    appeals: Mapped[list[IncidentAppeal]] = relationship(
        back_populates="liable", order_by="IncidentAppeal.id"
    )

    __table_args__ = (
        UniqueConstraint("incident_id", "person_id"),
        CheckConstraint("liability IN ('main', 'leader', 'direct')", name="liability"),
    )


class IncidentStep(Base):
    """What was done about an incident."""

    __tablename__ = "incident_steps"

    id: Mapped[int] = mapped_column(primary_key=True)
    incident_id: Mapped[int] = mapped_column(ForeignKey("incidents.id"), index=True)
    done_on: Mapped[date]
    what: Mapped[str] = mapped_column(String(1000))
    by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime]

    by: Mapped[Person] = relationship()


class IncidentAppeal(Base):
    """An appeal of a person held liable, and the decision of somebody else."""

    __tablename__ = "incident_appeals"

    id: Mapped[int] = mapped_column(primary_key=True)
    liable_id: Mapped[int] = mapped_column(ForeignKey("incident_liable.id"), index=True)
    grounds: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
    # 'upheld', 'changed' or 'lifted'; None while it is undecided.
    outcome: Mapped[str | None] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    decided_at: Mapped[datetime | None]

    liable: Mapped[IncidentLiable] = relationship(back_populates="appeals")
    decided_by: Mapped[Person | None] = relationship()

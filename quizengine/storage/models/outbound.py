"""出国（境）: a person's journey from filing to closing."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from quizengine.storage.base import Base
from quizengine.storage.models.sittings import Sitting
from quizengine.storage.models.units import Person, Unit

OUTBOUND_STATES = ("filed", "cleared", "left", "returned", "closed", "cancelled")


class OutboundFile(Base):
    """One journey. filed → cleared → left → returned → closed; or cancelled before leaving."""

    __tablename__ = "outbound_files"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    # The person's unit when it was filed.
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    kind: Mapped[str] = mapped_column(String(10))
    destination: Mapped[str] = mapped_column(String(200))
    purpose: Mapped[str] = mapped_column(String(500))
    escort: Mapped[str] = mapped_column(String(200))
    # Who approved it, and the number of the paper.
    approval: Mapped[str] = mapped_column(String(200))
    departs_on: Mapped[date]
    returns_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(10))
    # The passed exam on which it was cleared; none if the person left without.
    sitting_id: Mapped[int | None] = mapped_column(ForeignKey("sittings.id"))
    left_on: Mapped[date | None]
    returned_on: Mapped[date | None]
    talk_on: Mapped[date | None]
    talk_note: Mapped[str] = mapped_column(String(1000), default="")
    refresher_on: Mapped[date | None]
    filed_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]
    entries: Mapped[int] = mapped_column(default=0)

    person: Mapped[Person] = relationship()
    unit: Mapped[Unit] = relationship()
    sitting: Mapped[Sitting | None] = relationship()

    __table_args__ = (
        CheckConstraint("kind IN ('official', 'private')", name="kind"),
        CheckConstraint("returns_on >= departs_on", name="dates"),
        CheckConstraint(
            "state IN ('filed', 'cleared', 'left', 'returned', 'closed', 'cancelled')",
            name="state",
        ),
        Index("ix_outbound_files_state", "state", "departs_on"),
    )

"""检查发现的问题: what an inspection found, and the answers until somebody confirms one."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from quizengine.storage.base import Base
from quizengine.storage.models.inspections import Inspection
from quizengine.storage.models.units import Person, Unit

FINDING_SEVERITIES = ("slight", "general", "serious")
FINDING_STATES = ("open", "answered", "closed")


class Finding(Base):
    """Something to put right. open → answered → closed, or back to open."""

    __tablename__ = "findings"

    id: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspections.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    what: Mapped[str] = mapped_column(String(1000))
    severity: Mapped[str] = mapped_column(String(10))
    owner_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    # The day set first, and the one that holds after extensions.
    first_due_on: Mapped[date]
    due_on: Mapped[date]
    state: Mapped[str] = mapped_column(String(10), default="open")
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    opened_at: Mapped[datetime]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    closed_at: Mapped[datetime | None]
    # Whether the answer that was confirmed came by the day due; None while it is not closed.
    on_time: Mapped[bool | None]
    entries: Mapped[int] = mapped_column(default=0)

    inspection: Mapped[Inspection] = relationship()
    unit: Mapped[Unit] = relationship()
    owner: Mapped[Person] = relationship(foreign_keys=[owner_id])
    opened_by: Mapped[Person] = relationship(foreign_keys=[opened_by_id])
    closed_by: Mapped[Person | None] = relationship(foreign_keys=[closed_by_id])
    answers: Mapped[list[FindingAnswer]] = relationship(
        back_populates="finding", order_by="FindingAnswer.id"
    )

    __table_args__ = (
        CheckConstraint("severity IN ('slight', 'general', 'serious')", name="severity"),
        CheckConstraint("state IN ('open', 'answered', 'closed')", name="state"),
        Index("ix_findings_due", "state", "due_on"),
    )


class FindingAnswer(Base):
    """What was done about a finding, and whether that was enough."""

    __tablename__ = "finding_answers"

    id: Mapped[int] = mapped_column(primary_key=True)
    finding_id: Mapped[int] = mapped_column(ForeignKey("findings.id"), index=True)
    text: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime]
    # None until somebody has judged it; `reason` where it is not enough.
    enough: Mapped[bool | None]
    reason: Mapped[str] = mapped_column(String(1000), default="")
    judged_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    judged_at: Mapped[datetime | None]

    finding: Mapped[Finding] = relationship(back_populates="answers")
    by: Mapped[Person] = relationship(foreign_keys=[by_id])
    judged_by: Mapped[Person | None] = relationship(foreign_keys=[judged_by_id])

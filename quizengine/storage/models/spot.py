"""突击抽查: people of a unit drawn by lot from a seed fixed before, and how they did."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from quizengine.storage.base import Base
from quizengine.storage.models.exams import Exam
from quizengine.storage.models.inspections import Inspection
from quizengine.storage.models.units import Person, Unit


class SpotCheck(Base):
    """The draw of an inspection: seed and list are fixed at `fixed_at`, people drawn later."""

    __tablename__ = "spot_checks"

    inspection_id: Mapped[int] = mapped_column(ForeignKey("inspections.id"), primary_key=True)
    count: Mapped[int]
    seed: Mapped[str] = mapped_column(String(64))
    # SHA-256 of the seed, and of the list of those who may be drawn.
    commitment: Mapped[str] = mapped_column(String(64))
    list_digest: Mapped[str] = mapped_column(String(64))
    # Digests of people as in the ledger, one a line, sorted.
    people: Mapped[str] = mapped_column(Text)
    public_source: Mapped[str] = mapped_column(String(200), default="")
    public_value: Mapped[str] = mapped_column(String(200), default="")
    fixed_by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    fixed_at: Mapped[datetime]
    drawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    drawn_at: Mapped[datetime | None]
    # The quiz on screen; none where it is done on paper.
    exam_id: Mapped[int | None] = mapped_column(ForeignKey("exams.id"))

    inspection: Mapped[Inspection] = relationship()
    fixed_by: Mapped[Person] = relationship(foreign_keys=[fixed_by_id])
    drawn_by: Mapped[Person | None] = relationship(foreign_keys=[drawn_by_id])
    exam: Mapped[Exam | None] = relationship()
    drawn: Mapped[list[SpotPerson]] = relationship(
        back_populates="check", order_by="SpotPerson.number"
    )


class SpotPerson(Base):
    """Somebody who was drawn; without a score until one was entered."""

    __tablename__ = "spot_persons"

    id: Mapped[int] = mapped_column(primary_key=True)
    inspection_id: Mapped[int] = mapped_column(ForeignKey("spot_checks.inspection_id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    # The person's unit when drawn.
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    number: Mapped[int]
    score: Mapped[Decimal | None]
    max_score: Mapped[Decimal | None]
    passed: Mapped[bool | None]
    # Why somebody was not asked: ill, on a journey.
    excuse: Mapped[str] = mapped_column(String(200), default="")
    entry_seq: Mapped[int | None]
    entries: Mapped[int] = mapped_column(default=0)

    check: Mapped[SpotCheck] = relationship(back_populates="drawn")
    person: Mapped[Person] = relationship()
    unit: Mapped[Unit] = relationship()

    __table_args__ = (UniqueConstraint("inspection_id", "person_id"),)

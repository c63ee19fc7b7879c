"""责任书: texts that offices set each year, and the signatures of heads of units."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from quizengine.storage.base import Base
from quizengine.storage.models.units import Person, Unit


class LetterText(Base):
    """One version of the text for heads of units at one level, within the subtree of a unit."""

    __tablename__ = "letter_texts"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    year: Mapped[int]
    level: Mapped[int]
    version: Mapped[int]
    title: Mapped[str] = mapped_column(String(200))
    body: Mapped[str] = mapped_column(Text)
    # SHA-256 (hex) of title, two line ends, and body.
    digest: Mapped[str] = mapped_column(String(64))
    by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime]

    unit: Mapped[Unit] = relationship()
    by: Mapped[Person] = relationship()

    __table_args__ = (
        UniqueConstraint("unit_id", "year", "level", "version"),
        CheckConstraint("level BETWEEN 1 AND 3", name="level"),
    )


class LetterSignature(Base):
    """A head's signature under a text, for a unit."""

    __tablename__ = "letter_signatures"

    id: Mapped[int] = mapped_column(primary_key=True)
    text_id: Mapped[int] = mapped_column(ForeignKey("letter_texts.id"))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    signed_at: Mapped[datetime]

    text: Mapped[LetterText] = relationship()
    unit: Mapped[Unit] = relationship()
    person: Mapped[Person] = relationship()

    __table_args__ = (
        UniqueConstraint("text_id", "unit_id", "person_id"),
        Index("ix_letter_signatures_unit", "unit_id"),
    )

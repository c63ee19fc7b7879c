"""What the guard of the bank stops and a second person lets pass; who saved which file last."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from quizengine.storage.base import Base
from quizengine.storage.models.units import Person


class Clearing(Base):
    """放行: somebody asked that a text may stand; once `cleared_at` is set, it may.

    Taken off the list it is kept (`withdrawn_at`), so that who asked stays its author.
    """

    __tablename__ = "clearings"

    id: Mapped[int] = mapped_column(primary_key=True)
    # Of `quizengine.domain.clearing`: SHA-256 (hex) over the code and the question's texts.
    key: Mapped[str] = mapped_column(String(64), unique=True)
    code: Mapped[str] = mapped_column(String(30))
    question_id: Mapped[str] = mapped_column(String(80))
    # Where it stood or was to stand: a file of the bank, or the name of a file read in.
    file: Mapped[str] = mapped_column(String(300))
    # 'file' for a text on disk, 'editor' or 'import' for one that is not saved yet.
    origin: Mapped[str] = mapped_column(String(8))
    # Masked words around what was found.
    excerpt: Mapped[str] = mapped_column(Text)
    cleared_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    cleared_at: Mapped[datetime | None]
    reason: Mapped[str] = mapped_column(Text, default="")
    withdrawn_at: Mapped[datetime | None]

    cleared_by: Mapped[Person | None] = relationship()
    asked: Mapped[list[ClearingAsked]] = relationship(
        order_by="ClearingAsked.at", cascade="all, delete-orphan"
    )

    __table_args__ = (Index("ix_clearings_cleared_at", "cleared_at"),)


class ClearingAsked(Base):
    """Who asked for a clearing, and so counts as its author; several may have."""

    __tablename__ = "clearings_asked"

    clearing_id: Mapped[int] = mapped_column(ForeignKey("clearings.id"), primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    at: Mapped[datetime]

    person: Mapped[Person] = relationship()


class BankFileSave(Base):
    """Who saved a file of the bank last in the browser."""

    __tablename__ = "bank_file_saves"

    file: Mapped[str] = mapped_column(String(300), primary_key=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime]

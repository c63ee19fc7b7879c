"""年度考核: results as they were closed, and what people say against them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from quizengine.storage.base import Base

OBJECTION, REVIEW = "objection", "review"


class ClosedAppraisal(Base):
    """A closed year; triggers refuse UPDATE and DELETE. Its ledger entry holds the digests."""

    __tablename__ = "closed_appraisals"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # Number of the ledger entry that closed it.
    seq: Mapped[int]
    # From how many entries it was computed, and the root (hex) of their tree.
    entries: Mapped[int]
    root: Mapped[str] = mapped_column(String(64))
    # Canonical JSON, and its SHA-256 (hex).
    rules: Mapped[str] = mapped_column(Text)
    rules_sha256: Mapped[str] = mapped_column(String(64))
    result: Mapped[str] = mapped_column(Text)
    result_sha256: Mapped[str] = mapped_column(String(64))
    # JSON: what the units were called then, by code.
    names: Mapped[str] = mapped_column(Text)
    closed_at: Mapped[datetime]


class AppraisalWatch(Base):
    """Up to which entry the ledger was searched for what came after a year was closed."""

    __tablename__ = "appraisal_watches"

    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]


class AppraisalCase(Base):
    """An objection of a unit or person, or a review that a later entry opened."""

    __tablename__ = "appraisal_cases"
    __table_args__ = (UniqueConstraint("year", "entry"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(20))
    year: Mapped[int] = mapped_column(index=True)
    # Code of the unit whose number it is about, or that the person listed belongs to.
    unit: Mapped[str | None] = mapped_column(String(64))
    # 'total', 'task:ID', 'adjustment:ID', 'veto:ID', 'list:ID'; 'entry' for a review.
    about: Mapped[str] = mapped_column(String(60))
    # The later entry that a review is about.
    entry: Mapped[int | None]
    # The person who is listed, if it is about that.
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id", ondelete="SET NULL"))
    text: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id", ondelete="SET NULL"))
    at: Mapped[datetime]
    opened_seq: Mapped[int]
    decision: Mapped[str | None] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(Text)
    decided_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id", ondelete="SET NULL"))
    decided_at: Mapped[datetime | None]
    decided_seq: Mapped[int | None]

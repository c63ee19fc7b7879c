"""Revisions of questions, and which of them is the current one."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from quizengine.storage.base import Base


class Revision(Base):
    """修订: the immutable content of a question; triggers refuse UPDATE and DELETE."""

    __tablename__ = "revisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[str] = mapped_column(String(80), index=True)
    number: Mapped[int]
    # SHA-256 (hex) of the canonical JSON in `content`.
    digest: Mapped[str] = mapped_column(String(64))
    type: Mapped[str] = mapped_column(String(20))
    content: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("question_id", "number", "digest"),)


class CurrentQuestion(Base):
    """The revision that new papers draw; a question gone from the bank is no longer here."""

    __tablename__ = "current_questions"

    question_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    revision_id: Mapped[int] = mapped_column(ForeignKey("revisions.id"))
    pool: Mapped[str] = mapped_column(String(20), index=True)
    file: Mapped[str] = mapped_column(String(300))
    line: Mapped[int]

    revision: Mapped[Revision] = relationship()


class BankState(Base):
    """One row: the bank that is served, and what the last look at the folder found."""

    __tablename__ = "bank_state"

    id: Mapped[int] = mapped_column(primary_key=True)
    # Of the files that are served, and of the files as last seen (they differ while broken).
    served_digest: Mapped[str] = mapped_column(String(64), default="")
    served_at: Mapped[datetime | None]
    seen_digest: Mapped[str] = mapped_column(String(64), default="")
    seen_on: Mapped[str] = mapped_column(String(10), default="")
    # JSON list of lint problems of the folder as last seen.
    problems: Mapped[str] = mapped_column(Text, default="[]")
    # Registries, blueprints, rules of contests and appraisals, checklists and frequency duties of
    # the served bank: JSON.
    registries: Mapped[str] = mapped_column(Text, default="")
    blueprints: Mapped[str] = mapped_column(Text, default="")
    contests: Mapped[str] = mapped_column(Text, default="", server_default="")
    appraisals: Mapped[str] = mapped_column(Text, default="", server_default="")
    checklists: Mapped[str] = mapped_column(Text, default="", server_default="")
    duties: Mapped[str] = mapped_column(Text, default="", server_default="")


class Repair(Base):
    """What was decided about a faulty question after it had been used."""

    __tablename__ = "repairs"

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[str] = mapped_column(String(80), index=True)
    number: Mapped[int]
    action: Mapped[str] = mapped_column(String(20))
    # JSON of the answer accepted in addition, for action 'accept'.
    answer: Mapped[str | None] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime]
    # Every sitting that was closed at `at` has been regraded.
    finished_at: Mapped[datetime | None]

"""考核台账: append-only entries; triggers refuse UPDATE and DELETE."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from quizengine.storage.base import Base


class LedgerEntry(Base):
    """台账条目. `body` is the hashed canonical JSON; the other columns repeat parts of it."""

    __tablename__ = "ledger_entries"

    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime]
    kind: Mapped[str] = mapped_column(String(40))
    # What the entry is about, as in 'sitting:12:1': the same thing is never entered twice.
    source: Mapped[str] = mapped_column(String(120), unique=True)
    # Salted digest of the person; who it is stands in ledger_subjects alone.
    subject: Mapped[str | None] = mapped_column(String(64))
    unit: Mapped[str | None] = mapped_column(String(64))
    body: Mapped[str] = mapped_column(Text)
    leaf_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    chain_hash: Mapped[bytes] = mapped_column(LargeBinary(32))

    __table_args__ = (
        Index("ix_ledger_entries_subject", "subject", "seq"),
        Index("ix_ledger_entries_kind", "kind", "seq"),
        Index("ix_ledger_entries_unit", "unit", "seq"),
    )


class LedgerSubject(Base):
    """Ties a digest to a person; erasing the row makes the entries anonymous."""

    __tablename__ = "ledger_subjects"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    person_id: Mapped[int] = mapped_column(
        ForeignKey("persons.id", ondelete="CASCADE"), unique=True
    )
    salt: Mapped[bytes] = mapped_column(LargeBinary(32))


class LedgerHead(Base):
    """One row: what appending needs to know of the log so far; locked while appending."""

    __tablename__ = "ledger_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[int]
    chain_hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    # `quizengine.domain.merkle.Frontier` as bytes.
    frontier: Mapped[bytes] = mapped_column(LargeBinary)


class LedgerCheckpoint(Base):
    """A signed checkpoint that went out."""

    __tablename__ = "ledger_checkpoints"

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    size: Mapped[int]
    note: Mapped[str] = mapped_column(Text)

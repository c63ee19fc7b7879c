"""What leaves the site: certificates, checkpoints that are sent, and what proofs are made of."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from quizengine.storage.base import Base
from quizengine.storage.models.ledger import LedgerCheckpoint
from quizengine.storage.models.units import Person, Unit


class LedgerNode(Base):
    """Root of a full subtree of 2^level leaves, from leaf `position` · 2^level; level 8, 16, 24."""

    __tablename__ = "ledger_nodes"

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))


class Certificate(Base):
    """证书. `facts` is the JSON of all that the paper says; empty once the person was erased."""

    __tablename__ = "certificates"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(32), unique=True)
    # Random; stands on the paper, and salts the digest in the ledger.
    code: Mapped[str] = mapped_column(String(32))
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    # The person's unit when it was issued.
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    facts: Mapped[str] = mapped_column(Text)
    # The entry that says the result, and the latest one that corrects it.
    result_seq: Mapped[int] = mapped_column(index=True)
    standing_seq: Mapped[int] = mapped_column(index=True)
    # The entry about the certificate itself.
    entry_seq: Mapped[int]
    issued_at: Mapped[datetime]
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    # The last day; none: without limit.
    valid_until: Mapped[date | None]
    revoked_at: Mapped[datetime | None]
    # 'corrected', 'office'.
    revoked_for: Mapped[str | None] = mapped_column(String(12))
    erased_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(foreign_keys=[person_id])
    unit: Mapped[Unit] = relationship()


class SharingWatch(Base):
    """Up to which entry the ledger was searched, by purpose."""

    __tablename__ = "sharing_watches"

    purpose: Mapped[str] = mapped_column(String(20), primary_key=True)
    seq: Mapped[int]


class LookupFailure(Base):
    """Wrong numbers or codes that were tried from one address in a while."""

    __tablename__ = "lookup_failures"

    # Digest of the address and the kind of codes: no list of visitors is kept.
    source: Mapped[str] = mapped_column(String(64), primary_key=True)
    # When the period began, in minutes since 1970.
    period: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    count: Mapped[int]


class CheckpointSending(Base):
    """A day's checkpoint on its way to one place."""

    __tablename__ = "checkpoint_sendings"

    id: Mapped[int] = mapped_column(primary_key=True)
    day: Mapped[date]
    # 'file' or 'mail', and the folder or address.
    way: Mapped[str] = mapped_column(String(8))
    target: Mapped[str] = mapped_column(String(300))
    checkpoint_id: Mapped[int] = mapped_column(ForeignKey("ledger_checkpoints.id"))
    tries: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[datetime]
    sent_at: Mapped[datetime | None]
    error: Mapped[str] = mapped_column(String(300), default="")

    checkpoint: Mapped[LedgerCheckpoint] = relationship()

    __table_args__ = (
        UniqueConstraint("day", "way", "target"),
        Index("ix_checkpoint_sendings_sent_at", "sent_at", "next_at"),
    )


class Erasure(Base):
    """That a person's data were erased, by whom and why; names nobody but who did it."""

    __tablename__ = "erasures"

    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    at: Mapped[datetime]
    by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    # 'retention', 'request' or 'mistake'.
    reason: Mapped[str] = mapped_column(String(12))
    entry_seq: Mapped[int]


class AccessToken(Base):
    """A token of another office's program; only its SHA-256 is kept."""

    __tablename__ = "access_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    # Of `quizengine.services.access_tokens.SCOPES`, with spaces between.
    scopes: Mapped[str] = mapped_column(String(200))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]
    used_at: Mapped[datetime | None]

    unit: Mapped[Unit] = relationship()
    by: Mapped[Person] = relationship()

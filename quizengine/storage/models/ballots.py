"""党员评议: ballots of a unit's members, with votes that nothing joins to the voters."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from quizengine.storage.base import Base
from quizengine.storage.models.units import Person, Unit

BALLOT_STATES = ("draft", "open", "closed", "cancelled")


class Ballot(Base):
    """One ballot, about the unit itself or about colleagues."""

    __tablename__ = "ballots"

    id: Mapped[int] = mapped_column(primary_key=True)
    # Whose members vote.
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    # 'unit' or 'colleagues'.
    about: Mapped[str] = mapped_column(String(10))
    title: Mapped[str] = mapped_column(String(200))
    intro: Mapped[str] = mapped_column(Text)
    # JSON: pairs of key and text; the text of a usual option is "" and comes from its key.
    options: Mapped[str] = mapped_column(Text)
    # Per cent of the electors that have to vote.
    quorum: Mapped[int]
    closes_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime]
    opened_at: Mapped[datetime | None]
    closed_at: Mapped[datetime | None]
    # SHA-256 of the list of votes; set at closing.
    proof: Mapped[str] = mapped_column(String(64), default="")

    unit: Mapped[Unit] = relationship()
    by: Mapped[Person] = relationship()
    subjects: Mapped[list[BallotSubject]] = relationship(
        cascade="all, delete-orphan", order_by="BallotSubject.number"
    )

    __table_args__ = (
        CheckConstraint("about IN ('unit', 'colleagues')", name="about"),
        CheckConstraint("state IN ('draft', 'open', 'closed', 'cancelled')", name="state"),
    )


class BallotSubject(Base):
    """Whom a ballot is about: a colleague, or nobody if it is the unit itself."""

    __tablename__ = "ballot_subjects"

    id: Mapped[int] = mapped_column(primary_key=True)
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballots.id", ondelete="CASCADE"))
    # From 1: what votes and entries name, since they name no people.
    number: Mapped[int]
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"), index=True)

    person: Mapped[Person | None] = relationship()

    __table_args__ = (UniqueConstraint("ballot_id", "number"),)


class BallotElector(Base):
    """Somebody who may vote, and whether that was done: not how, and not when."""

    __tablename__ = "ballot_electors"

    ballot_id: Mapped[int] = mapped_column(
        ForeignKey("ballots.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True, index=True)
    voted: Mapped[bool] = mapped_column(default=False)


class BallotVote(Base):
    """One vote on one subject, under the hash of a receipt that only the voter has.

    The hash is another one for each subject, so that not even the votes of one person on several
    colleagues can be put together.
    """

    __tablename__ = "ballot_votes"

    # Without a row number beside it, rows are kept in the order of this key, which is random.
    receipt: Mapped[str] = mapped_column(String(64), primary_key=True)
    ballot_id: Mapped[int] = mapped_column(ForeignKey("ballots.id", ondelete="CASCADE"), index=True)
    number: Mapped[int]
    choice: Mapped[str] = mapped_column(String(20))

    __table_args__ = ({"sqlite_with_rowid": False},)

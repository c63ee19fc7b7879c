"""组织单位: the tree of units, and people with their tiers and roles."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from quizengine.storage.base import Base

ROLES = ("organizer", "grader", "admin", "auditor")


class Unit(Base):
    """A node of the tree: level 1 school committee, 2 secondary unit, 3 branch."""

    __tablename__ = "units"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    level: Mapped[int]
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    # Ids from the root down, as in "/1/5/12/": a subtree is a prefix.
    path: Mapped[str] = mapped_column(String(200), index=True, default="")
    head_id: Mapped[int | None] = mapped_column(
        ForeignKey("persons.id", use_alter=True, ondelete="SET NULL")
    )

    parent: Mapped[Unit | None] = relationship(remote_side=[id])
    head: Mapped[Person | None] = relationship(foreign_keys=[head_id], post_update=True)

    __table_args__ = (CheckConstraint("level BETWEEN 1 AND 3", name="level"),)


class Person(Base):
    """A member; personal details stand here and nowhere in the ledger's hashed part."""

    __tablename__ = "persons"

    id: Mapped[int] = mapped_column(primary_key=True)
    login: Mapped[str] = mapped_column(String(64), unique=True)
    name: Mapped[str] = mapped_column(String(100))
    staff_no: Mapped[str] = mapped_column(String(64), default="")
    id_no: Mapped[str] = mapped_column(String(32), default="")
    phone: Mapped[str] = mapped_column(String(32), default="")
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    active: Mapped[bool] = mapped_column(default=True)
    language: Mapped[str | None] = mapped_column(String(8))
    created_at: Mapped[datetime]
    # argon2id of an own password; None until the first one is chosen.
    password_hash: Mapped[str | None] = mapped_column(String(200))
    # Salted SHA-256 of a random one-time code of 60 bits or more: no need for a slow hash.
    code_hash: Mapped[str | None] = mapped_column(String(200))
    code_expires_at: Mapped[datetime | None]
    must_change: Mapped[bool] = mapped_column(default=True)
    failures: Mapped[int] = mapped_column(default=0)
    locked_until: Mapped[datetime | None]
    # Raised with each change of password: ends sessions and tokens made before.
    session_version: Mapped[int] = mapped_column(default=1)

    unit: Mapped[Unit] = relationship(foreign_keys=[unit_id])
    tiers: Mapped[list[PersonTier]] = relationship(
        back_populates="person", cascade="all, delete-orphan"
    )
    roles: Mapped[list[PersonRole]] = relationship(
        back_populates="person", cascade="all, delete-orphan"
    )


class PersonTier(Base):
    """受众层级 of a person, with its dates."""

    __tablename__ = "person_tiers"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"))
    tier: Mapped[str] = mapped_column(String(40))
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    departs_on: Mapped[date | None]
    returns_on: Mapped[date | None]

    person: Mapped[Person] = relationship(back_populates="tiers")

    __table_args__ = (
        UniqueConstraint("person_id", "tier"),
        Index("ix_person_tiers_tier", "tier", "person_id"),
    )

    def holds_on(self, day: date) -> bool:
        """Whether the person belongs to the tier on `day`."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_to is None or day <= self.valid_to
        )


class PersonRole(Base):
    """A role, over the subtree of a unit."""

    __tablename__ = "person_roles"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"))
    role: Mapped[str] = mapped_column(String(20))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))

    person: Mapped[Person] = relationship(back_populates="roles")
    unit: Mapped[Unit] = relationship()

    __table_args__ = (
        UniqueConstraint("person_id", "role", "unit_id"),
        CheckConstraint("role IN ('organizer', 'grader', 'admin', 'auditor')", name="role"),
    )


class ApiToken(Base):
    """A bearer token; only its SHA-256 is kept."""

    __tablename__ = "api_tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id", ondelete="CASCADE"))
    session_version: Mapped[int]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]

"""年度计划: tasks of units with their approved versions; duties that were concluded."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from quizengine.storage.base import Base
from quizengine.storage.models.units import Person, Unit

PLAN_STATES = ("draft", "submitted", "approved")


class AnnualPlan(Base):
    """A unit's plan of a year as it is worked on; what holds is its newest version."""

    __tablename__ = "annual_plans"

    id: Mapped[int] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    year: Mapped[int]
    state: Mapped[str] = mapped_column(String(10))
    # Number of the version that holds; 0 before the first approval.
    version: Mapped[int] = mapped_column(default=0)
    # Raised with each change: who decides decides about what was on the page.
    changes: Mapped[int] = mapped_column(default=0)
    submitted_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    submitted_at: Mapped[datetime | None]
    # Why it was sent back; empty otherwise.
    returned: Mapped[str] = mapped_column(String(500), default="")

    unit: Mapped[Unit] = relationship()
    submitted_by: Mapped[Person | None] = relationship()
    tasks: Mapped[list[PlanTask]] = relationship(
        back_populates="plan", cascade="all, delete-orphan", order_by="PlanTask.number"
    )
    versions: Mapped[list[PlanVersion]] = relationship(
        back_populates="plan", order_by="PlanVersion.version"
    )
    marks: Mapped[list[PlanMark]] = relationship(back_populates="plan", order_by="PlanMark.id")

    __table_args__ = (
        UniqueConstraint("unit_id", "year"),
        CheckConstraint("state IN ('draft', 'submitted', 'approved')", name="state"),
        Index("ix_annual_plans_year", "year", "unit_id"),
    )


class PlanTask(Base):
    """A task of the plan as it is worked on."""

    __tablename__ = "plan_tasks"

    plan_id: Mapped[int] = mapped_column(
        ForeignKey("annual_plans.id", ondelete="CASCADE"), primary_key=True
    )
    # Stands for the task in all versions; never used again for another one.
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    title: Mapped[str] = mapped_column(String(200))
    goal: Mapped[str] = mapped_column(Text)
    # Name of a number over ledger entries, or 'confirmed' where a person says that it is done.
    gauge: Mapped[str] = mapped_column(String(40))
    target: Mapped[Decimal | None]
    responsible_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"), index=True)
    due_on: Mapped[date]
    # Left out of the next version; kept so that its number stays taken.
    dropped: Mapped[bool] = mapped_column(default=False)

    plan: Mapped[AnnualPlan] = relationship(back_populates="tasks")
    responsible: Mapped[Person | None] = relationship()


class PlanVersion(Base):
    """A plan as it was approved."""

    __tablename__ = "plan_versions"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("annual_plans.id"))
    version: Mapped[int]
    # Canonical JSON, and its SHA-256 (hex) as the ledger has it.
    text: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(String(64))
    by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime]

    plan: Mapped[AnnualPlan] = relationship(back_populates="versions")
    by: Mapped[Person] = relationship()

    __table_args__ = (UniqueConstraint("plan_id", "version"),)


class PlanMark(Base):
    """What the ledger was told about a task: done or late, each once."""

    __tablename__ = "plan_marks"

    id: Mapped[int] = mapped_column(primary_key=True)
    plan_id: Mapped[int] = mapped_column(ForeignKey("annual_plans.id"))
    number: Mapped[int]
    what: Mapped[str] = mapped_column(String(4))
    on: Mapped[date]
    # Of what a person confirmed; the clock says nothing.
    note: Mapped[str] = mapped_column(String(500), default="")
    by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime]

    plan: Mapped[AnnualPlan] = relationship(back_populates="marks")
    by: Mapped[Person | None] = relationship()

    __table_args__ = (
        UniqueConstraint("plan_id", "number", "what"),
        CheckConstraint("what IN ('done', 'late')", name="what"),
    )


class PlanClock(Base):
    """One row: the ledger and the day that plans were last held against."""

    __tablename__ = "plan_clock"

    id: Mapped[int] = mapped_column(primary_key=True)
    size: Mapped[int]
    day: Mapped[date]
    at: Mapped[datetime]


class DutyClosing(Base):
    """A period of a duty of which all results are in the ledger."""

    __tablename__ = "duty_closings"

    id: Mapped[int] = mapped_column(primary_key=True)
    rule: Mapped[str] = mapped_column(String(40))
    period: Mapped[str] = mapped_column(String(20))
    met: Mapped[int]
    short: Mapped[int]
    at: Mapped[datetime]

    __table_args__ = (UniqueConstraint("rule", "period"),)

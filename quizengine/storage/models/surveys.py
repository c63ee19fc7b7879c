"""需求调查: short surveys, and answers that nothing joins to the people who gave them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from quizengine.storage.base import Base
from quizengine.storage.models.units import Person, Unit

SURVEY_STATES = ("draft", "open", "closed")


class Survey(Base):
    """One survey. Its questions may change until it opens, and its people are fixed then."""

    __tablename__ = "surveys"

    id: Mapped[int] = mapped_column(primary_key=True)
    # Whose survey it is; the people of its subtree are asked.
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    # A tier, or `EVERYONE`.
    tier: Mapped[str] = mapped_column(String(40))
    title: Mapped[str] = mapped_column(String(200))
    intro: Mapped[str] = mapped_column(Text)
    # JSON: the questions, as `domain.surveys.Question` has them.
    questions: Mapped[str] = mapped_column(Text)
    # Answers below which no result is shown.
    least_answers: Mapped[int]
    closes_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(10), index=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    unit: Mapped[Unit] = relationship()
    by: Mapped[Person] = relationship()

    __table_args__ = (CheckConstraint("state IN ('draft', 'open', 'closed')", name="state"),)


class SurveyPerson(Base):
    """Somebody who is asked, and whether an answer was given: not which, and not when."""

    __tablename__ = "survey_people"

    survey_id: Mapped[int] = mapped_column(
        ForeignKey("surveys.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True, index=True)
    answered: Mapped[bool] = mapped_column(default=False)


class SurveyAnswer(Base):
    """A filled-in survey: nothing here says whose it is, not even when it came."""

    __tablename__ = "survey_answers"

    # Random; without a row number beside it, rows are kept in the order of this key.
    id: Mapped[str] = mapped_column(String(32), primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("surveys.id", ondelete="CASCADE"), index=True)
    # JSON: answers by number of the question.
    content: Mapped[str] = mapped_column(Text)

    __table_args__ = ({"sqlite_with_rowid": False},)

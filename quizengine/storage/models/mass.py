"""网络竞赛: contests that many people join online, each on top of an exam's machinery."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    ForeignKey,
    Index,
    String,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import Mapped, mapped_column, relationship

from quizengine.storage.base import Base
from quizengine.storage.models.exams import Exam
from quizengine.storage.models.units import Person, Unit


class MassSeries(Base):
    """每日一题、每周一测: from which the clock makes a contest for each day or week."""

    __tablename__ = "mass_series"

    id: Mapped[int] = mapped_column(primary_key=True)
    title_zh: Mapped[str] = mapped_column(String(180))
    title_en: Mapped[str] = mapped_column(String(180))
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    created_at: Mapped[datetime]
    # 'day' or 'week'; a weekly one begins on `weekday`, 0 for Monday.
    period: Mapped[str] = mapped_column(String(4))
    weekday: Mapped[int] = mapped_column(default=0)
    # Minutes since midnight in the site's zone, and how many minutes each contest is open.
    opens_minute: Mapped[int]
    open_minutes: Mapped[int]
    first_day: Mapped[date]
    last_day: Mapped[date]
    # JSON of `quizengine.services.mass_series.Template`: what each contest is made with.
    template: Mapped[str] = mapped_column(Text)
    # No further contests are made from then on.
    ended_at: Mapped[datetime | None]

    unit: Mapped[Unit] = relationship()

    __table_args__ = (
        CheckConstraint("period IN ('day', 'week')", name="period"),
        CheckConstraint("last_day >= first_day", name="days"),
    )


class MassContest(Base):
    """What a contest adds to its exam; the exam's `purpose` says 'contest' or 'challenge'."""

    __tablename__ = "mass_contests"

    id: Mapped[int] = mapped_column(primary_key=True)
    exam_id: Mapped[int] = mapped_column(ForeignKey("exams.id"), unique=True)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("mass_series.id"))
    # Which day or week of the series, from 0.
    number: Mapped[int | None]
    # Days of the window in the site's zone: the audience are those who hold a tier on one of
    # them.
    first_day: Mapped[date]
    last_day: Mapped[date]
    # Attempts of one person, days and weeks in the site's zone; None for any number.
    per_day: Mapped[int | None]
    per_week: Mapped[int | None]
    in_all: Mapped[int | None]
    # Seconds for each question of a challenge.
    question_s: Mapped[int | None]
    # From then on nothing that is shown moves until the result is published.
    freeze_at: Mapped[datetime | None]
    # The standings of that moment have been kept.
    frozen_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    # The ledger says what the boards say.
    recorded_at: Mapped[datetime | None]
    # JSON of `quizengine.domain.mass_units.AwardRule`; '' for none.
    award: Mapped[str] = mapped_column(Text, default="")

    exam: Mapped[Exam] = relationship(lazy="joined", innerjoin=True)
    series: Mapped[MassSeries | None] = relationship()

    __table_args__ = (UniqueConstraint("series_id", "number"),)


class MassEntry(Base):
    """A participant with the result that counts.

    `token` stands for the person where lots are drawn. `score` is in hundredths of a point. The
    `frozen_…` ones are what was so at the freeze.
    """

    __tablename__ = "mass_entries"

    contest_id: Mapped[int] = mapped_column(
        ForeignKey("mass_contests.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), primary_key=True)
    token: Mapped[str] = mapped_column(String(16))
    # The sitting that counts; None before the first one is handed in.
    sitting_id: Mapped[int | None] = mapped_column(ForeignKey("sittings.id"))
    score: Mapped[int | None]
    duration_ms: Mapped[int | None] = mapped_column(BigInteger)
    handed_in_at: Mapped[datetime | None]
    attempts: Mapped[int] = mapped_column(default=0)
    # The unit on the day of the sitting; once the contest is over, that of the closing date.
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"))
    # Belonged to the audience at closing: counts for the participation rate.
    member: Mapped[bool | None]
    frozen_score: Mapped[int | None]
    frozen_duration_ms: Mapped[int | None] = mapped_column(BigInteger)
    frozen_handed_in_at: Mapped[datetime | None]
    frozen_attempts: Mapped[int | None]
    frozen_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    frozen_member: Mapped[bool | None]
    # Takes part in the draw; the number of the prize that was won, from 0 for the first.
    listed: Mapped[bool] = mapped_column(default=False)
    prize: Mapped[int | None]
    # The latest entry in the ledger, how many there are, and what it says.
    entry_seq: Mapped[int | None]
    entries: Mapped[int] = mapped_column(default=0)
    entered: Mapped[str | None] = mapped_column(String(80))

    person: Mapped[Person] = relationship()

    __table_args__ = (
        UniqueConstraint("contest_id", "token"),
        Index("ix_mass_entries_rank", "contest_id", "score", "duration_ms", "handed_in_at"),
        Index("ix_mass_entries_person", "person_id"),
    )


class MassUnitCount(Base):
    """Members of the audience right in a unit, as they were at the freeze or at closing."""

    __tablename__ = "mass_unit_counts"

    contest_id: Mapped[int] = mapped_column(
        ForeignKey("mass_contests.id", ondelete="CASCADE"), primary_key=True
    )
    # 'freeze' or 'close'.
    stage: Mapped[str] = mapped_column(String(8), primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    # The unit's place in the tree at that moment.
    path: Mapped[str] = mapped_column(String(200))
    members: Mapped[int]


class MassAward(Base):
    """组织奖: what the ledger says of a unit's award."""

    __tablename__ = "mass_awards"

    contest_id: Mapped[int] = mapped_column(
        ForeignKey("mass_contests.id", ondelete="CASCADE"), primary_key=True
    )
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), primary_key=True)
    # The latest entry, how many there are, and what it says.
    entry_seq: Mapped[int]
    entries: Mapped[int]
    entered: Mapped[str] = mapped_column(String(80))


class MassStep(Base):
    """闯关: a question that was shown in a sitting of a challenge, and how it went."""

    __tablename__ = "mass_steps"

    sitting_id: Mapped[int] = mapped_column(
        ForeignKey("sittings.id", ondelete="CASCADE"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    question_id: Mapped[str] = mapped_column(String(80))
    shown_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    # 'right', 'wrong' or 'late'; None while it waits for the answer.
    outcome: Mapped[str | None] = mapped_column(String(8))


class MassLottery(Base):
    """抽奖 among those who qualify; see docs/online-contests.md for how it can be checked."""

    __tablename__ = "mass_lotteries"

    contest_id: Mapped[int] = mapped_column(
        ForeignKey("mass_contests.id", ondelete="CASCADE"), primary_key=True
    )
    # The least score in hundredths of a point; None asks for full marks.
    threshold: Mapped[int | None]
    # JSON: [[title, count], …] from the first prize down.
    prizes: Mapped[str] = mapped_column(Text)
    # Secret until the draw; its SHA-256 (hex) is shown from the beginning.
    seed: Mapped[str] = mapped_column(String(64))
    commitment: Mapped[str] = mapped_column(String(64))
    # What public value, known only later, goes into the draw; '' for none.
    public_source: Mapped[str] = mapped_column(String(200), default="")
    public_value: Mapped[str] = mapped_column(String(200), default="")
    # When the list of those who qualify was fixed, and its SHA-256.
    listed_at: Mapped[datetime | None]
    list_digest: Mapped[str] = mapped_column(String(64), default="")
    drawn_at: Mapped[datetime | None]
    drawn_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))

    contest: Mapped[MassContest] = relationship()

"""竞赛 on a stage: teams, the log that its state follows from, and the audience's answers."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from quizengine.storage.base import Base
from quizengine.storage.models.units import Person, Unit

CONTEST_STATES = ("preparing", "running", "finished", "cancelled")


class Contest(Base):
    """A stage contest. `rules` is the JSON of the rule file as it was when the contest was made."""

    __tablename__ = "contests"

    id: Mapped[int] = mapped_column(primary_key=True)
    title_zh: Mapped[str] = mapped_column(String(200))
    title_en: Mapped[str] = mapped_column(String(200))
    # Whose contest it is: organisers of this unit or above may manage and host it.
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    created_by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    created_at: Mapped[datetime]
    planned_at: Mapped[datetime | None]
    rules_id: Mapped[str] = mapped_column(String(60))
    rules: Mapped[str] = mapped_column(Text)
    # SHA-256 (hex) of the canonical JSON in `rules`.
    rules_digest: Mapped[str] = mapped_column(String(64))
    # Leaves no trace in the ledger.
    rehearsal: Mapped[bool] = mapped_column(default=False)
    state: Mapped[str] = mapped_column(String(12), default="preparing")
    # JSON: the drawn questions of each round, see docs/contest-events.md (`begin`); '' before.
    draw: Mapped[str] = mapped_column(Text, default="")
    started_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    # The result has been entered into the ledger.
    recorded_at: Mapped[datetime | None]
    # Who knows a code may show the big screen, judge, or join the audience.
    screen_code: Mapped[str] = mapped_column(String(16), unique=True)
    judge_code: Mapped[str] = mapped_column(String(16), unique=True)
    join_code: Mapped[str] = mapped_column(String(16), unique=True)
    # Raised when codes are made anew: ends what was opened with the old ones.
    codes_version: Mapped[int] = mapped_column(default=1)
    # When a live process last ran the contest's clock.
    alive_at: Mapped[datetime | None]

    unit: Mapped[Unit] = relationship()
    created_by: Mapped[Person] = relationship()
    teams: Mapped[list[ContestTeam]] = relationship(
        back_populates="contest", cascade="all, delete-orphan", order_by="ContestTeam.number"
    )

    __table_args__ = (
        CheckConstraint("state IN ('preparing', 'running', 'finished', 'cancelled')", name="state"),
    )


class ContestTeam(Base):
    """A team; whoever knows `code` may take its seat with a device."""

    __tablename__ = "contest_teams"

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.id", ondelete="CASCADE"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(100))
    # For the ledger; a team of a rehearsal or of guests has none.
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"))
    code: Mapped[str] = mapped_column(String(16), unique=True)
    # Raised with each device that takes the seat: the one before it is out.
    seat: Mapped[int] = mapped_column(default=0)

    contest: Mapped[Contest] = relationship(back_populates="teams")
    unit: Mapped[Unit | None] = relationship()
    members: Mapped[list[ContestMember]] = relationship(
        back_populates="team", cascade="all, delete-orphan", order_by="ContestMember.number"
    )

    # An id is never given to another team: a device may still hold a ticket with it.
    __table_args__ = (
        UniqueConstraint("contest_id", "number"),
        {"sqlite_autoincrement": True},
    )


class ContestMember(Base):
    """A member of a team; `person_id` where it is somebody known, for the ledger."""

    __tablename__ = "contest_members"

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey("contest_teams.id", ondelete="CASCADE"))
    number: Mapped[int]
    name: Mapped[str] = mapped_column(String(100))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id", ondelete="SET NULL"))

    team: Mapped[ContestTeam] = relationship(back_populates="members")
    person: Mapped[Person | None] = relationship()

    __table_args__ = (UniqueConstraint("team_id", "number"),)


class ContestEvent(Base):
    """A line of the log; triggers refuse UPDATE and DELETE."""

    __tablename__ = "contest_events"

    contest_id: Mapped[int] = mapped_column(ForeignKey("contests.id"), primary_key=True)
    seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    # RFC 3339 in UTC with microseconds: the log's own text, whatever the database makes of times.
    at: Mapped[str] = mapped_column(String(32))
    by_role: Mapped[str] = mapped_column(String(10))
    by_id: Mapped[str] = mapped_column(String(40))
    by_name: Mapped[str] = mapped_column(String(100))
    type: Mapped[str] = mapped_column(String(20))
    data: Mapped[str] = mapped_column(Text)
    # The sender's own id of the command: sent again, it is not done again.
    command: Mapped[str] = mapped_column(String(80))

    __table_args__ = (UniqueConstraint("contest_id", "command"),)


class ContestPlayer(Base):
    """Somebody in the audience who joined with a phone."""

    __tablename__ = "contest_players"

    id: Mapped[int] = mapped_column(primary_key=True)
    contest_id: Mapped[int] = mapped_column(
        ForeignKey("contests.id", ondelete="CASCADE"), index=True
    )
    name: Mapped[str] = mapped_column(String(60))
    person_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id", ondelete="SET NULL"))
    joined_at: Mapped[datetime]


class AudienceAnswer(Base):
    """The answer of one of the audience to a question; the first one counts."""

    __tablename__ = "contest_audience_answers"

    contest_id: Mapped[int] = mapped_column(
        ForeignKey("contests.id", ondelete="CASCADE"), primary_key=True
    )
    # `key` of the slot, as in the log.
    question: Mapped[str] = mapped_column(String(60), primary_key=True)
    player_id: Mapped[int] = mapped_column(
        ForeignKey("contest_players.id", ondelete="CASCADE"), primary_key=True
    )
    answer: Mapped[str] = mapped_column(Text)
    right: Mapped[bool]
    at: Mapped[datetime]

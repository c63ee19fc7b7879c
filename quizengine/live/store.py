"""What the engine reads from the database and writes to it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import Engine, Table, func, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session, sessionmaker

from quizengine.domain.contest.events import Event
from quizengine.domain.contest.rules import ContestRules
from quizengine.domain.contest.state import Member, Team
from quizengine.domain.contest.views import About
from quizengine.domain.questions import Question
from quizengine.domain.registry import Title
from quizengine.domain.text import N_, Refused
from quizengine.services.bank import served_registry
from quizengine.services.stage_access import rules_of, unknown_contest
from quizengine.services.stage_draw import begin_data, contest_questions
from quizengine.services.stage_log import (
    append_events,
    commanded_events,
    mark_alive,
    running_contests,
)
from quizengine.services.stage_record import record_result
from quizengine.storage.engine import writing
from quizengine.storage.models import (
    AudienceAnswer,
    Contest,
    ContestEvent,
    ContestPlayer,
    ContestTeam,
)

# Names of the audience that are shown after a question.
FASTEST = 5


@dataclass(frozen=True)
class Loaded:
    """A contest as it stands in the database."""

    about: About
    rules: ContestRules
    questions: dict[int, Question]
    alive_at: datetime | None
    prepared: tuple[str, str]
    log: list[tuple[Event, str]]


@dataclass(frozen=True)
class Look:
    """What may have changed without this process: see `Store.look`."""

    state: str
    codes_version: int
    seq: int
    seats: dict[int, int]
    alive_at: datetime | None
    joined: int
    join_code: str
    # What can be changed until it begins: rules, questions, and (None afterwards) all else.
    prepared: tuple[str, str]
    about: About | None


@dataclass(frozen=True)
class AudienceRow:
    """An answer of the audience as it is stored."""

    question: str
    player: int
    answer: Any
    right: bool
    at: datetime


@dataclass
class Store:
    """All access of the engine's thread; each call has a session of its own."""

    engine: Engine
    sessions: sessionmaker[Session]
    _table: Table = field(init=False)

    def __post_init__(self) -> None:
        table = AudienceAnswer.__table__
        assert isinstance(table, Table)
        self._table = table

    def running(self) -> list[int]:
        """Contests that have begun and are not over."""
        with self.sessions() as session:
            return running_contests(session)

    def latest(self) -> datetime | None:
        """When something has happened last in a contest that is under way."""
        query = (
            select(func.max(ContestEvent.at))
            .join(Contest, Contest.id == ContestEvent.contest_id)
            .where(Contest.state == "running")
        )
        with self.sessions() as session:
            at = session.scalar(query)
        return None if at is None else datetime.fromisoformat(at)

    def unrecorded(self) -> list[int]:
        """Contests that are over, but whose result, or latest one, is not in the ledger yet."""
        query = select(Contest.id).where(
            Contest.state == "finished",
            or_(Contest.recorded_at.is_(None), Contest.recorded_at < Contest.finished_at),
            Contest.rehearsal.is_(False),
        )
        with self.sessions() as session:
            return list(session.scalars(query))

    def load(self, contest_id: int) -> Loaded:
        """The contest with its log; Refused `unknown-contest` or what its rules refuse."""
        with self.sessions() as session:
            contest = session.get(Contest, contest_id)
            if contest is None:
                raise unknown_contest()
            return Loaded(
                about=_about(session, contest),
                rules=rules_of(contest),
                questions=contest_questions(session, contest),
                alive_at=contest.alive_at,
                prepared=(contest.rules_digest, contest.draw),
                log=list(commanded_events(session, contest_id)),
            )

    def tail(self, contest_id: int, after: int) -> list[tuple[Event, str]]:
        """The events after number `after`, each with the id of its command."""
        with self.sessions() as session:
            return list(commanded_events(session, contest_id, after))

    def begin(
        self, contest_id: int, rules: ContestRules
    ) -> tuple[dict[str, Any], dict[int, Question]]:
        """The data of `begin`, and the questions; Refused if the contest is not ready.

        `contest-changed` if it does not go by `rules` any more.
        """
        with self.sessions() as session:
            contest = session.get_one(Contest, contest_id)
            if rules_of(contest) != rules:
                raise Refused(
                    "contest-changed", N_("The contest has just been changed. Look, then begin.")
                )
            return begin_data(session, contest), contest_questions(session, contest)

    def append(self, contest_id: int, lines: Sequence[tuple[Event, str]], phase: str) -> None:
        """Durable when it returns; Refused `log-conflict` if another process was faster."""
        with self.sessions() as session:
            append_events(session, contest_id, lines, phase)

    def record(self, contest_id: int, now: datetime) -> None:
        """Enter the result of a contest that is over into the ledger; again, nothing happens."""
        with self.sessions() as session:
            record_result(session, now, contest_id)

    def mark_alive(self, contest_id: int, now: datetime) -> None:
        """The contest's clock is being run."""
        with self.sessions() as session:
            mark_alive(session, now, contest_id)

    def look(self, contests: Iterable[int]) -> dict[int, Look]:
        """The present state of some contests; those that are gone are left out."""
        found = {}
        with self.sessions() as session:
            for contest_id in contests:
                contest = session.get(Contest, contest_id)
                if contest is not None:
                    found[contest_id] = _look(session, contest)
        return found

    def joined(self, contest_id: int) -> int:
        """How many have joined the audience."""
        with self.sessions() as session:
            return _joined(session, contest_id)

    def answered(self, contest_id: int, question: str) -> int:
        """How many of the audience have answered a question."""
        query = select(func.count()).where(
            AudienceAnswer.contest_id == contest_id, AudienceAnswer.question == question
        )
        with self.sessions() as session:
            return session.scalar(query) or 0

    def answers(self, contest_id: int, question: str) -> dict[int, tuple[Any, bool]]:
        """The audience's answers to a question: player → (answer, right)."""
        columns = AudienceAnswer.player_id, AudienceAnswer.answer, AudienceAnswer.right
        query = select(*columns).where(
            AudienceAnswer.contest_id == contest_id, AudienceAnswer.question == question
        )
        with self.sessions() as session:
            return {p: (json.loads(text), right) for p, text, right in session.execute(query)}

    def add_answers(self, contest_id: int, rows: Sequence[AudienceRow]) -> None:
        """Store answers; one that its player has given already stays as it is."""
        values = [
            {
                "contest_id": contest_id,
                "question": row.question,
                "player_id": row.player,
                "answer": json.dumps(row.answer, ensure_ascii=False, separators=(",", ":")),
                "right": row.right,
                "at": row.at,
            }
            for row in rows
        ]
        dialect = postgresql if self.engine.dialect.name == "postgresql" else sqlite
        with self.sessions() as session, writing(session):
            session.execute(dialect.insert(self._table).on_conflict_do_nothing(), values)

    def tally(self, contest_id: int, question: str) -> dict[str, Any]:
        """The audience's result: docs/contest-events.md."""
        query = (
            select(AudienceAnswer.answer, AudienceAnswer.right, ContestPlayer.name)
            .join(ContestPlayer, ContestPlayer.id == AudienceAnswer.player_id)
            .where(AudienceAnswer.contest_id == contest_id, AudienceAnswer.question == question)
            .order_by(AudienceAnswer.at, AudienceAnswer.player_id)
        )
        with self.sessions() as session:
            rows = session.execute(query).all()
        chosen: Counter[str] = Counter()
        for text, _, _ in rows:
            answer = json.loads(text)
            chosen.update(answer if isinstance(answer, list) else ())
        right = [name for _, is_right, name in rows if is_right]
        return {
            "answered": len(rows),
            "right": len(right),
            "fastest": right[:FASTEST],
            "options": dict(sorted(chosen.items())),
        }


def _about(session: Session, contest: Contest) -> About:
    teams = tuple(
        Team(t.id, t.number, t.name, tuple(Member(m.id, m.name) for m in t.members))
        for t in contest.teams
    )
    title = Title(zh=contest.title_zh, en=contest.title_en)
    laws = served_registry(session).laws
    return About(contest.id, title, contest.rehearsal, contest.join_code, teams, laws)


def _look(session: Session, contest: Contest) -> Look:
    top = select(func.max(ContestEvent.seq)).where(ContestEvent.contest_id == contest.id)
    seats = select(ContestTeam.id, ContestTeam.seat).where(ContestTeam.contest_id == contest.id)
    return Look(
        state=contest.state,
        codes_version=contest.codes_version,
        seq=session.scalar(top) or 0,
        seats={row.id: row.seat for row in session.execute(seats)},
        alive_at=contest.alive_at,
        joined=_joined(session, contest.id),
        about=_about(session, contest) if contest.state == "preparing" else None,
        prepared=(contest.rules_digest, contest.draw),
        join_code=contest.join_code,
    )


def _joined(session: Session, contest_id: int) -> int:
    query = select(func.count()).where(ContestPlayer.contest_id == contest_id)
    return session.scalar(query) or 0

"""A site in a temporary folder with exams that nobody has begun, one for each number of members."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from zoneinfo import ZoneInfo

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import update
from sqlalchemy.orm import Session

from benchmarks.examsite import PAPER, SECRET, ExamSite
from benchmarks.stagesite import ROOT
from quizengine.domain.blueprints import Section
from quizengine.services.access import load_actor
from quizengine.services.bank import served_blueprint, sync_bank
from quizengine.services.exams import ExamPlan, open_exam
from quizengine.services.papers import draw_papers
from quizengine.services.passwords import hash_password
from quizengine.storage.engine import writing
from quizengine.storage.migrate import upgrade
from quizengine.storage.models import Exam, Person, PersonRole, PersonTier, Sitting, Unit
from quizengine.storage.site import open_database

PASSWORD = "a-benchmark-password"
QUESTIONS = sum(count for _, count in PAPER)
_NOW = datetime.now(UTC)
_ZONE = ZoneInfo("Asia/Shanghai")
_CSRF = "0123456789abcdef"


@dataclass(frozen=True)
class Bell:
    """An exam of 50 questions with a commitment letter, drawn for each of its members."""

    exam: int
    members: tuple[int, ...]


@dataclass
class BellSite(ExamSite):
    """The site; members are signed in by cookies that are made here."""

    bells: list[Bell] = field(default_factory=list)
    organizer: int = 0

    def fill_bells(self, sizes: Sequence[int]) -> None:
        """Bank, people who share one password, and an exam for each of `sizes`."""
        engine, sessions = open_database(self.url)
        upgrade(engine)
        with sessions() as session:
            sync_bank(session, _NOW, _NOW.astimezone(_ZONE).date(), ROOT / "question_bank")
            hashed = hash_password(PASSWORD)
            top = _add_unit(session, "HQ", None)
            self.organizer = _add_people(session, top, hashed, 1, organizer=True)[0]
            for size in sizes:
                unit = _add_unit(session, f"U{size}", top)
                members = _add_people(session, unit, hashed, size)
                exam = _open(session, self.organizer, unit)
                draw_papers(session, _NOW, _ZONE, exam)
                self.bells.append(Bell(exam, tuple(members)))
        engine.dispose()

    def end_at(self, bell: Bell, when: datetime) -> None:
        """Let the time of all who sit the exam be up at `when`."""
        engine, sessions = open_database(self.url)
        with sessions() as session, writing(session):
            session.execute(update(Exam).where(Exam.id == bell.exam).values(closes_at=when))
            session.execute(
                update(Sitting)
                .where(Sitting.exam_id == bell.exam, Sitting.state == "open")
                .values(deadline=when)
            )
        engine.dispose()

    def graded(self, bell: Bell) -> int:
        """How many of the exam's sittings are closed and graded."""
        query = "SELECT count(*) FROM sittings WHERE exam_id = ? AND state = 'graded'"
        return int(self._rows(query, bell.exam)[0][0])

    def entered(self, bell: Bell) -> int:
        """How many of them have their result in the ledger."""
        query = (
            "SELECT count(*) FROM sittings s JOIN ledger_entries l ON l.seq = s.entry_seq"
            " WHERE s.exam_id = ? AND l.kind IN ('exam-result', 'result-correction')"
        )
        return int(self._rows(query, bell.exam)[0][0])

    def stored(self, bell: Bell) -> dict[tuple[int, str], tuple[int, object]]:
        """Number and content of each stored answer, by sitting and question."""
        query = (
            "SELECT a.sitting_id, a.question_id, a.seq, a.answer FROM answers a"
            " JOIN sittings s ON s.id = a.sitting_id WHERE s.exam_id = ?"
        )
        return {
            (row[0], row[1]): (row[2], json.loads(row[3])) for row in self._rows(query, bell.exam)
        }

    def _rows(self, query: str, *values: object) -> list[tuple[object, ...]]:
        with closing(sqlite3.connect(self.folder / "quizengine.db")) as database:
            return database.execute(query, values).fetchall()


@contextmanager
def bell_site(sizes: Sequence[int]) -> Iterator[BellSite]:
    """A filled site; nothing of it is left."""
    with TemporaryDirectory(prefix="quizengine-bench-") as folder:
        site = BellSite(Path(folder))
        site.fill_bells(sizes)
        yield site


def signed_in(person: int) -> str:
    """The header lines of a browser in which the person has signed in."""
    app = Flask("benchmark")
    app.secret_key = SECRET
    signer = SecureCookieSessionInterface().get_signing_serializer(app)
    assert signer is not None
    kept = {"_permanent": True, "_user_id": f"{person}:1", "_fresh": True, "csrf_token": _CSRF}
    token = URLSafeTimedSerializer(SECRET, salt="wtf-csrf-token").dumps(_CSRF)
    return f"Cookie: quizengine={signer.dumps(kept)}\r\nX-CSRFToken: {token!s}\r\n"


def login_of(person: int) -> str:
    """The name with which a person of the site signs in."""
    return f"p{person}"


def _add_unit(session: Session, code: str, above: int | None) -> int:
    with writing(session):
        parent = session.get_one(Unit, above) if above else None
        unit = Unit(code=code, name=f"单位{code}", parent=parent, level=2 if parent else 1)
        session.add(unit)
        session.flush()
        unit.path = f"{parent.path if parent else '/'}{unit.id}/"
        return unit.id


def _add_people(
    session: Session, unit: int, hashed: str, count: int, *, organizer: bool = False
) -> list[int]:
    with writing(session):
        people = [
            Person(
                login=f"new{unit}-{number}",
                name=f"成员{number}",
                unit_id=unit,
                created_at=_NOW,
                must_change=False,
                password_hash=hashed,
                tiers=[] if organizer else [PersonTier(tier="new_member")],
                roles=[PersonRole(role="organizer", unit_id=unit)] if organizer else [],
            )
            for number in range(count)
        ]
        session.add_all(people)
        session.flush()
        for person in people:
            person.login = login_of(person.id)
        return [person.id for person in people]


def _open(session: Session, organizer: int, unit: int) -> int:
    actor = load_actor(session, organizer)
    kept = served_blueprint(session, "new-member")
    sections = [Section(type=kind, count=count, points=2) for kind, count in PAPER]
    changes = {"sections": sections, "quotas": [], "commitment": True, "duration_s": 7200}
    blueprint = kept.model_copy(update=changes)
    plan = ExamPlan(
        blueprint=blueprint,
        title=blueprint.title,
        unit_id=unit,
        audience=[(blueprint.tier, unit)],
        opens_at=_NOW,
        closes_at=_NOW + timedelta(hours=6),
    )
    return open_exam(session, _NOW, _ZONE, actor, plan).id

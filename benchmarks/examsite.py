"""A site in a temporary folder with one exam that many members are sitting, each signed in."""

from __future__ import annotations

import hashlib
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from benchmarks.stagesite import ROOT
from quizengine.domain.answers import correct_answer
from quizengine.domain.blueprints import Section
from quizengine.services.access import load_actor
from quizengine.services.bank import questions_of, served_blueprint, sync_bank
from quizengine.services.exams import ExamPlan, open_exam
from quizengine.services.papers import draw_papers, parse_paper
from quizengine.services.sittings import start
from quizengine.storage.engine import writing
from quizengine.storage.migrate import upgrade
from quizengine.storage.models import ApiToken, Person, PersonRole, PersonTier, Unit
from quizengine.storage.site import open_database

SECRET = "benchmark"
_NOW = datetime.now(UTC)
_ZONE = ZoneInfo("Asia/Shanghai")
PAPER = (("single", 25), ("multiple", 12), ("true_false", 13))


@dataclass(frozen=True)
class Seat:
    """A member with an open sitting: how a program of theirs signs in, and what it may answer."""

    person: int
    token: str
    sitting: int
    answers: tuple[tuple[str, str], ...]
    """Question id and the right answer as JSON, in the order of the paper."""

    def call(self, number: int) -> tuple[str, str]:
        """Path and body of the save with this number, counted up from 1."""
        question, answer = self.answers[number % len(self.answers)]
        path = f"/api/v1/sittings/{self.sitting}/answers/{question}"
        return path, f'{{"answer":{answer},"seq":{number}}}'


@dataclass
class ExamSite:
    """The database of a site in `folder`."""

    folder: Path
    seats: list[Seat] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Address of the database."""
        return f"sqlite:///{self.folder / 'quizengine.db'}"

    @property
    def environment(self) -> dict[str, str]:
        """Settings for the processes of the site."""
        return {"QUIZENGINE_INSTANCE": str(self.folder), "QUIZENGINE_SECRET_KEY": SECRET}

    def fill(self, members: int) -> None:
        """Bank, members with tokens, an exam of 50 questions, and a sitting of each."""
        engine, sessions = open_database(self.url)
        upgrade(engine)
        with sessions() as session:
            sync_bank(session, _NOW, _NOW.astimezone(_ZONE).date(), ROOT / "question_bank")
            people = _add_people(session, members)
            exam = _open(session, people[0])
            draw_papers(session, _NOW, _ZONE, exam)
            self.seats = [_sit(session, exam, person) for person in people[1:]]
        engine.dispose()


@contextmanager
def exam_site(members: int) -> Iterator[ExamSite]:
    """A filled site; nothing of it is left."""
    with tempfile.TemporaryDirectory(prefix="quizengine-bench-") as folder:
        site = ExamSite(Path(folder))
        site.fill(members)
        yield site


def _add_people(session: Session, members: int) -> list[int]:
    """Ids: an organizer, then the members."""
    with writing(session):
        unit = Unit(code="HQ", name="学校", parent=None, level=1)
        session.add(unit)
        session.flush()
        unit.path = f"/{unit.id}/"
        people = [
            Person(
                login=f"p{number}",
                name=f"成员{number}",
                unit_id=unit.id,
                created_at=_NOW,
                must_change=False,
                tiers=[PersonTier(tier="new_member")] if number else [],
                roles=[] if number else [PersonRole(role="organizer", unit_id=unit.id)],
            )
            for number in range(members + 1)
        ]
        session.add_all(people)
        session.flush()
        ids = [person.id for person in people]
        session.add_all(
            ApiToken(
                token_hash=hashlib.sha256(_token(person).encode()).hexdigest(),
                person_id=person,
                session_version=1,
                created_at=_NOW,
                expires_at=_NOW + timedelta(days=1),
            )
            for person in ids
        )
    return ids


def _token(person: int) -> str:
    return hashlib.sha256(f"{SECRET}{person}".encode()).hexdigest()[:43]


def _open(session: Session, organizer: int) -> int:
    actor = load_actor(session, organizer)
    kept = served_blueprint(session, "new-member")
    sections = [Section(type=kind, count=count, points=2) for kind, count in PAPER]
    blueprint = kept.model_copy(update={"sections": sections, "quotas": [], "commitment": False})
    plan = ExamPlan(
        blueprint=blueprint,
        title=blueprint.title,
        unit_id=actor.unit_id,
        audience=[(blueprint.tier, actor.unit_id)],
        opens_at=_NOW,
        closes_at=_NOW + timedelta(hours=6),
    )
    return open_exam(session, _NOW, _ZONE, actor, plan).id


def _sit(session: Session, exam: int, person: int) -> Seat:
    sitting, _ = start(session, _NOW, _ZONE, person, exam)
    items = parse_paper(sitting.paper.items).items
    questions = questions_of(session, [item.ref for item in items])
    answers = tuple(
        (item.question_id, json.dumps(correct_answer(questions[item.ref]))) for item in items
    )
    return Seat(person, _token(person), sitting.id, answers)

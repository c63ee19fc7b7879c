"""Fixtures for all rooms: an empty database, a fixed time, and a small school."""

from __future__ import annotations

import gc
import shutil
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from apiclient import Api, token_for
from chromium import chromium
from examroom import ExamRoom
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import settings as hypothesis_settings
from massroom import MassRoom
from playwright.sync_api import Browser
from school import School, build_school
from sqlalchemy import Dialect, Engine, event
from sqlalchemy.orm import Session
from sqlalchemy.util import LRUCache
from stageroom import StageRoom, write_bank
from website import Clock, sign_in, site_settings, testing, with_csrf
from yearroom import YearRoom

import quizengine.app
import quizengine.storage.site
from quizengine.app import create_app
from quizengine.services.access import Actor, load_actor
from quizengine.services.bank import sync_bank, sync_if_changed
from quizengine.storage.engine import configure_engine, writing
from quizengine.storage.migrate import upgrade
from quizengine.storage.models import Person
from quizengine.storage.site import open_database

NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
SMALL_BANK = Path(__file__).parent / "banks" / "small"


# A busy machine is no fault of the code.
hypothesis_settings.register_profile("quizengine", deadline=None)
hypothesis_settings.load_profile("quizengine")


_statements: LRUCache[Any, Any] = LRUCache(5000)
_dialects: list[Dialect] = []


def _configure(engine: Engine) -> None:
    """Statements are compiled once for all databases of the tests, not anew for each.

    SQLAlchemy keeps them by dialect, so all have the first one's.
    """
    configure_engine(engine)
    if engine.dialect.name == "sqlite":
        if not _dialects:
            _dialects.append(engine.dialect)
        engine.dialect = _dialects[0]
        engine._compiled_cache = _statements


quizengine.app.configure_engine = _configure  # type: ignore[attr-defined]
quizengine.storage.site.configure_engine = _configure  # type: ignore[attr-defined]


def pytest_collection_finish() -> None:
    """What is loaded by now stays: to look for garbage in it costs a quarter of all tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 1000)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The system's Chromium."""
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="session")
def empty_database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database file with the schema and nothing in it; copied, never opened by a test."""
    path = tmp_path_factory.mktemp("empty") / "quizengine.db"
    engine, _ = open_database(f"sqlite:///{path}")
    upgrade(engine)
    engine.dispose()
    return path


# What the fixtures of rooms find served already: no test reads a bank that it does not change.
SERVED = {
    **dict.fromkeys(("room", "small_bank", "bank", "year"), "small"),
    **dict.fromkeys(("mass", "stage"), "stage"),
}


@dataclass
class Shelf:
    """Databases that tests copy; each is made when it is first wanted, and never opened by one."""

    folder: Path
    empty: Path
    school: School | None = None
    made: dict[tuple[bool, str], Path] = field(default_factory=dict)

    def take(self, *, school: bool, bank: str) -> Path:
        """One with the school or without, that serves the bank `small` or `stage` or none (``)."""
        if (school, bank) not in self.made:
            self.made[school, bank] = self._make(school, bank)
        return self.made[school, bank]

    def _make(self, school: bool, bank: str) -> Path:
        path = self.folder / f"{school}-{bank}.db"
        shutil.copyfile(self.empty, path)
        engine, sessions = open_database(f"sqlite:///{path}")
        with sessions() as session:
            if school:
                self.school = build_school(session, NOW)
            if bank:
                small = bank == "small"
                folder = SMALL_BANK if small else write_bank(self.folder / bank / str(school))
                assert sync_bank(session, NOW, NOW.date(), folder) == []
        engine.dispose()
        return path


@pytest.fixture(scope="session")
def shelf(empty_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """Prepared databases."""
    return Shelf(tmp_path_factory.mktemp("shelf"), empty_database)


@pytest.fixture
def engine(request: pytest.FixtureRequest, shelf: Shelf, tmp_path: Path) -> Iterator[Engine]:
    """An engine on a database file of this test alone."""
    path = tmp_path / "quizengine.db"
    names = request.fixturenames
    bank = next((SERVED[name] for name in names if name in SERVED), "")
    shutil.copyfile(shelf.take(school="school" in names, bank=bank), path)
    engine, _ = open_database(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@pytest.fixture
def session(engine: Engine) -> Iterator[Session]:
    """A session on `engine`."""
    with Session(engine) as session:
        yield session


@pytest.fixture
def statements(engine: Engine) -> list[str]:
    """The statements that were run so far; clear it before what is to be counted."""
    run: list[str] = []

    @event.listens_for(engine, "before_cursor_execute")
    def _note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            run.append(statement)

    return run


@pytest.fixture
def now() -> datetime:
    """Monday 2 March 2026, 16:00 in Shanghai."""
    return NOW


@pytest.fixture
def school(engine: Engine, shelf: Shelf) -> School:
    """One committee, two secondary units, four branches, and nine people."""
    assert shelf.school
    # Tests add people of their own to it.
    return deepcopy(shelf.school)


@pytest.fixture
def actor_of(session: Session, school: School) -> Callable[[str], Actor]:
    """The actor with this login."""
    return lambda login: load_actor(session, school.persons[login])


@pytest.fixture
def small_bank(session: Session, now: datetime) -> Path:
    """The bank in tests/banks/small, served: all types, two tiers, two blueprints."""
    sync_if_changed(session, now, now.date(), SMALL_BANK)
    return SMALL_BANK


@pytest.fixture
def clock(now: datetime) -> Clock:
    """The clock of `app`; it stands at `now` until a test moves it on."""
    return Clock(now)


@pytest.fixture
def app(engine: Engine, tmp_path: Path, clock: Clock) -> Flask:
    """The application on the database of `engine`; its exceptions reach the test."""
    return testing(create_app(site_settings(tmp_path), clock))


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    """A browser that nobody has signed in with; it sends the token against forged requests."""
    return with_csrf(app.test_client())


@pytest.fixture
def login(session: Session, school: School) -> Callable[..., FlaskClient]:
    """`login(client, "li")`: sign a person of the school in, who has an own password already."""

    def _login(client: FlaskClient, name: str, *, must_change: bool = False) -> FlaskClient:
        with writing(session):
            session.get_one(Person, school.persons[name]).must_change = must_change
        return sign_in(client, school.persons[name])

    return _login


@pytest.fixture
def room(session: Session, school: School, now: datetime) -> ExamRoom:
    """The school with the small bank, where exams can be opened and sat."""
    room = ExamRoom(session, school, now)
    room.serve_bank()
    return room


@pytest.fixture
def mass(session: Session, school: School, now: datetime, tmp_path: Path) -> MassRoom:
    """The school with a bank that has a contest pool, where mass contests can be opened."""
    room = MassRoom(session, school, now, write_bank(tmp_path / "mass-bank"))
    room.serve_bank()
    return room


@pytest.fixture
def stage(session: Session, school: School, now: datetime, tmp_path: Path) -> StageRoom:
    """The school with a bank that contests can draw from."""
    room = StageRoom(session, school, now, write_bank(tmp_path / "stage-bank"))
    room.serve_bank()
    return room


@pytest.fixture
def year(session: Session, school: School, bank: Path) -> YearRoom:
    """The school with rules for an appraisal of 2026, and an empty ledger."""
    room = YearRoom(session, school, bank)
    room.serve()
    return room


@pytest.fixture
def api(app: Flask, session: Session, school: School, now: datetime) -> Callable[[str], Api]:
    """`api("li")`: a program that works for this person, with a token."""
    return lambda name: Api(app.test_client(), token_for(session, school.persons[name], now))


@pytest.fixture
def bank(session: Session, now: datetime, tmp_path: Path) -> Path:
    """A copy of the small bank, served, that a test may change."""
    folder = tmp_path / "bank"
    shutil.copytree(SMALL_BANK, folder)
    sync_if_changed(session, now, now.date(), folder)
    return folder


@pytest.fixture
def bank_app(engine: Engine, tmp_path: Path, clock: Clock, bank: Path) -> Flask:
    """The application with `bank` as its folder."""
    return testing(create_app(site_settings(tmp_path, bank=bank), clock))


@pytest.fixture
def bank_client(bank_app: Flask, login: Callable[..., FlaskClient]) -> FlaskClient:
    """The browser of an admin of all units, on `bank_app`."""
    return login(bank_app.test_client(), "admin")

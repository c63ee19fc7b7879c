"""Engine settings, and write transactions that never lose to one another."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm import Session, scoped_session

# Any: Flask-SQLAlchemy scopes a subclass of Session, and the parameter is invariant.
SessionLike = Session | scoped_session[Any]
_WRITE = "quizengine_write"


def configure_engine(engine: Engine) -> None:
    """Set SQLite up for durable writes beside many readers; other databases are left alone."""
    if engine.dialect.name != "sqlite":
        return

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
def writing(session: SessionLike) -> Iterator[None]:
    """One write transaction: committed at the end, rolled back on an exception.

    The read transaction that the request may have open is ended first. On SQLite a reader that
    becomes a writer fails as soon as another has written; a transaction that begins as a writer
    waits for its turn instead.
    """
    if session.new or session.dirty or session.deleted:
        raise RuntimeError("changes were made outside of a write transaction")
    session.rollback()
    try:
        session.connection(execution_options={_WRITE: True})
        yield
        session.commit()
    except BaseException:
        session.rollback()
        raise

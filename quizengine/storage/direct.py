"""Statements on the driver itself, for what runs with each request of everybody.

A session of the ORM costs more processor time than all the rest of such a request: see
docs/adr/0018-group-commit.md.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.engine import Dialect

from quizengine.storage.types import UtcDateTime

_time = UtcDateTime()


class Direct:
    """A statement in SQL that both databases know, with `:names` for its values.

    Values are plain ones, and aware datetimes; what comes back are the driver's own: times as
    text and booleans as numbers on SQLite.
    """

    def __init__(self, sql: str) -> None:
        self._sql = sql

    def first(self, engine: Engine, **values: Any) -> Any:
        """The first row, or None; read without a transaction."""
        statement = as_spoken(self._sql, engine.dialect)
        with _reading(engine) as cursor:
            cursor.execute(statement, as_stored(values, engine.dialect))
            return cursor.fetchone()

    def run_each(
        self, cursor: Any, dialect: Dialect, values: Sequence[dict[str, Any]]
    ) -> list[int]:
        """Run it once for each of `values`; how many rows each has changed."""
        statement = as_spoken(self._sql, dialect)
        given = [as_stored(each, dialect) for each in values]
        if dialect.name == "sqlite":
            return [cursor.execute(statement, each).rowcount for each in given]
        # All are sent at once, and the replies read afterwards.
        cursor.executemany(statement, given, returning=True)
        changed = [cursor.rowcount]
        while cursor.nextset():
            changed.append(cursor.rowcount)
        return changed


@lru_cache(maxsize=64)
def as_spoken(sql: str, dialect: Dialect) -> str:
    """`sql` with its names as the driver of `dialect` writes them."""
    return sql if dialect.name == "sqlite" else str(text(sql).compile(dialect=dialect))


def as_stored(values: dict[str, Any], dialect: Dialect) -> dict[str, Any]:
    """`values` with their times as the driver of `dialect` takes them."""
    write = _writer(dialect)
    return {
        name: write(value) if isinstance(value, datetime) else value
        for name, value in values.items()
    }


@lru_cache(maxsize=8)
def _writer(dialect: Dialect) -> Any:
    return _time.dialect_impl(dialect).bind_processor(dialect)


@contextmanager
def _reading(engine: Engine) -> Iterator[Any]:
    """A cursor outside of any transaction: one way to the server and back."""
    connection = engine.raw_connection()
    driver: Any = connection.dbapi_connection
    own = engine.dialect.name != "sqlite"  # there no connection begins transactions by itself
    try:
        if own:
            driver.autocommit = True
        cursor = driver.cursor()
        yield cursor
        # An open one keeps SQLite's view of the file as it is now.
        cursor.close()
        if own:
            driver.autocommit = False
    except BaseException as error:
        connection.invalidate(error)
        forget_lost(engine, error)
        raise
    finally:
        connection.close()


def forget_lost(engine: Engine, error: BaseException) -> None:
    """After a failure: if the server has gone, no connection to it is used again."""
    dbapi = engine.dialect.dbapi
    if (
        dbapi is not None
        and isinstance(error, dbapi.Error)
        and engine.dialect.is_disconnect(error, None, None)
    ):
        engine.dispose(close=False)

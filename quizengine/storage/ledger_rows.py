"""Rows of the ledger as the driver gives and takes them, by the thousand.

Models and column types look at every value of every row: that costs more than all hashing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy.exc import OperationalError

from quizengine.domain.entry import Columns, StoredEntry, timestamp
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import LedgerEntry

BLOCK = 256
"""So many rows are read at once: few enough to stay in a processor's cache, and a full subtree."""

# Many entries touch pages all over the indexes of people and units, more than SQLite's usual cache
# of 2 MiB holds: it would write and read them again and again, and copy them from the log of 4 MiB
# after each batch.
_MANY = 1000
_FOR_MANY = ("PRAGMA cache_size = -65536", "PRAGMA wal_autocheckpoint = 10000")
_TABLE = LedgerEntry.__tablename__
_NAMES = ", ".join(StoredEntry._fields)
_SQLITE_LENGTH = len("2026-03-02 08:31:07.250000")


def insert_entries(session: SessionLike, entries: Sequence[StoredEntry]) -> None:
    """Add the rows of entries, in the caller's write transaction.

    Raises IntegrityError for a number or a source that is there already.
    """
    connection = session.connection()
    rows: list[tuple[Any, ...]] = [tuple(entry) for entry in entries]
    mark = "%s"
    if connection.dialect.name == "sqlite":
        # As `UtcDateTime` stores a time there: a text without zone.
        rows = [(seq, f"{at[:10]} {at[11:-1]}", *rest) for seq, at, *rest in rows]
        mark = "?"
        for setting in _FOR_MANY if len(rows) >= _MANY else ():
            connection.exec_driver_sql(setting)
    marks = ", ".join([mark] * len(StoredEntry._fields))
    connection.exec_driver_sql(f"INSERT INTO {_TABLE} ({_NAMES}) VALUES ({marks})", rows)


def entry_blocks(session: SessionLike) -> Iterator[Columns]:
    """All entries in the order of their numbers, streamed, whatever the columns hold."""
    sqlite = session.connection().dialect.name == "sqlite"
    written = _written_in_sqlite if sqlite else _written
    for rows in _blocks(session, f"SELECT {_NAMES} FROM {_TABLE} ORDER BY seq"):
        numbers, times, *others = zip(*rows, strict=True)
        yield Columns(numbers, written(times), *others)


def body_texts(session: SessionLike, most: int | None = None) -> Iterator[str]:
    """The hashed texts in the order of their numbers, streamed; up to the number `most`."""
    limit = "" if most is None else f" WHERE seq <= {int(most)}"
    for rows in _blocks(session, f"SELECT body FROM {_TABLE}{limit} ORDER BY seq"):
        for row in rows:
            yield row[0]


def _blocks(session: SessionLike, query: str) -> Iterator[Sequence[Sequence[Any]]]:
    """Rows of a query, some hundred at a time."""
    connection = session.connection()
    if connection.dialect.name != "sqlite":
        options = {"stream_results": True}  # else the driver holds all of them at once
        yield from connection.exec_driver_sql(query, execution_options=options).partitions(BLOCK)
        return
    # The driver's own tuples: rows of another class cost as much as reading them.
    found = connection.exec_driver_sql(query)
    try:
        while rows := found.cursor.fetchmany(BLOCK):
            yield rows
    except connection.dialect.loaded_dbapi.Error as error:
        raise OperationalError(query, None, error) from error
    finally:
        found.close()


def written_time(stored: object) -> str | None:
    """A time as the driver gave it, as `entry.timestamp` writes it; None if it is none."""
    try:
        at = datetime.fromisoformat(stored) if isinstance(stored, str) else stored
        return timestamp(at.replace(tzinfo=at.tzinfo or UTC)) if isinstance(at, datetime) else None
    except (ValueError, OverflowError):  # no entry was recorded with such a time
        return None


def _written(times: Sequence[object]) -> list[str | None]:
    return list(map(written_time, times))


def _written_in_sqlite(times: Sequence[Any]) -> list[str | None]:
    """The same, quicker, where all are texts of the one form that `insert_entries` gives them."""
    try:
        alike = all(len(at) == _SQLITE_LENGTH and at[10] == " " for at in times)
        return [f"{at[:10]}T{at[11:]}Z" for at in times] if alike else _written(times)
    except TypeError:
        return _written(times)

"""Writes of a moment share one commit, and nobody is told before it."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from serving import PATIENCE_S, until
from sqlalchemy import Engine, create_engine, event

from quizengine.storage.engine import configure_engine, turn_to_write
from quizengine.storage.group_commit import GroupCommit

MANY = 8


class Held(sqlite3.Connection):
    """A connection whose commits wait until the test lets them go."""

    reached, let_go = threading.Event(), threading.Event()

    def commit(self) -> None:
        self.reached.set()
        assert self.let_go.wait(PATIENCE_S)
        super().commit()


@pytest.fixture
def told() -> list[str]:
    """All statements that SQLite has run."""
    return []


@pytest.fixture
def numbers(tmp_path: Path, told: list[str]) -> Iterator[Engine]:
    """A database with a table in which each number is once."""
    Held.reached.clear()
    Held.let_go.set()
    file = tmp_path / "numbers.db"
    engine = create_engine(f"sqlite:///{file}", connect_args={"factory": Held, "timeout": 0})
    configure_engine(engine)

    @event.listens_for(engine, "connect")
    def _trace(connection: Any, _record: Any) -> None:
        connection.set_trace_callback(told.append)

    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE numbers (n INTEGER PRIMARY KEY)")
    told.clear()
    yield engine
    engine.dispose()


@pytest.fixture
def group(numbers: Engine) -> GroupCommit[int, int]:
    """Writes numbers, ten times as much is the result."""

    def run(cursor: Any, values: Sequence[int]) -> list[int]:
        for n in values:
            cursor.execute("INSERT INTO numbers VALUES (?)", (n,))
        return [10 * n for n in values]

    return GroupCommit(numbers, run)


def together(
    engine: Engine, group: GroupCommit[int, int], numbers: Sequence[int]
) -> list[Future[int]]:
    """What became of `numbers`, which all came while somebody else was writing."""
    with ThreadPoolExecutor(len(numbers)) as pool, turn_to_write(engine):
        futures = [pool.submit(group.write, n) for n in numbers]
        until(lambda: len(group._waiting) == len(numbers), "all wait")
        assert not any(future.done() for future in futures)
    return futures


def stored(engine: Engine) -> list[int]:
    with engine.connect() as connection:
        return list(connection.exec_driver_sql("SELECT n FROM numbers ORDER BY n").scalars())


def count(told: Sequence[str], word: str) -> int:
    return sum(statement.startswith(word) for statement in told)


def test_those_who_come_together_share_one_commit(
    numbers: Engine, group: GroupCommit[int, int], told: list[str]
) -> None:
    futures = together(numbers, group, range(MANY))
    assert [future.result() for future in futures] == [10 * n for n in range(MANY)]
    assert (count(told, "BEGIN IMMEDIATE"), count(told, "COMMIT")) == (1, 1)
    assert stored(numbers) == list(range(MANY))


def test_nobody_is_told_before_the_commit_and_the_commit_is_durable(
    numbers: Engine, group: GroupCommit[int, int]
) -> None:
    group.write(0)
    Held.let_go.clear()
    Held.reached.clear()
    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(group.write, 1)
        assert Held.reached.wait(PATIENCE_S)
        second = pool.submit(group.write, 2)
        until(lambda: len(group._waiting) == 1, "the second waits for the next commit")
        assert (first.done(), second.done(), stored(numbers)) == (False, False, [0])
        Held.let_go.set()
        assert (first.result(PATIENCE_S), second.result(PATIENCE_S)) == (10, 20)
    connection = numbers.raw_connection()
    assert connection.cursor().execute("PRAGMA synchronous").fetchone() == (2,)
    connection.close()


def test_a_failed_batch_gives_each_its_own_fate(
    numbers: Engine, group: GroupCommit[int, int]
) -> None:
    group.write(3)
    futures = together(numbers, group, range(5))
    assert [isinstance(future.exception(), sqlite3.IntegrityError) for future in futures] == [
        n == 3 for n in range(5)
    ]
    assert stored(numbers) == list(range(5))
    assert group.write(9) == 90


def test_a_database_that_lets_nobody_in_is_asked_once(
    numbers: Engine, group: GroupCommit[int, int], told: list[str]
) -> None:
    with numbers.connect() as other:
        other.exec_driver_sql("PRAGMA busy_timeout = 0")
    holder = sqlite3.connect(numbers.url.database or "", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    told.clear()
    futures = together(numbers, group, range(3))
    assert all("locked" in str(future.exception()) for future in futures)
    assert count(told, "BEGIN IMMEDIATE") == 1
    holder.close()
    assert group.write(7) == 70
    assert stored(numbers) == [7]


def test_who_leads_hands_on_to_those_who_came_meanwhile(numbers: Engine) -> None:
    batches: list[list[str]] = []
    going, release = threading.Event(), threading.Event()

    def run(_cursor: Any, values: Sequence[str]) -> Sequence[str]:
        batches.append(list(values))
        going.set()
        assert release.wait(PATIENCE_S)
        return values

    group: GroupCommit[str, str] = GroupCommit(numbers, run)
    write: Callable[[str], str] = group.write
    with ThreadPoolExecutor(3) as pool:
        first = pool.submit(write, "first")
        assert going.wait(PATIENCE_S)
        others = [pool.submit(write, name) for name in ("second", "third")]
        until(lambda: len(group._waiting) == 2, "both wait")
        release.set()
        assert [future.result(PATIENCE_S) for future in (first, *others)] == [
            "first",
            "second",
            "third",
        ]
    assert batches[0] == ["first"]
    assert sorted(batches[1]) == ["second", "third"]

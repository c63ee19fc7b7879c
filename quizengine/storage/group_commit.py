"""One commit for the writes of many requests, each told of its own fate.

A commit waits for the disk, and meanwhile nothing else can be written. Whoever comes in that time
is written by the next commit, together with all others who came.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar, cast

from sqlalchemy import Engine

from quizengine.storage.direct import forget_lost
from quizengine.storage.engine import turn_to_write

V = TypeVar("V")
R = TypeVar("R")
# One transaction writes this many, so that other processes get their turn.
MOST = 256


def _held() -> threading.Lock:
    lock = threading.Lock()
    lock.acquire()
    return lock


@dataclass(eq=False)
class _Write(Generic[V, R]):
    """What a request wants written; `woken` is let go once it is settled, or has to lead."""

    values: V
    woken: threading.Lock = field(default_factory=_held)
    settled: bool = False
    result: R | None = None
    # Until it is on disk, it counts as failed.
    error: Exception | None = field(default_factory=lambda: RuntimeError("it was not written"))


class GroupCommit(Generic[V, R]):
    """Writes for the requests of this process, one transaction at a time.

    Whoever finds nobody writing leads: writes for all who wait by then, and hands the lead on to
    the first of those who came meanwhile. So there is no thread of its own to be started after a
    fork or ended with the process, and no more wait than there are threads that serve.
    """

    def __init__(self, engine: Engine, run: Callable[[Any, Sequence[V]], Sequence[R]]) -> None:
        """`run` gets a cursor of the driver, in a write transaction, and gives a result for each
        of the values."""
        self._engine = engine
        self._run = run
        self._lock = threading.Lock()
        self._waiting: list[_Write[V, R]] = []
        self._led = False
        self._begun = False

    def write(self, values: V) -> R:
        """The result of `run` for `values`, once that is on disk.

        Raises what the database raised: a transaction that fails as a whole is tried again for
        each of its writes alone, so that each gets the error of its own.
        """
        mine = _Write[V, R](values)
        with self._lock:
            self._waiting.append(mine)
            leads, self._led = not self._led, True
        if not leads:
            mine.woken.acquire()
        if not mine.settled:
            self._lead()
        if mine.error is not None:
            raise mine.error
        return cast(R, mine.result)

    def _lead(self) -> None:
        batch: list[_Write[V, R]] = []
        try:
            with turn_to_write(self._engine):
                with self._lock:
                    batch, self._waiting = self._waiting[:MOST], self._waiting[MOST:]
                self._settle(batch)
        finally:
            # First the next one: the disk is idle.
            self._hand_on()
            for write in batch:
                write.settled = True
                write.woken.release()

    def _hand_on(self) -> None:
        with self._lock:
            self._led = bool(self._waiting)
            if self._led:
                self._waiting[0].woken.release()

    def _settle(self, batch: Sequence[_Write[V, R]]) -> None:
        if self._try(batch) or len(batch) == 1:
            return
        for write in batch:
            # A database that lets nobody in is not asked again for each.
            if self._begun:
                self._try([write])

    def _try(self, batch: Sequence[_Write[V, R]]) -> bool:
        try:
            results = self._transaction([write.values for write in batch])
        except Exception as error:
            for write in batch:
                write.error = error
            return False
        for write, result in zip(batch, results, strict=True):
            write.result, write.error = result, None
        return True

    def _transaction(self, values: Sequence[V]) -> Sequence[R]:
        self._begun = False
        connection = self._engine.raw_connection()
        driver: Any = connection.dbapi_connection
        try:
            cursor = driver.cursor()
            if self._engine.dialect.name == "sqlite":
                cursor.execute("BEGIN IMMEDIATE")
            self._begun = True
            results = self._run(cursor, values)
            driver.commit()
        except Exception as error:
            # Closing alone would leave its locks for as long as somebody looks at the error.
            with suppress(self._engine.dialect.loaded_dbapi.Error):
                driver.rollback()
            connection.invalidate(error)
            forget_lost(self._engine, error)
            raise
        finally:
            connection.close()
        return results

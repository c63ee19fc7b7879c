"""A SQLite database as a file: a consistent copy of it, and another one in its place."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import Engine, make_url
from sqlalchemy.orm import Session

from quizengine.domain.text import N_, Refused
from quizengine.storage.site import open_database

FILE = "quizengine.db"
"""What the file is called in a backup."""


class SqliteFile:
    """The database at a `sqlite:///…` URL."""

    file = FILE

    def __init__(self, url: str) -> None:
        self.url = url
        name = make_url(url).database
        if not name or name == ":memory:":
            raise Refused("database-volatile", N_("A database in memory can't be backed up."))
        self.path = Path(name).absolute()

    def in_use(self) -> bool:
        """Whether another connection, such as a server's, is open.

        Leaving write-ahead logging needs the file for oneself, and brings all of it into one file.
        """
        if not self.path.exists():
            return False
        try:
            with closing(self._connect()) as connection:
                connection.execute("PRAGMA journal_mode = DELETE")
        except sqlite3.OperationalError:
            return True
        except sqlite3.DatabaseError:
            # Damaged beyond reading: nobody can work with it.
            return False
        return False

    def _connect(self) -> sqlite3.Connection:
        address = f"{self.path.as_uri()}?mode=rw"
        return sqlite3.connect(address, uri=True, timeout=0, isolation_level=None)

    @contextmanager
    def frozen(self, folder: Path) -> Iterator[Session]:
        """Copy the database into `folder` as `FILE`, and read the copy.

        By SQLite's online backup in one step: a snapshot, beside which others go on writing.
        """
        if not self.path.exists():
            raise Refused("database-missing", N_("There is no database yet."))
        copy = folder / FILE
        with closing(self._connect()) as source, closing(sqlite3.connect(copy)) as target:
            source.backup(target)
        engine, sessions = open_database(f"sqlite:///{copy}")
        try:
            with sessions() as session:
                yield session
        finally:
            engine.dispose()

    @contextmanager
    def replaced(self, dump: Path, aside: Path) -> Iterator[Engine]:
        """Open the copy `dump`, and put it in place of the database if nothing is raised.

        The database so far goes into the folder `aside`, which may be made for it.
        """
        engine, _ = open_database(f"sqlite:///{dump}")
        try:
            yield engine
        finally:
            engine.dispose()
        if self.path.exists():
            aside.mkdir(mode=0o700, parents=True, exist_ok=True)
            for path in self._parts():
                shutil.move(path, aside / path.name)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        shutil.move(dump, self.path)

    def _parts(self) -> list[Path]:
        """The database, and the logs beside it if it could not be closed properly."""
        beside = (Path(f"{self.path}{tail}") for tail in ("-wal", "-shm", "-journal"))
        return [self.path, *(path for path in beside if path.exists())]

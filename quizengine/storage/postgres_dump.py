"""A PostgreSQL database as a dump: made by pg_dump and put back by pg_restore."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, make_url, text
from sqlalchemy.orm import Session

from quizengine.domain.text import N_, Refused
from quizengine.storage.site import open_database

FILE = "database.dump"
"""What the dump is called in a backup."""

# Schemas of earlier restores: see `_aside_name`.
_EVERY_ASIDE = "before_restore_*"

_OTHERS = """
SELECT count(*) FROM pg_stat_activity
WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'
"""


class PostgresDump:
    """The database at a `postgresql…` URL; its tables stand in the schema `public`."""

    file = FILE

    def __init__(self, url: str) -> None:
        self.url = url

    def in_use(self) -> bool:
        """Whether another connection, such as a server's, is open."""
        with self._engine() as engine, engine.connect() as connection:
            return bool(connection.scalar(text(_OTHERS)))

    @contextmanager
    def frozen(self, folder: Path) -> Iterator[Session]:
        """Dump the database into `folder` as `FILE`, and read the state that was dumped."""
        with self._engine() as engine, Session(engine) as session:
            session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
            snapshot = session.scalar(text("SELECT pg_export_snapshot()"))
            self._run(
                "pg_dump",
                "--format=custom",
                "--no-owner",
                "--no-privileges",
                f"--exclude-schema={_EVERY_ASIDE}",
                f"--snapshot={snapshot}",
                f"--file={folder / FILE}",
            )
            yield session

    @contextmanager
    def replaced(self, dump: Path, aside: Path) -> Iterator[Engine]:
        """Restore `dump`, and open it; on an exception everything is as before.

        The tables so far stay in a schema that is named after the folder `aside`.
        """
        kept = _aside_name(aside)
        with self._engine() as engine:
            with engine.begin() as connection:
                connection.execute(text(f'ALTER SCHEMA public RENAME TO "{kept}"'))
                connection.execute(text("CREATE SCHEMA public"))
            try:
                self._run(
                    "pg_restore",
                    "--no-owner",
                    "--no-privileges",
                    "--exit-on-error",
                    "--single-transaction",
                    str(dump),
                )
                yield engine
            except BaseException:
                with engine.begin() as connection:
                    connection.execute(text("DROP SCHEMA public CASCADE"))
                    connection.execute(text(f'ALTER SCHEMA "{kept}" RENAME TO public'))
                raise
            with engine.begin() as connection:
                _drop_if_empty(connection, kept)

    @contextmanager
    def _engine(self) -> Iterator[Engine]:
        engine, _ = open_database(self.url)
        try:
            yield engine
        finally:
            engine.dispose()

    def _run(self, tool: str, *arguments: str) -> None:
        """Run a tool of PostgreSQL on the database; the password is in no list of processes."""
        found = shutil.which(tool)
        if found is None:
            raise Refused(
                "tool-missing",
                N_(
                    "%(tool)s is not installed. Install the client programs of your PostgreSQL "
                    "version (on Debian: postgresql-client)."
                ),
                tool=tool,
            )
        url = make_url(self.url).set(drivername="postgresql")
        environment = dict(os.environ)
        if url.password is not None:
            environment["PGPASSWORD"] = str(url.password)
        address = url.set(password=None).render_as_string()
        done = subprocess.run(
            [found, f"--dbname={address}", "--no-password", *arguments],
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
        )
        if done.returncode != 0:
            reason = done.stderr.strip()
            raise Refused(
                "tool-failed", N_("%(tool)s failed: %(reason)s"), tool=tool, reason=reason
            )


def _aside_name(aside: Path) -> str:
    return aside.name.replace("-", "_").lower()


def _drop_if_empty(connection: Connection, schema: str) -> None:
    """A schema that never held anything need not be kept."""
    if not inspect(connection).get_table_names(schema):
        connection.execute(text(f'DROP SCHEMA "{schema}" CASCADE'))

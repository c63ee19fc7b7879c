"""Back a site up while it is in use, and restore it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from sqlalchemy import Engine, inspect, make_url, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from quizengine import __version__
from quizengine.domain.ledger import Report
from quizengine.domain.text import N_, Refused
from quizengine.services.backup_archive import (
    LedgerFacts,
    Manifest,
    facts_of,
    unpack_archive,
    write_archive,
)
from quizengine.services.checkpoints import KEY_FILE, verify_ledger
from quizengine.settings import CONFIG_FILE, SECRET_FILE, Settings
from quizengine.storage import postgres_dump, sqlite_file
from quizengine.storage.migrate import knows, revision_of, upgrade
from quizengine.storage.postgres_dump import PostgresDump
from quizengine.storage.site import open_database
from quizengine.storage.sqlite_file import SqliteFile

KEYS = (SECRET_FILE, KEY_FILE)
KNOWN = (sqlite_file.FILE, postgres_dump.FILE, *KEYS, CONFIG_FILE)
"""What a backup may hold besides the manifest."""
KEPT_CONFIG = f"{CONFIG_FILE}.from-backup"
"""Where the settings of a backup go, beside those that the site has already."""


class _Database(Protocol):
    """A kind of database, as `SqliteFile` and `PostgresDump` describe its methods."""

    file: str
    url: str

    def in_use(self) -> bool: ...

    @contextmanager
    def frozen(self, folder: Path) -> Iterator[Session]: ...

    @contextmanager
    def replaced(self, dump: Path, aside: Path) -> Iterator[Engine]: ...


@dataclass(frozen=True)
class Restored:
    """What was restored; `aside` is the folder (or the name) under which the old data lie."""

    manifest: Manifest
    report: Report
    aside: Path
    config_kept: bool


def _database(url: str) -> _Database:
    kind = make_url(url).get_backend_name()
    if kind == "sqlite":
        return SqliteFile(url)
    if kind == "postgresql":
        return PostgresDump(url)
    raise Refused("database-kind", N_("%(kind)s can't be backed up."), kind=kind)


def make_backup(settings: Settings, now: datetime, target: Path) -> Manifest:
    """Write database, keys and settings to the archive `target`; others may go on writing.

    Refused: `file-exists`, `file-unwritable`, `database-missing`, `tool-missing`, `tool-failed`.
    """
    if target.exists():
        raise Refused("file-exists", N_("%(path)s already exists."), path=str(target))
    database = _database(settings.url)
    with _work_folder(settings) as folder:
        with database.frozen(folder) as session:
            schema = revision_of(session.connection())
            if not schema:
                raise Refused("database-missing", N_("There is no database yet."))
            report = verify_ledger(session)
        for name in (*KEYS, CONFIG_FILE):
            if (settings.instance / name).is_file():
                shutil.copyfile(settings.instance / name, folder / name)
        names = [name for name in KNOWN if (folder / name).is_file()]
        manifest = Manifest(
            version=__version__,
            made_at=now.astimezone(UTC),
            schema_revision=schema,
            ledger=_facts(report),
            files={name: facts_of(folder / name) for name in names},
        )
        write_archive(target, folder, manifest)
    return manifest


def _facts(report: Report) -> LedgerFacts:
    return LedgerFacts(entries=report.entries, root=report.root.hex(), ok=report.ok)


def _same(report: Report, backed_up: LedgerFacts) -> bool:
    return (report.entries, report.root.hex()) == (backed_up.entries, backed_up.root)


@contextmanager
def _work_folder(settings: Settings) -> Iterator[Path]:
    """A private folder beside the data, gone afterwards."""
    settings.instance.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".backup-", dir=settings.instance) as name:
        yield Path(name)


def restore(settings: Settings, now: datetime, source: Path, *, force: bool) -> Restored:
    """Check the archive, bring its database to this version, verify the ledger, put it in place.

    Until all that went well nothing is changed; afterwards the data so far lie in a folder (on
    PostgreSQL a schema) of their own. `force` replaces a site that has people. Refused:
    `backup-unreadable`, `backup-altered`, `backup-newer`, `backup-other-kind` (400), `in-use`,
    `not-empty`, `tool-missing`, `tool-failed`.
    """
    database = _database(settings.url)
    aside = settings.instance / f"before-restore-{now.astimezone(UTC):%Y%m%dT%H%M%SZ}"
    with _work_folder(settings) as folder:
        manifest = unpack_archive(source, folder, KNOWN)
        _check(manifest, database)
        if database.in_use():
            raise Refused(
                "in-use", N_("The database is in use: stop the server and the clock first.")
            )
        if not force and _has_people(database.url):
            raise Refused(
                "not-empty",
                N_("This site already has people. To put its data aside, use --force."),
            )
        with database.replaced(folder / database.file, aside) as engine:
            upgrade(engine)
            with Session(engine) as session:
                report = verify_ledger(session)
            if not _same(report, manifest.ledger):
                raise Refused(
                    "backup-altered",
                    N_("The ledger in the backup is not the one that was backed up."),
                    status=400,
                )
        kept = _place_files(settings.instance, folder, aside)
    return Restored(manifest, report, aside, kept)


def _check(manifest: Manifest, database: _Database) -> None:
    if database.file not in manifest.files:
        raise Refused(
            "backup-other-kind",
            N_("The backup holds %(files)s, but the setting DATABASE_URL asks for %(wanted)s."),
            status=400,
            files=", ".join(manifest.files) or "–",
            wanted=database.file,
        )
    if not knows(manifest.schema_revision):
        raise Refused(
            "backup-newer",
            N_("The backup is from version %(version)s: restore it with that or a newer one."),
            status=400,
            version=manifest.version,
        )


def _has_people(url: str) -> bool:
    """Whether somebody's data would be replaced; a database that can't be read may hold some."""
    name = make_url(url).database or ""
    if make_url(url).get_backend_name() == "sqlite" and not Path(name).exists():
        return False
    engine, _ = open_database(url)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("persons"):
                return False
            return connection.scalar(text("SELECT id FROM persons LIMIT 1")) is not None
    except DatabaseError:
        return True
    finally:
        engine.dispose()


def _place_files(instance: Path, folder: Path, aside: Path) -> bool:
    """Put the keys in place; settings only where there are none yet, else beside them (True)."""
    for name in KEYS:
        fresh, present = folder / name, instance / name
        if not fresh.is_file():
            continue
        if present.exists():
            aside.mkdir(mode=0o700, parents=True, exist_ok=True)
            shutil.move(present, aside / name)
        shutil.move(fresh, present)
    config, present = folder / CONFIG_FILE, instance / CONFIG_FILE
    if not config.is_file():
        return False
    beside = present.exists()
    shutil.move(config, instance / KEPT_CONFIG if beside else present)
    return beside

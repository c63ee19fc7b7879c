"""`quizengine backup` and `quizengine restore` as an operator calls them."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from quizengine.cli import main


@pytest.fixture(autouse=True)
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A site with a school committee and its admin."""
    _use(monkeypatch, tmp_path / "one")
    monkeypatch.setenv("QUIZENGINE_DATABASE_URL", "")
    monkeypatch.setenv("LC_ALL", "C")
    assert _run("people", "init", "admin", "周敏", "--unit", "学校保密委员会").exit_code == 0
    return tmp_path / "one"


def _use(monkeypatch: pytest.MonkeyPatch, instance: Path) -> None:
    monkeypatch.setenv("QUIZENGINE_INSTANCE", str(instance))


def _run(*arguments: str) -> Result:
    return CliRunner().invoke(main, list(arguments))


def test_a_backup_restores_elsewhere(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = str(tmp_path / "backup.tar.gz")
    made = _run("backup", archive)
    assert (made.exit_code, made.stderr) == (0, "")
    assert "entries: 0\nroot: e3b0c442" in made.stdout
    _use(monkeypatch, tmp_path / "two")
    restored = _run("restore", archive)
    assert restored.exit_code == 0
    assert restored.stdout == made.stdout
    assert (tmp_path / "two" / "secret_key").read_text() == (site / "secret_key").read_text()
    code = _run("people", "code", "admin")
    assert code.stdout.startswith("admin\t")


def test_refusals_are_messages(site: Path, tmp_path: Path) -> None:
    archive = str(tmp_path / "backup.tar.gz")
    assert _run("backup", archive).exit_code == 0
    for arguments, message in (
        (("backup", archive), "already exists"),
        (("restore", archive), "use --force"),
        (("restore", str(site / "secret_key")), "not a complete backup"),
    ):
        result = _run(*arguments)
        assert result.exit_code == 1
        assert result.stderr.startswith("Error: ")
        assert message in result.stderr
    forced = _run("restore", archive, "--force")
    assert forced.exit_code == 0
    assert "The previous data are in" in forced.stderr

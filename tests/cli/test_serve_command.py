"""`quizengine serve` and `quizengine live` say what keeps them from starting."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner

from quizengine.cli import main


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        yield other.getsockname()[1]


@pytest.fixture
def site(empty_database: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A site whose database is ready."""
    shutil.copyfile(empty_database, tmp_path / "quizengine.db")
    monkeypatch.setenv("QUIZENGINE_INSTANCE", str(tmp_path))
    # `serve` sets it for the processes that it starts.
    monkeypatch.setenv("QUIZENGINE_PORT", str(_free()))
    monkeypatch.setenv("QUIZENGINE_LIVE_PORT", str(_free()))


def _free() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("command", ["serve", "live"])
def test_a_live_port_in_use(
    site: None, taken: int, command: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("QUIZENGINE_LIVE_PORT", str(taken))
    result = CliRunner().invoke(main, [command])
    assert result.exit_code == 1
    assert f"127.0.0.1:{taken} can't be used" in result.output
    assert "LIVE_PORT" in result.output


@pytest.mark.parametrize(
    "words", [["serve", "--live-processes", "2"], ["live", "--processes", "2"]]
)
def test_several_live_processes_without_redis(site: None, words: list[str]) -> None:
    result = CliRunner().invoke(main, words)
    assert result.exit_code == 1
    assert "REDIS_URL" in result.output


def test_live_needs_a_database(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUIZENGINE_INSTANCE", str(tmp_path))
    result = CliRunner().invoke(main, ["live", "--bind", f"127.0.0.1:{_free()}"])
    assert result.exit_code == 1
    assert "quizengine upgrade" in result.output

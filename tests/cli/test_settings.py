"""Settings from the environment and from config.py; a bad one is named, without a stack trace."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from quizengine.cli import main
from quizengine.settings import load_settings


@pytest.fixture
def instance(tmp_path: Path) -> Path:
    """An empty instance folder."""
    return tmp_path / "instance"


def test_the_environment_goes_before_the_file_and_the_file_before_the_default(
    instance: Path,
) -> None:
    instance.mkdir()
    (instance / "config.py").write_text('PORT = 8100\nTHEME = "dangjian"\n', encoding="utf-8")
    environ = {"QUIZENGINE_INSTANCE": str(instance), "QUIZENGINE_PORT": "8200"}
    environ["QUIZENGINE_GRACE_S"] = ""  # as good as not given
    environ["QUIZENGINE_SECURE_COOKIES"] = "On"
    read = load_settings(environ)
    assert (read.port, read.theme, read.grace_s, read.secure_cookies) == (
        8200,
        "dangjian",
        30,
        True,
    )


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "abc"),
        ("PORT", "70000"),
        ("GRACE_S", "-1"),
        ("SECURE_COOKIES", "maybe"),
        ("LANGUAGE", "fr"),
        ("TIME_ZONE", "Mars/Olympus"),
        ("TIME_ZONE", "../zone"),
    ],
)
def test_a_bad_value_is_named(instance: Path, name: str, value: str) -> None:
    environ = {"QUIZENGINE_INSTANCE": str(instance), f"QUIZENGINE_{name}": value}
    with pytest.raises(ValueError, match=f"^setting {name}: "):
        load_settings(environ)


@pytest.mark.parametrize("text", ["x = (", "PORT = 1 / 0", "import nothing_of_this_name"])
def test_a_config_file_that_fails_is_named(instance: Path, text: str) -> None:
    instance.mkdir()
    (instance / "config.py").write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match=r"config\.py can't be run"):
        load_settings({"QUIZENGINE_INSTANCE": str(instance)})


@pytest.mark.parametrize(
    ("command", "environ", "message"),
    [
        (["ledger", "verify"], {"DATABASE_URL": "foo://x"}, "setting DATABASE_URL"),
        (["ledger", "verify"], {"DATABASE_URL": "sqlite:////nowhere/x.db"}, "can't be used"),
        (["bank", "lint"], {"TIME_ZONE": "Mars/Olympus"}, "setting TIME_ZONE"),
        (["bank", "lint"], {"LIVE_URL": "https://host/live"}, "setting LIVE_URL"),
        (["bank", "lint"], {"LIVE_PORT": "70000"}, "setting LIVE_PORT"),
        (["serve", "--bind", "127.0.0.1:0"], {"THEME": "nothing"}, "setting THEME"),
    ],
)
def test_a_command_ends_with_the_message(
    instance: Path,
    monkeypatch: pytest.MonkeyPatch,
    command: list[str],
    environ: dict[str, str],
    message: str,
) -> None:
    for name, value in {"INSTANCE": str(instance), **environ}.items():
        monkeypatch.setenv(f"QUIZENGINE_{name}", value)
    result = CliRunner().invoke(main, command)
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit)
    assert message in result.stderr


def test_a_file_that_is_no_database_is_told(
    instance: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    instance.mkdir()
    (instance / "quizengine.db").write_bytes(b"no database" * 200)
    monkeypatch.setenv("QUIZENGINE_INSTANCE", str(instance))
    result = CliRunner().invoke(main, ["ledger", "verify"])
    assert (result.exit_code, "not a database" in result.stderr) == (1, True)

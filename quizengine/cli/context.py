"""What commands share: settings, the database, the time, and text for people."""

from __future__ import annotations

import gettext as stdlib_gettext
import locale
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import click
from sqlalchemy import Engine
from sqlalchemy.exc import ArgumentError, DBAPIError
from sqlalchemy.orm import Session

from quizengine.domain.text import Refused
from quizengine.settings import Settings, load_settings
from quizengine.storage.migrate import is_current, upgrade
from quizengine.storage.site import open_database

_TRANSLATIONS = Path(__file__).parents[1] / "translations"


def settings() -> Settings:
    """The settings of this process; a bad one ends the command."""
    try:
        return load_settings()
    except ValueError as error:
        raise click.ClickException(str(error)) from error


def now() -> datetime:
    """The present moment, in UTC."""
    return datetime.now(UTC)


@contextmanager
def refusals() -> Iterator[None]:
    """Refusals, and files that can't be read or written, become messages of the command."""
    try:
        yield
    except Refused as refusal:
        raise click.ClickException(refusal.text.render(translator())) from refusal
    except OSError as error:
        raise click.ClickException(f"{error.filename or ''}: {error.strerror}") from error


@contextmanager
def database(config: Settings, *, migrate: bool = False) -> Iterator[Session]:
    """A session on the site's database; refusals become messages of the command."""
    try:
        engine, sessions = open_database(config.url)
    except (ArgumentError, ImportError) as error:
        raise click.ClickException(f"setting DATABASE_URL: {error}") from error
    try:
        _require_current(engine, migrate=migrate)
        with sessions() as session:
            yield session
    except Refused as refusal:
        raise click.ClickException(refusal.text.render(translator())) from refusal
    finally:
        engine.dispose()


def _require_current(engine: Engine, *, migrate: bool) -> None:
    try:
        if migrate:
            upgrade(engine)
            return
        with engine.connect() as connection:
            current = is_current(connection)
    except DBAPIError as error:
        raise click.ClickException(f"The database can't be used: {error.orig}") from error
    if not current:
        raise click.ClickException(
            "The database is not set up for this version: run `quizengine upgrade`."
        )


def language() -> str:
    """`zh` or `en`, by the language of the terminal (LC_ALL, LC_MESSAGES, LANG)."""
    names = (os.environ.get(n) for n in ("LC_ALL", "LC_MESSAGES", "LANG"))
    name = locale.normalize(next((n for n in names if n), "C"))
    return "zh" if name.lower().startswith("zh") else "en"


@lru_cache(maxsize=1)
def translator() -> Callable[[str], str]:
    """gettext in the language of the terminal."""
    return stdlib_gettext.translation(
        "messages",
        _TRANSLATIONS,
        languages=["zh_CN"] if language() == "zh" else ["en"],
        fallback=True,
    ).gettext

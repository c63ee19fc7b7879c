"""Bring a database to the schema of this version."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

_SCRIPTS = Path(__file__).parent / "migrations"


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_SCRIPTS))
    config.attributes["connection"] = connection
    return config


def upgrade(engine: Engine) -> None:
    """Apply all migrations that are still missing."""
    with engine.begin() as connection:
        command.upgrade(_config(connection), "head")


def write_migration(engine: Engine, message: str, number: str) -> None:
    """Write a migration from the difference between models and database (for developers)."""
    with engine.connect() as connection:
        command.revision(_config(connection), message, autogenerate=True, rev_id=number)


def is_current(connection: Connection) -> bool:
    """Whether the database has the schema of this version."""
    heads = set(ScriptDirectory(str(_SCRIPTS)).get_heads())
    return set(MigrationContext.configure(connection).get_current_heads()) == heads


def revision_of(connection: Connection) -> str:
    """The revision of the database's schema; empty if it has none."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def knows(revision: str) -> bool:
    """Whether this version can bring a schema of that revision up to date."""
    known = ScriptDirectory(str(_SCRIPTS)).walk_revisions()
    return not revision or revision in {script.revision for script in known}

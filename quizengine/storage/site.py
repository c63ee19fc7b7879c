"""The database of a site for programs that are no web server."""

from __future__ import annotations

from sqlalchemy import Engine, create_engine
from sqlalchemy.orm import Session, sessionmaker

from quizengine.storage.engine import configure_engine


def open_database(url: str) -> tuple[Engine, sessionmaker[Session]]:
    """Engine and session factory for the database at `url`."""
    engine = create_engine(url)
    configure_engine(engine)
    return engine, sessionmaker(engine)

"""Whether the site is able to serve."""

from __future__ import annotations

from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from quizengine.storage.engine import SessionLike
from quizengine.storage.migrate import is_current
from quizengine.storage.models import BankState


def readiness(session: SessionLike) -> dict[str, bool]:
    """The parts that serving needs, and whether each is there.

    `database` answers, `schema` is the one of this version, a `bank` is served.
    """
    parts = {"database": False, "schema": False, "bank": False}
    try:
        session.execute(text("SELECT 1"))
        parts["database"] = True
        parts["schema"] = is_current(session.connection())
        parts["bank"] = bool(session.scalar(select(BankState.served_digest)))
    except SQLAlchemyError:
        session.rollback()
    return parts

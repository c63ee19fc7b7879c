"""What people of the site have cleared in the bank, and who saved its files last."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from quizengine.services.access import Actor
from quizengine.storage.engine import BANK_FILES, SessionLike, writing
from quizengine.storage.models import BankFileSave, Clearing


def cleared_keys(session: SessionLike) -> frozenset[str]:
    """Keys (see `quizengine.domain.clearing`) of all texts that a second person let pass."""
    query = select(Clearing.key).where(Clearing.cleared_at.is_not(None))
    return frozenset(session.scalars(query))


def note_save(session: SessionLike, now: datetime, actor: Actor, name: str) -> None:
    """Note who saved the file `name` last."""
    with writing(session, BANK_FILES):
        session.merge(BankFileSave(file=name, by_id=actor.person_id, at=now))

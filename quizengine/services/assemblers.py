"""Assemblers that are kept: when thousands begin at once, each paper is drawn in a millisecond."""

from __future__ import annotations

from datetime import date
from weakref import WeakKeyDictionary

from sqlalchemy import Engine, func, select

from quizengine.domain.assembly import Assembler
from quizengine.domain.blueprints import Blueprint
from quizengine.services.exams import assembler_for
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import BankState, CurrentQuestion

# Blueprints in use at the same time; more than these are made anew.
MOST = 32
_Key = tuple[str, int, str, date]
_kept: WeakKeyDictionary[Engine, dict[_Key, Assembler]] = WeakKeyDictionary()


def kept_assembler(session: SessionLike, blueprint: Blueprint, day: date) -> Assembler:
    """As `assembler_for`; the same one as long as the bank that is served stays the same.

    Drawing changes nothing in it, so that all threads may use it.
    """
    bind = session.get_bind()
    known = _kept.setdefault(bind if isinstance(bind, Engine) else bind.engine, {})
    digest = session.scalar(select(BankState.served_digest)) or ""
    count = session.scalar(select(func.count()).select_from(CurrentQuestion)) or 0
    key = (digest, count, blueprint.model_dump_json(), day)
    found = known.get(key)
    if found is None:
        found = assembler_for(session, blueprint, day)
        if len(known) >= MOST:
            known.clear()
        known[key] = found
    return found

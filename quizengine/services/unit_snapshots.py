"""The tree of units and their members, entered into the ledger month by month.

An appraisal must follow from the ledger alone, also when units are merged or people leave later.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from quizengine.domain.appraisal.facts import SNAPSHOT
from quizengine.services.ledger import LedgerWriter
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import LedgerEntry, Person, Unit


def snapshot_due(session: SessionLike, now: datetime, zone: ZoneInfo) -> bool:
    """Enter the month's snapshot unless it is there; whether it was entered now."""
    source = f"{SNAPSHOT}:{now.astimezone(zone):%Y-%m}"
    if _is_entered(session, source) or session.scalar(select(Unit.id).limit(1)) is None:
        return False
    with writing(session), LedgerWriter(session) as log:
        # Another clock may have been faster while this one waited for the ledger.
        if _is_entered(session, source):
            return False
        enter_snapshot(session, now, log, source)
    return True


def enter_snapshot(
    session: SessionLike,
    now: datetime,
    log: LedgerWriter,
    source: str,
    *,
    on: date | None = None,
    by: int | None = None,
) -> int:
    """Enter the tree as it stands, within the caller's transaction; its number.

    `on` and `by` are those of `LedgerWriter.append`.
    """
    return log.append(now, SNAPSHOT, source, data={"units": _units(session)}, on=on, by=by)


def _is_entered(session: SessionLike, source: str) -> bool:
    query = select(LedgerEntry.seq).where(LedgerEntry.source == source)
    return session.scalar(query) is not None


def _units(session: SessionLike) -> list[dict[str, Any]]:
    """All units by code, each with its active members and those of the units below it."""
    units = list(session.scalars(select(Unit).order_by(Unit.code)))
    codes = {unit.id: unit.code for unit in units}
    counted = select(Person.unit_id, func.count()).where(Person.active.is_(True))
    own = {row[0]: row[1] for row in session.execute(counted.group_by(Person.unit_id))}
    members: Counter[int] = Counter()
    for unit in units:
        for above in unit.path.strip("/").split("/"):
            members[int(above)] += own.get(unit.id, 0)
    return [
        {
            "code": unit.code,
            "parent": codes[unit.parent_id] if unit.parent_id is not None else None,
            "level": unit.level,
            "members": members[unit.id],
        }
        for unit in units
    ]

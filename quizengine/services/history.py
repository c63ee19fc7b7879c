"""What happened to a record of an office, for the page that shows it; the ledger is the proof."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from quizengine.storage.engine import SessionLike
from quizengine.storage.models import RecordEvent


@dataclass(frozen=True)
class Event:
    """A line of the history: `what` is the key of a sentence with the values of `detail` in it."""

    at: datetime
    by: str
    what: str
    detail: Mapping[str, Any]


def note(
    session: SessionLike, now: datetime, person_id: int, record: str, what: str, **detail: Any
) -> None:
    """Note what somebody did to a record, within the caller's transaction; values go as JSON."""
    text = json.dumps(detail, ensure_ascii=False)
    session.add(RecordEvent(record=record, what=what, detail=text, by_id=person_id, at=now))


def history_of(session: SessionLike, record: str) -> list[Event]:
    """What happened to the record, the latest first."""
    query = select(RecordEvent).where(RecordEvent.record == record)
    rows = session.scalars(
        query.options(joinedload(RecordEvent.by)).order_by(RecordEvent.id.desc())
    )
    return [Event(row.at, row.by.name, row.what, json.loads(row.detail)) for row in rows]

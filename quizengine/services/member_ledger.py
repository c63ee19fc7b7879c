"""A member's own entries of the ledger."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from pydantic import Field
from sqlalchemy import select

from quizengine.services.access import forbidden
from quizengine.services.exams import scores_released
from quizengine.services.ledger_words import RESULTS
from quizengine.services.shown import Shown
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import Exam, LedgerEntry, LedgerSubject

ME = "me"
MOST = 200
# What an entry about a result tells before scores are released.
_BEFORE_RELEASE = ("exam", "attempt", "tier", "closed_by")


class OwnEntry(Shown):
    """An entry about the member.

    Until an exam's scores are released, entries about its results lack the keys in `withheld`, and
    their `leaf_hash`: with so few possible scores, the hash would give the score away.
    """

    seq: int = Field(description="Number in the ledger, from 1.")
    at: datetime
    kind: str
    data: dict[str, Any]
    corrects: int | None = Field(description="Number of the entry that this one corrects.")
    leaf_hash: str | None = Field(description="SHA-256 leaf hash (RFC 9162), hex.")
    withheld: list[str]


class OwnEntries(Shown):
    """A page of entries, the oldest first; `next` is the `after` of the next page."""

    items: list[OwnEntry]
    next: int | None


def own_entries(
    session: SessionLike, person_id: int, subject: str = ME, after: int = 0, limit: int = 50
) -> OwnEntries:
    """Entries about the member with numbers above `after`, at most `limit` (from 1 to `MOST`).

    `subject` is 'me' or the member's own digest; Refused `forbidden` (403) for any other.
    """
    own = session.scalar(select(LedgerSubject.digest).where(LedgerSubject.person_id == person_id))
    if subject not in (ME, own):
        raise forbidden()
    limit = min(max(limit, 1), MOST)
    query = (
        select(LedgerEntry)
        .where(LedgerEntry.subject == own, LedgerEntry.seq > after)
        .order_by(LedgerEntry.seq)
        .limit(limit + 1)
    )
    # Without a digest there is no entry; `subject == NULL` would find those about nobody.
    rows = list(session.scalars(query)) if own is not None else []
    bodies = [json.loads(row.body) for row in rows[:limit]]
    released = _released(session, (body["data"].get("exam") for body in bodies))
    items = [_shown(row, body, released) for row, body in zip(rows, bodies, strict=False)]
    return OwnEntries(items=items, next=items[-1].seq if len(rows) > limit else None)


def _released(session: SessionLike, exam_ids: Iterable[int | None]) -> dict[int, bool]:
    query = select(Exam).where(Exam.id.in_({i for i in exam_ids if i is not None}))
    return {exam.id: scores_released(exam) for exam in session.scalars(query)}


def _shown(row: LedgerEntry, body: Mapping[str, Any], released: Mapping[int, bool]) -> OwnEntry:
    data = dict(body["data"])
    withheld: list[str] = []
    if row.kind in RESULTS and not released.get(data["exam"], False):
        withheld = sorted(set(data) - set(_BEFORE_RELEASE))
        data = {key: value for key, value in data.items() if key not in withheld}
    return OwnEntry(
        seq=row.seq,
        at=row.at,
        kind=row.kind,
        data=data,
        corrects=body["corrects"],
        leaf_hash=None if withheld else row.leaf_hash.hex(),
        withheld=withheld,
    )

"""Facts of the ledger since a day, of some kinds, without reading all other entries."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, func, or_, select

from quizengine.domain.appraisal.facts import SNAPSHOT, Facts
from quizengine.domain.appraisal.texts import read_texts
from quizengine.services.ledger import corrects_another
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import LedgerEntry

_BLOCK = 2000


def facts_since(
    session: SessionLike,
    zone: ZoneInfo,
    kinds: Collection[str],
    since: date,
    subject: str | None = None,
) -> Facts:
    """What happened on `since` or later (earlier days may be among it), with the trees of units.

    `subject`: what is about this person alone, without any tree.
    """
    if not kinds:
        return Facts()
    begin = datetime.combine(since, time(), zone)
    query = select(LedgerEntry.body).order_by(LedgerEntry.seq)
    if subject is not None:
        query = query.where(LedgerEntry.subject == subject, LedgerEntry.at >= begin)
    else:
        query = query.where(_wanted(kinds, begin))
    texts = session.scalars(query.execution_options(yield_per=_BLOCK))
    return read_texts(texts, kinds, zone)


def _wanted(kinds: Collection[str], begin: datetime) -> ColumnElement[bool]:
    """SQL: entries of the kinds, corrections, and trees: those since, and the one in force then."""
    since = LedgerEntry.at >= begin
    before = (
        select(func.max(LedgerEntry.seq))
        .where(LedgerEntry.kind == SNAPSHOT, LedgerEntry.at < begin)
        .scalar_subquery()
    )
    wanted = or_(LedgerEntry.kind.in_([*kinds, SNAPSHOT]), corrects_another())
    return or_(since & wanted, LedgerEntry.seq == before)

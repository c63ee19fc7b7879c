"""What is entered about a year after it was closed opens a review, by the clock."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from quizengine.domain.appraisal.compute import kinds_of
from quizengine.domain.appraisal.facts import SNAPSHOT, day_of
from quizengine.domain.appraisal.rules import AppraisalRules
from quizengine.domain.text import N_, Text
from quizengine.services.ledger import LedgerWriter, corrects_another
from quizengine.services.ledger_words import corrects_of, read_body
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import (
    REVIEW,
    AppraisalCase,
    AppraisalWatch,
    ClosedAppraisal,
    LedgerEntry,
    LedgerHead,
)

OPENED = "appraisal-review-opened"

ABOUT_CORRECTION = N_("A correction was entered after the year was closed.")
ABOUT_LATER = N_("Something of this year was entered after it was closed.")


@dataclass(frozen=True)
class _Late:
    """An entry about a closed year."""

    seq: int
    kind: str
    unit: str | None
    day: date
    corrects: int | None


def open_reviews_due(session: SessionLike, now: datetime) -> int:
    """Open a review for each entry about a closed year; how many were opened.

    Several clocks may do this at once: an entry opens one review.
    """
    opened = 0
    size = session.scalar(select(LedgerHead.size)) or 0
    watches = session.scalars(select(AppraisalWatch).where(AppraisalWatch.seq < size)).all()
    for year, seen in [(watch.year, watch.seq) for watch in watches]:
        closed = session.get_one(ClosedAppraisal, year)
        late = list(_late_entries(session, closed, seen, size))
        opened += _open(session, now, year, late, size)
    return opened


def _late_entries(
    session: SessionLike, closed: ClosedAppraisal, after: int, last: int
) -> Iterator[_Late]:
    rules = AppraisalRules.model_validate_json(closed.rules)
    zone = ZoneInfo(rules.zone)
    kinds = kinds_of(rules) | {SNAPSHOT}
    # Entries of other years that correct nothing and name no other day are not even read. A day
    # is over in all zones two days later.
    over = datetime.combine(rules.stages[-1].to + timedelta(days=2), datetime.min.time(), zone)
    query = (
        select(LedgerEntry.seq, LedgerEntry.body)
        .where(LedgerEntry.seq > after, LedgerEntry.seq <= last)
        .where(
            or_(
                corrects_another(),
                LedgerEntry.body.contains('"on":"', autoescape=True),
                LedgerEntry.at < over,
            )
        )
        .order_by(LedgerEntry.seq)
    )
    for row in session.execute(query.execution_options(yield_per=1000)):
        body = read_body(row.body)
        found = _told(session, body, zone) if body else None
        if found and found.day.year == rules.year and found.kind in kinds:
            yield found


def _told(session: SessionLike, body: Mapping[str, Any], zone: ZoneInfo) -> _Late | None:
    """An entry as what it tells: a correction on the day, and of the kind, of its original."""
    original = body
    while (number := corrects_of(original)) is not None:
        if number >= original["seq"]:
            return None  # only after tampering
        text = session.scalar(select(LedgerEntry.body).where(LedgerEntry.seq == number))
        original = read_body(text or "")
        if not original:
            return None
    day = day_of(original["at"], original["data"], zone)
    return _Late(body["seq"], original["kind"], body["unit"], day, corrects_of(body))


def _open(session: SessionLike, now: datetime, year: int, late: list[_Late], seen: int) -> int:
    opened = 0
    with writing(session), LedgerWriter(session) as log:
        query = select(AppraisalWatch).where(AppraisalWatch.year == year).with_for_update()
        watch = session.scalars(query).one()
        if watch.seq >= seen:
            return 0  # another clock was faster
        for entry in late:
            if entry.seq > watch.seq:
                _open_one(session, now, log, year, entry)
                opened += 1
        watch.seq = seen
    return opened


def _open_one(
    session: SessionLike, now: datetime, log: LedgerWriter, year: int, entry: _Late
) -> None:
    text = ABOUT_LATER if entry.corrects is None else ABOUT_CORRECTION
    case = AppraisalCase(
        kind=REVIEW,
        year=year,
        unit=entry.unit,
        about="entry",
        entry=entry.seq,
        text=Text(text).render(),
        at=now,
        opened_seq=0,
    )
    session.add(case)
    session.flush()
    case.opened_seq = log.append(
        now,
        OPENED,
        f"{OPENED}:{year}:{entry.seq}",
        unit=entry.unit,
        data={
            "year": year,
            "review": case.id,
            "entry": entry.seq,
            "entry_kind": entry.kind,
            "day": entry.day.isoformat(),
            "correction": entry.corrects is not None,
        },
    )

"""Closing a year: its result enters the ledger, and never changes again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from quizengine.domain.appraisal.facts import SNAPSHOT
from quizengine.domain.appraisal.ranking import YearResult
from quizengine.domain.appraisal.record import result_text, rules_text, sha256_of
from quizengine.domain.appraisal.rules import AppraisalRules
from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor, forbidden
from quizengine.services.appraisal import Rooted, compute_year, rules_of
from quizengine.services.ledger import LedgerWriter
from quizengine.services.unit_snapshots import enter_snapshot
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.ledger_rows import body_texts
from quizengine.storage.models import AppraisalWatch, ClosedAppraisal, LedgerEntry, Unit

CLOSED = "appraisal-closed"


@dataclass(frozen=True)
class Closing:
    """What was closed: the number of the ledger entry, and what it says."""

    seq: int
    data: dict[str, Any]


def may_close(actor: Actor) -> bool:
    """Whether the actor answers for all units."""
    return actor.everywhere("organizer")


def closes_from(rules: AppraisalRules) -> date:
    """The first day on which the year may be closed: when it is over."""
    return rules.stages[-1].to + timedelta(days=1)


def close_year(session: SessionLike, now: datetime, actor: Actor, year: int) -> Closing:
    """Close a year: enter the units as they stand, then the result of all entries so far.

    Refused: `forbidden` (403), `unknown-year` (404), `year-closed`, `year-not-over`, `no-units`.
    """
    if not may_close(actor):
        raise forbidden()
    rules = rules_of(session, year)
    _refuse_closed(session, year)
    if now.astimezone(ZoneInfo(rules.zone)).date() < closes_from(rules):
        text = N_("The year %(year)s is not over yet: it can be closed from %(day)s on.")
        raise Refused("year-not-over", text, year=year, day=closes_from(rules).isoformat())
    entries = _note_units(session, now, year)
    # Computing takes its time: nobody has to wait for it. What is entered meanwhile is later.
    texts = Rooted(body_texts(session, entries))
    result = compute_year(rules, texts).result()
    if not result.units:
        raise Refused("no-units", N_("There is no unit that could be appraised."))
    data = closing_data(rules, result, texts.root)
    with writing(session), LedgerWriter(session) as log:
        _refuse_closed(session, year)
        by = actor.person_id or None
        told = {"by": log.subject(by)} if by else {}
        seq = log.append(now, CLOSED, source_of(year), data={**data, **told})
        session.add(
            ClosedAppraisal(
                year=year,
                seq=seq,
                entries=entries,
                root=texts.root,
                rules=rules_text(rules),
                rules_sha256=data["rules"]["sha256"],
                result=result_text(rules, result),
                result_sha256=data["result_sha256"],
                names=json.dumps(unit_names(session), ensure_ascii=False),
                closed_at=now,
            )
        )
        session.add(AppraisalWatch(year=year, seq=entries))
    return Closing(seq, data)


def source_of(year: int) -> str:
    """The source of the entry that closes a year: there is one."""
    return f"{CLOSED}:{year}"


def closing_data(rules: AppraisalRules, result: YearResult, root: str) -> dict[str, Any]:
    """What the ledger says of a closed year; persons are counted, not named."""
    return {
        "year": rules.year,
        "rules": {"version": rules.version, "sha256": sha256_of(rules_text(rules))},
        "entries": result.entries,
        "root": root,
        "result_sha256": sha256_of(result_text(rules, result)),
        "units": [
            {"code": u.unit.code, "total": str(u.total), "grade": u.grade, "rank": u.rank}
            for u in result.units
        ],
        "lists": {name: len(listed) for name, listed in result.people.items()},
    }


def unit_names(session: SessionLike) -> dict[str, str]:
    """What the units are called today, by code."""
    return {row.code: row.name for row in session.execute(select(Unit.code, Unit.name))}


def _note_units(session: SessionLike, now: datetime, year: int) -> int:
    """Enter the tree of units as it stands; the number of entries with this one."""
    with writing(session), LedgerWriter(session) as log:
        # The number in it makes a second attempt, after one that was cut short, a new entry.
        source = f"{SNAPSHOT}:appraisal:{year}:{log.size}"
        return enter_snapshot(session, now, log, source)


def _refuse_closed(session: SessionLike, year: int) -> None:
    query = select(LedgerEntry.seq).where(LedgerEntry.source == source_of(year))
    if session.scalar(query) is not None:
        raise Refused("year-closed", N_("The year %(year)s is closed already."), year=year)

"""When a period of a duty ends, the ledger learns who met it and who did not, once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

from sqlalchemy import func, select, true

from quizengine.domain.appraisal.measures import rounded
from quizengine.domain.duties.events import events_of, kinds_of
from quizengine.domain.duties.rules import DutyRule
from quizengine.domain.duties.standing import MET, Period, Standing, concluded, period_on
from quizengine.services.bank import served_duties
from quizengine.services.duty_people import debtors
from quizengine.services.ledger import LedgerWriter
from quizengine.services.ledger_facts import facts_since
from quizengine.services.office_access import local_day
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import DutyClosing, LedgerEntry

# Newcomers whose days ran out while no clock ran are still looked at for so long.
_LATE_DAYS = 31


@dataclass(frozen=True)
class _Told:
    """How a person, or a unit, stood in the end."""

    person_id: int | None
    unit: str
    standing: Standing


def conclude_duties(session: SessionLike, now: datetime, zone: ZoneInfo) -> int:
    """Enter what the periods came to that ended; how many entries were made.

    The last period of each duty that is over, and not those before: a site that begins to use a
    duty tells nothing about a past that it did not see.
    """
    today = local_day(now, zone)
    made = 0
    for rule in served_duties(session).values():
        period = _over(rule, today)
        if period is None or _is_closed(session, rule.id, period.key):
            continue
        # Reading takes its time: nobody has to wait for it.
        rows = list(_concluded(session, zone, rule, period, today))
        made += _enter(session, now, rule, period, rows)
    return made


def _over(rule: DutyRule, today: date) -> Period | None:
    """The period that ended last; of those who joined, all whose days ran out by yesterday."""
    yesterday = today - timedelta(days=1)
    if rule.per == "joining":
        key = f"joining:{yesterday.isoformat()}"
        return Period(key, yesterday - timedelta(days=_LATE_DAYS), yesterday)
    current = period_on(rule.per, today)
    before = period_on(rule.per, current.first - timedelta(days=1))
    covered = rule.from_ <= before.last and (rule.to is None or before.last <= rule.to)
    return before if covered else None


def _concluded(
    session: SessionLike, zone: ZoneInfo, rule: DutyRule, period: Period, today: date
) -> Iterator[_Told]:
    early = period.first - timedelta(days=rule.before + (rule.within or 0))
    facts = facts_since(session, zone, kinds_of([rule]), early)
    events = events_of(rule, facts)
    for debtor in debtors(session, zone, rule, true()):
        known = events.get(debtor.key or "", ())
        found = concluded(rule, debtor.spans, known, period)
        if found is not None and _ends_in(rule, found, period):
            person_id = debtor.person.id if debtor.person else None
            yield _Told(person_id, debtor.unit.code, found)


def _ends_in(rule: DutyRule, found: Standing, period: Period) -> bool:
    """Of those who joined, the ones whose days ran out in the period; all others."""
    return rule.per != "joining" or period.first <= found.period.last <= period.last


def _enter(
    session: SessionLike, now: datetime, rule: DutyRule, period: Period, rows: Sequence[_Told]
) -> int:
    """One entry each, unless it is there; the period is closed then."""
    with writing(session), LedgerWriter(session) as log:
        # Another clock may have been faster while this one waited for the ledger.
        if _is_closed(session, rule.id, period.key):
            return 0
        known = _sources(session, rule)
        log.expect(row.person_id for row in rows if row.person_id is not None)
        counts = {True: 0, False: 0}
        for row in rows:
            who = row.unit if row.person_id is None else log.subject(row.person_id)
            source = f"duty:{rule.id}:{row.standing.period.key}:{who}"
            if source in known:
                continue
            met = row.standing.state == MET
            counts[met] += 1
            log.append(
                now,
                "duty-met" if met else "duty-short",
                source,
                person_id=row.person_id,
                unit=row.unit,
                data=_data(rule, row.standing),
            )
        session.add(
            DutyClosing(
                rule=rule.id, period=period.key, met=counts[True], short=counts[False], at=now
            )
        )
    return counts[True] + counts[False]


def _data(rule: DutyRule, stands: Standing) -> dict[str, object]:
    return {
        "rule": rule.id,
        "version": rule.version,
        "period": stands.period.key,
        "from": stands.period.first.isoformat(),
        "to": stands.period.last.isoformat(),
        "needed": _text(stands.needed),
        "have": _text(stands.have),
        # The period is over by some days when the clock looks: it counts where it belongs.
        "on": stands.period.last.isoformat(),
    }


def _text(value: Fraction) -> str:
    return f"{rounded(value, 2).normalize():f}"


def _sources(session: SessionLike, rule: DutyRule) -> set[str]:
    """Sources of what was entered about the rule so far."""
    query = select(LedgerEntry.source).where(
        LedgerEntry.kind.in_(("duty-met", "duty-short")),
        func.substr(LedgerEntry.source, 1, len(rule.id) + 6) == f"duty:{rule.id}:",
    )
    return set(session.scalars(query))


def _is_closed(session: SessionLike, rule: str, period: str) -> bool:
    query = select(DutyClosing.id).where(DutyClosing.rule == rule, DutyClosing.period == period)
    return session.scalar(query) is not None

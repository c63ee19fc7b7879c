"""频次要求: who is short as of a day, with what is missing and until when."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select, true

from quizengine.domain.appraisal.measures import rounded
from quizengine.domain.duties.events import events_of, kinds_of
from quizengine.domain.duties.rules import DutyRule
from quizengine.domain.duties.standing import (
    MADE_UP,
    MET,
    NEW_DAYS,
    OPEN,
    SHORT,
    Standing,
    in_force,
    period_on,
    standing_on,
)
from quizengine.domain.text import N_, Text
from quizengine.services.bank import served_duties
from quizengine.services.duty_people import Debtor, debtors
from quizengine.services.ledger_facts import facts_since
from quizengine.services.office_access import Act, in_reach, local_day
from quizengine.services.spreadsheets import Cell, Column, Table
from quizengine.services.todo_item import Todo
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import LedgerSubject, Unit

STANDING_NAMES = {
    SHORT: N_("Short"),
    OPEN: N_("Still missing"),
    MADE_UP: N_("Made up late"),
    MET: N_("Met"),
}
LACKING = (SHORT, OPEN)
# Days before the end of a period on which people are told what is missing.
_TELL_DAYS = 45
_PLACES = 2


@dataclass(frozen=True)
class DutyFilter:
    """What to look for; None is no condition. `state` 'lacking': whoever misses something."""

    day: date
    unit_id: int | None = None
    rule: str | None = None
    state: str | None = "lacking"


@dataclass(frozen=True)
class DutyRow:
    """How a person, or a unit (then `debtor.person` is None), stands in a duty."""

    rule: DutyRule
    debtor: Debtor
    standing: Standing


def rules_on(session: SessionLike, day: date) -> list[DutyRule]:
    """The duties that are in force on the day, or still have people to look after."""
    rules = served_duties(session).values()
    return [
        rule
        for rule in rules
        if in_force(rule, day)
        or (rule.per == "joining" and in_force(rule, day - timedelta(days=NEW_DAYS)))
    ]


def list_duties(act: Act, wanted: DutyFilter) -> list[DutyRow]:
    """How everybody in reach stands on the day: the short ones first, within a duty by unit."""
    rules = [rule for rule in rules_on(act.session, wanted.day) if wanted.rule in (None, rule.id)]
    where = in_reach(act.actor, wanted.unit_id)
    rows = rows_for(act.session, act.zone, rules, wanted.day, where)
    order = list(STANDING_NAMES)
    found = [row for row in rows if _fits(row, wanted)]
    return sorted(found, key=lambda row: order.index(row.standing.state))


def own_duties(session: SessionLike, zone: ZoneInfo, person_id: int, day: date) -> list[DutyRow]:
    """How the person stands in each duty, and the units that the person answers for."""
    rules = rules_on(session, day)
    about_people = [rule for rule in rules if rule.who.of != "units"]
    about_units = [rule for rule in rules if rule.who.of == "units"]
    digest = session.scalar(
        select(LedgerSubject.digest).where(LedgerSubject.person_id == person_id)
    )
    # Somebody of whom the ledger knows nothing has no entries: "" is nobody's digest.
    own = list(rows_for(session, zone, about_people, day, true(), (person_id, digest or "")))
    headed = session.scalar(select(Unit.id).where(Unit.head_id == person_id).limit(1))
    if headed is None or not about_units:
        return own
    return own + list(rows_for(session, zone, about_units, day, Unit.head_id == person_id))


def duty_todos(session: SessionLike, now: datetime, zone: ZoneInfo, person_id: int) -> list[Todo]:
    """One line for all that is missing near the end of a period, or since."""
    today = local_day(now, zone)
    until = today + timedelta(days=_TELL_DAYS)
    lacking = [
        row.standing.period.last
        for row in own_duties(session, zone, person_id, today)
        if row.standing.state in LACKING and row.standing.period.last <= until
    ]
    if not lacking:
        return []
    text = Text(N_("Training is missing for %(count)s of your duties"), {"count": len(lacking)})
    return [Todo(text, "duties.index", {}, min(lacking))]


def duties_table(rows: Sequence[DutyRow], day: date, language: str) -> Table:
    """Who stands how, with what is missing and until when."""
    columns = (
        Column(N_("Duty"), width=40),
        Column(N_("Unit"), width=30),
        Column(N_("Unit code"), "id", 14),
        Column(N_("Name"), width=12),
        Column(N_("Login"), "id", 14),
        Column(N_("Staff number"), "id", 16),
        Column(N_("State"), width=12),
        Column(N_("As of"), "date", 12),
        Column(N_("Period"), "id", 20),
        Column(N_("Until"), "date", 12),
        Column(N_("Demanded"), "number", 10),
        Column(N_("Reached"), "number", 10),
        Column(N_("Still owed"), "number", 10),
    )
    return Table(N_("Frequency duties"), columns, [_line(row, day, language) for row in rows])


def _line(row: DutyRow, day: date, language: str) -> Sequence[Cell]:
    person, stands = row.debtor.person, row.standing
    return (
        row.rule.title.in_language(language),
        row.debtor.unit.name,
        row.debtor.unit.code,
        person.name if person else None,
        person.login if person else None,
        person.staff_no if person else None,
        Text(STANDING_NAMES[stands.state]),
        day,
        stands.period.key,
        stands.period.last,
        rounded(stands.needed, _PLACES).normalize(),
        rounded(stands.have, _PLACES).normalize(),
        rounded(stands.missing, _PLACES).normalize(),
    )


def rows_for(
    session: SessionLike,
    zone: ZoneInfo,
    rules: Iterable[DutyRule],
    day: date,
    where: ColumnElement[bool],
    one: tuple[int, str] | None = None,
) -> Iterator[DutyRow]:
    """How those in units that fit `where` stand; `one`: only this person, with this digest."""
    rules = list(rules)
    person_id, subject = one or (None, None)
    facts = facts_since(session, zone, kinds_of(rules), _earliest(rules, day), subject)
    for rule in rules:
        events = events_of(rule, facts)
        for debtor in debtors(session, zone, rule, where, person_id):
            standing = standing_on(rule, debtor.spans, events.get(debtor.key or "", ()), day)
            if standing is not None:
                yield DutyRow(rule, debtor, standing)


def _earliest(rules: Iterable[DutyRule], day: date) -> date:
    """The first day whose entries may count for one of the rules."""
    days = [
        day - timedelta(days=NEW_DAYS + rule.before)
        if rule.per == "joining"
        else period_on(rule.per, day).first
        for rule in rules
    ]
    return min(days, default=day)


def _fits(row: DutyRow, wanted: DutyFilter) -> bool:
    state = row.standing.state
    return wanted.state in (None, state) or (wanted.state == "lacking" and state in LACKING)

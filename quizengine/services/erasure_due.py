"""Whose personal data the retention rule lets go, and from which day."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from quizengine.services.access import Actor, require_anywhere, subtree
from quizengine.services.office_access import local_day
from quizengine.settings import Settings
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import Erasure, LedgerEntry, LedgerSubject, Person, Unit


@dataclass(frozen=True)
class Due:
    """Somebody who has left, and whose records were kept long enough.

    `last` is the day of the latest record, None without any; `since` the day from which the data
    may be erased.
    """

    person: Person
    last: date | None
    since: date


def kept_until(last: date, years: int) -> date:
    """The first day on which the data of a person whose latest record is of `last` may go."""
    leap = (last.month, last.day) == (2, 29)
    return last.replace(year=last.year + years, day=28 if leap else last.day)


def latest_record(session: SessionLike, person_id: int) -> datetime | None:
    """When the latest record of a person was entered; None without any."""
    return session.scalar(
        select(func.max(LedgerEntry.at))
        .join(LedgerSubject, LedgerSubject.digest == LedgerEntry.subject)
        .where(LedgerSubject.person_id == person_id)
    )


def due_people(session: SessionLike, now: datetime, settings: Settings, actor: Actor) -> list[Due]:
    """People within the admin's units who have left and are due, who is due longest first.

    Who is still active has to be kept for the audience of what comes. Without any record the time
    counts from the day on which the account was made. Refused: `forbidden` (403).
    """
    require_anywhere(actor, "admin")
    found = sorted(_left(session, settings, actor), key=lambda due: (due.since, due.person.id))
    return [due for due in found if due.since <= local_day(now, settings.zone)]


def _left(session: SessionLike, settings: Settings, actor: Actor) -> Iterator[Due]:
    latest = (
        select(LedgerSubject.person_id, func.max(LedgerEntry.at).label("at"))
        .join(LedgerEntry, LedgerEntry.subject == LedgerSubject.digest)
        .join(Person, Person.id == LedgerSubject.person_id)
        .where(Person.active.is_(False))
        .group_by(LedgerSubject.person_id)
        .subquery()
    )
    query = (
        select(Person, latest.c.at)
        .join(Unit, Unit.id == Person.unit_id)
        .outerjoin(latest, latest.c.person_id == Person.id)
        .where(Person.active.is_(False), subtree(*actor.scopes("admin")))
        .where(Person.id.not_in(select(Erasure.person_id)))
    )
    for person, at in session.execute(query):
        last = local_day(at, settings.zone) if at else None
        begun = last or local_day(person.created_at, settings.zone)
        yield Due(person, last, kept_until(begun, settings.retention_years))

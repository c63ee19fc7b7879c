"""What the offices' use cases share: units and people within reach, and days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, or_, select

from quizengine.domain.text import N_, Refused
from quizengine.services.access import READERS, Actor, require, subtree
from quizengine.services.details import clean_text
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import Person, Unit


@dataclass(frozen=True)
class Act:
    """Who acts, when, and where days begin."""

    session: SessionLike
    now: datetime
    zone: ZoneInfo
    actor: Actor

    @property
    def today(self) -> date:
        """The day in the site's zone."""
        return local_day(self.now, self.zone)


def local_day(now: datetime, zone: ZoneInfo) -> date:
    """The day in the site's zone."""
    return now.astimezone(zone).date()


def sees(actor: Actor, path: str) -> bool:
    """Whether the actor may read the registers of the unit with this path."""
    return any(actor.can(role, path) for role in READERS)


def in_reach(actor: Actor, unit_id: int | None = None, *roles: str) -> ColumnElement[bool]:
    """SQL on `Unit`: units where the actor has one of `roles` (may read), below `unit_id`."""
    seen = subtree(*actor.scopes(*(roles or READERS)))
    if unit_id is None:
        return seen
    above = select(Unit.path).where(Unit.id == unit_id).correlate(None).scalar_subquery()
    return seen & Unit.path.startswith(above)


def managed_unit(session: SessionLike, actor: Actor, unit_id: int) -> Unit:
    """A unit whose registers the actor keeps.

    Refused: `unit-unknown` (404) also for one out of sight, `forbidden` (403).
    """
    unit = session.get(Unit, unit_id)
    if unit is None or not sees(actor, unit.path):
        raise Refused("unit-unknown", N_("There is no such unit."), status=404)
    require(actor, "organizer", unit.path)
    return unit


def managed_person(session: SessionLike, actor: Actor, person_id: int) -> Person:
    """An active person whom the actor looks after; Refused `person-unknown` (404)."""
    person = session.get(Person, person_id)
    if person is None or not person.active or not actor.can("organizer", person.unit.path):
        raise _unknown()
    return person


def find_person(session: SessionLike, actor: Actor, text: str) -> Person:
    """The active person with this login, staff number or name, among those the actor looks after.

    Refused: `person-unknown` (404), `person-ambiguous` (409) for a name that several have.
    """
    text = clean_text(text)
    query = (
        select(Person)
        .join(Unit, Unit.id == Person.unit_id)
        .where(Person.active, in_reach(actor, None, "organizer"))
    )
    exact = or_(Person.login == text.lower(), (Person.staff_no == text) & (Person.staff_no != ""))
    for condition in (exact, Person.name == text):
        found = session.scalars(query.where(condition).limit(2)).all()
        if len(found) == 1:
            return found[0]
        if found:
            raise Refused(
                "person-ambiguous",
                N_("“%(text)s” fits several people: please give the login or staff number."),
                text=text,
            )
    raise _unknown()


def refuse_own_case(actor: Actor, person_id: int) -> None:
    """Refused `own-case` (403) for somebody who would decide about themselves."""
    if actor.person_id == person_id:
        raise Refused(
            "own-case",
            N_("Nobody decides in their own case: somebody else has to record this."),
            status=403,
        )


def refuse_future(day: date, today: date) -> None:
    """Refused `day-future` (400) for a day that is still to come."""
    if day > today:
        raise Refused("day-future", N_("This day is still to come: %(day)s."), status=400, day=day)


def told_on(day: date, today: date) -> date | None:
    """`on` of an entry about `day`: None for today, which the entry's own time says."""
    return None if day == today else day


def _unknown() -> Refused:
    return Refused("person-unknown", N_("There is no such person."), status=404)

"""Issuing one-time sign-in codes, which is also how a forgotten password is reset."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import select, update

from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor, Grant, forbidden
from quizengine.services.passwords import hash_code, new_code
from quizengine.settings import Settings
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import Person, PersonRole, Unit

# SQLite builds differ in how many parameters they take; all take this many.
CHUNK = 900


@dataclass(frozen=True)
class IssuedCode:
    """A code in clear, shown this once."""

    person_id: int
    login: str
    name: str
    unit: str
    code: str


class _Row(NamedTuple):
    person_id: int
    login: str
    name: str
    session_version: int
    unit: str
    unit_path: str


def issue_codes(
    session: SessionLike,
    now: datetime,
    settings: Settings,
    actor: Actor,
    person_ids: Sequence[int],
) -> list[IssuedCode]:
    """A new code for each person, in the order of `person_ids`; passwords and sessions so far end.

    For organizers (and admins) of the person's unit. Nobody gets at rights that they don't have by
    resetting a password: a person with a role that the actor neither holds nor administers in the
    same place is refused. All or none: Refused `forbidden` (403), `codes-forbidden` (403, with
    names), `person-unknown` (404).
    """
    issued: list[IssuedCode] = []
    with writing(session):
        people = _people(session, person_ids)
        _authorise(session, actor, people, person_ids)
        changes = []
        for person_id in dict.fromkeys(person_ids):
            row = people[person_id]
            code = new_code()
            issued.append(IssuedCode(person_id, row.login, row.name, row.unit, code))
            changes.append(
                {
                    "id": person_id,
                    "password_hash": None,
                    "code_hash": hash_code(code),
                    "code_expires_at": code_expiry(now, settings),
                    "must_change": True,
                    "failures": 0,
                    "locked_until": None,
                    "session_version": row.session_version + 1,
                }
            )
        if changes:
            session.execute(update(Person), changes)
    return issued


def code_expiry(now: datetime, settings: Settings) -> datetime:
    """When a code issued now stops working."""
    return now + timedelta(days=settings.code_days)


def covers(actor: Actor, grants: Iterable[Grant]) -> bool:
    """Whether the actor holds, or administers, every one of a person's `grants`."""
    return all(
        actor.can("admin", grant.unit_path) or actor.can(grant.role, grant.unit_path)
        for grant in grants
    )


def grants_of(session: SessionLike, person_ids: Sequence[int]) -> dict[int, list[Grant]]:
    """The roles of these people; those without any are left out."""
    found: dict[int, list[Grant]] = {}
    for start in range(0, len(person_ids), CHUNK):
        rows = session.execute(
            select(PersonRole.person_id, PersonRole.role, Unit.id, Unit.path)
            .join(Unit, Unit.id == PersonRole.unit_id)
            .where(PersonRole.person_id.in_(person_ids[start : start + CHUNK]))
        )
        for person_id, role, unit_id, path in rows:
            found.setdefault(person_id, []).append(Grant(role, unit_id, path))
    return found


def _people(session: SessionLike, person_ids: Sequence[int]) -> dict[int, _Row]:
    people: dict[int, _Row] = {}
    for start in range(0, len(person_ids), CHUNK):
        rows = session.execute(
            select(
                Person.id, Person.login, Person.name, Person.session_version, Unit.name, Unit.path
            )
            .join(Unit, Unit.id == Person.unit_id)
            .where(Person.id.in_(person_ids[start : start + CHUNK]))
        )
        people.update({row[0]: _Row(*row) for row in rows})
    return people


def _authorise(
    session: SessionLike, actor: Actor, people: dict[int, _Row], person_ids: Sequence[int]
) -> None:
    if not all(person_id in people for person_id in person_ids):
        raise Refused("person-unknown", N_("There is no such person."), status=404)
    if not all(actor.can("organizer", row.unit_path) for row in people.values()):
        raise forbidden()
    grants = grants_of(session, person_ids)
    above = [people[id_].name for id_, held in grants.items() if not covers(actor, held)]
    if above:
        raise Refused(
            "codes-forbidden",
            N_("These people hold roles that you don't administer: %(names)s."),
            status=403,
            names=", ".join(above),
        )

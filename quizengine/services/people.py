"""People: finding them, and changing their records, tiers and roles.

Organizers (and admins) keep the records and tiers of their subtree. Roles are for admins.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import astuple, dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from quizengine.domain.registry import Tier
from quizengine.domain.text import N_, Refused
from quizengine.services.access import READERS, Actor, Grant, forbidden, require
from quizengine.services.codes import covers, grants_of
from quizengine.services.details import (
    Details,
    TierDates,
    clean_details,
    detail_faults,
    masked,
    refuse_faults,
    tier_faults,
)
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import ROLES, Erasure, Person, PersonRole, PersonTier, Unit


@dataclass(frozen=True)
class PersonRecord:
    """All that is kept of a person, for the page where it is changed.

    `code_open`: a code was issued that has neither been used nor replaced by a password.
    """

    id: int
    details: Details
    unit_id: int
    unit: str
    unit_path: str
    active: bool
    has_password: bool
    code_open: bool
    locked_until: datetime | None
    tiers: dict[str, TierDates]
    roles: tuple[tuple[Grant, str], ...]


def get_person(session: SessionLike, actor: Actor, person_id: int) -> PersonRecord:
    """A person of the actor's subtree; numbers are masked for those who only read.

    Raises Refused `person-unknown` (404), also for people elsewhere.
    """
    person = session.scalar(
        select(Person)
        .where(Person.id == person_id)
        .options(
            selectinload(Person.unit),
            selectinload(Person.tiers),
            selectinload(Person.roles).joinedload(PersonRole.unit),
        )
    )
    if person is None or not any(actor.can(role, person.unit.path) for role in READERS):
        raise _unknown()
    details = _details(person)
    if not actor.can("organizer", person.unit.path):
        details = Details(
            details.login,
            details.name,
            details.staff_no,
            masked(details.id_no),
            masked(details.phone),
        )
    return PersonRecord(
        id=person.id,
        details=details,
        unit_id=person.unit_id,
        unit=person.unit.name,
        unit_path=person.unit.path,
        active=person.active,
        has_password=person.password_hash is not None,
        code_open=person.code_hash is not None,
        locked_until=person.locked_until,
        tiers={
            tier.tier: TierDates(tier.valid_from, tier.valid_to, tier.departs_on, tier.returns_on)
            for tier in sorted(person.tiers, key=lambda tier: tier.tier)
        },
        roles=tuple(
            (Grant(role.role, role.unit_id, role.unit.path), role.unit.name)
            for role in sorted(person.roles, key=lambda role: (role.role, role.unit.path))
        ),
    )


def create_person(
    session: SessionLike, now: datetime, actor: Actor, details: Details, unit_id: int
) -> int:
    """A new person; returns the id. Signing in needs a code: see `services.codes`.

    Raises Refused `forbidden` (403), `unit-unknown` (404), `person-faults` (400), `login-taken`.
    """
    details = clean_details(details)
    with writing(session):
        require(actor, "organizer", _path_of(session, unit_id))
        refuse_faults(detail_faults(details))
        _refuse_taken(session, details.login, None)
        person = Person(unit_id=unit_id, created_at=now, **_columns(details))
        session.add(person)
        session.flush()
        return person.id


def update_person(
    session: SessionLike, actor: Actor, person_id: int, details: Details, unit_id: int
) -> None:
    """Change a person's details or unit; the actor must manage the unit before and after.

    The login of somebody with further-reaching roles stays as it is. Raises Refused as
    `create_person`, and `person-unknown` (404).
    """
    details = clean_details(details)
    with writing(session):
        person = _managed(session, actor, person_id)
        require(actor, "organizer", _path_of(session, unit_id))
        refuse_faults(detail_faults(details))
        if details.login != person.login:
            _require_covered(session, actor, person_id)
            _refuse_taken(session, details.login, person_id)
        for column, value in _columns(details).items():
            setattr(person, column, value)
        person.unit_id = unit_id


def set_active(session: SessionLike, actor: Actor, person_id: int, active: bool) -> None:
    """Close a person's account, or open it again; closing ends all sessions and tokens.

    Raises Refused `person-unknown` (404), `forbidden` (403), `person-self` for one's own account.
    """
    with writing(session):
        person = _managed(session, actor, person_id)
        _require_covered(session, actor, person_id)
        if person_id == actor.person_id:
            raise Refused("person-self", N_("You can't close your own account."))
        if person.active and not active:
            person.session_version += 1
        person.active = active


def unlock(session: SessionLike, actor: Actor, person_id: int) -> None:
    """Let a person try again who was locked out by failed sign-ins.

    Raises Refused `person-unknown` (404), `forbidden` (403).
    """
    with writing(session):
        person = _managed(session, actor, person_id)
        _require_covered(session, actor, person_id)
        person.failures, person.locked_until = 0, None


def set_tiers(
    session: SessionLike,
    actor: Actor,
    tiers: Mapping[str, Tier],
    person_id: int,
    wanted: Mapping[str, TierDates],
) -> None:
    """Make `wanted` all tiers of the person; `tiers` are those of the registry.

    Raises Refused `person-unknown` (404), `forbidden` (403), `person-faults` (400).
    """
    with writing(session):
        person = _managed(session, actor, person_id)
        present = {tier.tier: tier for tier in person.tiers}
        for tier, dates in wanted.items():
            # A tier that the registry has lost since may stay, or go, but not come.
            if tier in tiers or tier not in present:
                refuse_faults(tier_faults(tiers, tier, dates))
            row = present.get(tier)
            if row is None:
                row = PersonTier(tier=tier)
                person.tiers.append(row)
            row.valid_from, row.valid_to, row.departs_on, row.returns_on = astuple(dates)
        for tier, row in present.items():
            if tier not in wanted:
                person.tiers.remove(row)


def grant_role(session: SessionLike, actor: Actor, person_id: int, role: str, unit_id: int) -> None:
    """Give a person a role over a unit and all below it; having it already is no error.

    For admins of that unit who can see the person. Raises Refused `person-unknown` or
    `unit-unknown` (404), `role-unknown` (400), `forbidden` (403).
    """
    if role not in ROLES:
        raise Refused("role-unknown", N_("There is no such role."), status=400)
    with writing(session):
        _seen_by_admin(session, actor, person_id)
        require(actor, "admin", _path_of(session, unit_id))
        if _role(session, person_id, role, unit_id) is None:
            session.add(PersonRole(person_id=person_id, role=role, unit_id=unit_id))


def revoke_role(
    session: SessionLike, actor: Actor, person_id: int, role: str, unit_id: int
) -> None:
    """Take a role away; not having it is no error.

    Raises Refused as `grant_role`, and `role-self` for an admin's own role: at least one admin
    stays that way.
    """
    with writing(session):
        require(actor, "admin", _path_of(session, unit_id))
        if role == "admin" and person_id == actor.person_id:
            raise Refused("role-self", N_("You can't give up your own admin role."))
        held = _role(session, person_id, role, unit_id)
        if held is not None:
            session.delete(held)


def _details(person: Person) -> Details:
    return Details(person.login, person.name, person.staff_no, person.id_no, person.phone)


def _columns(details: Details) -> dict[str, str]:
    return {
        "login": details.login,
        "name": details.name,
        "staff_no": details.staff_no,
        "id_no": details.id_no,
        "phone": details.phone,
    }


def _managed(session: SessionLike, actor: Actor, person_id: int) -> Person:
    """The person, if the actor manages the unit; a person elsewhere is as unknown as none."""
    person = session.get(Person, person_id, with_for_update=True)
    if person is None or not any(actor.can(role, person.unit.path) for role in READERS):
        raise _unknown()
    require(actor, "organizer", person.unit.path)
    if session.get(Erasure, person_id) is not None:
        raise Refused("erased-already", N_("This person's data were erased already."))
    return person


def _seen_by_admin(session: SessionLike, actor: Actor, person_id: int) -> None:
    person = session.get(Person, person_id)
    if person is None or not actor.can("admin", person.unit.path):
        raise _unknown()


def _require_covered(session: SessionLike, actor: Actor, person_id: int) -> None:
    if not covers(actor, grants_of(session, [person_id]).get(person_id, ())):
        raise forbidden()


def _path_of(session: SessionLike, unit_id: int) -> str:
    path = session.scalar(select(Unit.path).where(Unit.id == unit_id))
    if path is None:
        raise Refused("unit-unknown", N_("There is no such unit."), status=404)
    return path


def _role(session: SessionLike, person_id: int, role: str, unit_id: int) -> PersonRole | None:
    return session.scalar(
        select(PersonRole).where(
            PersonRole.person_id == person_id,
            PersonRole.role == role,
            PersonRole.unit_id == unit_id,
        )
    )


def _refuse_taken(session: SessionLike, login: str, person_id: int | None) -> None:
    taken = session.scalar(select(Person.id).where(Person.login == login))
    if taken is not None and taken != person_id:
        raise Refused("login-taken", N_("The login %(login)s is taken."), login=login)


def _unknown() -> Refused:
    return Refused("person-unknown", N_("There is no such person."), status=404)

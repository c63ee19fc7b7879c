"""What a person sees of their own record."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from quizengine.domain.registry import Title
from quizengine.services.access import Actor
from quizengine.services.bank import served_registry
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import Person, PersonTier, Unit


@dataclass(frozen=True)
class Profile:
    """A person's own record, to read."""

    name: str
    login: str
    staff_no: str
    # Names from the root of the tree down to the own unit.
    units: list[str]
    # Role and the name of the unit it is held in.
    roles: list[tuple[str, str]]
    # Title (None if the registry no longer has the tier) and the record with its dates.
    tiers: list[tuple[Title | None, PersonTier]]


def own_profile(session: SessionLike, actor: Actor) -> Profile:
    """The record of the person who asks."""
    person = session.get_one(Person, actor.person_id)
    way = [int(part) for part in actor.unit_path.split("/") if part]
    held = {grant.unit_id for grant in actor.roles}
    rows = session.execute(select(Unit.id, Unit.name).where(Unit.id.in_({*way, *held})))
    names = {row.id: row.name for row in rows}
    known = served_registry(session).tiers
    return Profile(
        name=person.name,
        login=person.login,
        staff_no=person.staff_no,
        units=[names[unit_id] for unit_id in way],
        roles=[(grant.role, names[grant.unit_id]) for grant in actor.roles],
        tiers=[
            (known[tier.tier].title if tier.tier in known else None, tier) for tier in person.tiers
        ],
    )

"""Who may do what, and where: roles over subtrees of the tree of units."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from sqlalchemy import ColumnElement, Select, false, or_, select
from sqlalchemy.orm import aliased

from quizengine.domain.text import N_, Refused
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import ROLES, Person, PersonRole, Unit

# Roles that may see results and people of their subtree; the auditor may do nothing else.
READERS = ("organizer", "admin", "auditor")

# An admin has an organizer's rights in the same subtree. Grading stays apart: the queue is blind,
# and whoever administers people could see through it.
_IMPLIED_BY = {"organizer": ("organizer", "admin")}

ROOT = "/"


@dataclass(frozen=True)
class Grant:
    """A role over the unit and everything below it."""

    role: str
    unit_id: int
    unit_path: str


@dataclass(frozen=True)
class Actor:
    """A person (or the system) who acts, with what they were granted when the request began."""

    person_id: int
    name: str
    unit_id: int
    unit_path: str
    roles: tuple[Grant, ...] = ()

    def has(self, role: str) -> bool:
        """Whether the actor may act as `role` anywhere."""
        return any(True for _ in self._grants((role,)))

    def can(self, role: str, unit_path: str) -> bool:
        """Whether the actor may act as `role` in the unit with this path.

        A grant covers its unit and all units below it.
        """
        return any(unit_path.startswith(grant.unit_path) for grant in self._grants((role,)))

    def everywhere(self, role: str) -> bool:
        """Whether the actor may act as `role` in the whole tree, from its one root down."""
        top = self.unit_path.split("/")[1]
        return self.can(role, f"{ROOT}{top}/" if top else ROOT)

    def scopes(self, *roles: str) -> list[str]:
        """Paths of the highest units that the actor covers with any of `roles`."""
        paths = sorted({grant.unit_path for grant in self._grants(roles)})
        highest: list[str] = []
        for path in paths:
            if not any(path.startswith(above) for above in highest):
                highest.append(path)
        return highest

    def _grants(self, roles: Iterable[str]) -> Iterable[Grant]:
        wanted = {given for role in roles for given in _IMPLIED_BY.get(role, (role,))}
        return (grant for grant in self.roles if grant.role in wanted)


# For commands on the server, whose user can read the database file anyway. No such person exists:
# id 0 fits no row.
SYSTEM = Actor(0, "system", 0, ROOT, tuple(Grant(role, 0, ROOT) for role in ROLES))


def load_actor(session: SessionLike, person_id: int) -> Actor:
    """The person with all grants, in one statement.

    Raises Refused `person-unknown` (404), or `person-inactive` (403).
    """
    rows = session.execute(_grants_of_people().where(Person.id == person_id)).all()
    if not rows:
        raise Refused("person-unknown", N_("There is no such person."), status=404)
    name, active, unit_id, unit_path = rows[0][:4]
    if not active:
        raise Refused("person-inactive", N_("This account is no longer in use."), status=403)
    grants = tuple(Grant(row[4], row[5], row[6]) for row in rows if row[4] is not None)
    return Actor(person_id, name, unit_id, unit_path, grants)


@cache
def _grants_of_people() -> Select[str, bool, int, str, str, int, str]:
    """Built once: each page of everybody begins with it."""
    own, granted = aliased(Unit), aliased(Unit)
    return (
        select(
            Person.name, Person.active, own.id, own.path, PersonRole.role, granted.id, granted.path
        )
        .join(own, own.id == Person.unit_id)
        .outerjoin(PersonRole, PersonRole.person_id == Person.id)
        .outerjoin(granted, granted.id == PersonRole.unit_id)
        .order_by(PersonRole.id)
    )


def require(actor: Actor, roles: str | Iterable[str], unit_path: str) -> None:
    """Go on only if the actor has one of `roles` in the unit; else Refused `forbidden` (403)."""
    wanted = (roles,) if isinstance(roles, str) else roles
    if not any(actor.can(role, unit_path) for role in wanted):
        raise forbidden()


def require_anywhere(actor: Actor, *roles: str) -> None:
    """Go on only if the actor has one of `roles` in some unit; else Refused `forbidden` (403)."""
    if not any(actor.has(role) for role in roles):
        raise forbidden()


def forbidden() -> Refused:
    """The refusal for something outside of the actor's rights."""
    return Refused("forbidden", N_("You have no right to do this here."), status=403)


def subtree(*paths: str) -> ColumnElement[bool]:
    """SQL: `Unit.path` is in one of the subtrees; false without any path."""
    if not paths:
        return false()
    return or_(*(Unit.path.startswith(path) for path in paths))

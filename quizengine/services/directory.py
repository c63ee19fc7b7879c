"""Lists of people, a page at a time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Select,
    String,
    exists,
    func,
    literal,
    or_,
    select,
    union_all,
)

from quizengine.services.access import READERS, Actor, subtree
from quizengine.services.details import clean_text
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import Person, PersonRole, PersonTier, Unit

MAX_SIZE = 200


@dataclass(frozen=True)
class Filter:
    """What to look for; None or "" leaves a condition out.

    `text` is part of a name, or the beginning of a login or staff number. `active` True leaves
    closed accounts out, False shows these alone. `unit_id` takes in the units below.
    """

    text: str = ""
    unit_id: int | None = None
    tier: str | None = None
    role: str | None = None
    active: bool | None = True


@dataclass(frozen=True)
class PersonRow:
    """A line of the list; `roles` are pairs of role and name of the unit."""

    id: int
    login: str
    name: str
    staff_no: str
    unit_id: int
    unit: str
    active: bool
    has_password: bool
    tiers: tuple[str, ...] = ()
    roles: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Page:
    """One page of a list; `page` counts from 1, `total` is the number of rows on all pages."""

    rows: list[PersonRow]
    total: int
    page: int
    size: int

    @property
    def pages(self) -> int:
        """How many pages there are, at least one."""
        return max(1, -(-self.total // self.size))


def list_people(
    session: SessionLike, actor: Actor, wanted: Filter, *, page: int = 1, size: int = 50
) -> Page:
    """People of the actor's subtree who fit, sorted by unit and login; two statements a page."""
    size = min(max(size, 1), MAX_SIZE)
    page = max(page, 1)
    found = session.execute(
        _matching(session, actor, wanted)
        .add_columns(func.count().over())
        .order_by(Unit.path, Person.login)
        .limit(size)
        .offset((page - 1) * size)
    ).all()
    tiers, roles = _tiers_and_roles(session, [row.id for row in found])
    rows = [
        PersonRow(
            id=row.id,
            login=row.login,
            name=row.name,
            staff_no=row.staff_no,
            unit_id=row.unit_id,
            unit=row.unit,
            active=row.active,
            has_password=row.has_password,
            tiers=tuple(tiers[row.id]),
            roles=tuple(roles[row.id]),
        )
        for row in found
    ]
    if not found and page > 1:
        return list_people(session, actor, wanted, page=1, size=size)
    return Page(rows, found[0][-1] if found else 0, page, size)


def matching_ids(session: SessionLike, actor: Actor, wanted: Filter) -> list[int]:
    """Ids of all who fit, for an act on the whole list."""
    matching = _matching(session, actor, wanted).with_only_columns(Person.id)
    return list(session.scalars(matching.order_by(Unit.path, Person.login)))


def _matching(session: SessionLike, actor: Actor, wanted: Filter) -> Select[*tuple[Any, ...]]:
    return (
        select(
            Person.id,
            Person.login,
            Person.name,
            Person.staff_no,
            Person.unit_id,
            Unit.name.label("unit"),
            Person.active,
            Person.password_hash.is_not(None).label("has_password"),
        )
        .join(Unit, Unit.id == Person.unit_id)
        .where(subtree(*actor.scopes(*READERS)), *_conditions(wanted))
    )


def _conditions(wanted: Filter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    text = clean_text(wanted.text)
    if text:
        conditions.append(
            or_(
                Person.name.contains(text, autoescape=True),
                Person.login.startswith(text.lower(), autoescape=True),
                Person.staff_no.startswith(text, autoescape=True),
            )
        )
    if wanted.unit_id is not None:
        above = select(Unit.path).where(Unit.id == wanted.unit_id).scalar_subquery()
        conditions.append(Unit.path.startswith(above))
    if wanted.tier:
        conditions.append(
            exists().where(PersonTier.person_id == Person.id, PersonTier.tier == wanted.tier)
        )
    if wanted.role:
        conditions.append(
            exists().where(PersonRole.person_id == Person.id, PersonRole.role == wanted.role)
        )
    if wanted.active is not None:
        conditions.append(Person.active.is_(wanted.active))
    return conditions


def _tiers_and_roles(
    session: SessionLike, ids: list[int]
) -> tuple[dict[int, list[str]], dict[int, list[tuple[str, str]]]]:
    tiers: dict[int, list[str]] = {id_: [] for id_ in ids}
    roles: dict[int, list[tuple[str, str]]] = {id_: [] for id_ in ids}
    if not ids:
        return tiers, roles
    both: CompoundSelect[int, str, str | None] = union_all(
        select(
            PersonTier.person_id.label("person_id"),
            PersonTier.tier.label("what"),
            literal(None, String).label("unit"),
        ).where(PersonTier.person_id.in_(ids)),
        select(PersonRole.person_id, PersonRole.role, Unit.name)
        .join(Unit, Unit.id == PersonRole.unit_id)
        .where(PersonRole.person_id.in_(ids)),
    ).order_by("what", "unit")
    for person_id, what, unit in session.execute(both):
        if unit is None:
            tiers[person_id].append(what)
        else:
            roles[person_id].append((what, unit))
    return tiers, roles

"""The tree of units: reading it, and changing it."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import exists, func, literal, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from quizengine.domain.text import N_, Refused
from quizengine.services.access import READERS, ROOT, Actor, require, subtree
from quizengine.services.details import clean_text
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import Person, Unit

LOWEST_LEVEL = 3


@dataclass(frozen=True)
class UnitRow:
    """A unit with its responsible person and the number of active people right in it."""

    id: int
    code: str
    name: str
    level: int
    parent_id: int | None
    path: str
    head_id: int | None
    head_name: str | None
    people: int


def unit_tree(session: SessionLike, actor: Actor, *roles: str) -> list[UnitRow]:
    """The units where the actor has one of `roles` (by default, may read), in one statement.

    Each unit stands before those below it; units beside one another are sorted by code.
    """
    head = aliased(Person)
    people = (
        select(func.count())
        .where(Person.unit_id == Unit.id, Person.active)
        .correlate(Unit)
        .scalar_subquery()
    )
    rows = session.execute(
        select(
            Unit.id,
            Unit.code,
            Unit.name,
            Unit.level,
            Unit.parent_id,
            Unit.path,
            Unit.head_id,
            head.name,
            people,
        )
        .outerjoin(head, head.id == Unit.head_id)
        .where(subtree(*actor.scopes(*(roles or READERS))))
    )
    return _in_tree_order([UnitRow(*row) for row in rows])


def _in_tree_order(rows: list[UnitRow]) -> list[UnitRow]:
    codes = {row.id: row.code for row in rows}

    def key(row: UnitRow) -> list[str]:
        ids = [int(step) for step in row.path.strip("/").split("/")]
        return [codes[step] for step in ids if step in codes]

    return sorted(rows, key=key)


def create_unit(
    session: SessionLike, actor: Actor, *, code: str, name: str, parent_id: int | None
) -> int:
    """A new unit below `parent_id`; returns its id.

    Without a parent it becomes the school committee: once, and by the system alone. Raises Refused
    `forbidden` (403), `unit-unknown` (404), `unit-faults` (400), `unit-code-taken`, `unit-level`.
    """
    with writing(session):
        parent = None if parent_id is None else _unit(session, parent_id)
        require(actor, "admin", parent.path if parent else ROOT)
        if parent is None and session.scalar(select(exists(select(Unit.id)))):
            raise Refused("unit-level", N_("There is already a school committee."))
        level = parent.level + 1 if parent else 1
        _refuse_depth(level)
        code, name = checked_names(code, name)
        _refuse_taken(session, code, None)
        unit = Unit(code=code, name=name, parent_id=parent_id, level=level)
        session.add(unit)
        session.flush()
        unit.path = f"{parent.path if parent else ROOT}{unit.id}/"
        return unit.id


def rename_unit(session: SessionLike, actor: Actor, unit_id: int, *, code: str, name: str) -> None:
    """Give a unit another code and name.

    Raises Refused `forbidden` (403), `unit-unknown` (404), `unit-faults` (400), `unit-code-taken`.
    """
    with writing(session):
        unit = _unit(session, unit_id)
        require(actor, "admin", unit.path)
        code, name = checked_names(code, name)
        _refuse_taken(session, code, unit_id)
        unit.code, unit.name = code, name


def move_unit(session: SessionLike, actor: Actor, unit_id: int, parent_id: int) -> None:
    """Put a unit with all below it under another one.

    The actor must administer the unit that gives it up and the one that takes it. Raises Refused
    `forbidden` (403), `unit-unknown` (404), `unit-cycle`, `unit-level`.
    """
    with writing(session):
        unit, parent = _unit(session, unit_id), _unit(session, parent_id)
        require(actor, "admin", unit.path.removesuffix(f"{unit.id}/"))
        require(actor, "admin", parent.path)
        if parent.path.startswith(unit.path):
            raise Refused("unit-cycle", N_("A unit can't be put below itself."))
        old, new = unit.path, f"{parent.path}{unit.id}/"
        down = parent.level + 1 - unit.level
        lowest = session.scalar(select(func.max(Unit.level)).where(subtree(old)))
        _refuse_depth((lowest or unit.level) + down)
        unit.parent_id = parent_id
        session.flush()
        session.execute(
            update(Unit)
            .where(subtree(old))
            .values(
                path=literal(new) + func.substr(Unit.path, len(old) + 1),
                level=Unit.level + down,
            )
            .execution_options(synchronize_session=False)
        )


def delete_unit(session: SessionLike, actor: Actor, unit_id: int) -> None:
    """Remove a unit that nothing refers to: no unit below, person, role, exam or result.

    Raises Refused `forbidden` (403), `unit-unknown` (404), `unit-in-use`.
    """
    try:
        with writing(session):
            unit = _unit(session, unit_id)
            require(actor, "admin", unit.path.removesuffix(f"{unit.id}/"))
            session.delete(unit)
    except IntegrityError as fault:
        raise Refused(
            "unit-in-use", N_("This unit is in use: it has units, people or exams.")
        ) from fault


def set_head(session: SessionLike, actor: Actor, unit_id: int, person_id: int | None) -> None:
    """Name the responsible person of a unit, or none.

    Raises Refused `forbidden` (403), `unit-unknown` or `person-unknown` (404).
    """
    with writing(session):
        unit = _unit(session, unit_id)
        require(actor, "admin", unit.path)
        if person_id is not None:
            found = session.execute(
                select(Unit.path)
                .join(Person, Person.unit_id == Unit.id)
                .where(Person.id == person_id, Person.active)
            ).scalar()
            # A person of another unit is as unknown as none at all: ids must not tell who exists.
            if found is None or not any(found.startswith(path) for path in actor.scopes(*READERS)):
                raise Refused("person-unknown", N_("There is no such person."), status=404)
        unit.head_id = person_id


def _unit(session: SessionLike, unit_id: int) -> Unit:
    unit = session.get(Unit, unit_id, with_for_update=True)
    if unit is None:
        raise Refused("unit-unknown", N_("There is no such unit."), status=404)
    return unit


def checked_names(code: str, name: str) -> tuple[str, str]:
    """Code and name of a unit as stored; raises Refused `unit-faults` (400)."""
    code, name = clean_text(code).replace(" ", ""), clean_text(name)
    if not code or len(code) > 64 or not code[0].isalnum():
        raise _fault(N_("A unit needs a code of at most 64 characters."))
    # "/" stands between names where a unit is written as a path.
    if not name or len(name) > 200 or not name[0].isalnum() or "/" in name:
        raise _fault(N_("A unit needs a name of at most 200 characters without “/”."))
    return code, name


def _fault(template: str) -> Refused:
    return Refused("unit-faults", template, status=400)


def _refuse_taken(session: SessionLike, code: str, unit_id: int | None) -> None:
    taken = session.scalar(select(Unit.id).where(Unit.code == code))
    if taken is not None and taken != unit_id:
        raise Refused("unit-code-taken", N_("Another unit has the code %(unit)s."), unit=code)


def _refuse_depth(level: int) -> None:
    if level > LOWEST_LEVEL:
        raise Refused("unit-level", N_("A branch holds people, and no further units."))

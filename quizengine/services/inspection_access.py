"""Who may see an inspection, work on it as an inspector, and direct it from the level above."""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from quizengine.domain.text import N_, Refused
from quizengine.services.access import READERS, Actor, forbidden
from quizengine.services.details import clean_text
from quizengine.services.office_access import in_reach, sees
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import Inspection, Inspector, Person, Unit


def directing_path(unit: Unit) -> str:
    """The path of the unit whose organizers direct inspections of `unit`: the one above it.

    At the top of the tree it is the unit itself.
    """
    return unit.parent.path if unit.parent else unit.path


def directs(actor: Actor, inspection: Inspection) -> bool:
    """Whether the actor may direct the inspection."""
    return actor.can("organizer", directing_path(inspection.unit))


def inspects(actor: Actor, inspection: Inspection) -> bool:
    """Whether the actor is one of its inspectors."""
    return any(one.person_id == actor.person_id for one in inspection.inspectors)


def may_work(actor: Actor, inspection: Inspection) -> bool:
    """Whether the actor may record what was found."""
    return inspects(actor, inspection) or directs(actor, inspection)


def _visible(actor: Actor, inspection: Inspection) -> bool:
    if inspects(actor, inspection):
        return True
    # A surprise is none if the unit sees it coming.
    hidden = inspection.kind == "surprise" and inspection.state == "planned"
    return sees(actor, directing_path(inspection.unit) if hidden else inspection.unit.path)


def visible(actor: Actor, unit_id: int | None = None) -> ColumnElement[bool]:
    """SQL on `Inspection` joined with `Unit`: inspections that the actor sees, below `unit_id`."""
    above = aliased(Unit)
    directing = func.coalesce(
        select(above.path).where(above.id == Unit.parent_id).scalar_subquery(), Unit.path
    )
    known = or_(
        Inspection.kind != "surprise",
        Inspection.state != "planned",
        *(directing.startswith(path) for path in actor.scopes(*READERS)),
    )
    own = exists().where(
        Inspector.inspection_id == Inspection.id, Inspector.person_id == actor.person_id
    )
    if unit_id is None:
        return or_(in_reach(actor) & known, own)
    return in_reach(actor, unit_id) & known


def seen_inspection(session: SessionLike, actor: Actor, inspection_id: int) -> Inspection:
    """An inspection in sight; Refused `inspection-unknown` (404)."""
    found = session.get(Inspection, inspection_id)
    if found is None or not _visible(actor, found):
        raise unknown_inspection()
    return found


def directed_inspection(
    session: SessionLike, actor: Actor, inspection_id: int, *states: str
) -> Inspection:
    """One that the actor directs, in one of `states`.

    Refused: `inspection-unknown` (404), `forbidden` (403), `inspection-state` (409).
    """
    found = seen_inspection(session, actor, inspection_id)
    if not directs(actor, found):
        raise forbidden()
    return _in_state(found, states)


def worked_inspection(
    session: SessionLike, actor: Actor, inspection_id: int, *states: str
) -> Inspection:
    """One on which the actor may work, in one of `states`. Refused as `directed_inspection`."""
    found = seen_inspection(session, actor, inspection_id)
    if not may_work(actor, found):
        raise forbidden()
    return _in_state(found, states)


def person_below(session: SessionLike, unit: Unit, text: str) -> Person:
    """The active person with this login, staff number or name in the unit or below.

    Inspectors choose people whom they don't administer. Refused as `office_access.find_person`.
    """
    text = clean_text(text)
    query = (
        select(Person)
        .join(Unit, Unit.id == Person.unit_id)
        .where(Person.active, Unit.path.startswith(unit.path))
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
    raise Refused("person-unknown", N_("There is no such person."), status=404)


def people_below(session: SessionLike, unit: Unit, most: int) -> list[Person]:
    """Active people of the unit and below, to choose from."""
    query = (
        select(Person)
        .join(Unit, Unit.id == Person.unit_id)
        .where(Person.active, Unit.path.startswith(unit.path))
        .options(joinedload(Person.unit))
    )
    return list(session.scalars(query.order_by(Unit.path, Person.login).limit(most)))


def unknown_inspection() -> Refused:
    """The refusal for an inspection that is not there, or not for the person."""
    return Refused("inspection-unknown", N_("There is no such inspection."), status=404)


def _in_state(inspection: Inspection, states: tuple[str, ...]) -> Inspection:
    if states and inspection.state not in states:
        raise Refused(
            "inspection-state",
            N_("The inspection is at another step meanwhile: reload the page."),
        )
    return inspection

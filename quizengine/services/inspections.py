"""检查: an inspection is planned, changed or cancelled, and its result recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, select

from quizengine.domain.text import N_, Refused
from quizengine.services.access import forbidden
from quizengine.services.details import one_line
from quizengine.services.history import note
from quizengine.services.inspection_access import (
    directed_inspection,
    directing_path,
)
from quizengine.services.inspection_words import INSPECTION_KIND_NAMES
from quizengine.services.office_access import Act, sees
from quizengine.storage.engine import REGISTERS, SessionLike, writing
from quizengine.storage.models import (
    Finding,
    Inspection,
    InspectionItem,
    Inspector,
    Person,
    Unit,
)

MOST_ITEMS = 100


@dataclass(frozen=True)
class ItemPlan:
    """A line of a checklist."""

    text: str
    points: Decimal


@dataclass(frozen=True)
class InspectionPlan:
    """What an office fills in; `inspectors` are ids of people."""

    unit_id: int
    kind: str
    title: str
    planned_on: date
    items: Sequence[ItemPlan]
    inspectors: Sequence[int]
    by_unit_id: int | None = None


def plan_inspection(act: Act, plan: InspectionPlan, round_id: int | None = None) -> int:
    """Plan an inspection; its id.

    Refused: `unit-unknown` (404), `forbidden` (403) for the unit itself (the level above plans),
    `inspection-faults`, `person-unknown` (404), `own-unit` for inspectors of the unit itself.
    """
    with writing(act.session, REGISTERS):
        return add_inspection(act, plan, round_id).id


def add_inspection(act: Act, plan: InspectionPlan, round_id: int | None = None) -> Inspection:
    """Add an inspection within the caller's transaction. Refused as `plan_inspection`."""
    _refuse_faults(plan)
    unit = _directed_unit(act, plan.unit_id)
    inspection = Inspection(
        unit=unit,
        kind=plan.kind,
        title=one_line(plan.title),
        planned_on=plan.planned_on,
        by_unit_id=plan.by_unit_id,
        round_id=round_id,
        created_by_id=act.actor.person_id,
        created_at=act.now,
        items=_items(plan.items),
        inspectors=_inspectors(act.session, unit, plan.inspectors),
    )
    act.session.add(inspection)
    act.session.flush()
    tell(act, inspection, "inspection-planned", on=plan.planned_on.isoformat())
    return inspection


def change_inspection(act: Act, inspection_id: int, plan: InspectionPlan) -> None:
    """Change what is still to be held; unit and kind stay.

    Refused as `plan_inspection`; `inspection-unknown` (404), `inspection-state` (409).
    """
    _refuse_faults(plan)
    with writing(act.session, REGISTERS):
        inspection = directed_inspection(act.session, act.actor, inspection_id, "planned")
        inspection.title, inspection.planned_on = one_line(plan.title), plan.planned_on
        if [(item.text, item.points) for item in inspection.items] != [
            (one_line(item.text), item.points) for item in plan.items
        ]:
            inspection.items.clear()
            act.session.flush()
            inspection.items.extend(_items(plan.items))
        wanted = dict.fromkeys(plan.inspectors)
        for one in list(inspection.inspectors):
            if one.person_id in wanted:
                del wanted[one.person_id]
            else:
                inspection.inspectors.remove(one)
        inspection.inspectors.extend(_inspectors(act.session, inspection.unit, list(wanted)))
        tell(act, inspection, "inspection-changed")


def cancel_inspection(act: Act, inspection_id: int, reason: str) -> None:
    """It does not take place.

    Refused as `change_inspection`; `reason-missing` (400), `inspection-begun` (409) once something
    was found or people were drawn.
    """
    reason = one_line(reason)[:500]
    if not reason:
        raise Refused("reason-missing", N_("Please say why."), status=400)
    with writing(act.session, REGISTERS):
        inspection = directed_inspection(act.session, act.actor, inspection_id, "planned")
        if findings_count(act.session, inspection_id):
            raise Refused(
                "inspection-begun", N_("Something was found already: record the result instead.")
            )
        inspection.state = "cancelled"
        tell(act, inspection, "inspection-cancelled", reason=reason)


def findings_count(session: SessionLike, inspection_id: int) -> int:
    """How many findings it has."""
    count = select(func.count()).select_from(Finding)
    return session.scalar(count.where(Finding.inspection_id == inspection_id)) or 0


def record_of(inspection: Inspection) -> str:
    """The inspection's record, for history and evidence."""
    return f"inspection:{inspection.id}"


def _directed_unit(act: Act, unit_id: int) -> Unit:
    unit = act.session.get(Unit, unit_id)
    if unit is None or not sees(act.actor, unit.path):
        raise Refused("unit-unknown", N_("There is no such unit."), status=404)
    if not act.actor.can("organizer", directing_path(unit)):
        raise forbidden()
    return unit


def _items(items: Sequence[ItemPlan]) -> list[InspectionItem]:
    return [
        InspectionItem(position=position, text=one_line(item.text), points=item.points)
        for position, item in enumerate(items, start=1)
    ]


def _inspectors(session: SessionLike, unit: Unit, person_ids: Sequence[int]) -> list[Inspector]:
    found = []
    for person_id in dict.fromkeys(person_ids):
        person = session.get(Person, person_id)
        if person is None or not person.active:
            raise Refused("person-unknown", N_("There is no such person."), status=404)
        if unit.parent_id is not None and person.unit.path.startswith(unit.path):
            raise Refused(
                "own-unit",
                N_("%(name)s belongs to the unit: nobody inspects the own unit."),
                name=person.name,
            )
        found.append(Inspector(person=person))
    return found


def _refuse_faults(plan: InspectionPlan) -> None:
    title = one_line(plan.title)
    if plan.kind not in INSPECTION_KIND_NAMES:
        raise fault(N_("Is it a planned, a mutual or a surprise inspection?"))
    if not 0 < len(title) <= 200:
        raise fault(N_("An inspection needs a title of at most 200 characters."))
    if len(plan.items) > MOST_ITEMS:
        raise fault(N_("A checklist has at most %(most)s items."), most=MOST_ITEMS)
    for number, item in enumerate(plan.items, start=1):
        if not 0 < len(one_line(item.text)) <= 300:
            raise fault(N_("Item %(number)s: at most 300 characters."), number=number)
        if not 0 < item.points <= 1000 or item.points != round(item.points, 2):
            raise fault(N_("Item %(number)s: more than 0 and at most 1000 points."), number=number)


def fault(message: str, **params: object) -> Refused:
    """The refusal for a faulty field."""
    return Refused("inspection-faults", message, status=400, **params)


def tell(act: Act, inspection: Inspection, what: str, **detail: str) -> None:
    """Note in the history what the actor did."""
    note(act.session, act.now, act.actor.person_id, record_of(inspection), what, **detail)

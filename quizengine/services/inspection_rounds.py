"""互查: units of a level inspect one another, in pairs drawn by lot."""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from quizengine.domain.inspections import pairs
from quizengine.domain.mass_lottery import ALGORITHM
from quizengine.domain.text import N_, Refused
from quizengine.services.details import one_line
from quizengine.services.inspections import InspectionPlan, ItemPlan, add_inspection, fault
from quizengine.services.ledger import LedgerWriter
from quizengine.services.office_access import Act, managed_unit
from quizengine.storage.engine import REGISTERS, SessionLike, writing
from quizengine.storage.models import InspectionRound, Unit


@dataclass(frozen=True)
class RoundPlan:
    """A round among units right below `unit_id`; all of them are inspected by `planned_on`."""

    unit_id: int
    title: str
    planned_on: date
    units: Sequence[int]
    items: Sequence[ItemPlan]


def draw_round(act: Act, plan: RoundPlan) -> int:
    """Draw who inspects whom, and plan these inspections; the id of the round.

    Each unit's head is its first inspector, others are added afterwards. Every draw is entered into
    the ledger with its seed: whoever drew again until the pairs pleased has left a trace of each.
    Refused: `unit-unknown` (404), `forbidden` (403), `inspection-faults` (400).
    """
    session, title = act.session, one_line(plan.title)
    if not 0 < len(title) <= 150:
        raise fault(N_("A round needs a title of at most 150 characters."))
    with writing(session, REGISTERS):
        above = managed_unit(session, act.actor, plan.unit_id)
        units = _units(session, above, plan.units)
        seed = secrets.token_hex(32)
        drawn = pairs(seed, units)
        row = InspectionRound(
            unit=above,
            title=title,
            units="\n".join(sorted(units)),
            seed=seed,
            drawn_by_id=act.actor.person_id,
            drawn_at=act.now,
        )
        session.add(row)
        session.flush()
        for by, inspected in drawn:
            _plan(act, plan, row, units[by], units[inspected])
        _enter(act, row, drawn)
        return row.id


def round_record(found: InspectionRound) -> str:
    """All that is needed to draw the round again, as JSON."""
    record = {
        "algorithm": ALGORITHM,
        "round": found.id,
        "title": found.title,
        "seed": found.seed,
        "units": found.units.split("\n"),
        "pairs": pairs(found.seed, found.units.split("\n")),
    }
    return json.dumps(record, ensure_ascii=False, indent=2)


def seen_round(act: Act, round_id: int) -> InspectionRound:
    """A round of a unit within reach; Refused `inspection-unknown` (404)."""
    found = act.session.get(InspectionRound, round_id)
    if found is None or not any(
        act.actor.can(role, found.unit.path) for role in ("organizer", "auditor")
    ):
        raise Refused("inspection-unknown", N_("There is no such round."), status=404)
    return found


def _units(session: SessionLike, above: Unit, wanted: Sequence[int]) -> dict[str, Unit]:
    found = session.scalars(select(Unit).where(Unit.id.in_(wanted), Unit.parent_id == above.id))
    units = {unit.code: unit for unit in found}
    if len(units) < len(set(wanted)):
        raise fault(N_("Only units right below %(unit)s take part."), unit=above.name)
    if len(units) < 2:
        raise fault(N_("Choose at least two units; from three on none inspects its own inspector."))
    return units


def _plan(act: Act, plan: RoundPlan, row: InspectionRound, by: Unit, inspected: Unit) -> None:
    head = [by.head_id] if by.head and by.head.active else []
    add_inspection(
        act,
        InspectionPlan(
            unit_id=inspected.id,
            kind="mutual",
            title=row.title,
            planned_on=plan.planned_on,
            items=plan.items,
            # Somebody may lead both units.
            inspectors=[i for i in head if i and not _belongs(by, inspected)],
            by_unit_id=by.id,
        ),
        round_id=row.id,
    )


def _belongs(by: Unit, inspected: Unit) -> bool:
    return by.head is not None and by.head.unit.path.startswith(inspected.path)


def _enter(act: Act, row: InspectionRound, drawn: Sequence[tuple[str, str]]) -> None:
    with LedgerWriter(act.session) as log:
        log.append(
            act.now,
            "inspection-round",
            f"inspection-round:{row.id}",
            unit=row.unit.code,
            data={
                "round": row.id,
                "algorithm": ALGORITHM,
                "seed": row.seed,
                "pairs": [list(pair) for pair in drawn],
            },
            by=act.actor.person_id,
        )

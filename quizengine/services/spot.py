"""突击抽查: people of a unit drawn by lot; seed and list are fixed, and entered, beforehand."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from quizengine.domain.inspections import SAMPLE, sample
from quizengine.domain.mass_lottery import ALGORITHM, Prize, commitment, draw, list_digest
from quizengine.domain.text import N_, Refused
from quizengine.services.details import one_line
from quizengine.services.history import note
from quizengine.services.inspection_access import directed_inspection
from quizengine.services.inspections import record_of
from quizengine.services.ledger import LedgerWriter
from quizengine.services.office_access import Act
from quizengine.storage.engine import REGISTERS, SessionLike, writing
from quizengine.storage.models import (
    Inspection,
    LedgerSubject,
    Person,
    SpotCheck,
    SpotPerson,
    Unit,
)

MOST_PEOPLE = 1000


@dataclass(frozen=True)
class SpotPlan:
    """How many people are drawn; `public_source` names a value that nobody can foresee, or ""."""

    count: int
    public_source: str = ""


def fix_list(act: Act, inspection_id: int, plan: SpotPlan) -> None:
    """Fix the seed and the list of those who may be drawn, once; their hashes are entered.

    The entry names the level above, not the unit: a surprise stays one. Refused:
    `inspection-unknown` (404), `forbidden` (403), `inspection-state`, `spot-fixed` (409),
    `spot-faults` (400).
    """
    source = one_line(plan.public_source)
    if not 0 < plan.count <= MOST_PEOPLE:
        raise _fault(N_("Draw from 1 to %(most)s people."), most=MOST_PEOPLE)
    if len(source) > 200:
        raise _fault(N_("At most 200 characters."))
    session = act.session
    with writing(session, REGISTERS):
        inspection = directed_inspection(session, act.actor, inspection_id, "planned")
        if session.get(SpotCheck, inspection_id) is not None:
            raise Refused("spot-fixed", N_("Seed and list are fixed already: there is one draw."))
        people = _people(session, inspection)
        if len(people) < plan.count:
            raise _fault(N_("The unit has only %(count)s people to draw from."), count=len(people))
        seed = secrets.token_hex(32)
        with LedgerWriter(session) as log:
            log.expect(people)
            digests = sorted(log.subject(person_id) for person_id in people)
            check = SpotCheck(
                inspection=inspection,
                count=plan.count,
                seed=seed,
                commitment=commitment(seed),
                list_digest=list_digest(digests),
                people="\n".join(digests),
                public_source=source,
                fixed_by_id=act.actor.person_id,
                fixed_at=act.now,
            )
            session.add(check)
            log.append(
                act.now,
                "spot-fixed",
                f"spot:{inspection.id}:fixed",
                unit=(inspection.unit.parent or inspection.unit).code,
                data={
                    "inspection": inspection.id,
                    "algorithm": ALGORITHM,
                    "commitment": check.commitment,
                    "list_sha256": check.list_digest,
                    "people": len(digests),
                    "count": plan.count,
                    "public_source": source,
                },
                by=act.actor.person_id,
            )
        _note(act, inspection, "spot-fixed", count=str(plan.count), people=str(len(digests)))


def draw_people(act: Act, inspection_id: int, public_value: str = "") -> None:
    """Draw, once, and reveal the seed. `public_value` is what the source named before has given.

    Who left meanwhile is drawn all the same, and excused afterwards. Refused as `fix_list`;
    `spot-unknown` (404), `spot-drawn` (409), `public-value` (400).
    """
    session = act.session
    with writing(session, REGISTERS):
        inspection = directed_inspection(session, act.actor, inspection_id, "planned")
        check = spot_of(session, inspection_id)
        if check is None:
            raise unknown_spot()
        if check.drawn_at is not None:
            raise Refused("spot-drawn", N_("The people have been drawn: there is one draw only."))
        check.public_value = _public_value(check, public_value)
        check.drawn_at, check.drawn_by_id = act.now, act.actor.person_id
        drawn = sample(check.seed, check.public_value, check.people.split("\n"), check.count)
        people = _by_digest(session, drawn)
        for number, digest in enumerate(drawn, start=1):
            person = people.get(digest)
            # Somebody whose record was erased between list and draw can't be asked.
            if person is not None:
                check.drawn.append(SpotPerson(person=person, unit_id=person.unit_id, number=number))
        _note(act, inspection, "spot-drawn", count=str(len(drawn)))
        with LedgerWriter(session) as log:
            log.append(
                act.now,
                "spot-drawn",
                f"spot:{inspection.id}:drawn",
                unit=inspection.unit.code,
                data={
                    "inspection": inspection.id,
                    "algorithm": ALGORITHM,
                    "commitment": check.commitment,
                    "list_sha256": check.list_digest,
                    "seed": check.seed,
                    "public": check.public_value,
                    "drawn": drawn,
                },
                by=act.actor.person_id,
            )


def spot_of(session: SessionLike, inspection_id: int) -> SpotCheck | None:
    """The draw of an inspection; None if it has none."""
    return session.get(SpotCheck, inspection_id)


def spot_record(check: SpotCheck) -> dict[str, Any]:
    """All that is public of the draw, as `quizengine.domain.mass_lottery.check` reads it.

    People are named by their digests in the ledger. Before the draw without seed and people drawn.
    """
    people = check.people.split("\n")
    record: dict[str, Any] = {
        "algorithm": ALGORITHM,
        "inspection": check.inspection_id,
        "commitment": check.commitment,
        "list_digest": check.list_digest,
        "entries": people,
        "public_source": check.public_source,
        "prizes": [{"title": SAMPLE, "count": check.count}],
    }
    if check.drawn_at is None:
        return record
    drawn = draw(check.seed, check.public_value, people, [Prize(SAMPLE, check.count)])
    return record | {
        "seed": check.seed,
        "public": check.public_value,
        "winners": [
            {"entry": each.entry, "ticket": each.ticket, "prize": each.prize} for each in drawn
        ],
    }


def spot_file(check: SpotCheck) -> str:
    """The record as a file for `quizengine contest lottery-check`."""
    return json.dumps(spot_record(check), ensure_ascii=False, indent=2)


def unknown_spot() -> Refused:
    """The refusal where no people are drawn, or to be drawn."""
    return Refused("spot-unknown", N_("This inspection has no draw of people."), status=404)


def _people(session: SessionLike, inspection: Inspection) -> list[int]:
    inspectors = {one.person_id for one in inspection.inspectors}
    found = session.scalars(
        select(Person.id)
        .join(Unit, Unit.id == Person.unit_id)
        .where(Person.active, Unit.path.startswith(inspection.unit.path))
        .order_by(Person.id)
    )
    return [person_id for person_id in found if person_id not in inspectors]


def _by_digest(session: SessionLike, digests: list[str]) -> dict[str, Person]:
    rows = session.execute(
        select(LedgerSubject.digest, Person)
        .join(Person, Person.id == LedgerSubject.person_id)
        .where(LedgerSubject.digest.in_(digests))
    )
    return {row[0]: row[1] for row in rows}


def _public_value(check: SpotCheck, given: str) -> str:
    value = one_line(given)
    if not check.public_source:
        return ""
    if not 0 < len(value) <= 200:
        raise Refused(
            "public-value",
            N_("Enter the public value that was announced: %(source)s"),
            status=400,
            source=check.public_source,
        )
    return value


def _fault(message: str, **params: object) -> Refused:
    return Refused("spot-faults", message, status=400, **params)


def _note(act: Act, inspection: Inspection, what: str, **detail: str) -> None:
    note(act.session, act.now, act.actor.person_id, record_of(inspection), what, **detail)

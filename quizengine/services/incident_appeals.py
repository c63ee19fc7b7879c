"""申诉: a person held liable appeals, and somebody else decides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor, forbidden
from quizengine.services.evidence import attach
from quizengine.services.history import note
from quizengine.services.incident_words import SANCTION_NAMES
from quizengine.services.incidents import (
    enter_incident,
    enter_liability,
    open_appeal,
    record_of,
    seen_incident,
    unknown_incident,
)
from quizengine.services.ledger import LedgerWriter
from quizengine.services.office_access import Act
from quizengine.services.uploads import Upload
from quizengine.storage.engine import REGISTERS, SessionLike, writing
from quizengine.storage.models import (
    LIABILITIES,
    SEVERITIES,
    Incident,
    IncidentAppeal,
    IncidentLiable,
)
from quizengine.storage.queries import lock_person

OUTCOME_NAMES = {
    "upheld": N_("Upheld: nothing changes"),
    "changed": N_("Changed"),
    "lifted": N_("Lifted: not liable"),
}
LONGEST = 5000


@dataclass(frozen=True)
class Verdict:
    """A decision; severity, liability and sanction count only where the outcome is 'changed'."""

    outcome: str
    reason: str
    severity: str
    liability: str
    sanction: str


def own_liabilities(session: SessionLike, person_id: int) -> Sequence[IncidentLiable]:
    """Where the person is held liable, the latest first."""
    return session.scalars(
        select(IncidentLiable)
        .where(IncidentLiable.person_id == person_id)
        .options(
            joinedload(IncidentLiable.incident).joinedload(Incident.unit),
            selectinload(IncidentLiable.appeals),
        )
        .order_by(IncidentLiable.id.desc())
    ).all()


def own_liability(session: SessionLike, person_id: int, liable_id: int) -> IncidentLiable:
    """One of these; Refused `incident-unknown` (404)."""
    liable = session.get(IncidentLiable, liable_id)
    if liable is None or liable.person_id != person_id:
        raise unknown_incident()
    return liable


def appeal(
    session: SessionLike,
    now: datetime,
    person_id: int,
    liable_id: int,
    grounds: str,
    files: Sequence[Upload] = (),
) -> bool:
    """Appeal against one's own liability; False while an appeal is undecided: one is enough.

    Refused: `incident-unknown` (404), `appeal-faults`, faults of files (400), `appeal-decided`
    (409): a decision is final.
    """
    grounds = grounds.strip()
    if not grounds or len(grounds) > LONGEST:
        raise Refused(
            "appeal-faults", N_("Give your grounds, in at most 5000 characters."), status=400
        )
    with writing(session, REGISTERS):
        lock_person(session, person_id)
        liable = own_liability(session, person_id, liable_id)
        if open_appeal(liable) is not None:
            return False
        if liable.appeals or liable.lifted_at is not None:
            raise Refused("appeal-decided", N_("Your appeal has been decided already."))
        row = IncidentAppeal(liable=liable, grounds=grounds, at=now)
        session.add(row)
        session.flush()
        record = record_of(liable.incident)
        attach(session, now, person_id, record, files)
        note(session, now, person_id, record, "incident-appeal", name=liable.person.name)
        with LedgerWriter(session) as log:
            log.append(
                now,
                "incident-appeal",
                f"incident-appeal:{row.id}",
                person_id=person_id,
                unit=liable.person.unit.code,
                data={"incident": liable.incident_id},
            )
        return True


def may_decide(actor: Actor, liable: IncidentLiable) -> bool:
    """Whether the actor handles the incident, and neither decided it before nor is concerned."""
    incident = liable.incident
    concerned = {one.person_id for one in incident.liable} | {incident.by_id, liable.by_id}
    return actor.can("organizer", incident.unit.path) and actor.person_id not in concerned


def decide(act: Act, appeal_id: int, verdict: Verdict) -> None:
    """Decide an appeal. What it changes is entered as corrections of the entries before.

    Another severity is that of the incident for everybody. Refused: `incident-unknown` (404),
    `forbidden` (403) for who recorded, sanctioned or is liable, `appeal-faults` (400),
    `appeal-decided` (409).
    """
    _refuse_faults(verdict)
    session = act.session
    with writing(session, REGISTERS):
        row = session.get(IncidentAppeal, appeal_id)
        if row is None:
            raise unknown_incident()
        liable = row.liable
        incident = seen_incident(session, act.actor, liable.incident_id)
        if not may_decide(act.actor, liable):
            raise forbidden()
        if row.outcome is not None:
            raise Refused("appeal-decided", N_("The appeal has been decided already."))
        row.outcome, row.reason = verdict.outcome, verdict.reason.strip()
        row.decided_by_id, row.decided_at = act.actor.person_id, act.now
        severity_changed = _apply(act, liable, verdict)
        record = record_of(incident)
        detail = {"name": liable.person.name, "outcome": verdict.outcome}
        note(session, act.now, act.actor.person_id, record, "incident-decided", **detail)
        with LedgerWriter(session) as log:
            _enter(act, log, liable, verdict.outcome, severity_changed)


def _apply(act: Act, liable: IncidentLiable, verdict: Verdict) -> bool:
    """Make the verdict hold; whether the incident's severity is another one now."""
    if verdict.outcome == "lifted":
        liable.lifted_at = act.now
    if verdict.outcome != "changed":
        return False
    incident = liable.incident
    before = (incident.severity, liable.liability, liable.sanction)
    if before == (verdict.severity, verdict.liability, verdict.sanction):
        raise Refused("appeal-faults", N_("Nothing is changed: uphold it instead."), status=400)
    incident.severity = verdict.severity
    liable.liability, liable.sanction = verdict.liability, verdict.sanction
    return before[0] != verdict.severity


def _enter(
    act: Act, log: LedgerWriter, liable: IncidentLiable, outcome: str, severity_changed: bool
) -> None:
    enter_liability(act, log, liable, "incident-decided", outcome=outcome)
    if severity_changed:
        enter_incident(act, log, liable.incident, "incident-decided")
        for other in liable.incident.liable:
            if other is not liable and other.lifted_at is None:
                enter_liability(act, log, other, "incident-decided")


def _refuse_faults(verdict: Verdict) -> None:
    reason = verdict.reason.strip()
    known = (
        verdict.outcome in OUTCOME_NAMES
        and verdict.severity in SEVERITIES
        and verdict.liability in LIABILITIES
        and verdict.sanction in SANCTION_NAMES
    )
    if not known:
        raise Refused("appeal-faults", N_("Choose the decision."), status=400)
    if not reason or len(reason) > LONGEST:
        raise Refused(
            "appeal-faults", N_("Give the reasons, in at most 5000 characters."), status=400
        )

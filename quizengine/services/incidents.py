"""泄密事件与违规行为: recording them, who is liable, and how they are handled.

For organizers and admins of the unit, and the people concerned; nobody else sees them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor
from quizengine.services.details import clean_text
from quizengine.services.evidence import attach
from quizengine.services.history import note
from quizengine.services.incident_words import KIND_NAMES, SANCTION_NAMES
from quizengine.services.ledger import LedgerWriter
from quizengine.services.office_access import (
    Act,
    local_day,
    managed_person,
    managed_unit,
    refuse_future,
    refuse_own_case,
    told_on,
)
from quizengine.services.uploads import Upload
from quizengine.storage.engine import REGISTERS, SessionLike, writing
from quizengine.storage.models import (
    LIABILITIES,
    SEVERITIES,
    Incident,
    IncidentAppeal,
    IncidentLiable,
    IncidentStep,
)

# Who finds a leak reports it within 24 hours (implementing regulation of 2024, art. 61).
REPORT_WITHIN = timedelta(hours=24)


@dataclass(frozen=True)
class IncidentPlan:
    """What an office fills in; `found_at` and `reported_at` are aware, None: not yet reported."""

    unit_id: int
    kind: str
    severity: str
    title: str
    what: str
    happened_on: date
    found_at: datetime
    reported_at: datetime | None = None


def record_incident(act: Act, plan: IncidentPlan, files: Sequence[Upload] = ()) -> int:
    """Record an incident; its id. The entry says on which day it happened, and who told it.

    Refused: `unit-unknown` (404), `forbidden` (403), `incident-faults`, faults of files (400).
    """
    _refuse_faults(act, plan)
    session = act.session
    with writing(session, REGISTERS):
        unit = managed_unit(session, act.actor, plan.unit_id)
        incident = Incident(
            unit=unit,
            kind=plan.kind,
            severity=plan.severity,
            title=clean_text(plan.title),
            what=plan.what.strip(),
            happened_on=plan.happened_on,
            found_at=plan.found_at,
            report_by=plan.found_at + REPORT_WITHIN if plan.kind == "leak" else None,
            reported_at=plan.reported_at,
            by_id=act.actor.person_id,
            at=act.now,
            entry_seq=0,
            entries=0,
        )
        session.add(incident)
        session.flush()
        attach(session, act.now, act.actor.person_id, record_of(incident), files)
        _note(act, incident, "incident-recorded")
        with LedgerWriter(session) as log:
            on = told_on(plan.happened_on, act.today)
            enter_incident(act, log, incident, "incident", on=on)
        return incident.id


def hold_liable(
    act: Act, incident_id: int, person_id: int, liability: str, sanction: str, text: str = ""
) -> int:
    """Hold a person liable; the id. A later sanction is a correcting entry.

    Refused: `incident-unknown`, `person-unknown` (404), `forbidden`, `own-case` (403),
    `incident-faults` (400), `incident-closed`, `liable-same`, `liable-appealed` (409).
    """
    if liability not in LIABILITIES or sanction not in SANCTION_NAMES:
        raise _fault(N_("Choose the responsibility and the sanction."))
    session = act.session
    with writing(session, REGISTERS):
        incident = _open_incident(act, incident_id)
        refuse_own_case(act.actor, person_id)
        liable = next((one for one in incident.liable if one.person_id == person_id), None)
        if liable is None:
            person = managed_person(session, act.actor, person_id)
            liable = IncidentLiable(
                incident=incident, person=person, entry_seq=0, entries=0, note=""
            )
            session.add(liable)
        else:
            _refuse_settled(liable, liability, sanction, text)
        liable.liability, liable.sanction, liable.note = liability, sanction, text.strip()[:500]
        liable.by_id, liable.at = act.actor.person_id, act.now
        session.flush()
        _note(act, incident, "incident-liable", name=liable.person.name, sanction=sanction)
        with LedgerWriter(session) as log:
            on = told_on(incident.happened_on, act.today)
            enter_liability(act, log, liable, "incident-liability", on=on)
        return liable.id


def add_step(
    act: Act, incident_id: int, done_on: date, what: str, files: Sequence[Upload] = ()
) -> None:
    """Add what was done about it. Refused as `hold_liable`; `day-future`, faults of files (400)."""
    what = what.strip()
    if not what or len(what) > 1000:
        raise _fault(N_("Say what was done, in at most 1000 characters."))
    with writing(act.session, REGISTERS):
        incident = _open_incident(act, incident_id)
        refuse_future(done_on, act.today)
        incident.steps.append(
            IncidentStep(done_on=done_on, what=what, by_id=act.actor.person_id, at=act.now)
        )
        attach(act.session, act.now, act.actor.person_id, record_of(incident), files)
        _note(act, incident, "incident-step")


def report(act: Act, incident_id: int, reported_at: datetime) -> None:
    """It was reported to the authority. Refused as `add_step`; `incident-reported` (409)."""
    with writing(act.session, REGISTERS):
        incident = _open_incident(act, incident_id)
        if incident.reported_at is not None:
            raise Refused("incident-reported", N_("The report has been recorded already."))
        if not incident.found_at <= reported_at <= act.now:
            raise _fault(N_("The report comes after the finding, and not in the future."))
        incident.reported_at = reported_at
        late = incident.report_by is not None and reported_at > incident.report_by
        _note(act, incident, "incident-reported-late" if late else "incident-reported")


def close_incident(act: Act, incident_id: int) -> None:
    """The handling is over.

    Refused as `add_step`; `incident-pending` (409) while a leak is unreported, a sanction is open,
    or an appeal undecided.
    """
    with writing(act.session, REGISTERS):
        incident = _open_incident(act, incident_id)
        pending = _pending(incident)
        if pending is not None:
            raise Refused("incident-pending", pending)
        incident.closed_at = act.now
        _note(act, incident, "incident-closed")


def seen_incident(session: SessionLike, actor: Actor, incident_id: int) -> Incident:
    """An incident for those who handle it; Refused `incident-unknown` (404) for all others."""
    incident = session.get(Incident, incident_id)
    if incident is None or not actor.can("organizer", incident.unit.path):
        raise unknown_incident()
    return incident


def open_appeal(liable: IncidentLiable) -> IncidentAppeal | None:
    """The appeal that waits for a decision."""
    return next((appeal for appeal in liable.appeals if appeal.outcome is None), None)


def record_of(incident: Incident) -> str:
    """The incident's record, for history and evidence."""
    return f"incident:{incident.id}"


def unknown_incident() -> Refused:
    """The refusal for an incident that is not there, or not for the person."""
    return Refused("incident-unknown", N_("There is no such incident."), status=404)


def enter_incident(
    act: Act, log: LedgerWriter, incident: Incident, kind: str, *, on: date | None = None
) -> None:
    """The entry of what the incident is; after the first one it corrects the one before."""
    incident.entries += 1
    incident.entry_seq = log.append(
        act.now,
        kind,
        f"{record_of(incident)}:{incident.entries}",
        unit=incident.unit.code,
        data={"incident": incident.id, "kind": incident.kind, "severity": incident.severity},
        corrects=incident.entry_seq or None,
        on=on,
        by=act.actor.person_id,
    )


def enter_liability(
    act: Act,
    log: LedgerWriter,
    liable: IncidentLiable,
    kind: str,
    *,
    on: date | None = None,
    **more: str,
) -> None:
    """The entry of a liability; after the first one it corrects the one before.

    One that was lifted is void from then on. `more` goes into the data.
    """
    liable.entries += 1
    data = {
        "incident": liable.incident_id,
        "kind": liable.incident.kind,
        "severity": liable.incident.severity,
        "liability": liable.liability,
        "sanction": liable.sanction,
        **more,
    }
    liable.entry_seq = log.append(
        act.now,
        kind,
        f"incident-liable:{liable.id}:{liable.entries}",
        person_id=liable.person_id,
        unit=liable.person.unit.code,
        data={**data, "void": True} if liable.lifted_at else data,
        corrects=liable.entry_seq or None,
        on=on,
        by=act.actor.person_id,
    )


def _open_incident(act: Act, incident_id: int) -> Incident:
    incident = seen_incident(act.session, act.actor, incident_id)
    if incident.closed_at is not None:
        raise Refused("incident-closed", N_("The handling of this incident is over."))
    return incident


def _refuse_settled(liable: IncidentLiable, liability: str, sanction: str, text: str) -> None:
    if open_appeal(liable) or liable.lifted_at is not None:
        raise Refused(
            "liable-appealed", N_("An appeal is being decided, or was: it says what holds.")
        )
    if (liable.liability, liable.sanction, liable.note) == (liability, sanction, text.strip()):
        raise Refused("liable-same", N_("This has been recorded already."))


def _pending(incident: Incident) -> str | None:
    if incident.report_by is not None and incident.reported_at is None:
        return N_("The leak has not been reported yet.")
    if any(one.sanction == "none" and not one.lifted_at for one in incident.liable):
        return N_("A sanction has not been decided yet.")
    if any(open_appeal(one) for one in incident.liable):
        return N_("An appeal has not been decided yet.")
    return None


def _refuse_faults(act: Act, plan: IncidentPlan) -> None:
    title, what = clean_text(plan.title), plan.what.strip()
    found_on = local_day(plan.found_at, act.zone)
    faults = (
        (plan.kind not in KIND_NAMES, N_("Is it a leak or a violation?")),
        (plan.severity not in SEVERITIES, N_("Choose how serious it is.")),
        (not title or len(title) > 200, N_("An incident needs a title of at most 200 characters.")),
        (not what or len(what) > 5000, N_("Say what happened, in at most 5000 characters.")),
        (plan.happened_on > act.today, N_("The incident can't have happened in the future.")),
        (found_on < plan.happened_on, N_("It can't have been found before it happened.")),
        (plan.found_at > act.now, N_("It can't be found in the future.")),
        (
            plan.reported_at is not None and not plan.found_at <= plan.reported_at <= act.now,
            N_("The report comes after the finding, and not in the future."),
        ),
    )
    for wrong, message in faults:
        if wrong:
            raise _fault(message)


def _fault(message: str) -> Refused:
    return Refused("incident-faults", message, status=400)


def _note(act: Act, incident: Incident, what: str, **detail: str) -> None:
    note(act.session, act.now, act.actor.person_id, record_of(incident), what, **detail)

"""出国（境）: a journey is filed, its dates change, or it is cancelled."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from sqlalchemy import select

from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor, require
from quizengine.services.details import clean_text
from quizengine.services.history import note
from quizengine.services.ledger import LedgerWriter
from quizengine.services.office_access import (
    Act,
    managed_person,
    sees,
)
from quizengine.services.office_terms import terms_at
from quizengine.services.outbound_pass import TIER, covering, passes_of
from quizengine.storage.engine import REGISTERS, SessionLike, writing
from quizengine.storage.models import OutboundFile, PersonTier

OPEN = ("filed", "cleared", "left", "returned")
BEFORE = ("filed", "cleared")


@dataclass(frozen=True)
class OutboundPlan:
    """What an office fills in; `kind` is 'official' or 'private'."""

    kind: str
    destination: str
    purpose: str
    escort: str
    approval: str
    departs_on: date
    returns_on: date


def file_journey(act: Act, person_id: int, plan: OutboundPlan) -> int:
    """File a journey; its id. The person joins the audience of outbound exams.

    Refused: `person-unknown` (404), `outbound-faults` (400), `outbound-overlap` (409) for two
    journeys at once.
    """
    _refuse_faults(plan)
    session = act.session
    with writing(session, REGISTERS):
        person = managed_person(session, act.actor, person_id)
        _refuse_overlap(session, person_id, plan, None)
        file = OutboundFile(
            person=person,
            unit_id=person.unit_id,
            state="filed",
            filed_at=act.now,
            **_columns(plan),
        )
        session.add(file)
        session.flush()
        keep_tier(session, file, act.today)
        note(session, act.now, act.actor.person_id, record_of(file), "outbound-filed")
        enter(act, file, "outbound-filed")
        return file.id


def change_journey(act: Act, file_id: int, plan: OutboundPlan) -> bool:
    """Change a journey; False if nothing is different. Dates before keep standing in the history.

    What was cleared is filed again when the exam is too old for the new departure. Refused as
    `file_journey`, and `outbound-unknown` (404), `forbidden` (403), `outbound-state` (409) once the
    person has returned.
    """
    _refuse_faults(plan)
    with writing(act.session, REGISTERS):
        file = managed_file(act, file_id, *BEFORE, "left")
        if file.state == "left" and plan.departs_on != file.departs_on:
            raise Refused("outbound-state", N_("The person has left: the departure stays."))
        before = {key: getattr(file, key) for key in _columns(plan)}
        wanted = _columns(plan)
        if before == wanted:
            return False
        _refuse_overlap(act.session, file.person_id, plan, file.id)
        dates = (file.departs_on, file.returns_on)
        for key, value in wanted.items():
            setattr(file, key, value)
        keep_tier(act.session, file, act.today)
        if dates != (file.departs_on, file.returns_on):
            _tell_dates(act, file, dates)
        else:
            note(act.session, act.now, act.actor.person_id, record_of(file), "outbound-changed")
        return True


def cancel_journey(act: Act, file_id: int, reason: str) -> None:
    """The journey does not take place. Refused as `change_journey`; `reason-missing` (400)."""
    reason = clean_text(reason)[:500]
    if not reason:
        raise Refused("reason-missing", N_("Please say why."), status=400)
    with writing(act.session, REGISTERS):
        file = managed_file(act, file_id, *BEFORE)
        file.state, file.closed_at = "cancelled", act.now
        end_tier(act.session, file, act.today)
        detail = {"reason": reason}
        note(
            act.session,
            act.now,
            act.actor.person_id,
            record_of(file),
            "outbound-cancelled",
            **detail,
        )
        enter(act, file, "outbound-closed", cancelled=True)


def seen_file(session: SessionLike, actor: Actor, file_id: int) -> OutboundFile:
    """A journey within reach; Refused `outbound-unknown` (404)."""
    file = session.get(OutboundFile, file_id)
    if file is None or not sees(actor, file.unit.path):
        raise unknown_file()
    return file


def managed_file(act: Act, file_id: int, *states: str) -> OutboundFile:
    """A journey that the actor may change, in one of `states`.

    Refused: `outbound-unknown` (404), `forbidden` (403), `outbound-state` (409).
    """
    file = seen_file(act.session, act.actor, file_id)
    require(act.actor, "organizer", file.unit.path)
    if file.state not in states:
        raise Refused(
            "outbound-state", N_("The journey is at another step meanwhile: reload the page.")
        )
    return file


def enter(
    act: Act, file: OutboundFile, kind: str, *, on: date | None = None, **data: object
) -> None:
    """The entry of a step, within the caller's transaction."""
    file.entries += 1
    with LedgerWriter(act.session) as log:
        log.append(
            act.now,
            kind,
            f"{record_of(file)}:{file.entries}",
            person_id=file.person_id,
            unit=file.unit.code,
            data={
                "file": file.id,
                "departs": file.departs_on.isoformat(),
                "returns": file.returns_on.isoformat(),
                **data,
            },
            on=on,
            by=act.actor.person_id,
        )


def record_of(file: OutboundFile) -> str:
    """The journey's record, for history and evidence."""
    return f"outbound:{file.id}"


def unknown_file() -> Refused:
    """The refusal for a journey that is not there, or not for the person."""
    return Refused("outbound-unknown", N_("There is no such journey."), status=404)


def keep_tier(session: SessionLike, file: OutboundFile, today: date) -> None:
    """The dates of the person's tier are those of the journey, so that exams reach the person."""
    tier = _tier(session, file.person_id)
    if tier is None:
        tier = PersonTier(person_id=file.person_id, tier=TIER, valid_from=today)
        session.add(tier)
    if tier.valid_to is not None and tier.valid_to < file.returns_on:
        tier.valid_to = None
    if tier.valid_from is not None and tier.valid_from > today:
        tier.valid_from = today
    tier.departs_on, tier.returns_on = file.departs_on, file.returns_on


def end_tier(session: SessionLike, file: OutboundFile, today: date) -> None:
    """After a journey the tier follows the next one, or ends."""
    following = session.scalar(
        select(OutboundFile)
        .where(
            OutboundFile.person_id == file.person_id,
            OutboundFile.id != file.id,
            OutboundFile.state.in_(OPEN),
        )
        .order_by(OutboundFile.departs_on)
        .limit(1)
    )
    if following is not None:
        keep_tier(session, following, today)
        return
    tier = _tier(session, file.person_id)
    if tier is not None and tier.departs_on == file.departs_on:
        tier.valid_to = max(today, tier.valid_from or today)


def _tier(session: SessionLike, person_id: int) -> PersonTier | None:
    return session.scalar(
        select(PersonTier).where(PersonTier.person_id == person_id, PersonTier.tier == TIER)
    )


def _tell_dates(act: Act, file: OutboundFile, before: tuple[date, date]) -> None:
    """Note other dates; clearance stands only if the exam is good for the new departure."""
    detail = {
        "from_departs": before[0].isoformat(),
        "from_returns": before[1].isoformat(),
        "departs": file.departs_on.isoformat(),
        "returns": file.returns_on.isoformat(),
    }
    note(act.session, act.now, act.actor.person_id, record_of(file), "outbound-dates", **detail)
    if file.state == "cleared" and not _still_good(act.session, act.zone, file):
        file.state, file.sitting_id = "filed", None
        note(act.session, act.now, act.actor.person_id, record_of(file), "outbound-unclear")
    enter(act, file, "outbound-filed", state=file.state)


def _still_good(session: SessionLike, zone: ZoneInfo, file: OutboundFile) -> bool:
    days = terms_at(session, file.unit.path).pass_days
    passes = passes_of(session, zone, [file.person_id]).get(file.person_id, [])
    used = [given for given in passes if given.sitting_id == file.sitting_id]
    return covering(used, file.departs_on, days) is not None


def _columns(plan: OutboundPlan) -> dict[str, object]:
    return {
        "kind": plan.kind,
        "destination": clean_text(plan.destination),
        "purpose": clean_text(plan.purpose),
        "escort": clean_text(plan.escort),
        "approval": clean_text(plan.approval),
        "departs_on": plan.departs_on,
        "returns_on": plan.returns_on,
    }


def _refuse_faults(plan: OutboundPlan) -> None:
    destination, purpose = clean_text(plan.destination), clean_text(plan.purpose)
    faults = (
        (plan.kind not in ("official", "private"), N_("Is the journey official or private?")),
        (not 0 < len(destination) <= 200, N_("Where to? At most 200 characters.")),
        (not 0 < len(purpose) <= 500, N_("What for? At most 500 characters.")),
        (max(len(plan.escort), len(plan.approval)) > 200, N_("At most 200 characters.")),
        (plan.returns_on < plan.departs_on, N_("The return is before the departure.")),
    )
    for wrong, message in faults:
        if wrong:
            raise Refused("outbound-faults", message, status=400)


def _refuse_overlap(
    session: SessionLike, person_id: int, plan: OutboundPlan, file_id: int | None
) -> None:
    others = session.scalars(
        select(OutboundFile).where(
            OutboundFile.person_id == person_id,
            OutboundFile.state.in_((*BEFORE, "left")),
            OutboundFile.departs_on <= plan.returns_on,
            OutboundFile.returns_on >= plan.departs_on,
        )
    )
    for other in others:
        if other.id != file_id:
            raise Refused(
                "outbound-overlap",
                N_("A journey to %(place)s from %(departs)s to %(returns)s is filed already."),
                place=other.destination,
                departs=other.departs_on,
                returns=other.returns_on,
            )

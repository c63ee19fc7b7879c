"""期次: batches of a class, each with its programme, its audience and its list of people."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import case, func, select

from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor, require
from quizengine.services.details import clean_text
from quizengine.services.history import note
from quizengine.services.office_access import Act, managed_unit, sees
from quizengine.services.training import managed_class
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import (
    Person,
    TrainingAudience,
    TrainingBatch,
    TrainingPlace,
    TrainingSession,
    TrainingTeacher,
    Unit,
)
from quizengine.storage.queries import audience_query

MOST_SESSIONS = 20
MOST_HOURS = Decimal(24)


@dataclass(frozen=True)
class SessionPlan:
    """A part of the programme; `id` is that of the session it changes, None for a new one."""

    topic: str
    place: str
    starts_at: datetime
    hours: Decimal
    teacher_id: int | None = None
    id: int | None = None


@dataclass(frozen=True)
class BatchPlan:
    """What an office fills in: `audience` are (tier or `EVERYONE`, unit id), `named` person ids."""

    name: str
    sessions: Sequence[SessionPlan]
    audience: Sequence[tuple[str, int]] = ()
    named: Sequence[int] = ()


def make_batch(act: Act, class_id: int, plan: BatchPlan) -> int:
    """A new batch with its list of people; its id.

    Refused: `class-unknown`, `unit-unknown`, `teacher-unknown` (404), `forbidden` (403),
    `batch-faults` (400).
    """
    _refuse_faults(plan)
    with writing(act.session):
        found = managed_class(act.session, act.actor, class_id)
        batch = TrainingBatch(
            training=found,
            name=clean_text(plan.name),
            secret=secrets.token_hex(32),
            starts_at=min(session.starts_at for session in plan.sessions),
        )
        act.session.add(batch)
        _fill(act, batch, plan)
        act.session.flush()
        renew_list(act, batch, plan.named)
        _note(act, batch, "batch-made")
        return batch.id


def change_batch(act: Act, batch_id: int, plan: BatchPlan) -> None:
    """Change a batch that is not closed, and bring its list of people up to date.

    Who was named before or has signed in stays on the list. Refused as `make_batch`, and
    `batch-unknown` (404), `batch-closed`, `session-marked` (409) for a session to be dropped in
    which somebody has signed in.
    """
    _refuse_faults(plan)
    with writing(act.session):
        batch = open_batch(act, batch_id)
        _fill(act, batch, plan)
        act.session.flush()
        renew_list(act, batch, plan.named)
        _note(act, batch, "batch-changed")


def cancel_batch(act: Act, batch_id: int, reason: str) -> None:
    """The batch is not held. Refused as `change_batch`; `reason-missing` (400)."""
    reason = clean_text(reason)[:500]
    if not reason:
        raise Refused("reason-missing", N_("Please say why."), status=400)
    with writing(act.session):
        batch = open_batch(act, batch_id)
        batch.cancelled_at = act.now
        _note(act, batch, "batch-cancelled", reason=reason)


def refresh_list(act: Act, batch_id: int) -> tuple[int, int]:
    """Bring the list of people up to date with the roster: how many came, and how many went."""
    with writing(act.session):
        batch = open_batch(act, batch_id)
        came, went = renew_list(act, batch, ())
        if came or went:
            _note(act, batch, "batch-list", came=came, went=went)
        return came, went


def seen_batch(session: SessionLike, actor: Actor, batch_id: int) -> TrainingBatch:
    """A batch within reach; Refused `batch-unknown` (404)."""
    batch = session.get(TrainingBatch, batch_id)
    if batch is None or not sees(actor, batch.training.unit.path):
        raise unknown_batch()
    return batch


def managed_batch(act: Act, batch_id: int) -> TrainingBatch:
    """A batch that the actor keeps, locked; Refused `batch-unknown` (404), `forbidden` (403)."""
    seen = seen_batch(act.session, act.actor, batch_id)
    require(act.actor, "organizer", seen.training.unit.path)
    return act.session.get_one(TrainingBatch, batch_id, with_for_update=True)


def open_batch(act: Act, batch_id: int) -> TrainingBatch:
    """As `managed_batch`, and neither closed nor cancelled; Refused `batch-closed` (409)."""
    batch = managed_batch(act, batch_id)
    refuse_over(batch)
    return batch


def not_cancelled(act: Act, batch_id: int) -> TrainingBatch:
    """As `managed_batch`, closed or not; Refused `batch-cancelled` (409)."""
    batch = managed_batch(act, batch_id)
    if batch.cancelled_at is not None:
        refuse_over(batch)
    return batch


def refuse_over(batch: TrainingBatch) -> None:
    """Refused `batch-closed`, `batch-cancelled` (409)."""
    if batch.cancelled_at is not None:
        raise Refused("batch-cancelled", N_("This batch was cancelled."))
    if batch.closed_at is not None:
        raise Refused("batch-closed", N_("This batch has been closed meanwhile: reload the page."))


def unknown_batch() -> Refused:
    """The refusal for a batch that is not there, or not for the person."""
    return Refused("batch-unknown", N_("There is no such batch."), status=404)


def record_of(batch: TrainingBatch) -> str:
    """The batch's record, for its history."""
    return f"training-batch:{batch.id}"


def ends_at(session: TrainingSession) -> datetime:
    """When a session is over, with an hour of the programme as an hour of the clock."""
    return session.starts_at + timedelta(minutes=int(session.hours * 60))


def place_counts(
    session: SessionLike, batches: Sequence[TrainingBatch]
) -> dict[int, tuple[int, int]]:
    """By batch how many people are on the list, and how many attended."""
    attended = func.count(case((TrainingPlace.outcome == "attended", 1)))
    rows = session.execute(
        select(TrainingPlace.batch_id, func.count().label("listed"), attended.label("attended"))
        .where(TrainingPlace.batch_id.in_([batch.id for batch in batches]))
        .group_by(TrainingPlace.batch_id)
    )
    found = {row.batch_id: (row.listed, row.attended) for row in rows}
    return {batch.id: found.get(batch.id, (0, 0)) for batch in batches}


def place_for(batch: TrainingBatch, person: Person, origin: str) -> TrainingPlace:
    """A new place on the list, within the caller's transaction."""
    place = TrainingPlace(person=person, unit_id=person.unit_id, origin=origin)
    batch.places.append(place)
    return place


def renew_list(act: Act, batch: TrainingBatch, named: Sequence[int]) -> tuple[int, int]:
    """Add who belongs to the audience, or is named; drop who belongs no longer and never came."""
    pairs = [(row.tier, row.unit.path) for row in batch.audience]
    days = [session.starts_at.astimezone(act.zone).date() for session in batch.sessions]
    wanted = set(act.session.scalars(audience_query(pairs, min(days), max(days)))) if pairs else ()
    there = {place.person_id: place for place in batch.places}
    gone = [
        place
        for place in batch.places
        if place.origin == "audience" and place.person_id not in wanted and not place.marks
    ]
    for place in gone:
        batch.places.remove(place)
    added = [(person_id, "named") for person_id in dict.fromkeys(named)]
    added += [(person_id, "audience") for person_id in wanted if person_id not in named]
    missing = [(person_id, origin) for person_id, origin in added if person_id not in there]
    people = _people(act, [person_id for person_id, _ in missing])
    for person_id, origin in missing:
        if person_id in people:
            place_for(batch, people[person_id], origin)
    act.session.flush()
    return len(missing), len(gone)


def _people(act: Act, ids: Sequence[int]) -> dict[int, Person]:
    found: dict[int, Person] = {}
    for start in range(0, len(ids), 500):
        query = select(Person).where(Person.id.in_(ids[start : start + 500]))
        found.update((person.id, person) for person in act.session.scalars(query))
    return found


def _fill(act: Act, batch: TrainingBatch, plan: BatchPlan) -> None:
    batch.name = clean_text(plan.name)
    batch.starts_at = min(session.starts_at for session in plan.sessions)
    _fill_sessions(act, batch, plan.sessions)
    wanted = dict.fromkeys(plan.audience)
    for row in list(batch.audience):
        if (row.tier, row.unit_id) in wanted:
            del wanted[row.tier, row.unit_id]
        else:
            batch.audience.remove(row)
    for tier, unit_id in wanted:
        # Nobody calls up people of units that others look after.
        unit: Unit = managed_unit(act.session, act.actor, unit_id)
        batch.audience.append(TrainingAudience(tier=tier, unit=unit))


def _fill_sessions(act: Act, batch: TrainingBatch, plans: Sequence[SessionPlan]) -> None:
    there = {session.id: session for session in batch.sessions}
    kept = {plan.id for plan in plans}
    for session in list(batch.sessions):
        if session.id not in kept:
            if session.marks:
                raise Refused(
                    "session-marked",
                    N_("Somebody has checked in to “%(topic)s” already: it can't be dropped."),
                    topic=session.topic,
                )
            batch.sessions.remove(session)
    for plan in plans:
        found = there.get(plan.id or 0)
        if found is None:
            found = TrainingSession()
            batch.sessions.append(found)
        found.topic, found.place = clean_text(plan.topic), clean_text(plan.place)
        found.starts_at, found.hours = plan.starts_at, plan.hours
        found.teacher_id = _teacher_id(act, plan, found.teacher_id)


def _teacher_id(act: Act, plan: SessionPlan, before: int | None) -> int | None:
    if plan.teacher_id is None or plan.teacher_id == before:
        return plan.teacher_id
    teacher = act.session.get(TrainingTeacher, plan.teacher_id)
    if teacher is None or not sees(act.actor, teacher.unit.path):
        raise Refused("teacher-unknown", N_("There is no such teacher."), status=404)
    return teacher.id


def _refuse_faults(plan: BatchPlan) -> None:
    name = clean_text(plan.name)
    if not name or len(name) > 100:
        raise _fault(N_("A batch needs a name of at most 100 characters."))
    if not 0 < len(plan.sessions) <= MOST_SESSIONS:
        raise _fault(N_("The programme has 1 to 20 sessions."))
    for session in plan.sessions:
        topic = clean_text(session.topic)
        if not topic or len(topic) > 200 or len(session.place) > 200:
            raise _fault(N_("Each session has a topic; texts have at most 200 characters."))
        if not 0 < session.hours <= MOST_HOURS:
            raise _fault(N_("A session has more than 0 and at most 24 hours."))


def _fault(message: str) -> Refused:
    return Refused("batch-faults", message, status=400)


def _note(act: Act, batch: TrainingBatch, what: str, **detail: object) -> None:
    note(act.session, act.now, act.actor.person_id, record_of(batch), what, **detail)

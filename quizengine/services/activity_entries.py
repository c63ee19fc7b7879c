"""作品: members and units hand in, change and withdraw entries until the deadline."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor
from quizengine.services.activities import unknown_activity
from quizengine.services.details import one_line
from quizengine.services.evidence import attach, evidence_of
from quizengine.services.history import note
from quizengine.services.uploads import Upload
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import Activity, ActivityEntry, Unit


@dataclass(frozen=True)
class EntryPlan:
    """What is handed in; `unit_id` for whom, where units take part."""

    title: str
    text: str
    files: Sequence[Upload] = ()
    unit_id: int | None = None


def open_activities(session: SessionLike, now: datetime, actor: Actor) -> list[Activity]:
    """Activities that take entries of the actor, the next deadline first."""
    query = (
        select(Activity)
        .where(Activity.state == "open", Activity.closes_at > now)
        .options(joinedload(Activity.unit))
        .order_by(Activity.closes_at, Activity.id)
    )
    return [one for one in session.scalars(query) if may_enter(session, actor, one)]


def may_enter(session: SessionLike, actor: Actor, activity: Activity) -> bool:
    """Whether the actor may hand in, personally or for a unit."""
    if activity.entrants == "person":
        return actor.unit_path.startswith(activity.unit.path)
    return bool(units_for(session, actor, activity))


def units_for(session: SessionLike, actor: Actor, activity: Activity) -> list[Unit]:
    """Units below the activity's own that the actor may hand in for: as head, or as organizer."""
    if activity.entrants != "unit":
        return []
    below = session.scalars(
        select(Unit)
        .where(Unit.path.startswith(activity.unit.path), Unit.id != activity.unit_id)
        .order_by(Unit.path)
    )
    return [
        unit
        for unit in below
        if unit.head_id == actor.person_id or actor.can("organizer", unit.path)
    ]


def own_entries(session: SessionLike, actor: Actor, activity_id: int) -> list[ActivityEntry]:
    """Entries of the actor, personally or handed in for a unit, without those withdrawn."""
    query = select(ActivityEntry).where(
        ActivityEntry.activity_id == activity_id,
        ActivityEntry.withdrawn_at.is_(None),
    )
    return [one for one in session.scalars(query.order_by(ActivityEntry.id)) if owns(actor, one)]


def owns(actor: Actor, entry: ActivityEntry) -> bool:
    """Whether the entry is the actor's: own, handed in, or of a unit that the actor speaks for."""
    if entry.person_id == actor.person_id:
        return True
    return entry.activity.entrants == "unit" and entry.unit.head_id == actor.person_id


def hand_in(
    session: SessionLike, now: datetime, actor: Actor, activity_id: int, plan: EntryPlan
) -> int:
    """Hand in an entry, or change the one that the person or unit has already; its id.

    Files are added to those that are there. Refused: `activity-unknown` (404), `activity-closed`
    (409) after the deadline, `entry-faults` (400), and faults of files (400).
    """
    _refuse_faults(plan)
    with writing(session):
        activity = _entered(session, now, actor, activity_id)
        unit_id = _unit_of(session, actor, activity, plan)
        entry = _standing(session, actor, activity, unit_id)
        what = "entry-changed"
        if entry is None:
            entry = ActivityEntry(
                activity=activity, person_id=actor.person_id, unit_id=unit_id, handed_in_at=now
            )
            session.add(entry)
            what = "entry-handed-in"
        entry.title, entry.text = one_line(plan.title), plan.text.strip()
        entry.handed_in_at = now
        session.flush()
        record = record_of(entry)
        attach(session, now, actor.person_id, record, plan.files)
        if not entry.text and not evidence_of(session, record):
            raise _fault(N_("An entry needs a text or a file."))
        note(session, now, actor.person_id, record, what)
        return entry.id


def withdraw(session: SessionLike, now: datetime, actor: Actor, entry_id: int) -> None:
    """Withdraw an entry before the deadline.

    Refused: `entry-unknown` (404), `activity-closed` (409).
    """
    with writing(session):
        entry = own_entry(session, actor, entry_id)
        _refuse_closed(entry.activity, now)
        entry.withdrawn_at = now
        note(session, now, actor.person_id, record_of(entry), "entry-withdrawn")


def own_entry(session: SessionLike, actor: Actor, entry_id: int) -> ActivityEntry:
    """One of the actor's entries; Refused `entry-unknown` (404)."""
    entry = session.get(ActivityEntry, entry_id)
    if entry is None or entry.withdrawn_at is not None or not owns(actor, entry):
        raise unknown_entry()
    return entry


def record_of(entry: ActivityEntry) -> str:
    """The entry's record, for its files and history."""
    return f"activity-entry:{entry.id}"


def unknown_entry() -> Refused:
    """The refusal for an entry that is not there, or not for the person."""
    return Refused("entry-unknown", N_("There is no such entry."), status=404)


def _entered(session: SessionLike, now: datetime, actor: Actor, activity_id: int) -> Activity:
    activity = session.get(Activity, activity_id, with_for_update=True)
    if activity is None or not may_enter(session, actor, activity):
        raise unknown_activity()
    _refuse_closed(activity, now)
    return activity


def _refuse_closed(activity: Activity, now: datetime) -> None:
    if activity.state != "open" or activity.closes_at <= now:
        raise Refused("activity-closed", N_("Entries are not taken any more."))


def _unit_of(session: SessionLike, actor: Actor, activity: Activity, plan: EntryPlan) -> int:
    if activity.entrants == "person":
        return actor.unit_id
    if plan.unit_id not in {unit.id for unit in units_for(session, actor, activity)}:
        raise _fault(N_("Choose the unit that takes part."))
    assert plan.unit_id is not None, "it is one of them"
    return plan.unit_id


def _standing(
    session: SessionLike, actor: Actor, activity: Activity, unit_id: int
) -> ActivityEntry | None:
    whose = (
        ActivityEntry.person_id == actor.person_id
        if activity.entrants == "person"
        else ActivityEntry.unit_id == unit_id
    )
    return session.scalar(
        select(ActivityEntry).where(
            ActivityEntry.activity_id == activity.id, ActivityEntry.withdrawn_at.is_(None), whose
        )
    )


def _refuse_faults(plan: EntryPlan) -> None:
    if not 0 < len(one_line(plan.title)) <= 200:
        raise _fault(N_("A title of at most 200 characters is needed."))
    if len(plan.text) > 20000:
        raise _fault(N_("At most 20000 characters; attach longer texts as a file."))


def _fault(message: str) -> Refused:
    return Refused("entry-faults", message, status=400)

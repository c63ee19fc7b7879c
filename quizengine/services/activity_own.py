"""Activities as members and judges see them, and what they have to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from quizengine.domain.text import N_, Text
from quizengine.services.access import Actor, load_actor, subtree
from quizengine.services.activities import sees_activity, unknown_activity
from quizengine.services.activity_entries import (
    may_enter,
    open_activities,
    own_entries,
    record_of,
    units_for,
    unknown_entry,
)
from quizengine.services.activity_judging import all_in, numbers_of, tasks_of
from quizengine.services.activity_results import EntryResult, results
from quizengine.services.evidence import EvidenceFile, evidence_file
from quizengine.services.office_access import local_day
from quizengine.services.todo_item import Todo
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import Activity, ActivityEntry, ActivityJudge, Unit


@dataclass(frozen=True)
class OwnActivity:
    """An activity with one's own entries; `open`: entries are taken now."""

    activity: Activity
    entries: Sequence[ActivityEntry]
    units: Sequence[Unit]
    open: bool


def own_activities(session: SessionLike, now: datetime, actor: Actor) -> list[OwnActivity]:
    """Activities that take entries of the actor, then those with own entries, latest first."""
    taking = open_activities(session, now, actor)
    known = {activity.id for activity in taking}
    entered = session.scalars(
        select(Activity)
        .join(ActivityEntry, ActivityEntry.activity_id == Activity.id)
        .join(Unit, Unit.id == ActivityEntry.unit_id)
        .where(
            ActivityEntry.withdrawn_at.is_(None),
            or_(ActivityEntry.person_id == actor.person_id, Unit.head_id == actor.person_id),
            Activity.state != "cancelled",
        )
        .options(joinedload(Activity.unit))
        .distinct()
        .order_by(Activity.closes_at.desc())
    )
    taking += [
        one for one in entered if one.id not in known and own_entries(session, actor, one.id)
    ]
    return [_own(session, now, actor, one) for one in taking]


def own_activity(
    session: SessionLike, now: datetime, actor: Actor, activity_id: int
) -> OwnActivity:
    """One of them; Refused `activity-unknown` (404)."""
    activity = session.get(Activity, activity_id)
    if activity is None or activity.state == "cancelled":
        raise unknown_activity()
    own = _own(session, now, actor, activity)
    if not own.entries and not may_enter(session, actor, activity):
        raise unknown_activity()
    return own


def own_result(entry: ActivityEntry) -> EntryResult | None:
    """The published result of an entry."""
    if entry.activity.state != "published":
        return None
    return next((row for row in results(entry.activity) if row.entry.id == entry.id), None)


def file_of_entry(
    session: SessionLike, actor: Actor, entry_id: int, evidence_id: int
) -> EvidenceFile:
    """A file of an entry, for its entrant, its judges, and the offices in reach.

    Refused: `entry-unknown`, `unknown-evidence` (404).
    """
    entry = session.get(ActivityEntry, entry_id)
    if entry is None or not _may_read(session, actor, entry):
        raise unknown_entry()
    return evidence_file(session, record_of(entry), evidence_id)


def judge_number(entry: ActivityEntry) -> int:
    """Under which number judges know the entry."""
    number = numbers_of(entry.activity).get(entry.id)
    if number is None:
        raise unknown_entry()
    return number


def activity_todos(
    session: SessionLike, now: datetime, zone: ZoneInfo, person_id: int
) -> list[Todo]:
    """Entries to be judged, and for organizers activities that wait for the next step.

    Taking part is free: an activity that takes entries is no duty.
    """
    found = []
    waiting: dict[int, list[ActivityJudge]] = {}
    for task in tasks_of(session, person_id):
        if task.sheet is None:
            waiting.setdefault(task.judge.activity_id, []).append(task.judge)
    for judges in waiting.values():
        activity = judges[0].activity
        values = {"title": activity.title, "count": len(judges)}
        text = Text(N_("Judge entries of “%(title)s”: %(count)s left"), values)
        due = local_day(activity.judged_by, zone)
        found.append(Todo(text, "my_activities.judging", {}, due))
    return found + _steps(session, now, zone, person_id)


def _steps(session: SessionLike, now: datetime, zone: ZoneInfo, person_id: int) -> list[Todo]:
    scopes = load_actor(session, person_id).scopes("organizer")
    if not scopes:
        return []
    activities = session.scalars(
        select(Activity)
        .join(Unit, Unit.id == Activity.unit_id)
        .where(subtree(*scopes), Activity.state.in_(("open", "judging")))
        .order_by(Activity.id)
    )
    found = []
    for activity in activities:
        title = {"title": activity.title}
        if activity.state == "open" and activity.closes_at <= now:
            text, due = Text(N_("Begin the judging of “%(title)s”"), title), activity.closes_at
        elif activity.state == "judging" and all_in(activity):
            text, due = Text(N_("Publish the results of “%(title)s”"), title), activity.judged_by
        else:
            continue
        args = {"activity_id": activity.id}
        found.append(Todo(text, "activities.activity", args, local_day(due, zone)))
    return found


def _own(session: SessionLike, now: datetime, actor: Actor, activity: Activity) -> OwnActivity:
    taking = activity.state == "open" and activity.closes_at > now
    entries = own_entries(session, actor, activity.id)
    return OwnActivity(activity, entries, units_for(session, actor, activity), taking)


def _may_read(session: SessionLike, actor: Actor, entry: ActivityEntry) -> bool:
    if sees_activity(actor, entry.activity):
        return True
    if entry.withdrawn_at is not None:
        return False
    if entry.id in {own.id for own in own_entries(session, actor, entry.activity_id)}:
        return True
    return entry.id in {task.entry.id for task in tasks_of(session, actor.person_id)}

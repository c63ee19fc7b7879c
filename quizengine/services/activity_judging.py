"""评审: judges give points, each without seeing the others' until all are in."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from quizengine.domain.text import N_, Refused
from quizengine.services.activities import (
    LEAST_JUDGES,
    managed_activity,
    needed_reason,
    sitting_judges,
    standing,
    tell,
)
from quizengine.services.activity_entries import unknown_entry
from quizengine.services.details import one_line
from quizengine.services.office_access import Act
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import Activity, ActivityEntry, ActivityJudge, ActivitySheet


@dataclass(frozen=True)
class Task:
    """An entry that a judge has to judge, with the judge's own sheet once it is sent."""

    judge: ActivityJudge
    entry: ActivityEntry
    number: int
    sheet: ActivitySheet | None


def conflict(judge: ActivityJudge, entry: ActivityEntry) -> str | None:
    """Why the judge does not judge the entry: 'own', 'unit', or None.

    An entry of the own unit is judged after a declaration; an own one never.
    """
    if entry.person_id == judge.person_id:
        return "own"
    member = judge.person.unit
    of_unit = entry.activity.entrants == "unit"
    own_unit = member.path.startswith(entry.unit.path) if of_unit else member.id == entry.unit_id
    if own_unit and of_unit and entry.unit.head_id == judge.person_id:
        return "own"
    return "unit" if own_unit and not judge.declared else None


def judges_of(entry: ActivityEntry) -> list[ActivityJudge]:
    """Judges who judge the entry, or did before they changed units."""
    sent = {sheet.judge_id for sheet in entry.sheets}
    return [
        judge
        for judge in sitting_judges(entry.activity)
        if judge.id in sent or conflict(judge, entry) is None
    ]


def sheets_of(entry: ActivityEntry) -> list[ActivitySheet]:
    """Sheets that count, in the order of the judges."""
    wanted = {judge.id for judge in judges_of(entry)}
    return sorted(
        (sheet for sheet in entry.sheets if sheet.judge_id in wanted),
        key=lambda sheet: sheet.judge_id,
    )


def all_in(activity: Activity) -> bool:
    """Whether each judge has sent all points."""
    return all(len(sheets_of(entry)) == len(judges_of(entry)) for entry in standing(activity))


def sent_and_wanted(judge: ActivityJudge) -> tuple[int, int]:
    """How many sheets the judge has sent, and how many there are to be."""
    entries = [entry for entry in standing(judge.activity) if conflict(judge, entry) is None]
    sent = {sheet.entry_id for sheet in judge.sheets}
    return sum(entry.id in sent for entry in entries), len(entries)


def start_judging(act: Act, activity_id: int) -> None:
    """Let the judges begin, after the deadline for entries.

    Refused: `activity-unknown` (404), `forbidden` (403), `activity-state`, `activity-early`,
    `activity-empty`, and `judges-few` (409) for an entry that fewer than two judges may judge.
    """
    with writing(act.session):
        activity = managed_activity(act, activity_id, "open")
        if act.now < activity.closes_at:
            raise Refused("activity-early", N_("Entries are still taken until the deadline."))
        entries = standing(activity)
        if not entries:
            raise Refused("activity-empty", N_("No entry has been handed in."))
        for entry in entries:
            _refuse_few(entry)
        activity.state = "judging"
        tell(act, activity, "activity-judging", entries=len(entries))


def release_judge(act: Act, activity_id: int, judge_id: int, reason: str) -> None:
    """Go on without a judge, whose points don't count then.

    Refused as `start_judging`, and `judge-unknown` (404), `reason-missing` (400), `judge-sent`
    (409) for one who has sent everything: nobody is left out because of the points given.
    """
    reason = needed_reason(reason)
    with writing(act.session):
        activity = managed_activity(act, activity_id, "judging")
        judge = next((one for one in sitting_judges(activity) if one.id == judge_id), None)
        if judge is None:
            raise Refused("judge-unknown", N_("There is no such judge."), status=404)
        sent, wanted = sent_and_wanted(judge)
        if sent == wanted:
            raise Refused("judge-sent", N_("This judge has sent all points: they count."))
        judge.released = reason
        for entry in standing(activity):
            _refuse_few(entry)
        tell(act, activity, "judge-released", name=judge.person.name, reason=reason)


def tasks_of(session: SessionLike, person_id: int) -> list[Task]:
    """What the person has to judge, or has judged while the activity is not published."""
    judges = session.scalars(
        select(ActivityJudge)
        .join(Activity, Activity.id == ActivityJudge.activity_id)
        .where(
            ActivityJudge.person_id == person_id,
            ActivityJudge.released == "",
            Activity.state == "judging",
        )
        .options(joinedload(ActivityJudge.activity))
        .order_by(Activity.judged_by, ActivityJudge.id)
    )
    return [task for judge in judges for task in _tasks(judge)]


def task_of(session: SessionLike, person_id: int, entry_id: int) -> Task:
    """The entry to be judged; Refused `entry-unknown` (404)."""
    for task in tasks_of(session, person_id):
        if task.entry.id == entry_id:
            return task
    raise unknown_entry()


def send_points(
    session: SessionLike,
    now: datetime,
    person_id: int,
    entry_id: int,
    points: Sequence[Decimal],
    remark: str = "",
) -> None:
    """Send the points for an entry, in the order of the criteria. They are final.

    Refused: `entry-unknown` (404), `points-sent` (409), `points-faults` (400).
    """
    with writing(session):
        task = task_of(session, person_id, entry_id)
        session.refresh(task.judge, with_for_update={"of": ActivityJudge})
        if any(sheet.entry_id == entry_id for sheet in task.judge.sheets):
            raise Refused("points-sent", N_("You have sent the points for this entry already."))
        refuse_points(task.entry.activity, points)
        session.add(
            ActivitySheet(
                judge=task.judge,
                entry=task.entry,
                points=points_text(points),
                remark=one_line(remark)[:1000],
                sent_at=now,
            )
        )


def refuse_points(activity: Activity, points: Sequence[Decimal]) -> None:
    """Refused `points-faults` (400) for points that the rubric does not have."""
    if len(points) != len(activity.criteria):
        raise Refused("points-faults", N_("Give points for each criterion."), status=400)
    for criterion, given in zip(activity.criteria, points, strict=True):
        if not 0 <= given <= criterion.most or given != round(given, 1):
            raise Refused(
                "points-faults",
                N_("“%(name)s”: from 0 to %(most)s points, with one decimal place at most."),
                status=400,
                name=criterion.name,
                most=f"{criterion.most.normalize():f}",
            )


def points_text(points: Sequence[Decimal]) -> str:
    """Points as they are kept."""
    return json.dumps([f"{one:f}" for one in points])


def points_in(sheet: ActivitySheet) -> list[Decimal]:
    """The points of a sheet, in the order of the criteria."""
    return [Decimal(text) for text in json.loads(sheet.points)]


def total_of(sheet: ActivitySheet) -> Decimal:
    """The points of a sheet added up."""
    return sum(points_in(sheet), Decimal(0))


def numbers_of(activity: Activity) -> Mapping[int, int]:
    """Entry → its number for judges, from 1."""
    return {entry.id: number for number, entry in enumerate(standing(activity), start=1)}


def _tasks(judge: ActivityJudge) -> list[Task]:
    sheets = {sheet.entry_id: sheet for sheet in judge.sheets}
    numbers = numbers_of(judge.activity)
    return [
        Task(judge, entry, numbers[entry.id], sheets.get(entry.id))
        for entry in standing(judge.activity)
        if conflict(judge, entry) is None
    ]


def _refuse_few(entry: ActivityEntry) -> None:
    if len(judges_of(entry)) < LEAST_JUDGES:
        raise Refused(
            "judges-few",
            N_(
                "Fewer than two judges may judge “%(title)s”: the others belong to its unit. "
                "Name more judges, or declare it."
            ),
            title=entry.title,
        )

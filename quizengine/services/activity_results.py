"""活动成绩: what the judges' points come to, publishing, and corrections."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from quizengine.domain.activities import Judged, judged, ranks
from quizengine.domain.text import N_, Refused, Text
from quizengine.services.activities import (
    ActivityFilter,
    full_marks,
    list_activities,
    managed_activity,
    needed_reason,
    standing,
    tell,
)
from quizengine.services.activity_judging import (
    all_in,
    points_text,
    refuse_points,
    sheets_of,
    total_of,
)
from quizengine.services.activity_words import ACTIVITY_STATE_NAMES, ENTRANT_NAMES, TYPE_NAMES
from quizengine.services.ledger import LedgerWriter
from quizengine.services.office_access import Act
from quizengine.services.office_tables import UnitNames
from quizengine.services.spreadsheets import Cell, Column, Table
from quizengine.storage.engine import writing
from quizengine.storage.models import Activity, ActivityEntry, ActivitySheet


@dataclass(frozen=True)
class EntryResult:
    """An entry with what its judges' points come to; `sheets` are in the order of the totals."""

    entry: ActivityEntry
    sheets: Sequence[ActivitySheet]
    judged: Judged
    rank: int


def results(activity: Activity) -> list[EntryResult]:
    """Results of all entries, the best first; nothing before all points are in."""
    entries = standing(activity)
    if activity.state not in ("judging", "published") or not all_in(activity):
        return []
    most = full_marks(activity)
    sheets = [sheets_of(entry) for entry in entries]
    found = [judged([total_of(sheet) for sheet in row], most, activity.rule) for row in sheets]
    placed = ranks([one.score for one in found])
    rows = [EntryResult(*row) for row in zip(entries, sheets, found, placed, strict=True)]
    return sorted(rows, key=lambda row: (row.rank, row.entry.id))


def publish(act: Act, activity_id: int) -> None:
    """Publish the results: one ledger entry for each entry of the activity.

    Refused: `activity-unknown` (404), `forbidden` (403), `activity-state`, `points-missing` (409).
    """
    with writing(act.session):
        activity = managed_activity(act, activity_id, "judging")
        if not all_in(activity):
            raise Refused("points-missing", N_("Not all judges have sent their points."))
        found = results(activity)
        activity.state, activity.published_at = "published", act.now
        with LedgerWriter(act.session) as log:
            for row in found:
                _enter(act, log, row, len(found))
        tell(act, activity, "activity-published", entries=len(found))


def correct_points(
    act: Act, activity_id: int, sheet_id: int, points: Sequence[Decimal], reason: str
) -> int:
    """Correct a judge's points after publishing; how many results changed.

    Each changed score or rank is a correcting entry. Refused as `publish`, and `sheet-unknown`
    (404), `points-faults`, `reason-missing` (400), `points-same` (409).
    """
    reason = needed_reason(reason)
    with writing(act.session):
        activity = managed_activity(act, activity_id, "published")
        before = {row.entry.id: (row.judged, row.rank) for row in results(activity)}
        sheet = _sheet(activity, sheet_id)
        refuse_points(activity, points)
        if points_text(points) == sheet.points:
            raise Refused("points-same", N_("These are the points that stand already."))
        sheet.points = points_text(points)
        found = results(activity)
        changed = [row for row in found if before[row.entry.id] != (row.judged, row.rank)]
        with LedgerWriter(act.session) as log:
            for row in changed:
                _enter(act, log, row, len(found))
        values = {"name": sheet.judge.person.name, "title": sheet.entry.title, "reason": reason}
        tell(act, activity, "activity-corrected", **values)
        return len(changed)


def activities_table(act: Act, wanted: ActivityFilter) -> Table:
    """A line for each entry of the activities, with its published result."""
    columns = (
        Column(N_("Activity"), width=32),
        Column(N_("Type of activity"), width=16),
        Column(N_("State"), width=12),
        Column(N_("Entries until"), "time", 17),
        Column(N_("Takes part"), width=10),
        Column(N_("Unit"), width=36),
        Column(N_("Name"), width=12),
        Column(N_("Title of the entry"), width=36),
        Column(N_("Result"), "number", 9),
        Column(N_("Full marks"), "number", 9),
        Column(N_("Rank"), "number", 7),
    )
    return Table(N_("Activities"), columns, _rows(act, list_activities(act, wanted)))


def _rows(act: Act, activities: Sequence[Activity]) -> Iterator[Sequence[Cell]]:
    units = UnitNames(act.session)
    for activity in activities:
        head: list[Cell] = [
            activity.title,
            Text(TYPE_NAMES[activity.type]),
            Text(ACTIVITY_STATE_NAMES[activity.state]),
            activity.closes_at,
            Text(ENTRANT_NAMES[activity.entrants]),
        ]
        most = full_marks(activity)
        for entry in standing(activity):
            whose: list[Cell] = [units.of(entry.unit), entry.person.name, entry.title]
            yield [*head, *whose, entry.score, most, entry.rank]


def _sheet(activity: Activity, sheet_id: int) -> ActivitySheet:
    for entry in standing(activity):
        for sheet in sheets_of(entry):
            if sheet.id == sheet_id:
                return sheet
    raise Refused("sheet-unknown", N_("There are no such points."), status=404)


def _enter(act: Act, log: LedgerWriter, row: EntryResult, entries: int) -> None:
    """The entry of a result; after the first one it corrects the one before."""
    entry, found = row.entry, row.judged
    entry.score, entry.rank = found.score, row.rank
    entry.entries += 1
    of_person = entry.activity.entrants == "person"
    entry.entry_seq = log.append(
        act.now,
        "activity-result",
        f"activity-entry:{entry.id}:{entry.entries}",
        person_id=entry.person_id if of_person else None,
        unit=entry.unit.code,
        data={
            "activity": entry.activity_id,
            "type": entry.activity.type,
            "entrant": entry.activity.entrants,
            "score": f"{found.score:f}",
            "max_score": f"{full_marks(entry.activity).normalize():f}",
            "rank": row.rank,
            "entries": entries,
            "judges": len(row.sheets),
            "left_out": len(found.left_out),
            "spread": f"{found.spread.normalize():f}",
            "deviation": f"{found.deviation:f}",
        },
        corrects=entry.entry_seq or None,
        by=act.actor.person_id,
    )

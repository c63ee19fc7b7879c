"""The offices' list of activities, the page of one, and of an entry."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from quizengine.services.activities import (
    ActivityFilter,
    full_marks,
    list_activities,
    record_of,
    seen_activity,
    sitting_judges,
    standing,
    year_of,
)
from quizengine.services.activity_entries import record_of as record_of_entry
from quizengine.services.activity_entries import unknown_entry
from quizengine.services.activity_judging import (
    all_in,
    conflict,
    judges_of,
    points_in,
    sent_and_wanted,
    sheets_of,
    total_of,
)
from quizengine.services.activity_own import file_of_entry
from quizengine.services.activity_results import activities_table, results
from quizengine.services.evidence import evidence_of
from quizengine.services.history import history_of
from quizengine.storage.models import ACTIVITY_STATES, ACTIVITY_TYPES, ActivityEntry
from quizengine.web.activities.words import activity_names
from quizengine.web.clock import now
from quizengine.web.extensions import db
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.office.pages import (
    READING,
    act,
    asked_of,
    asked_unit,
    asked_year,
    file_answer,
    keeps,
    kept_args,
    page_of,
    refuse_format,
    seen_unit_choices,
    today_text,
)
from quizengine.web.office.words import event_text
from quizengine.web.organizer.downloads import file_response


@roles_required(*READING)
def index() -> ResponseReturnValue:
    """Activities of one's units, filtered."""
    wanted = _wanted()
    found = list_activities(act(), wanted)
    rows, pages = page_of(found)
    everything = list_activities(act(), ActivityFilter(unit_id=wanted.unit_id))
    return render_template(
        "activities/index.html",
        rows=rows,
        pages=pages,
        wanted=wanted,
        kept=kept_args("unit", "type", "state", "year"),
        units=seen_unit_choices(),
        years=sorted({year_of(act(), one) for one in everything}, reverse=True),
        standing=standing,
        sitting_judges=sitting_judges,
        now=now(),
        may_add=current_actor().has("organizer"),
        **activity_names(),
    )


@roles_required(*READING)
def download(form: str) -> ResponseReturnValue:
    """Entries and results of the listed activities as a file."""
    refuse_format(form)
    return file_response(activities_table(act(), _wanted()), form, today_text())


@roles_required(*READING)
def activity(activity_id: int) -> ResponseReturnValue:
    """An activity: entries, judges, and what they came to."""
    found = seen_activity(db.session, current_actor(), activity_id)
    return render_template(
        "activities/activity.html",
        found=found,
        entries=standing(found),
        results=results(found),
        most=full_marks(found),
        complete=found.state == "judging" and all_in(found),
        progress=[(judge, *sent_and_wanted(judge)) for judge in found.judges],
        over=found.closes_at <= now(),
        sheets_of=sheets_of,
        judges_of=judges_of,
        total_of=total_of,
        keeper=keeps(found.unit.path),
        history=history_of(db.session, record_of(found)),
        event_text=event_text,
        **activity_names(),
    )


@roles_required(*READING)
def entry(entry_id: int) -> ResponseReturnValue:
    """An entry, and once all points are in those of each judge."""
    found = db.session.get(ActivityEntry, entry_id)
    if found is None:
        raise unknown_entry()
    activity = seen_activity(db.session, current_actor(), found.activity_id)
    result = next((row for row in results(activity) if row.entry.id == entry_id), None)
    return render_template(
        "activities/entry.html",
        entry=found,
        activity=activity,
        result=result,
        most=full_marks(activity),
        points_in=points_in,
        total_of=total_of,
        conflicts=[one for one in sitting_judges(activity) if conflict(one, found)],
        files=evidence_of(db.session, record_of_entry(found)),
        history=history_of(db.session, record_of_entry(found)),
        event_text=event_text,
        keeper=keeps(activity.unit.path),
        **activity_names(),
    )


def file(entry_id: int, file_id: int) -> ResponseReturnValue:
    """A file of an entry, for all who may read the entry."""
    return file_answer(file_of_entry(db.session, current_actor(), entry_id, file_id))


def _wanted() -> ActivityFilter:
    return ActivityFilter(
        unit_id=asked_unit(),
        type=asked_of("type", ACTIVITY_TYPES),
        state=asked_of("state", ACTIVITY_STATES),
        year=asked_year(),
    )

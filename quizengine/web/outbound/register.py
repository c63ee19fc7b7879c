"""The list of journeys, with what is urgent on top."""

from __future__ import annotations

from flask import render_template, request
from flask.typing import ResponseReturnValue

from quizengine.services.office_tables import journeys_table
from quizengine.services.outbound_watch import (
    OUTBOUND_NAMES,
    OutboundFilter,
    filed_years,
    list_journeys,
    unfiled,
)
from quizengine.web.clock import today
from quizengine.web.extensions import db
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.office.pages import (
    READING,
    act,
    asked_of,
    asked_unit,
    asked_year,
    kept_args,
    page_of,
    refuse_format,
    seen_unit_choices,
    today_text,
)
from quizengine.web.office.words import JOURNEY_KINDS, OUTBOUND_LOOKS
from quizengine.web.organizer.downloads import file_response

_STATES = ("open", "all", *OUTBOUND_NAMES)


@roles_required(*READING)
def index() -> ResponseReturnValue:
    """Journeys of one's units, filtered; what is urgent is told whatever the filter."""
    acting, wanted = act(), _wanted()
    rows, pages = page_of(list_journeys(acting, wanted))
    open_rows = list_journeys(acting, OutboundFilter(unit_id=wanted.unit_id))
    return render_template(
        "outbound/index.html",
        rows=rows,
        pages=pages,
        red=[row for row in open_rows if row.red],
        unfiled=unfiled(acting, wanted.unit_id),
        counts={state: sum(r.file.state == state for r in open_rows) for state in OUTBOUND_NAMES},
        wanted=wanted,
        state=request.args.get("state", "open"),
        kept=kept_args("unit", "state", "year", "q"),
        units=seen_unit_choices(),
        years=filed_years(acting),
        states=OUTBOUND_NAMES,
        looks=OUTBOUND_LOOKS,
        kinds=JOURNEY_KINDS,
        may_file=current_actor().has("organizer"),
        today=today(),
    )


@roles_required(*READING)
def download(form: str) -> ResponseReturnValue:
    """The list as a file."""
    refuse_format(form)
    table = journeys_table(db.session, list_journeys(act(), _wanted()))
    return file_response(table, form, today_text())


def _wanted() -> OutboundFilter:
    state = asked_of("state", _STATES) or "open"
    return OutboundFilter(
        unit_id=asked_unit(),
        state=None if state == "all" else state,
        year=asked_year(),
        text=request.args.get("q", "")[:100],
    )

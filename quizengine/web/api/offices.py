"""What programs of other offices read, with a token that an admin made for them."""

from __future__ import annotations

from itertools import islice

from flask import Response
from flask_babel import gettext as _

from quizengine.services.access_tokens import Reader, reader
from quizengine.services.appraisal_exports import units_data
from quizengine.services.appraisal_seen import seen_year
from quizengine.services.ledger_browse import Wanted, export_entries
from quizengine.services.ledger_words import read_body
from quizengine.services.office_records import record_data, records
from quizengine.web.api.reading import read_query
from quizengine.web.api.replies import reply
from quizengine.web.api.schemas import (
    OfficeAppraisal,
    OfficeEntries,
    OfficeEntry,
    OfficeQuery,
    OfficeRecord,
    OfficeRecords,
    OfficeRecordsQuery,
)
from quizengine.web.clock import now, site_settings, today
from quizengine.web.extensions import db
from quizengine.web.i18n import language
from quizengine.web.identity import bearer_token, public

# What was decided about a faulty question tells its right answer.
_LEFT_OUT = ("question-repair",)


def _reader(scope: str) -> Reader:
    return reader(db.session, now(), bearer_token() or "", scope)


@public
def list_office_entries() -> Response:
    """Entries of the token's units without names, the oldest first. Scope `ledger:read`."""
    found, query = _reader("ledger:read"), read_query(OfficeQuery)
    lines = export_entries(db.session, found.actor, Wanted(), language(), query.after)
    told = (line for line in lines if line.kind not in _LEFT_OUT and line.body is not None)
    items = [
        OfficeEntry(
            seq=line.seq,
            at=line.at,
            kind=line.kind,
            subject=line.subject,
            unit=read_body(line.body or "").get("unit"),
            body=line.body or "",
            leaf_hash=line.leaf_hash or "",
        )
        for line in islice(told, query.limit + 1)
    ]
    page = items[: query.limit]
    return reply(OfficeEntries(items=page, next=page[-1].seq if len(items) > len(page) else None))


@public
def list_office_records() -> Response:
    """Who was trained and examined when, the oldest first. Scope `people:read`."""
    found, query = _reader("people:read"), read_query(OfficeRecordsQuery)
    year, zone = query.year or today().year, site_settings().zone
    lines = records(db.session, found.actor, zone, year, language(), _, found.unit.id, query.after)
    items = [OfficeRecord(**record_data(one)) for one in islice(lines, query.limit + 1)]
    page = items[: query.limit]
    return reply(
        OfficeRecords(year=year, items=page, next=page[-1].seq if len(items) > len(page) else None)
    )


@public
def read_office_appraisal(year: int) -> Response:
    """A year's appraisal of the token's units. Scope `appraisal:read`."""
    found = _reader("appraisal:read")
    seen = seen_year(db.session, now(), found.actor, year)
    return reply(OfficeAppraisal(year=year, closed=seen.closed, result=units_data(seen)))

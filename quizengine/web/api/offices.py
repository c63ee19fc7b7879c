"""What programs of other offices read, with a token that an admin made for them."""

from __future__ import annotations

from itertools import islice

from flask import Response
from flask_babel import gettext as _

from quizengine.domain.text import N_, Refused
from quizengine.services.access_tokens import Reader, reader
from quizengine.services.appraisal_exports import people_data, units_data
from quizengine.services.appraisal_people import people_on
from quizengine.services.appraisal_seen import SeenYear, seen_year
from quizengine.services.ledger_browse import Wanted, export_entries
from quizengine.services.ledger_words import read_body
from quizengine.services.office_records import record_data, records
from quizengine.web.api.reading import read_query
from quizengine.web.api.replies import reply
from quizengine.web.api.schemas import (
    OfficeAppraisal,
    OfficeEntries,
    OfficeEntry,
    OfficeList,
    OfficeListed,
    OfficeListedPage,
    OfficeLists,
    OfficeQuery,
    OfficeRecord,
    OfficeRecords,
    OfficeRecordsQuery,
)
from quizengine.web.clock import now, site_settings, today
from quizengine.web.extensions import db
from quizengine.web.i18n import language, translated
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
    """A closed year's appraisal of the token's units. Scope `appraisal:read`."""
    seen = _closed(_reader("appraisal:read"), year)
    return reply(OfficeAppraisal(year=year, closed=seen.closed, result=units_data(seen)))


@public
def list_office_lists(year: int) -> Response:
    """The lists of people of a closed year, with their rules. Scope `appraisal-people:read`."""
    seen = _closed(_reader("appraisal-people:read"), year)
    items = [
        OfficeList(
            list_id=one.id,
            title={"zh": one.title.zh, "en": one.title.en},
            purpose=one.purpose,
            conditions=[condition.model_dump(mode="json") for condition in one.conditions],
        )
        for one in seen.found.rules.people
    ]
    return reply(OfficeLists(year=year, items=items))


@public
def list_office_listed(year: int, list_id: str) -> Response:
    """People of the token's units on a list of a closed year. Scope `appraisal-people:read`."""
    found, query = _reader("appraisal-people:read"), read_query(OfficeQuery)
    seen = _closed(found, year).found
    rest = people_on(db.session, seen, found.actor, list_id)[query.after :]
    told = people_data(db.session, seen, rest[: query.limit], list_id, language())
    items = [
        OfficeListed(**{**one, "reasons": [translated(text) for text in one["reasons"]]})
        for one in told
    ]
    more = query.after + query.limit if len(rest) > query.limit else None
    return reply(OfficeListedPage(year=year, list_id=list_id, items=items, next=more))


def _closed(found: Reader, year: int) -> SeenYear:
    """The year; a preview is no result, and nothing that another office may act on."""
    seen = seen_year(db.session, now(), found.actor, year)
    if not seen.closed:
        text = N_("The year %(year)s is not closed: there is no result yet.")
        raise Refused("year-open", text, year=year)
    return seen

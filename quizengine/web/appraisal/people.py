"""Lists of people, and why somebody is on them."""

from __future__ import annotations

from flask import request
from flask.typing import ResponseReturnValue

from quizengine.domain.text import N_, Refused
from quizengine.services.appraisal_people import (
    LOOKS_AFTER,
    list_of,
    listings_of,
    looked_after,
    people_on,
)
from quizengine.services.ledger_browse import entry_lines
from quizengine.web.appraisal.common import READING, the_year, year_page
from quizengine.web.appraisal.words import PURPOSES
from quizengine.web.extensions import db
from quizengine.web.i18n import language
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.paging import paging


@roles_required(*READING)
def people(year: int) -> ResponseReturnValue:
    """A list, by name for those who look after the people; else how many are on each."""
    seen, actor = the_year(year), current_actor()
    lists = seen.found.rules.people
    chosen = None
    if lists:
        known = {listed.id for listed in lists}
        asked = request.args.get("list", "")
        chosen = list_of(seen.found, asked if asked in known else lists[0].id)
    names = actor.has(LOOKS_AFTER)
    found = people_on(db.session, seen.found, actor, chosen.id) if chosen and names else []
    text = request.args.get("q", "").strip()[:100].casefold()
    fitting = [p for p in found if text in f"{p.name} {p.login} {p.staff_no} {p.unit}".casefold()]
    pages = paging(len(fitting))
    return year_page(
        "appraisal/people.html",
        seen,
        "people",
        lists=lists,
        chosen=chosen,
        names=names,
        listed=fitting[pages.offset : pages.offset + pages.per_page],
        total=len(found),
        pages=pages,
        q=request.args.get("q", "")[:100],
        sizes={name: len(digests) for name, digests in seen.found.result.people.items()},
        purposes=PURPOSES,
    )


@roles_required(LOOKS_AFTER)
def person(year: int, person_id: int) -> ResponseReturnValue:
    """The lists that somebody is on, with the reasons and the entries."""
    seen, actor = the_year(year), current_actor()
    somebody = looked_after(db.session, actor, person_id)
    listings = listings_of(db.session, seen.found, person_id, language())
    if not listings:
        raise Refused("not-listed", N_("This person is on no list of this year."), status=404)
    seqs = sorted({seq for listing in listings for seq in listing.entries})
    return year_page(
        "appraisal/person.html",
        seen,
        "people",
        person=somebody,
        listings=listings,
        lines=entry_lines(db.session, actor, seqs, language()),
        purposes=PURPOSES,
    )

"""出国（境）: a person's own journeys, what is missing, and what is to be done."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from quizengine.domain.text import N_, Text
from quizengine.services.office_access import local_day
from quizengine.services.office_terms import TermsBook
from quizengine.services.outbound import BEFORE, OPEN, unknown_file
from quizengine.services.outbound_pass import covering, passes_of
from quizengine.services.outbound_steps import (
    Need,
    classified_people,
    needs_of,
    refresher_due,
    talk_due,
)
from quizengine.services.todo_item import Todo
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import OutboundFile


@dataclass(frozen=True)
class OwnJourney:
    """A journey as the traveller sees it: an exam counts here when its scores are released."""

    file: OutboundFile
    needs: Sequence[Need]
    good_until: date | None
    talk_due: date | None
    refresher_due: date | None


def own_journeys(
    session: SessionLike, now: datetime, zone: ZoneInfo, person_id: int
) -> list[OwnJourney]:
    """All journeys of the person, the latest first."""
    files = session.scalars(
        select(OutboundFile)
        .where(OutboundFile.person_id == person_id)
        .options(joinedload(OutboundFile.unit))
        .order_by(OutboundFile.departs_on.desc(), OutboundFile.id.desc())
    ).all()
    if not files:
        return []
    today = local_day(now, zone)
    book = TermsBook(session)
    passes = passes_of(session, zone, [person_id]).get(person_id, [])
    classified = person_id in classified_people(session, [person_id], today)
    found = []
    for file in files:
        terms = book.at(file.unit.path)
        known = [p for p in passes if p.released or p.sitting_id == file.sitting_id]
        given = covering(known, file.departs_on, terms.pass_days)
        needs: Sequence[Need] = ()
        if file.state in BEFORE:
            needs = needs_of(file, known, terms, classified)
        found.append(
            OwnJourney(
                file,
                needs,
                given.good_until(terms.pass_days) if given else None,
                talk_due(file, terms),
                refresher_due(file, terms),
            )
        )
    return found


def own_journey(
    session: SessionLike, now: datetime, zone: ZoneInfo, person_id: int, file_id: int
) -> OwnJourney:
    """One's own journey; Refused `outbound-unknown` (404)."""
    for journey in own_journeys(session, now, zone, person_id):
        if journey.file.id == file_id:
            return journey
    raise unknown_file()


def outbound_todos(
    session: SessionLike, now: datetime, zone: ZoneInfo, person_id: int
) -> list[Todo]:
    """What the traveller has to do before leaving and after the return."""
    journeys = own_journeys(session, now, zone, person_id)
    return [
        Todo(text, "duties.outbound", {"file_id": journey.file.id}, due)
        for journey in journeys
        if journey.file.state in OPEN
        for text, due in _of(journey)
    ]


def _of(journey: OwnJourney) -> Iterator[tuple[Text, date]]:
    place = {"place": journey.file.destination}
    for need in journey.needs:
        if need.code.startswith("pass"):
            yield (
                Text(N_("Pass the outbound exam before the journey to %(place)s"), place),
                journey.file.departs_on,
            )
    if journey.talk_due:
        yield Text(N_("Talk after the journey to %(place)s"), place), journey.talk_due
    if journey.refresher_due:
        yield Text(N_("Refresher after the journey to %(place)s"), place), journey.refresher_due

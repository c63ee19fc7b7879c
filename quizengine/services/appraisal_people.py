"""Who is on the lists of a year: names for those who look after the people, and for oneself."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from quizengine.domain.appraisal.rules import PeopleList
from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor, require_anywhere, subtree
from quizengine.services.appraisal import Appraised, appraised
from quizengine.services.appraisal_evidence import entries_about
from quizengine.services.appraisal_explained import Reason, reasons
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import ClosedAppraisal, LedgerSubject, Person, Unit

LOOKS_AFTER = "organizer"


@dataclass(frozen=True)
class Listed:
    """Somebody on a list."""

    person_id: int
    name: str
    login: str
    staff_no: str
    unit: str
    unit_code: str
    digest: str


def people_on(session: SessionLike, found: Appraised, actor: Actor, list_id: str) -> list[Listed]:
    """Those on a list whom the actor looks after, by unit and name.

    Refused: `forbidden` (403) for auditors, who see how many there are; `unknown-list` (404).
    """
    require_anywhere(actor, LOOKS_AFTER)
    digests = set(found.result.people.get(list_of(found, list_id).id, ()))
    rows = session.execute(
        select(
            Person.id,
            Person.name,
            Person.login,
            Person.staff_no,
            Unit.name,
            Unit.code,
            LedgerSubject.digest,
        )
        .join(LedgerSubject, LedgerSubject.person_id == Person.id)
        .join(Unit, Unit.id == Person.unit_id)
        .where(subtree(*actor.scopes(LOOKS_AFTER)))
        .order_by(Unit.path, Person.name, Person.id)
    )
    return [Listed(*row) for row in rows if row.digest in digests]


def list_of(found: Appraised, list_id: str) -> PeopleList:
    """A list of the year's rules; Refused `unknown-list` (404)."""
    for listed in found.rules.people:
        if listed.id == list_id:
            return listed
    raise Refused("unknown-list", N_("There is no such list in this year's rules."), status=404)


@dataclass(frozen=True)
class Listing:
    """That somebody is on a list, why, and by which entries."""

    year: int
    list: PeopleList
    reasons: Sequence[Reason]
    entries: Sequence[int]


def listings_of(
    session: SessionLike, found: Appraised, person_id: int, language: str
) -> list[Listing]:
    """The lists that a person is on, with the reasons."""
    digest = session.scalar(
        select(LedgerSubject.digest).where(LedgerSubject.person_id == person_id)
    )
    if digest is None:
        return []
    return [
        Listing(
            found.rules.year,
            listed,
            reasons(found, listed, digest, language),
            entries_about(session, found, (c.measure for c in listed.conditions), digest),
        )
        for listed in found.rules.people
        if digest in found.result.people.get(listed.id, ())
    ]


def looked_after(session: SessionLike, actor: Actor, person_id: int) -> Person:
    """A person whom the actor looks after; Refused `person-unknown` (404)."""
    person = session.get(Person, person_id)
    if person is None or not actor.can(LOOKS_AFTER, person.unit.path):
        raise Refused("person-unknown", N_("There is no such person."), status=404)
    return person


def own_listings(
    session: SessionLike, now: datetime, person_id: int, language: str
) -> list[Listing]:
    """The lists of all closed years that a person is on, the latest year first.

    A preview is no decision about anybody, and could tell results before their release.
    """
    digest = session.scalar(
        select(LedgerSubject.digest).where(LedgerSubject.person_id == person_id)
    )
    if digest is None:
        return []
    found = []
    for closed in session.scalars(select(ClosedAppraisal).order_by(ClosedAppraisal.year.desc())):
        people = json.loads(closed.result)["people"]
        if any(digest in listed for listed in people.values()):
            year = appraised(session, now, closed.year)
            found += listings_of(session, year, person_id, language)
    return found

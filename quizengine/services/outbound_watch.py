"""出国（境）: the office's list, who leaves soon without a pass, who came back without a talk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import ColumnElement, Select, exists, extract, or_, select
from sqlalchemy.orm import joinedload

from quizengine.domain.text import N_
from quizengine.services.details import clean_text
from quizengine.services.office_access import Act, in_reach
from quizengine.services.office_terms import Terms, TermsBook
from quizengine.services.outbound import BEFORE, OPEN
from quizengine.services.outbound_pass import TIER, covering, passes_of
from quizengine.services.outbound_steps import (
    Need,
    classified_people,
    needs_of,
    refresher_due,
    talk_due,
)
from quizengine.storage.models import OutboundFile, Person, PersonTier, Unit

OUTBOUND_NAMES = {
    "filed": N_("Filed"),
    "cleared": N_("Cleared"),
    "left": N_("Abroad"),
    "returned": N_("Returned"),
    "closed": N_("Completed"),
    "cancelled": N_("Cancelled"),
}


@dataclass(frozen=True)
class OutboundFilter:
    """What to look for; None or "" leaves a condition out. `state` 'open' takes in all four."""

    unit_id: int | None = None
    state: str | None = "open"
    year: int | None = None
    text: str = ""


@dataclass(frozen=True)
class JourneyRow:
    """A journey as the office sees it.

    `soon`: it begins within the days that the office watches; `late`: a step after the return is
    overdue, or the person should be back.
    """

    file: OutboundFile
    needs: Sequence[Need]
    good_until: date | None
    talk_due: date | None
    refresher_due: date | None
    soon: bool
    late: bool

    @property
    def red(self) -> bool:
        """Whether somebody has to act at once."""
        return (self.soon and bool(self.needs)) or self.late


@dataclass(frozen=True)
class Unfiled:
    """Somebody who departs by the roster, but of whom no journey is filed."""

    person_id: int
    name: str
    login: str
    unit: str
    departs_on: date
    returns_on: date | None
    passed: bool


def list_journeys(act: Act, wanted: OutboundFilter) -> list[JourneyRow]:
    """Journeys within reach that fit, the next departure first."""
    query = (
        _files()
        .join(Unit, Unit.id == OutboundFile.unit_id)
        .join(Person, Person.id == OutboundFile.person_id)
        .where(in_reach(act.actor, wanted.unit_id), *_conditions(wanted))
        .order_by(OutboundFile.departs_on.desc(), OutboundFile.id.desc())
    )
    return rows_of(act, list(act.session.scalars(query)))


def rows_of(act: Act, files: Sequence[OutboundFile]) -> list[JourneyRow]:
    """Journeys with what is missing and due."""
    book = TermsBook(act.session)
    people = [file.person_id for file in files]
    passes = passes_of(act.session, act.zone, people)
    classified = classified_people(act.session, people, act.today)
    rows = []
    for file in files:
        terms = book.at(file.unit.path)
        own = passes.get(file.person_id, [])
        needs: Sequence[Need] = ()
        if file.state in BEFORE:
            needs = needs_of(file, own, terms, file.person_id in classified)
        given = covering(own, file.departs_on, terms.pass_days)
        until = given.good_until(terms.pass_days) if given else None
        rows.append(_row(file, needs, until, terms, act.today))
    return rows


def unfiled(act: Act, unit_id: int | None = None) -> list[Unfiled]:
    """People within reach whose tier says that they leave soon, without a journey on file."""
    book = TermsBook(act.session)
    last = act.today + timedelta(days=book.longest("watch_days"))
    filed = exists().where(
        OutboundFile.person_id == Person.id,
        or_(OutboundFile.state.in_(OPEN), OutboundFile.departs_on == PersonTier.departs_on),
    )
    rows = act.session.execute(
        select(
            Person.id, Person.name, Person.login, Unit, PersonTier.departs_on, PersonTier.returns_on
        )
        .join(Unit, Unit.id == Person.unit_id)
        .join(PersonTier, PersonTier.person_id == Person.id)
        .where(
            Person.active,
            PersonTier.tier == TIER,
            PersonTier.departs_on >= act.today,
            PersonTier.departs_on <= last,
            or_(PersonTier.valid_to.is_(None), PersonTier.valid_to >= act.today),
            in_reach(act.actor, unit_id),
            ~filed,
        )
        .order_by(PersonTier.departs_on, Person.login)
    ).all()
    passes = passes_of(act.session, act.zone, [row[0] for row in rows])
    found = []
    for person_id, name, login, unit, departs_on, returns_on in rows:
        terms = book.at(unit.path)
        if departs_on and departs_on <= act.today + timedelta(days=terms.watch_days):
            own = passes.get(person_id, [])
            passed = covering(own, departs_on, terms.pass_days) is not None
            found.append(Unfiled(person_id, name, login, unit.name, departs_on, returns_on, passed))
    return found


def filed_years(act: Act) -> list[int]:
    """Years in which journeys within reach begin, the latest first."""
    year = extract("year", OutboundFile.departs_on)
    query = (
        select(year)
        .join(Unit, Unit.id == OutboundFile.unit_id)
        .where(in_reach(act.actor))
        .distinct()
        .order_by(year.desc())
    )
    return [int(found) for found in act.session.scalars(query)]


def _row(
    file: OutboundFile, needs: Sequence[Need], until: date | None, terms: Terms, today: date
) -> JourneyRow:
    talk, refresher = talk_due(file, terms), refresher_due(file, terms)
    soon = file.state in BEFORE and file.departs_on <= today + timedelta(days=terms.watch_days)
    late = any(day is not None and day < today for day in (talk, refresher))
    overdue = file.state == "left" and file.returns_on < today
    return JourneyRow(file, needs, until, talk, refresher, soon, late or overdue)


def _files() -> Select[OutboundFile]:
    return select(OutboundFile).options(
        joinedload(OutboundFile.person), joinedload(OutboundFile.unit)
    )


def _conditions(wanted: OutboundFilter) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.state == "open":
        conditions.append(OutboundFile.state.in_(OPEN))
    elif wanted.state:
        conditions.append(OutboundFile.state == wanted.state)
    if wanted.year:
        first = date(wanted.year, 1, 1)
        conditions.append(OutboundFile.departs_on >= first)
        conditions.append(OutboundFile.departs_on < first.replace(year=wanted.year + 1))
    text = clean_text(wanted.text)
    if text:
        conditions.append(
            or_(
                Person.name.contains(text, autoescape=True),
                Person.login.startswith(text.lower(), autoescape=True),
                Person.staff_no.startswith(text, autoescape=True),
                OutboundFile.destination.contains(text, autoescape=True),
            )
        )
    return conditions

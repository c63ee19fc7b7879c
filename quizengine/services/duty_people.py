"""Whom a frequency duty is about, and since when: tiers, posts, heads and units by their dates."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, select, true
from sqlalchemy.orm import InstrumentedAttribute

from quizengine.domain.duties.rules import DutyRule
from quizengine.domain.duties.standing import Span
from quizengine.services.office_access import local_day
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import LedgerSubject, Person, PersonTier, PostHolder, Unit

_ALWAYS = Span(date.min)


@dataclass(frozen=True)
class Debtor:
    """A person, or a unit (then `person` is None), with the times of belonging.

    `digest` stands for the person in the ledger; None if it has nothing about the person yet.
    """

    person: Person | None
    unit: Unit
    digest: str | None
    spans: Sequence[Span]

    @property
    def key(self) -> str | None:
        """What its events are found by."""
        return self.digest if self.person is not None else self.unit.code


def debtors(
    session: SessionLike,
    zone: ZoneInfo,
    rule: DutyRule,
    where: ColumnElement[bool],
    person_id: int | None = None,
) -> list[Debtor]:
    """Everybody, or every unit, whom the rule is about; `where` is SQL on `Unit`.

    With `person_id`, of all people this one alone. People as they belong to units today; who is no
    longer active owes nothing.
    """
    if rule.who.of == "units":
        query = select(Unit).where(where, Unit.level.in_(rule.who.levels)).order_by(Unit.path)
        return [Debtor(None, unit, None, (_ALWAYS,)) for unit in session.scalars(query)]
    rows = session.execute(
        select(Person, Unit, LedgerSubject.digest)
        .join(Unit, Unit.id == Person.unit_id)
        .outerjoin(LedgerSubject, LedgerSubject.person_id == Person.id)
        .where(Person.active, where, _only(Person.id, person_id))
        .order_by(Unit.path, Person.login)
    ).all()
    since = {row[0].id: local_day(row[0].created_at, zone) for row in rows}
    belonging = _belonging(session, rule, person_id)
    found = []
    for person, unit, digest in rows:
        spans = (
            [
                Span(span.first if span.first > date.min else since[person.id], span.last)
                for span in belonging.get(person.id, ())
            ]
            if belonging is not None
            else [Span(since[person.id])]
        )
        if spans:
            found.append(Debtor(person, unit, digest, spans))
    return found


def _belonging(
    session: SessionLike, rule: DutyRule, person_id: int | None
) -> dict[int, list[Span]] | None:
    """Spans by person; None if everybody belongs. An unknown first day is `date.min`."""
    who = rule.who
    if who.of == "people" and not who.tiers and not who.posts:
        return None
    found: defaultdict[int, list[Span]] = defaultdict(list)
    parts = (
        (_heads(session, rule, person_id),)
        if who.of == "heads"
        else (
            _tiers(session, who.tiers, person_id),
            _posts(session, who.posts, person_id),
        )
    )
    for part in parts:
        for person_id, span in part:
            found[person_id].append(span)
    return dict(found)


def _only(column: InstrumentedAttribute[int], person_id: int | None) -> ColumnElement[bool]:
    return true() if person_id is None else column == person_id


def _heads(
    session: SessionLike, rule: DutyRule, person_id: int | None
) -> Iterator[tuple[int, Span]]:
    query = select(Unit.head_id).where(Unit.head_id.is_not(None), Unit.level.in_(rule.who.levels))
    if person_id is not None:
        query = query.where(Unit.head_id == person_id)
    for head_id in session.scalars(query.distinct()):
        assert head_id is not None
        yield head_id, _ALWAYS


def _tiers(
    session: SessionLike, tiers: Sequence[str], person_id: int | None
) -> Iterator[tuple[int, Span]]:
    query = select(PersonTier).where(
        PersonTier.tier.in_(tiers), _only(PersonTier.person_id, person_id)
    )
    for tier in session.scalars(query):
        yield tier.person_id, Span(tier.valid_from or date.min, tier.valid_to)


def _posts(
    session: SessionLike, levels: Sequence[str], person_id: int | None
) -> Iterator[tuple[int, Span]]:
    """From entering a post to the day before leaving it."""
    query = select(PostHolder).where(
        PostHolder.secrecy.in_(levels), _only(PostHolder.person_id, person_id)
    )
    for holder in session.scalars(query):
        last = holder.off_from - timedelta(days=1) if holder.off_from else None
        if last is None or last >= holder.on_from:
            yield holder.person_id, Span(holder.on_from, last)

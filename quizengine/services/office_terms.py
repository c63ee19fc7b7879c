"""Periods that offices set: 脱密期, how long a pass is good for, when the talk is due."""

from __future__ import annotations

import calendar
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from datetime import date, datetime, timedelta

from sqlalchemy import select

from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor
from quizengine.services.history import note
from quizengine.services.office_access import managed_unit
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import OfficeTerms, Unit


@dataclass(frozen=True)
class Terms:
    """Months and days; the defaults hold where no office has set its own."""

    core_months: int = 36
    important_months: int = 24
    general_months: int = 12
    pass_days: int = 180
    watch_days: int = 14
    talk_days: int = 7
    refresher_days: int = 30

    def control_until(self, secrecy: str, off_from: date) -> date:
        """The last day of the 脱密期 of somebody who left a post of this level."""
        months: int = getattr(self, f"{secrecy}_months")
        return add_months(off_from, months) - timedelta(days=1 if months else 0)


DEFAULTS = Terms()
# What is accepted, by the end of the field's name.
LIMITS = {"months": (0, 120), "days": (0, 730)}


class TermsBook:
    """The terms in force at each unit, read once."""

    def __init__(self, session: SessionLike) -> None:
        rows = session.execute(
            select(OfficeTerms, Unit.path).join(Unit, Unit.id == OfficeTerms.unit_id)
        )
        self._set = {path: _terms(row) for row, path in rows}

    def at(self, path: str) -> Terms:
        """Those of the nearest unit on the way up that has its own."""
        above = max((p for p in self._set if path.startswith(p)), key=len, default=None)
        return self._set[above] if above is not None else DEFAULTS

    def longest(self, field: str) -> int:
        """The largest value of a field anywhere."""
        return max(int(getattr(terms, field)) for terms in (*self._set.values(), DEFAULTS))


def terms_at(session: SessionLike, path: str) -> Terms:
    """The terms in force at the unit with this path."""
    return TermsBook(session).at(path)


def set_terms(
    session: SessionLike, now: datetime, actor: Actor, unit_id: int, terms: Terms
) -> None:
    """Set the terms of a unit and all below it.

    Refused: `unit-unknown` (404), `forbidden` (403), `terms-faults` (400).
    """
    _refuse_faults(terms)
    with writing(session):
        unit = managed_unit(session, actor, unit_id)
        row = session.get(OfficeTerms, unit.id)
        before = terms_at(session, unit.path)
        if row is not None and before == terms:
            return
        if row is None:
            row = OfficeTerms(unit_id=unit.id)
            session.add(row)
        for name, value in asdict(terms).items():
            setattr(row, name, value)
        row.by_id, row.at = actor.person_id, now
        record = f"office-terms:{unit.id}"
        note(session, now, actor.person_id, record, "terms-set", **asdict(terms))


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a month that is too short."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _terms(row: OfficeTerms) -> Terms:
    return Terms(**{field.name: getattr(row, field.name) for field in fields(Terms)})


def _refuse_faults(terms: Terms) -> None:
    for name, value in _values(terms):
        least, most = LIMITS[name.rpartition("_")[2]]
        if not least <= value <= most:
            raise Refused(
                "terms-faults",
                N_("A number from %(least)s to %(most)s."),
                status=400,
                least=least,
                most=most,
            )


def _values(terms: Terms) -> Iterable[tuple[str, int]]:
    return asdict(terms).items()

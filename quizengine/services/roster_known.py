"""What a roster is compared with: units by code and name, and people by login."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from sqlalchemy import select

from quizengine.domain.text import N_, Text
from quizengine.services.codes import CHUNK
from quizengine.services.details import Details, TierDates, clean_text
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import Person, PersonTier, Unit


class KnownUnit(NamedTuple):
    """A unit as stored."""

    id: int
    code: str
    name: str
    path: str


class KnownPerson(NamedTuple):
    """A person as stored."""

    id: int
    details: Details
    active: bool
    unit: KnownUnit
    # By tier: the row's id, and the dates in it.
    tiers: dict[str, tuple[int, TierDates]]


class KnownUnits:
    """Units by code, and by the end of their path of names (`C`, `B/C`, `A/B/C`)."""

    def __init__(self, session: SessionLike) -> None:
        found = session.execute(select(Unit.id, Unit.code, Unit.name, Unit.path))
        self.by_id = {row[0]: KnownUnit(*row) for row in found}
        self.by_code = {unit.code.casefold(): unit for unit in self.by_id.values()}
        self.by_names: dict[str, list[KnownUnit]] = {}
        for unit in self.by_id.values():
            names = [self.by_id[int(step)].name for step in unit.path.strip("/").split("/")]
            for start in range(len(names)):
                key = "/".join(map(_name_key, names[start:]))
                self.by_names.setdefault(key, []).append(unit)

    def find(self, code: str, name: str) -> KnownUnit | Text | None:
        """The unit meant, why there is none, or None if the row names none; the code decides.

        A code may also stand where the name should.
        """
        if code:
            unit = self.by_code.get(code.casefold())
            return unit or Text(N_("There is no unit with the code “%(unit)s”."), {"unit": code})
        if not name:
            return None
        units = self.by_names.get("/".join(map(_name_key, name.strip("/").split("/"))), [])
        if len(units) == 1:
            return units[0]
        if units:
            return Text(
                N_("Several units fit “%(unit)s”: write the path from above, as in A/B/C."),
                {"unit": name},
            )
        unit = self.by_code.get(name.casefold())
        return unit or Text(N_("There is no unit “%(unit)s”."), {"unit": name})


def _name_key(name: str) -> str:
    return clean_text(name).casefold().replace(" ", "")


def known_people(
    session: SessionLike, units: KnownUnits, logins: Iterable[str]
) -> dict[str, KnownPerson]:
    wanted = sorted({login for login in logins if login})
    known: dict[str, KnownPerson] = {}
    for start in range(0, len(wanted), CHUNK):
        some = wanted[start : start + CHUNK]
        people = session.execute(
            select(
                Person.id,
                Person.active,
                Person.unit_id,
                Person.login,
                Person.name,
                Person.staff_no,
                Person.id_no,
                Person.phone,
            ).where(Person.login.in_(some))
        )
        for person_id, active, unit_id, *details in people:
            person = KnownPerson(person_id, Details(*details), active, units.by_id[unit_id], {})
            known[person.details.login] = person
        held = session.execute(
            select(
                Person.login,
                PersonTier.tier,
                PersonTier.id,
                PersonTier.valid_from,
                PersonTier.valid_to,
                PersonTier.departs_on,
                PersonTier.returns_on,
            )
            .join(Person, Person.id == PersonTier.person_id)
            .where(Person.login.in_(some))
        )
        for login, tier, row_id, *dates in held:
            known[login].tiers[tier] = (row_id, TierDates(*dates))
    return known

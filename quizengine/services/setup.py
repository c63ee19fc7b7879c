"""The first step on an empty site."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select

from quizengine.domain.text import N_, Refused
from quizengine.services.access import ROOT
from quizengine.services.codes import IssuedCode, code_expiry
from quizengine.services.details import Details, clean_details, detail_faults, refuse_faults
from quizengine.services.passwords import hash_code, new_code
from quizengine.services.units import checked_names
from quizengine.settings import Settings
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import Person, PersonRole, Unit


def set_up(
    session: SessionLike,
    now: datetime,
    settings: Settings,
    *,
    unit_code: str,
    unit_name: str,
    login: str,
    name: str,
) -> IssuedCode:
    """Make the school committee and its first admin, with a code for signing in.

    For commands on the server alone. Raises Refused `site-in-use` if there is a unit already,
    `unit-faults` or `person-faults` (400).
    """
    unit_code, unit_name = checked_names(unit_code, unit_name)
    details = clean_details(Details(login, name))
    refuse_faults(detail_faults(details))
    code = new_code()
    with writing(session):
        if session.scalar(select(exists(select(Unit.id)))):
            raise Refused("site-in-use", N_("This site has already been set up."))
        unit = Unit(code=unit_code, name=unit_name, level=1)
        session.add(unit)
        session.flush()
        unit.path = f"{ROOT}{unit.id}/"
        person = Person(
            login=details.login,
            name=details.name,
            unit_id=unit.id,
            created_at=now,
            code_hash=hash_code(code),
            code_expires_at=code_expiry(now, settings),
            roles=[PersonRole(role="admin", unit_id=unit.id)],
        )
        session.add(person)
        session.flush()
        return IssuedCode(person.id, details.login, details.name, unit_name, code)

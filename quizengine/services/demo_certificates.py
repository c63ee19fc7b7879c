"""Certificates in the demo, one of them revoked; and a token for the programs of other offices."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from quizengine.services.access import load_actor
from quizengine.services.access_tokens import SCOPES, make_token
from quizengine.services.certificate_revoking import revoke_by_office
from quizengine.services.certificates import LOST, issue, offers
from quizengine.storage.models import Person, Unit

_CERTIFICATES = 6
_DAYS = 90


def issue_certificates(session: Session, now: datetime, zone: ZoneInfo, instance: Path) -> int:
    """The first members who passed something print their certificates; how many.

    The first one lost the paper: the office revoked it, and another one was issued.
    """
    members = session.scalars(
        select(Person.id).join(Unit, Unit.id == Person.unit_id).where(Unit.level == 3)
    ).all()
    made = 0
    for person_id in members:
        if made == _CERTIFICATES:
            break
        found = offers(session, zone, person_id)
        if not found:
            continue
        result = found[0].result.first
        own = load_actor(session, person_id)
        first = issue(session, now, zone, instance, own, person_id, result).number
        if not made:
            office = load_actor(session, _id(session, "organizer"))
            revoke_by_office(session, now + timedelta(minutes=1), office, first, LOST)
            issue(session, now + timedelta(minutes=2), zone, instance, own, person_id, result)
        made += 1
    return made


def demo_token(session: Session, now: datetime) -> str:
    """A token by which programs of other offices read all units; it is shown this once."""
    admin = load_actor(session, _id(session, "admin"))
    return make_token(session, now, admin, "人事处", list(SCOPES), admin.unit_id, _DAYS)


def _id(session: Session, login: str) -> int:
    return session.scalars(select(Person.id).where(Person.login == login)).one()

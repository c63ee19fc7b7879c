"""Tokens with which programs of other offices read: scopes, a subtree, an end, and a way back."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor, Grant, load_actor, require, require_anywhere, subtree
from quizengine.services.details import clean_text
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import AccessToken, Unit

SCOPES: dict[str, str] = {
    "ledger:read": N_("Entries of the ledger, without names"),
    "people:read": N_("People, and who was trained and examined when"),
    "appraisal:read": N_("Results of closed annual appraisals"),
    "appraisal-people:read": N_("People on the lists of closed annual appraisals, and why"),
}
PREFIX = "qe_"
"""By which a token is told from those that people get by signing in."""
MOST_DAYS = 366
# How exactly the last use is noted: not each call is a write.
_NOTED = timedelta(minutes=5)


@dataclass(frozen=True)
class Reader:
    """Whose program asks: rights of a reader within the token's unit, and nothing else."""

    scopes: frozenset[str]
    actor: Actor
    unit: Unit


def make_token(
    session: SessionLike,
    now: datetime,
    actor: Actor,
    name: str,
    scopes: Sequence[str],
    unit_id: int,
    days: int,
) -> str:
    """A new token, shown this once.

    For admins of the unit. Refused: `unit-unknown` (404), `forbidden` (403), `token-faults` (400).
    """
    name = clean_text(name)
    if not 1 <= len(name) <= 100:
        raise _fault(N_("Say whose program it is, in at most 100 characters."))
    if not scopes or not set(scopes) <= SCOPES.keys():
        raise _fault(N_("Choose what the program may read."))
    if not 1 <= days <= MOST_DAYS:
        raise _fault(N_("A token is good for 1 to 366 days."))
    token = PREFIX + secrets.token_urlsafe(32)
    with writing(session):
        unit = session.get(Unit, unit_id)
        if unit is None:
            raise Refused("unit-unknown", N_("There is no such unit."), status=404)
        require(actor, "admin", unit.path)
        session.add(
            AccessToken(
                token_hash=_hash(token),
                name=name,
                scopes=" ".join(sorted(set(scopes))),
                unit_id=unit_id,
                by_id=actor.person_id,
                created_at=now,
                expires_at=now + timedelta(days=days),
            )
        )
    return token


def tokens_of(session: SessionLike, actor: Actor) -> Sequence[AccessToken]:
    """All tokens for units that the actor administers, the latest first."""
    require_anywhere(actor, "admin")
    query = select(AccessToken).join(Unit, Unit.id == AccessToken.unit_id)
    return session.scalars(
        query.where(subtree(*actor.scopes("admin")))
        .options(joinedload(AccessToken.unit), joinedload(AccessToken.by))
        .order_by(AccessToken.id.desc())
    ).all()


def revoke_access(session: SessionLike, now: datetime, actor: Actor, token_id: int) -> None:
    """End a token; again: no error. Refused `token-unknown` (404)."""
    with writing(session):
        found = session.get(AccessToken, token_id)
        if found is None or not actor.can("admin", found.unit.path):
            raise Refused("token-unknown", N_("There is no such token."), status=404)
        found.revoked_at = found.revoked_at or now


def reader(session: SessionLike, now: datetime, token: str, scope: str) -> Reader:
    """Who asks with this token.

    Refused: `token-invalid` (401) for one that is unknown, expired or revoked, or whose maker no
    longer administers the unit; `token-scope` (403).
    """
    found = session.scalar(select(AccessToken).where(AccessToken.token_hash == _hash(token)))
    if found is None or found.revoked_at is not None or found.expires_at <= now:
        raise _invalid()
    unit, scopes = found.unit, frozenset(found.scopes.split())
    try:
        holds = load_actor(session, found.by_id).can("admin", unit.path)
    except Refused as refused:
        raise _invalid() from refused
    if not holds:
        raise _invalid()
    if scope not in scopes:
        raise Refused(
            "token-scope", N_("This token has not the scope %(scope)s."), status=403, scope=scope
        )
    _note_use(session, now, found)
    grant = Grant("organizer", unit.id, unit.path)
    return Reader(scopes, Actor(0, found.name, unit.id, unit.path, (grant,)), unit)


def _note_use(session: SessionLike, now: datetime, found: AccessToken) -> None:
    if found.used_at is None or now - found.used_at >= _NOTED:
        token_id = found.id
        with writing(session):
            session.execute(
                update(AccessToken).where(AccessToken.id == token_id).values(used_at=now)
            )


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def _fault(template: str) -> Refused:
    return Refused("token-faults", template, status=400)


def _invalid() -> Refused:
    return Refused("token-invalid", N_("This token is not valid, or not any more."), status=401)

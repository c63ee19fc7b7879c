"""Who is signed in: asked with each request, so without a session of the ORM."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Engine

from quizengine.services.auth import token_hash
from quizengine.storage.direct import Direct
from quizengine.storage.models import Person

_PERSON = (
    "SELECT p.id, p.name, p.login, p.language, p.must_change, p.password_hash IS NOT NULL,"
    " p.session_version FROM persons p"
)
_BY_SESSION = Direct(
    f"{_PERSON} WHERE p.id = :person AND p.session_version = :version AND p.active"
)
_BY_TOKEN = Direct(
    f"{_PERSON} JOIN api_tokens t ON t.person_id = p.id"
    " WHERE t.token_hash = :token AND t.expires_at > :now"
    " AND t.session_version = p.session_version AND p.active"
)


class SignedIn(NamedTuple):
    """What a request needs to know of the person signed in."""

    person_id: int
    name: str
    login: str
    language: str | None
    must_change: bool
    has_password: bool
    session_version: int


def signed_in(person: Person) -> SignedIn:
    """The same of somebody who has just signed in."""
    return SignedIn(
        person.id,
        person.name,
        person.login,
        person.language,
        person.must_change,
        person.password_hash is not None,
        person.session_version,
    )


def person_for_session(engine: Engine, person_id: int, session_version: int) -> SignedIn | None:
    """The person of a browser session; None if it has ended by a change of password or account."""
    return _found(_BY_SESSION.first(engine, person=person_id, version=session_version))


def person_for_token(engine: Engine, now: datetime, token: str) -> SignedIn | None:
    """Whose bearer token this is; None if it is unknown, expired or ended."""
    return _found(_BY_TOKEN.first(engine, token=token_hash(token), now=now))


def _found(row: tuple[int, str, str, str | None, int, int, int] | None) -> SignedIn | None:
    if row is None:
        return None
    person_id, name, login, language, must_change, has_password, version = row
    return SignedIn(
        person_id, name, login, language, bool(must_change), bool(has_password), version
    )

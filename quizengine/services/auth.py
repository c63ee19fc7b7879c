"""Signing in, own passwords, and API tokens."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from quizengine.domain.text import N_, Refused
from quizengine.services.details import clean_login
from quizengine.services.passwords import (
    check_policy,
    hash_password,
    needs_rehash,
    verify_code,
    verify_password,
)
from quizengine.settings import Settings
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import ApiToken, Person

LANGUAGES = ("zh_CN", "en")


@dataclass(frozen=True)
class Token:
    """A bearer token, shown this once."""

    token: str
    expires_at: datetime
    person_id: int


@dataclass(frozen=True)
class _Proof:
    """How somebody showed who they are; the slow part of it is done outside of a transaction."""

    person_id: int
    by_code: str | None = None
    new_hash: str | None = None


def sign_in(
    session: SessionLike, now: datetime, settings: Settings, login: str, secret: str
) -> Person:
    """The person with this login, if `secret` is the password or the valid one-time code.

    A code is used up by this; the person then has `must_change` set, and may do nothing but choose
    an own password. Raises Refused `sign-in-failed` (403: wrong or unknown, never said which),
    `locked` (403, until when), `person-inactive` (403).
    """
    proof = _prove(session, now, settings, login, secret)
    if proof.by_code is None and proof.new_hash is None:
        # The usual case writes nothing: hundreds sign in within a minute before an exam.
        person = session.get_one(Person, proof.person_id, populate_existing=True)
        _refuse_unfit(person, now, settings)
        if person.failures == 0:
            return person
    with writing(session):
        person = _locked_row(session, proof.person_id)
        _refuse_unfit(person, now, settings)
        if proof.by_code is not None:
            if person.code_hash != proof.by_code:  # used by another request meanwhile
                raise _failed()
            person.code_hash = person.code_expires_at = None
            person.must_change = True
        if proof.new_hash is not None:
            person.password_hash = proof.new_hash
        person.failures = 0
        person.locked_until = None
    return person


def change_password(
    session: SessionLike,
    now: datetime,
    settings: Settings,
    person_id: int,
    old: str | None,
    new: str,
) -> int:
    """Set an own password; returns the new session version, since all sessions so far end.

    `old` is the password so far; None is right only for those who have none, having come in with a
    code. Raises Refused `password-wrong` (403), `password-weak` (400), `locked` (403).
    """
    person = session.get_one(Person, person_id, populate_existing=True)
    _refuse_unfit(person, now, settings)
    login, stored = person.login, person.password_hash
    session.rollback()  # hashing takes a while: no transaction waits for it
    if stored is not None and not verify_password(stored, old or ""):
        _count_failure(session, now, settings, person_id)
        raise Refused("password-wrong", N_("The present password is wrong."), status=403)
    check_policy(new, login)
    if stored is not None and verify_password(stored, new):
        raise Refused("password-weak", N_("Choose another password than before."), status=400)
    hashed = hash_password(new)
    with writing(session):
        person = _locked_row(session, person_id)
        if person.password_hash != stored:
            raise Refused("password-changed", N_("The password was changed meanwhile."))
        person.password_hash = hashed
        person.code_hash = person.code_expires_at = None
        person.must_change = False
        person.failures = 0
        person.session_version += 1
        return person.session_version


def issue_token(
    session: SessionLike, now: datetime, settings: Settings, login: str, secret: str
) -> Token:
    """Sign in for the API.

    Besides the refusals of `sign_in`: `password-change-needed` (403) for those who have no own
    password yet; their code stays valid, for the page where they choose one.
    """
    proof = _prove(session, now, settings, login, secret)
    token = secrets.token_urlsafe(32)
    expires_at = now + timedelta(seconds=settings.token_s)
    with writing(session):
        person = _locked_row(session, proof.person_id)
        _refuse_unfit(person, now, settings)
        if proof.by_code is not None or person.must_change:
            raise Refused(
                "password-change-needed",
                N_("Sign in on the website first and choose a password of your own."),
                status=403,
            )
        if proof.new_hash is not None:
            person.password_hash = proof.new_hash
        person.failures = 0
        person.locked_until = None
        session.execute(
            delete(ApiToken).where(ApiToken.person_id == person.id, ApiToken.expires_at <= now)
        )
        session.add(
            ApiToken(
                token_hash=token_hash(token),
                person_id=person.id,
                session_version=person.session_version,
                created_at=now,
                expires_at=expires_at,
            )
        )
    return Token(token, expires_at, proof.person_id)


def revoke_token(session: SessionLike, token: str) -> None:
    """End a token; an unknown one is no error."""
    with writing(session):
        session.execute(delete(ApiToken).where(ApiToken.token_hash == token_hash(token)))


def set_language(session: SessionLike, person_id: int, language: str | None) -> None:
    """The language of the person's pages; None for the site's."""
    if language is not None and language not in LANGUAGES:
        raise Refused("language-unknown", N_("There is no such language."), status=400)
    with writing(session):
        session.get_one(Person, person_id).language = language


def _prove(
    session: SessionLike, now: datetime, settings: Settings, login: str, secret: str
) -> _Proof:
    """Check the secret; leaves the session without a transaction. Counts a failure."""
    person = session.scalar(
        select(Person)
        .where(Person.login == clean_login(login))
        .execution_options(populate_existing=True)
    )
    if person is None:
        session.rollback()
        verify_password(None, secret)
        raise _failed()
    _refuse_locked(person, now, settings)
    person_id, stored, code, expires_at = (
        person.id,
        person.password_hash,
        person.code_hash,
        person.code_expires_at,
    )
    session.rollback()
    if expires_at is not None and now < expires_at and verify_code(code, secret):
        return _Proof(person_id, by_code=code)
    if not verify_password(stored, secret):
        _count_failure(session, now, settings, person_id)
        raise _failed()
    stale = stored is not None and needs_rehash(stored)
    return _Proof(person_id, new_hash=hash_password(secret) if stale else None)


def _count_failure(session: SessionLike, now: datetime, settings: Settings, person_id: int) -> None:
    with writing(session):
        person = _locked_row(session, person_id)
        person.failures += 1
        if person.failures >= settings.lock_after:
            person.failures = 0
            person.locked_until = now + timedelta(seconds=settings.lock_s)


def _locked_row(session: SessionLike, person_id: int) -> Person:
    """The person as it is now, kept from others until the end of the transaction."""
    return session.get_one(
        Person, person_id, populate_existing=True, with_for_update={"of": Person}
    )


def _refuse_unfit(person: Person, now: datetime, settings: Settings) -> None:
    _refuse_locked(person, now, settings)
    if not person.active:
        raise Refused("person-inactive", N_("This account is no longer in use."), status=403)


def _refuse_locked(person: Person, now: datetime, settings: Settings) -> None:
    if person.locked_until is not None and now < person.locked_until:
        until = person.locked_until.astimezone(settings.zone)
        raise Refused(
            "locked",
            N_("Too many failed attempts: this account is locked until %(until)s."),
            status=403,
            until=f"{until:%Y-%m-%d %H:%M}",
        )


def _failed() -> Refused:
    return Refused("sign-in-failed", N_("The login or the password is wrong."), status=403)


def token_hash(token: str) -> str:
    """By which a bearer token is kept and found."""
    return hashlib.sha256(token.encode()).hexdigest()

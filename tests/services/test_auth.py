"""Signing in, own passwords, tokens."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from argon2 import PasswordHasher
from school import School
from sqlalchemy import Engine, func, select
from sqlalchemy.orm import Session

from quizengine.domain.text import Refused
from quizengine.services import auth
from quizengine.services.access import SYSTEM
from quizengine.services.auth import (
    change_password,
    issue_token,
    revoke_token,
    set_language,
    sign_in,
)
from quizengine.services.codes import issue_codes
from quizengine.services.passwords import hash_password
from quizengine.services.signed_in import person_for_session, person_for_token
from quizengine.settings import Settings
from quizengine.storage.engine import writing
from quizengine.storage.models import ApiToken, Person

PASSWORD = "correct horse"
HASH = hash_password(PASSWORD)
SETTINGS = Settings()


@pytest.fixture
def li(session: Session, school: School) -> int:
    """A member with an own password."""
    return _with_password(session, school, "li")


def _with_password(session: Session, school: School, login: str) -> int:
    with writing(session):
        person = session.get_one(Person, school.persons[login])
        person.password_hash = HASH
        person.must_change = False
    return school.persons[login]


def _code(session: Session, now: datetime, person_id: int) -> str:
    return issue_codes(session, now, SETTINGS, SYSTEM, [person_id])[0].code


def _refusal(session: Session, now: datetime, login: str, secret: str) -> Refused:
    with pytest.raises(Refused) as refusal:
        sign_in(session, now, SETTINGS, login, secret)
    return refusal.value


def test_login_ignores_case_and_spaces(session: Session, now: datetime, li: int) -> None:
    assert sign_in(session, now, SETTINGS, " LI ", PASSWORD).id == li


def test_signing_in_with_a_password_writes_nothing(
    session: Session, now: datetime, li: int, statements: list[str]
) -> None:
    statements.clear()
    sign_in(session, now, SETTINGS, "li", PASSWORD)
    assert statements and all(s.startswith("SELECT") for s in statements)


def test_unknown_login_and_wrong_password_look_alike(
    session: Session, now: datetime, li: int
) -> None:
    wrong, unknown = _refusal(session, now, "li", "no"), _refusal(session, now, "nobody", "no")
    assert (wrong.code, wrong.text, wrong.status) == (unknown.code, unknown.text, unknown.status)


def test_an_unknown_login_costs_a_hash_too(
    session: Session, now: datetime, school: School, monkeypatch: pytest.MonkeyPatch
) -> None:
    verified: list[object] = []
    monkeypatch.setattr(auth, "verify_password", lambda stored, given: verified.append(stored))
    _refusal(session, now, "nobody", "secret")
    _refusal(session, now, "li", "secret")
    assert verified == [None, None]


def test_failures_in_a_row_lock_until_the_time_is_over(
    session: Session, now: datetime, li: int
) -> None:
    for _ in range(SETTINGS.lock_after):
        assert _refusal(session, now, "li", "wrong").code == "sign-in-failed"
    locked = _refusal(session, now, "li", PASSWORD)
    assert locked.code == "locked"
    assert "2026-03-02 16:15" in str(locked)  # in the site's time zone
    later = now + timedelta(seconds=SETTINGS.lock_s)
    assert _refusal(session, later - timedelta(seconds=1), "li", PASSWORD).code == "locked"
    assert sign_in(session, later, SETTINGS, "li", PASSWORD).id == li


def test_success_resets_the_count(session: Session, now: datetime, li: int) -> None:
    for _ in range(3):
        for _ in range(SETTINGS.lock_after - 1):
            _refusal(session, now, "li", "wrong")
        assert sign_in(session, now, SETTINGS, "li", PASSWORD).failures == 0


def test_a_lock_set_while_the_password_was_hashed_counts(
    session: Session, now: datetime, li: int, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    def verify_and_lock(stored: str, given: str) -> bool:
        with Session(engine) as other, writing(other):
            other.get_one(Person, li).locked_until = now + timedelta(minutes=1)
        return True

    monkeypatch.setattr(auth, "verify_password", verify_and_lock)
    assert _refusal(session, now, "li", PASSWORD).code == "locked"


def test_inactive_people_learn_so_only_with_the_right_password(
    session: Session, now: datetime, li: int
) -> None:
    with writing(session):
        session.get_one(Person, li).active = False
    assert _refusal(session, now, "li", "wrong").code == "sign-in-failed"
    assert _refusal(session, now, "li", PASSWORD).code == "person-inactive"


def test_an_old_hash_is_replaced(session: Session, now: datetime, li: int) -> None:
    old = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash(PASSWORD)
    with writing(session):
        session.get_one(Person, li).password_hash = old
    person = sign_in(session, now, SETTINGS, "li", PASSWORD)
    assert person.password_hash is not None
    assert person.password_hash.startswith("$argon2id$v=19$m=19456")
    assert sign_in(session, now, SETTINGS, "li", PASSWORD).id == li


def test_a_code_works_once_and_asks_for_an_own_password(
    session: Session, now: datetime, school: School
) -> None:
    code = _code(session, now, school.persons["wang"])
    person = sign_in(session, now, SETTINGS, "wang", code.lower().replace("-", " "))
    assert person.must_change
    assert _refusal(session, now, "wang", code).code == "sign-in-failed"


def test_a_code_expires(session: Session, now: datetime, school: School) -> None:
    code = _code(session, now, school.persons["wang"])
    late = now + timedelta(days=SETTINGS.code_days)
    assert _refusal(session, late, "wang", code).code == "sign-in-failed"
    assert sign_in(session, late - timedelta(seconds=1), SETTINGS, "wang", code).must_change


def test_a_code_used_by_another_request_meanwhile_is_refused(
    session: Session, now: datetime, school: School, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = _code(session, now, school.persons["wang"])

    def verify_and_use(stored: str, given: str) -> bool:
        monkeypatch.undo()
        with Session(engine) as other:
            sign_in(other, now, SETTINGS, "wang", given)
        return True

    monkeypatch.setattr(auth, "verify_code", verify_and_use)
    assert _refusal(session, now, "wang", code).code == "sign-in-failed"


def test_wrong_codes_count_as_failures(session: Session, now: datetime, school: School) -> None:
    code = _code(session, now, school.persons["wang"])
    for _ in range(SETTINGS.lock_after):
        _refusal(session, now, "wang", "AAAA-AAAA-AAAA")
    assert _refusal(session, now, "wang", code).code == "locked"


def test_first_own_password_after_a_code(
    engine: Engine, session: Session, now: datetime, school: School
) -> None:
    wang = school.persons["wang"]
    sign_in(session, now, SETTINGS, "wang", _code(session, now, wang))
    before = session.get_one(Person, wang).session_version
    with pytest.raises(Refused, match="at least 10"):
        change_password(session, now, SETTINGS, wang, None, "short")
    version = change_password(session, now, SETTINGS, wang, None, PASSWORD)
    assert version == before + 1
    person = sign_in(session, now, SETTINGS, "wang", PASSWORD)
    assert not person.must_change
    assert person_for_session(engine, wang, before) is None
    now_signed_in = person_for_session(engine, wang, version)
    assert now_signed_in is not None and now_signed_in.person_id == person.id


def test_a_further_change_needs_the_present_password(
    session: Session, now: datetime, li: int
) -> None:
    for old in (None, "", "wrong"):
        with pytest.raises(Refused) as refusal:
            change_password(session, now, SETTINGS, li, old, "another horse")
        assert refusal.value.code == "password-wrong"
    with pytest.raises(Refused, match="another password"):
        change_password(session, now, SETTINGS, li, PASSWORD, PASSWORD)
    change_password(session, now, SETTINGS, li, PASSWORD, "another horse")
    assert sign_in(session, now, SETTINGS, "li", "another horse").id == li


def test_guessing_the_present_password_locks_too(session: Session, now: datetime, li: int) -> None:
    for _ in range(SETTINGS.lock_after):
        with pytest.raises(Refused):
            change_password(session, now, SETTINGS, li, "wrong", "another horse")
    with pytest.raises(Refused) as refusal:
        change_password(session, now, SETTINGS, li, PASSWORD, "another horse")
    assert refusal.value.code == "locked"


def test_a_token_stands_for_its_person_until_it_expires(
    engine: Engine, session: Session, now: datetime, li: int
) -> None:
    token = issue_token(session, now, SETTINGS, "li", PASSWORD)
    assert token.expires_at == now + timedelta(seconds=SETTINGS.token_s)
    person = person_for_token(engine, now, token.token)
    assert person is not None and person.person_id == li
    assert person_for_token(engine, token.expires_at, token.token) is None
    assert person_for_token(engine, now, token.token + "x") is None
    assert token.token not in session.scalars(select(ApiToken.token_hash)).all()


def test_tokens_end_when_revoked_or_with_the_password_or_the_account(
    engine: Engine, session: Session, now: datetime, li: int
) -> None:
    first = issue_token(session, now, SETTINGS, "li", PASSWORD)
    revoke_token(session, first.token)
    revoke_token(session, "unknown")
    assert person_for_token(engine, now, first.token) is None
    second = issue_token(session, now, SETTINGS, "li", PASSWORD)
    change_password(session, now, SETTINGS, li, PASSWORD, "another horse")
    assert person_for_token(engine, now, second.token) is None
    third = issue_token(session, now, SETTINGS, "li", "another horse")
    with writing(session):
        session.get_one(Person, li).active = False
    assert person_for_token(engine, now, third.token) is None


def test_expired_tokens_are_cleared_away(session: Session, now: datetime, li: int) -> None:
    issue_token(session, now, SETTINGS, "li", PASSWORD)
    issue_token(session, now + timedelta(days=2), SETTINGS, "li", PASSWORD)
    assert session.scalar(select(func.count()).select_from(ApiToken)) == 1


def test_no_token_before_the_own_password_and_the_code_stays(
    session: Session, now: datetime, school: School
) -> None:
    code = _code(session, now, school.persons["wang"])
    with pytest.raises(Refused) as refusal:
        issue_token(session, now, SETTINGS, "wang", code)
    assert (refusal.value.code, refusal.value.status) == ("password-change-needed", 403)
    assert sign_in(session, now, SETTINGS, "wang", code).must_change


def test_language_of_the_person(session: Session, li: int) -> None:
    set_language(session, li, "en")
    assert session.get_one(Person, li).language == "en"
    with pytest.raises(Refused):
        set_language(session, li, "xx")
    set_language(session, li, None)
    assert session.get_one(Person, li).language is None


def test_lock_settings_are_honoured(session: Session, now: datetime, li: int) -> None:
    strict = replace(SETTINGS, lock_after=1, lock_s=60)
    with pytest.raises(Refused):
        sign_in(session, now, strict, "li", "wrong")
    with pytest.raises(Refused, match="16:01"):
        sign_in(session, now, strict, "li", PASSWORD)

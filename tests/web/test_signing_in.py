"""Signing in and out, lockout, the forced change of password, sessions that end."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from school import School
from sqlalchemy.orm import Session
from website import Clock, page_token, with_csrf

from quizengine.services.access import SYSTEM
from quizengine.services.codes import issue_codes
from quizengine.services.passwords import hash_password
from quizengine.settings import Settings
from quizengine.storage.engine import writing
from quizengine.storage.models import Person
from quizengine.web.clock import SETTINGS
from quizengine.web.identity import safe_target

PASSWORD = "correct horse battery"
NEW = "purple lantern river"
Login = Callable[..., FlaskClient]


@pytest.fixture(scope="module")
def hashed() -> str:
    return hash_password(PASSWORD)


@pytest.fixture
def settings(app: Flask) -> Settings:
    settings: Settings = app.extensions[SETTINGS]
    return settings


@pytest.fixture
def li(session: Session, school: School, hashed: str) -> int:
    """A member with an own password."""
    with writing(session):
        person = session.get_one(Person, school.persons["li"])
        person.password_hash = hashed
        person.must_change = False
    return school.persons["li"]


def test_the_password_opens_the_page_that_was_asked_for(client: FlaskClient, li: int) -> None:
    assert client.get("/account?x=1").headers["Location"] == "/sign-in?next=/account?x%3D1"
    page = client.get("/sign-in?next=/account").text
    assert 'name="next" type="hidden" value="/account"' in page
    response = client.post("/sign-in", data={"login": "li", "secret": PASSWORD, "next": "/account"})
    assert response.headers["Location"] == "/account"
    assert "李雷" in client.get("/account").text
    assert client.get("/sign-in").headers["Location"] == "/"


@pytest.mark.parametrize(
    "form", [{"login": "li", "secret": "Wrong-1"}, {"login": "x", "secret": "Wrong-2"}]
)
def test_a_wrong_password_and_an_unknown_login_say_the_same(
    client: FlaskClient, li: int, form: dict[str, str]
) -> None:
    response = client.post("/sign-in", data=form)
    assert response.status_code == 403
    assert "The login or the password is wrong." in response.text
    assert form["secret"] not in response.text.partition("<main")[2]


def test_empty_fields_are_pointed_out_at_the_field(client: FlaskClient) -> None:
    response = client.post("/sign-in", data={})
    assert response.status_code == 400
    assert response.text.count("Please fill this in.") == 2
    assert 'aria-describedby="login-error"' in response.text


def test_too_many_failures_lock_the_account_and_the_page_says_until_when(
    client: FlaskClient, li: int, clock: Clock, settings: Settings
) -> None:
    for _ in range(settings.lock_after):
        client.post("/sign-in", data={"login": "li", "secret": "wrong"})
    locked = client.post("/sign-in", data={"login": "li", "secret": PASSWORD})
    assert locked.status_code == 403
    assert "this account is locked until 2026-03-02 16:15." in locked.text
    clock.advance(settings.lock_s)
    assert client.post("/sign-in", data={"login": "li", "secret": PASSWORD}).status_code == 302


def test_a_code_leads_to_an_own_password_and_nowhere_else(
    client: FlaskClient, session: Session, school: School, clock: Clock, settings: Settings
) -> None:
    code = issue_codes(session, clock(), settings, SYSTEM, [school.persons["li"]])[0].code
    assert client.post("/sign-in", data={"login": "li", "secret": code}).status_code == 302
    for path in ("/", "/my/", "/account"):
        assert client.get(path).headers["Location"] == "/password"
    page = client.get("/password").text
    assert "Choose your password" in page
    assert "Present password" not in page
    assert 'href="/my/"' not in page
    again = {"new": NEW, "again": NEW}
    response = with_csrf(client).post("/password", data=again)
    assert response.headers["Location"] == "/"
    assert "Your password is saved." in client.get("/account").text
    with_csrf(client).post("/sign-out")
    assert client.get("/account").status_code == 302
    with_csrf(client)
    assert client.post("/sign-in", data={"login": "li", "secret": code}).status_code == 403
    assert client.post("/sign-in", data={"login": "li", "secret": NEW}).status_code == 302


def test_who_must_change_may_still_switch_language_and_sign_out(
    client: FlaskClient, login: Login
) -> None:
    login(client, "li", must_change=True)
    response = client.post("/language", data={"language": "zh_CN", "next": "/password"})
    assert response.headers["Location"] == "/password"
    assert client.post("/sign-out").headers["Location"] == "/sign-in"
    assert client.get("/account").headers["Location"] == "/sign-in?next=/account"


@pytest.mark.parametrize(
    ("form", "status", "message"),
    [
        ({"old": "wrong", "new": NEW, "again": NEW}, 403, "The present password is wrong."),
        ({"old": PASSWORD, "new": "short", "again": "short"}, 400, "at least 10 characters"),
        ({"old": PASSWORD, "new": NEW, "again": NEW + "x"}, 400, "The two new passwords differ."),
        ({"new": NEW, "again": NEW}, 400, "Please fill this in."),
    ],
)
def test_a_change_of_password_that_fails_says_why(
    client: FlaskClient, login: Login, li: int, form: dict[str, str], status: int, message: str
) -> None:
    response = login(client, "li").post("/password", data=form)
    assert response.status_code == status
    assert message in response.text
    assert client.get("/account").status_code == 200


def test_a_new_password_ends_the_sessions_of_other_devices(
    app: Flask, client: FlaskClient, login: Login, li: int
) -> None:
    other = login(app.test_client(), "li")
    assert other.get("/account").status_code == 200
    form = {"old": PASSWORD, "new": NEW, "again": NEW}
    assert login(client, "li").post("/password", data=form).headers["Location"] == "/account"
    assert client.get("/account").status_code == 200
    assert other.get("/account").headers["Location"] == "/sign-in?next=/account"


def test_an_account_taken_out_of_use_is_signed_out(
    client: FlaskClient, login: Login, session: Session, li: int
) -> None:
    assert login(client, "li").get("/account").status_code == 200
    with writing(session):
        session.get_one(Person, li).active = False
    assert client.get("/account").status_code == 302


def test_signing_in_starts_a_fresh_session(app: Flask, li: int) -> None:
    browser = app.test_client()
    token = page_token(browser.get("/sign-in").text)
    form = {"login": "li", "secret": PASSWORD, "csrf_token": token}
    assert browser.post("/sign-in", data=form).status_code == 302
    stale = browser.post("/language", data={"language": "en", "csrf_token": token})
    assert stale.status_code == 400


def test_a_form_sent_after_the_sign_in_ended_leads_to_the_sign_in(client: FlaskClient) -> None:
    response = client.post("/password", data={"new": NEW})
    assert response.headers["Location"] == "/sign-in"
    assert "Your sign-in has ended." in client.get("/sign-in").text


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "evil", "/a\nb", "", None],
)
def test_only_paths_of_this_site_are_followed(target: str | None) -> None:
    assert safe_target(target) is None


def test_a_foreign_target_is_ignored_after_signing_in(client: FlaskClient, li: int) -> None:
    form = {"login": "li", "secret": PASSWORD, "next": "//evil.example/"}
    assert client.post("/sign-in", data=form).headers["Location"] == "/"

"""Headers, the content policy, caching, and the session cookie."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from flask import Flask, request
from flask.testing import FlaskClient
from sqlalchemy import Engine
from website import Clock, page_token, sign_in, site_settings

from quizengine.app import create_app

Login = Callable[..., FlaskClient]


@pytest.mark.parametrize("path", ["/sign-in", "/nope", "/healthz", "/static/quizengine.css"])
def test_every_answer_carries_the_headers(client: FlaskClient, path: str) -> None:
    headers = client.get(path, buffered=True).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "camera=()" in headers["Permissions-Policy"]
    policy = headers["Content-Security-Policy"]
    for directive in (
        "default-src 'self'",
        "img-src 'self' data:",
        "frame-ancestors 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "object-src 'none'",
    ):
        assert directive in policy
    assert "unsafe" not in policy


def test_the_nonce_is_new_for_each_answer(client: FlaskClient) -> None:
    policies = {client.get("/sign-in").headers["Content-Security-Policy"] for _ in range(3)}
    assert len(policies) == 3


def test_pages_are_not_kept_and_static_files_are(client: FlaskClient, login: Login) -> None:
    page = login(client, "li").get("/account")
    assert page.headers["Cache-Control"] == "no-store"
    address = re.search(r'href="(/static/quizengine\.css\?v=[0-9a-f]+)"', page.text)
    assert address
    static = client.get(address.group(1), buffered=True)
    assert "immutable" in static.headers["Cache-Control"]
    plain = client.get("/static/quizengine.css", buffered=True)
    assert "immutable" not in plain.headers["Cache-Control"]
    assert "immutable" not in client.get("/static/nope.css?v=1").headers["Cache-Control"]


def test_all_static_files_of_a_page_exist_and_carry_a_version(client: FlaskClient) -> None:
    page = client.get("/sign-in").text
    addresses = re.findall(r'<(?:link|script|img)[^>]+(?:href|src)="([^"]+)"', page)
    assert len(addresses) >= 7
    for address in addresses:
        assert re.search(r"\?v=[0-9a-f]{12}$", address), address
        assert client.get(address, buffered=True).status_code == 200


def test_the_session_cookie_is_closed_to_scripts_and_other_sites(
    engine: Engine, tmp_path: Path
) -> None:
    for secure in (False, True):
        app = create_app(site_settings(tmp_path, secure_cookies=secure))
        cookie = app.test_client().get("/sign-in").headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Lax" in cookie
        assert ("Secure" in cookie) is secure


def test_the_sign_in_ends_without_use(
    engine: Engine, tmp_path: Path, clock: Clock, login: Login
) -> None:
    app = create_app(site_settings(tmp_path, session_s=-1), clock)
    client = login(app.test_client(), "li")
    assert client.get("/account").headers["Location"] == "/sign-in?next=/account"


def test_the_sign_in_is_renewed_by_use(app: Flask, client: FlaskClient, login: Login) -> None:
    cookie = login(client, "li").get("/account").headers["Set-Cookie"]
    assert cookie.startswith("quizengine=")
    assert "Expires=" in cookie


def test_a_proxy_is_believed_only_if_it_is_trusted(engine: Engine, tmp_path: Path) -> None:
    headers = {"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https"}
    for trusted, expected in ((0, ("127.0.0.1", "http")), (1, ("192.0.2.7", "https"))):
        app = create_app(site_settings(tmp_path, trusted_proxies=trusted))
        seen: list[tuple[str | None, str]] = []
        app.before_request(partial(_note, seen))
        app.test_client().get("/healthz", headers=headers)
        assert seen == [expected]


def _note(seen: list[tuple[str | None, str]]) -> None:
    seen.append((request.remote_addr, request.scheme))


def test_a_forged_form_is_refused_with_an_explanation(
    app: Flask, client: FlaskClient, login: Login, school: object
) -> None:
    login(client, "li")
    stranger = app.test_client()
    stranger.set_cookie("quizengine", client.get_cookie("quizengine").value)  # type: ignore[union-attr]
    response = stranger.post("/sign-out")
    assert response.status_code == 400
    assert "Your page is out of date" in response.text
    assert client.get("/account").status_code == 200


def test_the_token_of_the_page_is_accepted(app: Flask, login: Login) -> None:
    browser = app.test_client()
    token = page_token(browser.get("/sign-in").text)
    response = browser.post("/language", data={"language": "en", "csrf_token": token})
    assert response.status_code == 302


def test_a_session_of_another_key_is_nobodys(app: Flask, client: FlaskClient, login: Login) -> None:
    login(client, "li")
    browser = app.test_client()
    browser.set_cookie("quizengine", client.get_cookie("quizengine").value[:-4] + "AAAA")  # type: ignore[union-attr]
    assert browser.get("/account").status_code == 302
    assert sign_in(browser, 10_000).get("/account").status_code == 302

"""Refusals, HTTP errors and unforeseen exceptions, as pages and as problem details."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask, abort, request
from flask.testing import FlaskClient
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from website import Clock, site_settings

from quizengine.app import create_app
from quizengine.domain.text import N_, Refused
from quizengine.storage.engine import writing
from quizengine.storage.models import BankState
from quizengine.web.identity import public

Login = Callable[..., FlaskClient]


@public
def _raise(kind: str) -> str:
    if kind == "refused":
        raise Refused("full", N_("There is no person %(name)s."), status=409, name="<b>x</b>")
    if kind == "bug":
        raise RuntimeError("the secret plan")
    if kind == "body":
        return str(len(request.get_data()))
    return abort(int(kind))


@pytest.fixture
def site(engine: Engine, tmp_path: Path, clock: Clock) -> FlaskClient:
    """A site as it runs for people, with pages that fail as wished."""
    app = create_app(site_settings(tmp_path), clock)
    app.add_url_rule("/fail/<kind>", "fail", _raise, methods=["GET", "PUT"])
    app.add_url_rule("/api/v1/fail/<kind>", "api_fail", _raise)
    return app.test_client()


def test_a_refusal_is_a_page_with_its_message_escaped(site: FlaskClient) -> None:
    response = site.get("/fail/refused")
    assert response.status_code == 409
    assert "There is no person &lt;b&gt;x&lt;/b&gt;." in response.text


def test_a_refusal_of_the_api_is_a_problem_document(site: FlaskClient) -> None:
    response = site.get("/api/v1/fail/refused")
    assert response.status_code == 409
    assert response.mimetype == "application/problem+json"
    problem = response.get_json()
    assert problem["type"] == "/api/v1/problems#full"
    assert problem["code"] == "full"
    assert problem["status"] == 409
    assert problem["title"] == "Conflict"
    assert problem["detail"] == "There is no person <b>x</b>."


@pytest.mark.parametrize("status", [400, 403, 404, 405, 413, 418, 429])
def test_an_http_error_has_a_page_and_a_problem_document(site: FlaskClient, status: int) -> None:
    page = site.get(f"/fail/{status}")
    assert page.status_code == status
    assert f'class="qe-error-code" aria-hidden="true">{status}<' in page.text
    problem = site.get(f"/api/v1/fail/{status}")
    assert problem.status_code == status
    assert problem.get_json()["status"] == status


def test_an_unknown_address_is_not_found(site: FlaskClient) -> None:
    assert site.get("/nope").status_code == 404
    assert "There is no page at this address." in site.get("/nope").text
    assert site.get("/api/v1/nope").mimetype == "application/problem+json"
    assert site.get("/theme/../theme.yaml").status_code == 404
    assert site.get("/theme/%2e%2e/theme.yaml").status_code == 404


def test_a_wrong_method_keeps_its_allow_header(site: FlaskClient) -> None:
    response = site.put("/sign-out")
    assert response.status_code == 405
    assert "POST" in response.headers["Allow"]


def test_a_stranger_at_the_api_gets_401_and_no_redirect(
    app: Flask, client: FlaskClient, login: Login
) -> None:
    app.add_url_rule("/api/v1/secret", "api_secret", lambda: "secret")
    stranger = client.get("/api/v1/secret")
    assert stranger.status_code == 401
    assert stranger.headers["WWW-Authenticate"] == "Bearer"
    assert stranger.get_json()["code"] == "sign-in-needed"
    assert login(client, "li", must_change=True).get("/api/v1/secret").status_code == 403
    assert login(client, "li").get("/api/v1/secret").text == "secret"


def test_a_bad_token_is_not_made_good_by_a_cookie(
    app: Flask, client: FlaskClient, login: Login
) -> None:
    app.add_url_rule("/api/v1/secret", "api_secret", lambda: "secret", methods=["GET", "POST"])
    login(client, "li")
    headers = {"Authorization": "Bearer nonsense"}
    assert client.post("/api/v1/secret", headers=headers).status_code == 401


def test_a_body_that_is_too_large_is_refused(site: FlaskClient) -> None:
    token = {"X-CSRFToken": "x", "Content-Length": str(17 * 1024 * 1024)}
    response = site.get(
        "/fail/body", headers=token, environ_overrides={"CONTENT_LENGTH": "17825792"}
    )
    assert response.status_code == 413
    assert "at most 16 MB" in response.text


@pytest.mark.parametrize("path", ["/fail/bug", "/api/v1/fail/bug"])
def test_an_unforeseen_error_shows_a_number_that_is_in_the_log_and_no_trace(
    site: FlaskClient, caplog: pytest.LogCaptureFixture, path: str
) -> None:
    with caplog.at_level(logging.ERROR):
        response = site.get(path)
    assert response.status_code == 500
    assert "secret plan" not in response.text
    assert "Traceback" not in response.text
    number = re.search(r"error ([0-9a-f]{8})", caplog.text)
    assert number
    assert number.group(1) in response.text
    assert "secret plan" in caplog.text


def test_the_error_page_comes_up_while_the_database_is_away(
    tmp_path: Path, login: Login, client: FlaskClient, caplog: pytest.LogCaptureFixture
) -> None:
    cookie = login(client, "li").get_cookie("quizengine")
    assert cookie
    broken = f"sqlite:///{tmp_path / 'nowhere' / 'quizengine.db'}"
    browser = create_app(site_settings(tmp_path, database_url=broken)).test_client()
    browser.set_cookie("quizengine", cookie.value)
    response = browser.get("/account")
    assert response.status_code == 500
    assert "Something went wrong" in response.text


def test_alive_but_not_ready_without_a_bank(client: FlaskClient) -> None:
    assert client.get("/healthz").get_json() == {"status": "ok"}
    response = client.get("/readyz")
    assert response.status_code == 503
    assert response.get_json()["parts"] == {"database": True, "schema": True, "bank": False}


def test_ready_once_a_bank_is_served(client: FlaskClient, session: Session) -> None:
    with writing(session):
        session.add(BankState(id=1, served_digest="0" * 64))
    assert client.get("/readyz").status_code == 200


def test_not_ready_without_a_database(tmp_path: Path) -> None:
    broken = f"sqlite:///{tmp_path / 'nowhere' / 'quizengine.db'}"
    app = create_app(site_settings(tmp_path, database_url=broken))
    response = app.test_client().get("/readyz")
    assert response.status_code == 503
    assert response.get_json()["parts"] == {"database": False, "schema": False, "bank": False}
    assert app.test_client().get("/healthz").status_code == 200


def test_not_ready_with_an_old_schema(tmp_path: Path) -> None:
    response = create_app(site_settings(tmp_path)).test_client().get("/readyz")
    assert response.get_json()["parts"] == {"database": True, "schema": False, "bank": False}

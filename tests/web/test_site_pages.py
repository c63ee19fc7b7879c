"""All pages: who may see them, and what they never contain."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from cleanpage import assert_clean
from flask import Flask
from flask.testing import FlaskClient
from website import plain_pages

Login = Callable[..., FlaskClient]

# What is open to everybody; a page that is added to these is added with care.
PUBLIC = {
    "api.create_token",
    # With a token of a program, which no sign-in stands for.
    *("api.list_office_entries", "api.list_office_records", "api.read_office_appraisal"),
    *("api.list_office_lists", "api.list_office_listed"),
    "api.read_document",
    "auth.choose_language",
    "auth.sign_in",
    # Whoever knows a contest's code: its screens, its teams, its judges, its audience.
    *("hall.audience", "hall.enter", "hall.join", "hall.judge"),
    *("hall.screen", "hall.seat", "hall.take", "hall.team"),
    # Whoever has a certificate's paper checks it.
    *("certificates.ask", "certificates.check", "certificates.program", "certificates.proof"),
    "health.healthz",
    "health.readyz",
    # Where the code on a class's screen leads: it is checked before its owner has signed in.
    "my_training.scan",
}


@pytest.mark.parametrize("name", ["admin", "organizer", "grader", "auditor", "li"])
def test_no_page_fails_or_brings_in_foreign_addresses_or_inline_code(
    app: Flask, client: FlaskClient, login: Login, name: str
) -> None:
    login(client, name)
    for _endpoint, path in plain_pages(app):
        response = client.get(path, buffered=True)
        # The site of the tests serves no bank: it is not ready, and pages that need one refuse.
        assert response.status_code < 500 or path == "/readyz", path
        if response.mimetype == "text/html":
            assert_clean(path, response.text, response.headers)


@pytest.mark.parametrize("name", ["admin", "organizer", "grader", "auditor", "li"])
def test_each_entry_of_the_navigation_opens(client: FlaskClient, login: Login, name: str) -> None:
    links = re.findall(
        r'class="nav-link[^"]*" href="([^"]+)"', login(client, name).get("/my/").text
    )
    assert "/my/" in links
    for path in links:
        page = client.get(path)
        assert page.status_code == 200, path
        assert 'aria-current="page"' in page.text, path


def test_only_the_pages_meant_for_everybody_open_without_a_sign_in(
    app: Flask, client: FlaskClient
) -> None:
    views = app.view_functions
    marked = {name for name in views if getattr(views[name], "quizengine_public", False)}
    assert marked == PUBLIC
    for endpoint, path in plain_pages(app):
        if endpoint in PUBLIC:
            continue
        response = client.get(path)
        if path.startswith("/api/"):
            assert response.status_code == 401, path
        else:
            target = "" if path == "/" else f"?next={path}"
            assert response.headers["Location"] == f"/sign-in{target}"


@pytest.mark.parametrize(
    ("name", "entry"), [("li", "/organize/"), ("auditor", "/people/"), ("grader", "/organize/")]
)
def test_a_page_of_another_role_is_refused(
    client: FlaskClient, login: Login, name: str, entry: str
) -> None:
    response = login(client, name).get(entry)
    assert response.status_code == 403
    assert "You have no right to do this here." in response.text
    assert f'href="{entry}"' not in response.text


def test_home_is_the_member_page_for_all_with_the_tools_of_the_role(
    client: FlaskClient, login: Login
) -> None:
    assert login(client, "organizer").get("/").headers["Location"] == "/my/"
    home = client.get("/my/").text
    assert "Your tools" in home
    assert 'href="/organize/"' in home
    assert "Your tools" not in login(client, "li").get("/my/").text


def test_the_account_page_shows_own_details_to_read(client: FlaskClient, login: Login) -> None:
    page = login(client, "organizer").get("/account").text
    for text in ("孙丽", "学校保密委员会 › 计算机学院", "Organizer", "leader"):
        assert text in page
    assert client.post("/account", data={"name": "x"}).status_code == 405

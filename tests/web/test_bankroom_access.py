"""The bank's pages: who may open them, and that answers reach nobody else."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

Login = Callable[..., FlaskClient]

PAGES = (
    "/bank/questions",
    "/bank/questions/leaving-fill-1",
    "/bank/laws",
    "/bank/twins",
    "/bank/guard",
    "/bank/files",
    "/bank/new",
    "/bank/import",
    "/bank/edit?file=items/leaving.yaml",
    "/bank/edit?file=fresh/x.yaml&kind=single",
)
POSTS = (
    *("/bank/sync", "/bank/new", "/bank/edit", "/bank/lint", "/bank/template", "/bank/import"),
    *("/bank/guard/ask", "/bank/guard/ask-text", "/bank/guard/clear", "/bank/guard/take-back"),
    f"/bank/import/{'x' * 43}",
    f"/bank/import/{'x' * 43}/ask",
)


@pytest.mark.parametrize("path", PAGES)
def test_admins_of_all_units_open_every_page(bank_client: FlaskClient, path: str) -> None:
    assert bank_client.get(path).status_code == 200


@pytest.mark.parametrize("name", ["cs-admin", "auditor", "organizer", "grader", "li"])
def test_nobody_else_opens_a_page_with_answers(bank_app: Flask, login: Login, name: str) -> None:
    client = login(bank_app.test_client(), name)
    for path in PAGES:
        response = client.get(path)
        assert response.status_code == 403, path
        assert "脱密期" not in response.text
    sent = {"file": "items/leaving.yaml", "text": "schema: 1\n", "kind": "single"}
    for path in POSTS:
        assert client.post(path, data=sent).status_code == 403, path
        assert client.post(path, json=sent).status_code == 403, path


def test_a_stranger_is_asked_to_sign_in(bank_app: Flask) -> None:
    client = bank_app.test_client()
    for path in ("/bank/", *PAGES):
        assert client.get(path).headers["Location"].startswith("/sign-in?next=/bank/")


def test_a_forged_request_changes_nothing(bank_app: Flask, login: Login) -> None:
    client = login(bank_app.test_client(), "admin")
    del client.environ_base["HTTP_X_CSRFTOKEN"]
    for path in POSTS:
        assert client.post(path, data={"file": "items/leaving.yaml"}).status_code == 400


def test_an_auditor_reads_figures_and_places_but_no_messages(
    bank_app: Flask, login: Login, bank_client: FlaskClient
) -> None:
    path = bank_app.extensions["quizengine_settings"].bank / "items/leaving.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(
        text.replace("解离一：清退要有登记。", "答案是A，因为要登记。"), encoding="utf-8"
    )
    bank_client.post("/bank/sync")
    assert "答案是A" in bank_client.get("/bank/").text
    page = login(bank_app.test_client(), "auditor").get("/bank/")
    assert page.status_code == 200
    assert "option-letter" in page.text
    assert "答案是A" not in page.text
    assert "/bank/edit" not in page.text
    assert "/bank/questions" not in page.text
    assert "/bank/sync" not in page.text


@pytest.mark.parametrize(
    ("name", "shown"),
    [("admin", True), ("auditor", True), ("cs-admin", False), ("organizer", False), ("li", False)],
)
def test_the_navigation_offers_it_to_those_who_may_read_it(
    bank_app: Flask, login: Login, name: str, shown: bool
) -> None:
    client = login(bank_app.test_client(), name)
    assert ('href="/bank/"' in client.get("/my/").text) is shown
    assert (client.get("/bank/").status_code == 200) is shown

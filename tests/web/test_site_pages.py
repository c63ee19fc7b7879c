"""All pages: who may see them, and what they never contain."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from flask.testing import FlaskClient

Login = Callable[..., FlaskClient]
PAGES = {
    "admin": ["/my/", "/organize/", "/ledger/", "/admin/", "/account", "/password"],
    "organizer": ["/my/", "/organize/", "/ledger/"],
    "auditor": ["/my/", "/ledger/"],
    "li": ["/my/", "/account"],
}
EVERY_PAGE = [(login, path) for login, paths in PAGES.items() for path in paths]


class _Attributes(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))


@pytest.mark.parametrize(("name", "path"), EVERY_PAGE)
def test_page_opens_for_its_role_without_foreign_addresses_or_inline_code(
    client: FlaskClient, login: Login, name: str, path: str
) -> None:
    response = login(client, name).get(path)
    assert response.status_code == 200
    page = response.text
    assert re.findall(r"(?:https?:)?//[^\s\"'<>]+", page.replace("http://www.w3.org/", "")) == []
    nonce = re.search(r"'nonce-([^']+)'", response.headers["Content-Security-Policy"])
    assert nonce
    for tag, attributes in _Attributes(page).tags:
        assert not [a for a in attributes if a.startswith("on") or a == "style"], (tag, attributes)
        if tag in ("script", "style"):
            assert attributes["nonce"] == nonce.group(1)


@pytest.mark.parametrize(("name", "path"), EVERY_PAGE)
def test_page_asks_strangers_to_sign_in(client: FlaskClient, name: str, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 302
    assert response.headers["Location"] == f"/sign-in?next={path}"


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("li", "/organize/"),
        ("li", "/ledger/"),
        ("li", "/admin/"),
        ("auditor", "/admin/"),
        ("auditor", "/organize/"),
        ("organizer", "/admin/"),
        ("grader", "/organize/"),
    ],
)
def test_page_of_another_role_is_refused(
    client: FlaskClient, login: Login, name: str, path: str
) -> None:
    response = login(client, name).get(path)
    assert response.status_code == 403
    assert "You have no right to do this here." in response.text
    assert f'href="{path}"' not in response.text


def test_home_is_the_member_page_for_all_with_the_tools_of_the_role(
    client: FlaskClient, login: Login
) -> None:
    assert login(client, "organizer").get("/").headers["Location"] == "/my/"
    home = client.get("/my/").text
    assert "Your tools" in home
    assert 'href="/organize/"' in home
    assert 'href="/admin/"' not in home
    assert "Your tools" not in login(client, "li").get("/my/").text


def test_the_account_page_shows_own_details_to_read(client: FlaskClient, login: Login) -> None:
    page = login(client, "organizer").get("/account").text
    for text in ("孙丽", "学校保密委员会 › 计算机学院", "Organizer", "leader"):
        assert text in page
    assert client.post("/account", data={"name": "x"}).status_code == 405

"""The language of a page, times in the site's zone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from school import School
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from website import site_settings

from quizengine.app import create_app
from quizengine.domain.text import N_, Text
from quizengine.storage.models import Person
from quizengine.web.i18n import localdate, localtime, translated

Login = Callable[..., FlaskClient]


def _language(page: str) -> str:
    return page.partition('<html lang="')[2].partition('"')[0]


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("", "zh-CN"),
        ("zh-TW,zh;q=0.9,en;q=0.8", "zh-CN"),
        ("en-GB,en;q=0.9,zh;q=0.8", "en"),
        ("de,fr;q=0.5", "zh-CN"),
        ("de,en;q=0.5", "en"),
    ],
)
def test_the_browser_decides_and_else_the_site(
    engine: Engine, tmp_path: Path, accepted: str, expected: str
) -> None:
    app = create_app(site_settings(tmp_path, language="zh_CN"))
    headers = {"Accept-Language": accepted} if accepted else {}
    page = app.test_client().get("/sign-in", headers=headers).text
    assert _language(page) == expected
    assert ("一次性登录码" in page) == (expected == "zh-CN")


def test_a_stranger_switches_the_language_and_stays_on_the_page(client: FlaskClient) -> None:
    response = client.post("/language", data={"language": "zh_CN", "next": "/sign-in?next=/my/"})
    assert response.headers["Location"] == "/sign-in?next=/my/"
    page = client.get("/sign-in", headers={"Accept-Language": "en"}).text
    assert _language(page) == "zh-CN"
    assert 'value="zh_CN" lang="zh-CN" aria-current="true"' in page


def test_the_choice_of_a_person_goes_with_them(
    app: Flask, client: FlaskClient, login: Login, session: Session, school: School
) -> None:
    login(client, "li").post("/language", data={"language": "zh_CN"})
    session.expire_all()
    assert session.get_one(Person, school.persons["li"]).language == "zh_CN"
    other = login(app.test_client(), "li")
    other.set_cookie("language", "en")
    page = other.get("/account", headers={"Accept-Language": "en"}).text
    assert _language(page) == "zh-CN"
    assert "我的账号" in page


def test_an_unknown_language_changes_nothing(client: FlaskClient) -> None:
    response = client.post("/language", data={"language": "xx", "next": "//evil.example"})
    assert response.headers["Location"] == "/"
    assert "language=" not in response.headers.get("Set-Cookie", "").partition("quizengine")[0]
    client.set_cookie("language", "../../etc")
    assert _language(client.get("/sign-in").text) == "en"


@pytest.mark.parametrize(
    ("language", "time", "day"),
    [
        ("zh", "2026年3月3日 01:05", "2026年3月3日"),
        ("en", "3 Mar 2026, 01:05", "3 Mar 2026"),
    ],
)
def test_times_are_shown_in_the_zone_of_the_site(
    app: Flask, language: str, time: str, day: str
) -> None:
    late = datetime(2026, 3, 2, 17, 5, tzinfo=UTC)
    with app.test_request_context(headers={"Accept-Language": language}):
        assert localtime(late) == time
        assert localdate(late) == localdate(date(2026, 3, 3)) == day
        assert localtime(None) == localdate(None) == ""


def test_domain_texts_are_rendered_in_the_language_of_the_page(app: Flask) -> None:
    text = Text(N_("A password needs at least %(count)d characters."), {"count": 10})
    with app.test_request_context(headers={"Accept-Language": "zh"}):
        assert translated(text) == "密码不得少于 10 个字符。"
    with app.test_request_context(headers={"Accept-Language": "en"}):
        assert translated(text) == "A password needs at least 10 characters."
        assert translated("") == ""

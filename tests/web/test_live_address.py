"""Where pages connect to the live server, and what the content policy allows."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine
from website import site_settings
from website import testing as for_tests

from quizengine.app import create_app
from quizengine.web.live_address import live_address


@pytest.mark.parametrize(
    ("settings", "asked", "address"),
    [
        ({}, "http://exam.local:8000", "ws://exam.local:8001"),
        ({"port": 9000}, "http://10.1.2.3:9000", "ws://10.1.2.3:9001"),
        ({"live_port": 7000}, "http://localhost", "ws://localhost:7000"),
        ({}, "https://exam.local", "wss://exam.local:8001"),
        ({}, "http://[::1]:8000", "ws://[::1]:8001"),
        ({"live_url": "wss://exam.local/live"}, "http://10.1.2.3", "wss://exam.local/live"),
    ],
)
def test_the_address_follows_from_the_page(
    engine: Engine, tmp_path: Path, settings: dict[str, object], asked: str, address: str
) -> None:
    app = for_tests(create_app(site_settings(tmp_path, **settings)))
    with app.test_request_context("/", base_url=asked):
        assert live_address() == address


def test_pages_may_connect_there_and_nowhere_else(app: Flask) -> None:
    answer = app.test_client().get("/sign-in", base_url="http://exam.local:8000")
    policy = dict(
        part.split(" ", 1) for part in answer.headers["Content-Security-Policy"].split("; ")
    )
    assert policy["connect-src"] == "'self' ws://exam.local:8001 http://exam.local:8001"

"""A site for tests: its settings, a clock that stands still, and clients that are signed in."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient
from itsdangerous import URLSafeTimedSerializer
from jinja2.bccache import Bucket, BytecodeCache
from werkzeug.routing import Rule

from quizengine.settings import Settings

ROOT = Path(__file__).parent.parent
SECRET_KEY = "not-secret"
_RAW_TOKEN = "0123456789abcdef0123456789abcdef01234567"


class _CompiledTemplates(BytecodeCache):
    """Templates compiled once for all tests; a changed source is compiled again."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


_COMPILED = _CompiledTemplates()
_compile_route = Rule._compile_builder
_routes: dict[tuple[object, ...], Callable[..., tuple[str, str]]] = {}


def _compile_once(rule: Rule, append_unknown: bool = True) -> Callable[..., tuple[str, str]]:
    """What builds the addresses of a route: the same for each application, and slow to make."""
    key = (append_unknown, rule.rule, str(rule.defaults))
    if key not in _routes:
        _routes[key] = _compile_route(rule, append_unknown)
    return _routes[key]


Rule._compile_builder = _compile_once  # type: ignore[method-assign]


class Clock:
    """Stands still until it is moved on."""

    def __init__(self, now: datetime) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def advance(self, seconds: float) -> None:
        """Move on."""
        self.now += timedelta(seconds=seconds)


def site_settings(folder: Path, **changes: object) -> Settings:
    """Settings of a site whose data are in `folder`; pages in English unless asked otherwise."""
    values: dict[str, object] = {
        "instance": folder,
        "bank": ROOT / "question_bank",
        "themes": ROOT / "themes",
        "database_url": f"sqlite:///{folder / 'quizengine.db'}",
        "secret_key": SECRET_KEY,
        "language": "en",
        **changes,
    }
    return Settings(**values)  # type: ignore[arg-type]


def sign_in(client: FlaskClient, person_id: int, session_version: int = 1) -> FlaskClient:
    """Sign in without the sign-in page; the client then also sends the token against forgery."""
    with client.session_transaction() as cookie:
        cookie.permanent = True
        cookie["_user_id"] = f"{person_id}:{session_version}"
        cookie["_fresh"] = True
    return with_csrf(client)


def with_csrf(client: FlaskClient) -> FlaskClient:
    """Let the client send a valid token with each request, as forms and scripts of a page do."""
    with client.session_transaction() as cookie:
        cookie["csrf_token"] = _RAW_TOKEN
    signer = URLSafeTimedSerializer(SECRET_KEY, salt="wtf-csrf-token")
    client.environ_base["HTTP_X_CSRFTOKEN"] = signer.dumps(_RAW_TOKEN)
    return client


def page_token(page: str) -> str:
    """The token in the head of a page."""
    found = re.search(r'<meta name="csrf-token" content="([^"]+)"', page)
    assert found
    return found.group(1)


def plain_pages(app: Flask) -> list[tuple[str, str]]:
    """Endpoint and address of all pages that take no arguments."""
    return sorted(
        (rule.endpoint, rule.rule)
        for rule in app.url_map.iter_rules()
        if "GET" in (rule.methods or ()) and not rule.arguments
    )


def testing(app: Flask) -> Flask:
    """Let exceptions reach the test, and share compiled templates with other tests."""
    app.testing = True
    app.jinja_env.bytecode_cache = _COMPILED
    return app

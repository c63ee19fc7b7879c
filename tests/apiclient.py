"""A program that uses the JSON API; each reply must fit the API's own description."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, timedelta
from typing import Any

from apischema import faults
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from quizengine.storage.engine import writing
from quizengine.storage.models import ApiToken, Person
from quizengine.web.api.document import document

DOCUMENT = document()
PREFIX = "/api/v1"


class Api:
    """Calls under /api/v1 with a bearer token, or with the client's cookie without one."""

    def __init__(self, client: FlaskClient, token: str | None = None, language: str = "en") -> None:
        self._client = client
        self._headers = {"Accept-Language": language}
        if token:
            self._headers["Authorization"] = f"Bearer {token}"
        # Bodies of all replies so far.
        self.seen: list[str] = []

    def get(self, path: str, **query: Any) -> TestResponse:
        """GET."""
        return self.call("GET", path, query_string=query)

    def post(self, path: str, json: Any = None) -> TestResponse:
        """POST; without a body if there is none."""
        return self.call("POST", path, **({} if json is None else {"json": json}))

    def put(self, path: str, json: Any) -> TestResponse:
        """PUT."""
        return self.call("PUT", path, json=json)

    def save(self, sitting_id: int, question_id: str, answer: Any, seq: int = 1) -> TestResponse:
        """Save one answer."""
        path = f"/sittings/{sitting_id}/answers/{question_id}"
        return self.put(path, {"answer": answer, "seq": seq})

    def call(self, method: str, path: str, **options: Any) -> TestResponse:
        """Any call; AssertionError if the reply is not as described."""
        headers = {**self._headers, **options.pop("headers", {})}
        response = self._client.open(PREFIX + path, method=method, headers=headers, **options)
        self.seen.append(response.text)
        _check(method, PREFIX + path, response)
        return response


def _check(method: str, path: str, response: TestResponse) -> None:
    operation = _operation(method, path)
    described = operation["responses"].get(str(response.status_code))
    assert described, f"{method} {path}: {response.status_code} is not described"
    content = described.get("content")
    if content is None:
        assert response.data == b""
        return
    assert response.mimetype in content
    assert faults(response.json, content[response.mimetype]["schema"], DOCUMENT) == []


def _operation(method: str, path: str) -> Any:
    for template, item in DOCUMENT["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), path) and method.lower() in item:
            return item[method.lower()]
    raise AssertionError(f"{method} {path} is not described")


def token_for(session: Session, person_id: int, now: datetime) -> str:
    """A token for an active person with an own password, without the slow check of one."""
    token = f"token-{person_id}"
    with writing(session):
        person = session.get_one(Person, person_id)
        person.must_change = False
        session.add(
            ApiToken(
                token_hash=hashlib.sha256(token.encode()).hexdigest(),
                person_id=person_id,
                session_version=person.session_version,
                created_at=now,
                expires_at=now + timedelta(days=30),
            )
        )
    return token

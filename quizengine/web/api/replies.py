"""Answers of the API."""

from __future__ import annotations

from flask import Response
from pydantic import BaseModel

from quizengine.web.identity import sign_in_needed, signed_in_user


def reply(shown: BaseModel, status: int = 200, **headers: str) -> Response:
    """`shown` as JSON."""
    response = Response(shown.model_dump_json(), status=status, mimetype="application/json")
    response.headers.extend(headers)
    return response


def nothing() -> Response:
    """204: done, and there is nothing to say about it."""
    response = Response(status=204)
    del response.headers["Content-Type"]
    return response


def person() -> int:
    """Id of the person who asks."""
    user = signed_in_user()
    if user is None:
        raise sign_in_needed()
    return user.person_id

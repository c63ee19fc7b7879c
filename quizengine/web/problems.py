"""Errors of the JSON API as problem details (RFC 9457)."""

from __future__ import annotations

import json
from http import HTTPStatus
from typing import Any

from flask import Response, request

from quizengine.domain.text import Refused
from quizengine.web.i18n import translated

MIMETYPE = "application/problem+json"


def problem(status: int, code: str, detail: str, **members: Any) -> Response:
    """A problem document: `code` is stable, `detail` is in the language of the request."""
    document = {
        "type": f"/api/v1/problems#{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "instance": request.path,
        "code": code,
        **members,
    }
    body = json.dumps(document, ensure_ascii=False)
    response = Response(body, status=status, mimetype=MIMETYPE)
    if status == HTTPStatus.UNAUTHORIZED:
        # RFC 9110, 15.5.2: a 401 names the scheme.
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def problem_response(refused: Refused) -> Response:
    """The problem document for a refusal."""
    return problem(refused.status, refused.code, translated(refused.text))

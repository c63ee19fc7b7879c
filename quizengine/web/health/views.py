"""Alive, and able to serve."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from quizengine.services.health import readiness
from quizengine.web.extensions import db
from quizengine.web.identity import public


@public
def healthz() -> ResponseReturnValue:
    """200 as long as the process answers."""
    return {"status": "ok"}


@public
def readyz() -> ResponseReturnValue:
    """200 when all parts are there, else 503; `parts` says which are missing."""
    parts = readiness(db.session)
    ready = all(parts.values())
    return {"status": "ready" if ready else "not ready", "parts": parts}, 200 if ready else 503

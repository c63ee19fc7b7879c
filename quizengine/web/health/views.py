"""Alive, and able to serve."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from quizengine.services.checkpoint_sending import failing
from quizengine.services.health import readiness
from quizengine.web.extensions import db
from quizengine.web.identity import public


@public
def healthz() -> ResponseReturnValue:
    """200 as long as the process answers."""
    return {"status": "ok"}


@public
def readyz() -> ResponseReturnValue:
    """200 when all parts are there, else 503; `parts` says which are missing.

    `checkpoints_failing` counts those that have not arrived where they go; the site still serves.
    """
    parts = readiness(db.session)
    ready = all(parts.values())
    found = {
        "status": "ready" if ready else "not ready",
        "parts": parts,
        "checkpoints_failing": failing(db.session) if parts["schema"] else 0,
    }
    return found, 200 if ready else 503

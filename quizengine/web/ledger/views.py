"""Pages of the ledger."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from quizengine.web.identity import roles_required


@roles_required("organizer", "auditor")
def index() -> ResponseReturnValue:
    """The start page of the ledger."""
    return render_template("ledger/index.html")

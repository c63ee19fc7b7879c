"""The organizer's pages."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from quizengine.web.identity import roles_required


@roles_required("organizer")
def index() -> ResponseReturnValue:
    """The organizer's start page."""
    return render_template("organizer/index.html")

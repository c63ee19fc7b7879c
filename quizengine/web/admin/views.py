"""The admin's pages."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from quizengine.web.identity import roles_required


@roles_required("admin")
def index() -> ResponseReturnValue:
    """The admin's start page."""
    return render_template("admin/index.html")

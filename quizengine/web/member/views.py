"""The member's pages."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue


def index() -> ResponseReturnValue:
    """The home page of everybody; those with a role see their tools on it too."""
    return render_template("member/index.html")

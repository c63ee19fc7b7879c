"""An admin's errands: people, units, the question bank."""

from flask import Blueprint

from quizengine.web.admin import views

bp = Blueprint("admin", __name__, url_prefix="/admin")
bp.add_url_rule("/", view_func=views.index)

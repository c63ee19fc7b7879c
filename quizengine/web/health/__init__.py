"""For machines that watch the server."""

from flask import Blueprint

from quizengine.web.health import views

bp = Blueprint("health", __name__)
bp.add_url_rule("/healthz", view_func=views.healthz)
bp.add_url_rule("/readyz", view_func=views.readyz)

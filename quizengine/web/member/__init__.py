"""A member's errands: exams, sittings, results, own ledger entries."""

from flask import Blueprint

from quizengine.web.member import views

bp = Blueprint("member", __name__, url_prefix="/my")
bp.add_url_rule("/", view_func=views.index)

"""The ledger for organizers and auditors: participation, results, exports, verification."""

from flask import Blueprint

from quizengine.web.ledger import views

bp = Blueprint("ledger", __name__, url_prefix="/ledger")
bp.add_url_rule("/", view_func=views.index)

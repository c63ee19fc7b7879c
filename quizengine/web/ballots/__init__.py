"""党员评议: the offices' pages, those of the electors, and the list to count again."""

from flask import Blueprint

from quizengine.web.ballots import forms, own, register

BOTH = ["GET", "POST"]
POST = ["POST"]

bp = Blueprint("ballots", __name__, url_prefix="/office/ballots")
bp.add_url_rule("/", view_func=register.index)
bp.add_url_rule("/list.<form>", "download", register.download)
bp.add_url_rule("/new", "new", forms.new, methods=BOTH)
bp.add_url_rule("/<int:ballot_id>", "ballot", register.ballot)
bp.add_url_rule("/<int:ballot_id>/change", "change", forms.change, methods=BOTH)
bp.add_url_rule("/<int:ballot_id>/steps", "step", register.step, methods=POST)

own_bp = Blueprint("my_ballots", __name__, url_prefix="/my/ballots")
own_bp.add_url_rule("/", view_func=own.index)
own_bp.add_url_rule("/<int:ballot_id>", "ballot", own.ballot, methods=BOTH)
own_bp.add_url_rule("/<int:ballot_id>/recount", "recount", own.recount, methods=BOTH)
own_bp.add_url_rule("/<int:ballot_id>/votes.json", "votes", own.votes)

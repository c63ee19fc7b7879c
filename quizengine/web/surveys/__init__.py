"""需求调查: the offices' pages, and those of the people who are asked."""

from flask import Blueprint

from quizengine.web.surveys import forms, own, register

BOTH = ["GET", "POST"]
POST = ["POST"]

bp = Blueprint("surveys", __name__, url_prefix="/office/surveys")
bp.add_url_rule("/", view_func=register.index)
bp.add_url_rule("/new", "new", forms.new, methods=BOTH)
bp.add_url_rule("/<int:survey_id>", "survey", register.survey)
bp.add_url_rule("/<int:survey_id>/change", "change", forms.change, methods=BOTH)
bp.add_url_rule("/<int:survey_id>/steps", "step", register.step, methods=POST)
bp.add_url_rule("/<int:survey_id>/results.<form>", "download", register.download)

own_bp = Blueprint("my_surveys", __name__, url_prefix="/my/surveys")
own_bp.add_url_rule("/", view_func=own.index)
own_bp.add_url_rule("/<int:survey_id>", "survey", own.survey, methods=BOTH)

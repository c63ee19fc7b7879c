"""The offices' errands: what happens outside the screen, and the year's appraisal."""

from flask import Blueprint

from quizengine.web.office import index

bp = Blueprint("office", __name__, url_prefix="/office")
bp.add_url_rule("/", view_func=index.index)

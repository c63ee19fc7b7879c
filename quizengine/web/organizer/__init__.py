"""An organizer's errands: open exams, follow them, grade, release."""

from flask import Blueprint

from quizengine.web.organizer import views

bp = Blueprint("organizer", __name__, url_prefix="/organize")
bp.add_url_rule("/", view_func=views.index)

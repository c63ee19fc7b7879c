"""A grader's errand: mark short answers, one after the other."""

from flask import Blueprint

from quizengine.web.grader import views

bp = Blueprint("grader", __name__, url_prefix="/mark")
bp.add_url_rule("/", view_func=views.index)
bp.add_url_rule("/exams/<int:exam_id>", view_func=views.next_answer)
bp.add_url_rule("/exams/<int:exam_id>/<int:number>", view_func=views.answer)
bp.add_url_rule("/exams/<int:exam_id>/<int:number>", view_func=views.save, methods=["POST"])

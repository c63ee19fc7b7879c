"""A member's errands: exams, sittings, results."""

from flask import Blueprint

from quizengine.web.member import exams, sittings

bp = Blueprint("member", __name__, url_prefix="/my")
bp.add_url_rule("/", view_func=exams.index)
bp.add_url_rule("/exams/<int:exam_id>", view_func=exams.exam)
bp.add_url_rule("/exams/<int:exam_id>/commitment", view_func=exams.sign_letter, methods=["POST"])
bp.add_url_rule("/exams/<int:exam_id>/start", view_func=exams.begin, methods=["POST"])
bp.add_url_rule("/sittings/<int:sitting_id>", view_func=sittings.sitting)
bp.add_url_rule("/sittings/<int:sitting_id>/result", view_func=sittings.result)

"""An organizer's errands: open exams, follow them, mend, release."""

from flask import Blueprint

from quizengine.web.organizer import board, changes, downloads, late, people, plans, questions

bp = Blueprint("organizer", __name__, url_prefix="/organize")
_exam = "/exams/<int:exam_id>"
_question = f"{_exam}/questions/<int:revision_id>"

bp.add_url_rule("/", view_func=board.index)
bp.add_url_rule("/exams/new", view_func=plans.new)
bp.add_url_rule("/exams/new", view_func=plans.create, methods=["POST"])
bp.add_url_rule("/exams/check", view_func=plans.check, methods=["POST"])
bp.add_url_rule(_exam, view_func=board.board)
bp.add_url_rule(f"{_exam}/live", view_func=board.live_part)
bp.add_url_rule(f"{_exam}/distribution.svg", view_func=board.picture)
bp.add_url_rule(f"{_exam}/people", view_func=people.people)
bp.add_url_rule(f"{_exam}/people/<int:person_id>", view_func=people.person)
bp.add_url_rule(
    f"{_exam}/people/<int:person_id>/adjustment", view_func=people.adjust_person, methods=["POST"]
)
bp.add_url_rule(f"{_exam}/sittings/<int:sitting_id>", view_func=people.sheet)
bp.add_url_rule(f"{_exam}/questions", view_func=questions.questions)
bp.add_url_rule(_question, view_func=questions.question)
bp.add_url_rule(f"{_question}/repair", view_func=questions.mend, methods=["POST"])
bp.add_url_rule(f"{_exam}/late", view_func=late.late)
bp.add_url_rule(f"{_exam}/late/<int:late_id>", view_func=late.decide_late, methods=["POST"])
bp.add_url_rule(f"{_exam}/settings", view_func=changes.settings)
bp.add_url_rule(f"{_exam}/window", view_func=changes.move, methods=["POST"])
bp.add_url_rule(f"{_exam}/cancellation", view_func=changes.cancel, methods=["POST"])
bp.add_url_rule(f"{_exam}/papers", view_func=changes.redraw, methods=["POST"])
bp.add_url_rule(f"{_exam}/print", view_func=downloads.print_papers, methods=["POST"])
bp.add_url_rule(f"{_exam}/release", view_func=changes.release_results, methods=["POST"])
bp.add_url_rule(f"{_exam}/<what>.<form>", view_func=downloads.download)

"""教育培训: the offices' pages on classes, and the members' own ones."""

from flask import Blueprint

from quizengine.web.training import (
    batches,
    budget,
    feedback,
    forms,
    lists,
    own,
    register,
    screen,
    teachers,
)

BOTH = ["GET", "POST"]
POST = ["POST"]

bp = Blueprint("training", __name__, url_prefix="/office/training")
bp.add_url_rule("/", view_func=register.index)
bp.add_url_rule("/list.<form>", "download", register.download)
bp.add_url_rule("/new", "new", register.new, methods=BOTH)
bp.add_url_rule("/<int:class_id>", "training", register.training)
bp.add_url_rule("/<int:class_id>/change", "change", register.change, methods=BOTH)
bp.add_url_rule("/<int:class_id>/budget", "budget", budget.budget, methods=BOTH)
bp.add_url_rule("/<int:class_id>/budget.<form>", "budget_file", budget.download)
bp.add_url_rule("/<int:class_id>/batches", "new_batch", forms.new, methods=BOTH)
bp.add_url_rule("/batches/<int:batch_id>", "batch", batches.batch)
bp.add_url_rule("/batches/<int:batch_id>/change", "change_batch", forms.change, methods=BOTH)
bp.add_url_rule("/batches/<int:batch_id>/steps", "step", batches.step, methods=POST)
bp.add_url_rule("/batches/<int:batch_id>/attendance.<form>", "attendance", batches.download)
bp.add_url_rule("/batches/<int:batch_id>/list", "upload", lists.upload, methods=BOTH)
bp.add_url_rule("/batches/<int:batch_id>/list.xlsx", "template", lists.template)
bp.add_url_rule("/batches/<int:batch_id>/list/<token>", "preview", lists.preview, methods=BOTH)
bp.add_url_rule("/batches/<int:batch_id>/feedback", "feedback", feedback.feedback, methods=BOTH)
bp.add_url_rule("/sessions/<int:session_id>/screen", "screen", screen.screen)
bp.add_url_rule("/sessions/<int:session_id>/code", "code", screen.code)
bp.add_url_rule("/teachers", "teachers", teachers.index)
bp.add_url_rule("/teachers.<form>", "teachers_file", teachers.download)
bp.add_url_rule("/teachers/new", "new_teacher", teachers.new, methods=BOTH)
bp.add_url_rule("/teachers/<int:teacher_id>", "teacher", teachers.teacher, methods=BOTH)

own_bp = Blueprint("my_training", __name__, url_prefix="/my/training")
own_bp.add_url_rule("/", view_func=own.index)
own_bp.add_url_rule("/<int:batch_id>", "batch", own.batch)
own_bp.add_url_rule("/<int:batch_id>/feedback", "feedback", own.feedback, methods=BOTH)
own_bp.add_url_rule("/scan/<int:session_id>/<code>", "scan", own.scan)
own_bp.add_url_rule("/sign/<int:session_id>", "sign", own.sign, methods=BOTH)

"""出国（境）: the offices' pages on journeys abroad."""

from flask import Blueprint

from quizengine.web.outbound import files, register, steps

BOTH = ["GET", "POST"]

bp = Blueprint("outbound", __name__, url_prefix="/office/outbound")
bp.add_url_rule("/", view_func=register.index)
bp.add_url_rule("/list.<form>", "download", register.download)
bp.add_url_rule("/new", "new", files.new, methods=BOTH)
bp.add_url_rule("/<int:file_id>", "journey", steps.journey)
bp.add_url_rule("/<int:file_id>/change", "change", files.change, methods=BOTH)
bp.add_url_rule("/<int:file_id>/step", "step", steps.step, methods=["POST"])
bp.add_url_rule("/<int:file_id>/files/<int:evidence_id>", "file", steps.file)

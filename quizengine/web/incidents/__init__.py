"""泄密事件与违规行为: pages for those who handle them."""

from flask import Blueprint

from quizengine.web.incidents import handling, register

POST = ["POST"]

bp = Blueprint("incidents", __name__, url_prefix="/office/incidents")
bp.add_url_rule("/", view_func=register.index)
bp.add_url_rule("/list.<form>", "download", register.download)
bp.add_url_rule("/new", "new", register.new, methods=["GET", "POST"])
bp.add_url_rule("/<int:incident_id>", "incident", handling.incident)
bp.add_url_rule("/<int:incident_id>/steps", "step", handling.step, methods=POST)
bp.add_url_rule("/<int:incident_id>/liable", "liable", handling.liable, methods=POST)
bp.add_url_rule("/<int:incident_id>/report", "report", handling.report, methods=POST)
bp.add_url_rule("/<int:incident_id>/close", "close", handling.close, methods=POST)
bp.add_url_rule("/<int:incident_id>/files/<int:file_id>", "file", handling.file)
bp.add_url_rule(
    "/<int:incident_id>/appeals/<int:appeal_id>", "decide", handling.decide, methods=POST
)

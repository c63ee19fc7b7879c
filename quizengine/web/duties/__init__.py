"""A member's own duties: posts, responsibility letters, journeys, incidents."""

from flask import Blueprint

from quizengine.web.duties import findings, own
from quizengine.web.plans.own import plan_task

BOTH = ["GET", "POST"]

bp = Blueprint("duties", __name__, url_prefix="/my")
bp.add_url_rule("/duties", "index", own.index)
bp.add_url_rule("/letters/<int:unit_id>/<int:year>", "letter", own.letter, methods=BOTH)
bp.add_url_rule("/journeys/<int:file_id>", "outbound", own.outbound)
bp.add_url_rule("/incidents/<int:liable_id>", "incident", own.incident, methods=BOTH)
bp.add_url_rule("/plan-tasks/<int:plan_id>", "plan_task", plan_task, methods=["POST"])
bp.add_url_rule("/findings", "findings", findings.index)
bp.add_url_rule("/findings/<int:finding_id>", "finding", findings.finding, methods=BOTH)

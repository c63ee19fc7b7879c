"""年度计划与频次要求: the offices' pages on what units plan, and on what is owed in each period."""

from flask import Blueprint

from quizengine.web.plans import duties, forms, overview, plan

BOTH = ["GET", "POST"]

bp = Blueprint("plans", __name__, url_prefix="/office/plans")
bp.add_url_rule("/", view_func=overview.index)
bp.add_url_rule("/new", "new", overview.new, methods=["POST"])
bp.add_url_rule("/duties", "duties", duties.index)
bp.add_url_rule("/duties.<form>", "duties_file", duties.download)
bp.add_url_rule("/<int:plan_id>", "plan", plan.plan)
bp.add_url_rule("/<int:plan_id>/step", "step", plan.step, methods=["POST"])
bp.add_url_rule("/<int:plan_id>/record.<form>", "record", plan.record)
bp.add_url_rule("/<int:plan_id>/tasks.xlsx", "sheet", forms.sheet)
bp.add_url_rule("/<int:plan_id>/import", "bring", forms.bring, methods=BOTH)
bp.add_url_rule("/<int:plan_id>/tasks/new", "new_task", forms.new_task, methods=BOTH)
bp.add_url_rule("/<int:plan_id>/tasks/<int:number>", "task", forms.task, methods=BOTH)
bp.add_url_rule("/<int:plan_id>/tasks/<int:number>/drop", "drop", forms.drop, methods=["POST"])

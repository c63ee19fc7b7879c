"""保密教育活动: the offices' pages, and those of members and judges."""

from flask import Blueprint

from quizengine.web.activities import forms, own, register, steps

BOTH = ["GET", "POST"]
POST = ["POST"]

bp = Blueprint("activities", __name__, url_prefix="/office/activities")
bp.add_url_rule("/", view_func=register.index)
bp.add_url_rule("/list.<form>", "download", register.download)
bp.add_url_rule("/new", "new", forms.new, methods=BOTH)
bp.add_url_rule("/<int:activity_id>", "activity", register.activity)
bp.add_url_rule("/<int:activity_id>/change", "change", forms.change, methods=BOTH)
bp.add_url_rule("/<int:activity_id>/steps", "step", steps.step, methods=POST)
bp.add_url_rule("/<int:activity_id>/points/<int:sheet_id>", "correct", steps.correct, methods=BOTH)
bp.add_url_rule("/entries/<int:entry_id>", "entry", register.entry)
bp.add_url_rule("/entries/<int:entry_id>/files/<int:file_id>", "file", register.file)

own_bp = Blueprint("my_activities", __name__, url_prefix="/my/activities")
own_bp.add_url_rule("/", view_func=own.index)
own_bp.add_url_rule("/<int:activity_id>", "activity", own.activity, methods=BOTH)
own_bp.add_url_rule("/entries/<int:entry_id>/withdraw", "withdraw", own.withdraw, methods=POST)
own_bp.add_url_rule("/judging", "judging", own.judging)
own_bp.add_url_rule("/judging/<int:entry_id>", "judge", own.judge, methods=BOTH)

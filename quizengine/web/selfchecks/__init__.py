"""自查自评: the year's list, and each unit's answers with the verdict."""

from flask import Blueprint

from quizengine.web.selfchecks import pages

BOTH = ["GET", "POST"]

bp = Blueprint("selfchecks", __name__, url_prefix="/office/selfchecks")
bp.add_url_rule("/", view_func=pages.index)
bp.add_url_rule("/list.<form>", "download", pages.download)
bp.add_url_rule("/<int:unit_id>/<int:year>", "answers", pages.answers, methods=BOTH)
bp.add_url_rule("/<int:unit_id>/<int:year>/review", "review", pages.review_one, methods=["POST"])
bp.add_url_rule("/<int:unit_id>/<int:year>/files/<int:file_id>", "file", pages.file)

"""责任书: the offices' pages on the year's letters."""

from flask import Blueprint

from quizengine.web.letters import overview, texts

bp = Blueprint("letters", __name__, url_prefix="/office/letters")
bp.add_url_rule("/", view_func=overview.index)
bp.add_url_rule("/list.<form>", "download", overview.download)
bp.add_url_rule("/text", "text", texts.text, methods=["GET", "POST"])
bp.add_url_rule("/texts/<int:text_id>", "version", texts.version)

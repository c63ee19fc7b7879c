"""The admin's errands with the question bank: see what it holds, and change its files."""

from flask import Blueprint

from quizengine.web.bankroom import content, editor, guard, importing, overview, questions

bp = Blueprint("bankroom", __name__, url_prefix="/bank")
bp.add_url_rule("/", view_func=overview.index)
bp.add_url_rule("/sync", view_func=overview.sync, methods=["POST"])
bp.add_url_rule("/questions", view_func=questions.questions)
bp.add_url_rule("/questions/<question_id>", view_func=questions.question)
bp.add_url_rule("/laws", view_func=content.laws)
bp.add_url_rule("/twins", view_func=content.twins)
bp.add_url_rule("/guard", "guard", view_func=guard.waiting)
bp.add_url_rule("/guard/ask", view_func=guard.ask, methods=["POST"])
bp.add_url_rule("/guard/ask-text", view_func=editor.ask_text, methods=["POST"])
bp.add_url_rule("/guard/clear", view_func=guard.clear, methods=["POST"])
bp.add_url_rule("/guard/take-back", view_func=guard.withdraw, methods=["POST"])
bp.add_url_rule("/files", view_func=editor.files)
bp.add_url_rule("/new", view_func=editor.new, methods=["GET", "POST"])
bp.add_url_rule("/edit", view_func=editor.edit)
bp.add_url_rule("/edit", view_func=editor.save, methods=["POST"])
bp.add_url_rule("/lint", view_func=editor.lint, methods=["POST"])
bp.add_url_rule("/template", view_func=editor.template, methods=["POST"])
bp.add_url_rule("/import", "import_upload", view_func=importing.upload, methods=["GET", "POST"])
bp.add_url_rule("/import/<token>", "import_preview", view_func=importing.look)
bp.add_url_rule("/import/<token>", "import_confirm", view_func=importing.confirm, methods=["POST"])
bp.add_url_rule("/import/<token>/ask", "import_ask", view_func=importing.ask, methods=["POST"])
bp.add_url_rule(
    "/import/<token>/report.<any(json, md):ending>", "import_report", view_func=importing.report
)

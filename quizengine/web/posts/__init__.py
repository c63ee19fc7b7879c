"""涉密岗位: the offices' pages on posts and the people on them."""

from flask import Blueprint

from quizengine.web.posts import holders, register, terms

BOTH = ["GET", "POST"]
POST = ["POST"]

bp = Blueprint("posts", __name__, url_prefix="/office/posts")
bp.add_url_rule("/", view_func=register.index)
bp.add_url_rule("/new", "new", register.new, methods=BOTH)
bp.add_url_rule("/<int:post_id>", "post", register.post)
bp.add_url_rule("/<int:post_id>/change", "change", register.change, methods=BOTH)
bp.add_url_rule("/<int:post_id>/holders", "assign", holders.assign, methods=POST)
bp.add_url_rule("/holders", "holders", holders.index)
bp.add_url_rule("/holders.<form>", "holders_file", holders.download)
bp.add_url_rule("/holders/<int:holder_id>", "holder", holders.holder)
bp.add_url_rule("/holders/<int:holder_id>/steps", "step", holders.step, methods=POST)
bp.add_url_rule("/holders/<int:holder_id>/stage", "stage", holders.stage, methods=POST)
bp.add_url_rule("/holders/<int:holder_id>/files/<int:file_id>", "file", holders.file)
bp.add_url_rule("/terms", "terms", terms.terms, methods=BOTH)

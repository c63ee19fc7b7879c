"""What offices hand over: files about people, and tokens for programs of other offices."""

from flask import Blueprint

from quizengine.web.sharing import pages

POST = ["POST"]

bp = Blueprint("sharing", __name__, url_prefix="/office/sharing")
bp.add_url_rule("/", "index", pages.index)
bp.add_url_rule("/records.<form>", "records", pages.records_file)
bp.add_url_rule("/tokens", "make_token", pages.make, methods=POST)
bp.add_url_rule("/tokens/<int:token_id>/revoke", "revoke_token", pages.revoke, methods=POST)

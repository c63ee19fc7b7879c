"""Online contests: what there is to join, taking part, boards, draws."""

from flask import Blueprint

from quizengine.web.mass import boards, contests, draws, play

bp = Blueprint("mass", __name__, url_prefix="/contests")
_contest = "/<int:contest_id>"

bp.add_url_rule("/", view_func=contests.index)
bp.add_url_rule(_contest, view_func=contests.contest)
bp.add_url_rule(f"{_contest}/start", view_func=play.start, methods=["POST"])
bp.add_url_rule(f"{_contest}/board", view_func=boards.persons)
bp.add_url_rule(f"{_contest}/units", view_func=boards.units)
bp.add_url_rule(f"{_contest}/draw", view_func=draws.draw)
bp.add_url_rule(f"{_contest}/draw.json", view_func=draws.record)
bp.add_url_rule("/series/<int:series_id>", view_func=boards.series)
bp.add_url_rule("/sittings/<int:sitting_id>", view_func=play.sitting)
bp.add_url_rule("/sittings/<int:sitting_id>/result", view_func=play.result)
bp.add_url_rule("/runs/<int:sitting_id>", view_func=play.run)

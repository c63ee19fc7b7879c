"""An organizer's errands with online contests: make, follow, publish, draw, export."""

from flask import Blueprint

from quizengine.web.mass.organizer import acts, board, downloads, index, plans, series, settings

bp = Blueprint("mass_organizer", __name__, url_prefix="/organize/contests")
_contest = "/<int:contest_id>"
_series = "/series/<int:series_id>"

bp.add_url_rule("/", view_func=index.index)
bp.add_url_rule("/new", view_func=plans.new)
bp.add_url_rule("/new", view_func=plans.create, methods=["POST"])
bp.add_url_rule("/check", view_func=plans.check, methods=["POST"])
bp.add_url_rule(_contest, view_func=board.board)
bp.add_url_rule(f"{_contest}/live", view_func=board.live_part)
bp.add_url_rule(f"{_contest}/persons", view_func=board.persons)
bp.add_url_rule(f"{_contest}/units", view_func=board.units)
bp.add_url_rule(f"{_contest}/publication", view_func=acts.publish_result, methods=["POST"])
bp.add_url_rule(f"{_contest}/draw", view_func=acts.draw)
bp.add_url_rule(f"{_contest}/draw", view_func=acts.draw_now, methods=["POST"])
bp.add_url_rule(f"{_contest}/settings", view_func=settings.settings)
bp.add_url_rule(f"{_contest}/settings", view_func=settings.change, methods=["POST"])
bp.add_url_rule(f"{_contest}/cancellation", view_func=settings.cancel, methods=["POST"])
bp.add_url_rule(f"{_contest}/<what>.<form>", view_func=downloads.download)
bp.add_url_rule(_series, view_func=series.series)
bp.add_url_rule(f"{_series}/end", view_func=series.end, methods=["POST"])

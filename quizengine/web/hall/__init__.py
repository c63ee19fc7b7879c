"""What is opened in a hall by a code, without a sign-in: judge, big screen, seats, audience."""

from flask import Blueprint

from quizengine.web.hall import audience, judge, screen, seat

bp = Blueprint("hall", __name__)

bp.add_url_rule("/judge/<code>", view_func=judge.judge)
bp.add_url_rule("/screen/<code>", view_func=screen.screen)
bp.add_url_rule("/seat", view_func=seat.seat)
bp.add_url_rule("/seat/<code>", view_func=seat.team)
bp.add_url_rule("/seat/<code>", view_func=seat.take, methods=["POST"])
bp.add_url_rule("/join", view_func=audience.join)
bp.add_url_rule("/join/<code>", view_func=audience.audience)
bp.add_url_rule("/join/<code>", view_func=audience.enter, methods=["POST"])

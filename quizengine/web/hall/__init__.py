"""What is opened in a hall by a code, without a sign-in: judge, big screen, seats, audience."""

from flask import Blueprint

from quizengine.web.hall import judge, screen

bp = Blueprint("hall", __name__)

bp.add_url_rule("/judge/<code>", view_func=judge.judge)
bp.add_url_rule("/screen/<code>", view_func=screen.screen)

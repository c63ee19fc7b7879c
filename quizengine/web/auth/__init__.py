"""Signing in and out, one's password, one's account, and the language."""

from flask import Blueprint

from quizengine.web.auth import views

bp = Blueprint("auth", __name__)
bp.add_url_rule("/", "home", views.home)
bp.add_url_rule("/sign-in", view_func=views.sign_in, methods=["GET", "POST"])
bp.add_url_rule("/sign-out", view_func=views.sign_out, methods=["POST"])
bp.add_url_rule("/password", view_func=views.change_password, methods=["GET", "POST"])
bp.add_url_rule("/account", view_func=views.account)
bp.add_url_rule("/language", view_func=views.choose_language, methods=["POST"])

"""Certificates: one's own, those of people whom an office looks after, and checking them."""

from flask import Blueprint

from quizengine.web.certificates import checking, issuing

BOTH = ["GET", "POST"]

bp = Blueprint("certificates", __name__)
bp.add_url_rule("/my/certificates", "mine", issuing.mine, methods=BOTH)
bp.add_url_rule("/people/<int:person_id>/certificates", "of", issuing.of_person, methods=BOTH)
bp.add_url_rule("/certificates/<number>.pdf", "paper", issuing.paper)
bp.add_url_rule("/certificates/<number>/revoke", "revoke", issuing.revoke, methods=["POST"])
bp.add_url_rule("/verify", "ask", checking.ask)
bp.add_url_rule("/verify/verify_ledger.py", "program", checking.program)
bp.add_url_rule("/verify/<number>/<code>", "check", checking.show)
bp.add_url_rule("/verify/<number>/<code>/proof.json", "proof", checking.proof)

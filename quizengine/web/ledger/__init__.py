"""The ledger: one's own records; for organizers, admins and auditors all entries of their units."""

from flask import Blueprint

from quizengine.web.ledger import audits, entries

bp = Blueprint("ledger", __name__, url_prefix="/ledger")
bp.add_url_rule("/", "index", entries.index)
bp.add_url_rule("/mine", "mine", entries.mine)
bp.add_url_rule("/<int:seq>", "entry", entries.entry)
bp.add_url_rule("/entries.csv", "export_csv", entries.export_csv)
bp.add_url_rule("/entries.jsonl", "export_jsonl", entries.export_jsonl)
bp.add_url_rule("/export.jsonl", "whole", audits.whole)
bp.add_url_rule("/checkpoints", "checkpoints", audits.checkpoints)
bp.add_url_rule("/checkpoints", "make_checkpoint", audits.make, methods=["POST"])
bp.add_url_rule("/checkpoints/<int:checkpoint_id>.txt", "note", audits.note)
bp.add_url_rule("/checkpoints/<int:checkpoint_id>/sheet", "sheet", audits.sheet)
bp.add_url_rule("/checkpoints/key.txt", "key", audits.key)
bp.add_url_rule("/verify", "verify", audits.verify, methods=["GET", "POST"])

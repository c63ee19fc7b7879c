"""检查: the offices' pages on inspections, and the inspectors' ones."""

from flask import Blueprint

from quizengine.web.inspections import findings, inspection, register, rounds, spot

BOTH = ["GET", "POST"]
POST = ["POST"]

bp = Blueprint("inspections", __name__, url_prefix="/office/inspections")
bp.add_url_rule("/", view_func=register.index)
bp.add_url_rule("/list.<form>", "download", register.download)
bp.add_url_rule("/new", "new", register.new, methods=BOTH)
bp.add_url_rule("/<int:inspection_id>", "inspection", inspection.inspection)
bp.add_url_rule("/<int:inspection_id>/change", "change", register.change, methods=BOTH)
bp.add_url_rule("/<int:inspection_id>/marks", "marks", inspection.marks, methods=POST)
bp.add_url_rule("/<int:inspection_id>/cancel", "cancel", inspection.cancel, methods=POST)
bp.add_url_rule("/<int:inspection_id>/files/<int:file_id>", "file", inspection.file)
bp.add_url_rule("/<int:inspection_id>/findings", "open", findings.open_one, methods=POST)
bp.add_url_rule("/<int:inspection_id>/draw", "draw", spot.draw, methods=POST)
bp.add_url_rule("/<int:inspection_id>/draw.json", "record", spot.record)
bp.add_url_rule("/<int:inspection_id>/quiz", "quiz", spot.quiz, methods=BOTH)
bp.add_url_rule("/<int:inspection_id>/results", "results", spot.results, methods=POST)
bp.add_url_rule("/rounds/new", "new_round", rounds.new, methods=BOTH)
bp.add_url_rule("/rounds/<int:round_id>", "round", rounds.show)
bp.add_url_rule("/rounds/<int:round_id>.json", "round_record", rounds.record)
bp.add_url_rule("/findings", "findings", findings.index)
bp.add_url_rule("/findings.<form>", "findings_file", findings.download)
bp.add_url_rule("/findings/<int:finding_id>", "finding", findings.finding)
bp.add_url_rule("/findings/<int:finding_id>/step", "step", findings.step, methods=POST)
bp.add_url_rule("/findings/<int:finding_id>/files/<int:file_id>", "proof", findings.proof)

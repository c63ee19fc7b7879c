"""People and units, for admins; organizers read them and issue sign-in codes."""

from flask import Blueprint

from quizengine.web.admin import acts, codes, erasing, people, roster, units

BOTH = ["GET", "POST"]
POST = ["POST"]

bp = Blueprint("admin", __name__, url_prefix="/people")
bp.add_url_rule("/", "index", people.index)
bp.add_url_rule("/new", "new_person", people.new, methods=BOTH)
bp.add_url_rule("/<int:person_id>", "person", people.person)
bp.add_url_rule("/<int:person_id>/details", "edit_person", people.edit, methods=BOTH)
bp.add_url_rule("/<int:person_id>/tiers", "tiers", acts.tiers, methods=BOTH)
bp.add_url_rule("/<int:person_id>/roles", "grant", acts.grant, methods=POST)
bp.add_url_rule("/<int:person_id>/roles/revoke", "revoke", acts.revoke, methods=POST)
bp.add_url_rule("/<int:person_id>/unlock", "unlock", acts.unlock, methods=POST)
bp.add_url_rule("/<int:person_id>/active", "set_active", acts.set_active, methods=POST)
bp.add_url_rule("/<int:person_id>/erase", "erase", erasing.erase, methods=BOTH)
bp.add_url_rule("/due", "due", erasing.due)
bp.add_url_rule("/codes", "issue_codes", codes.issue, methods=POST)
bp.add_url_rule("/codes/file", "codes_file", codes.download, methods=POST)
bp.add_url_rule("/units", "units", units.index)
bp.add_url_rule("/units/new", "new_unit", units.new, methods=BOTH)
bp.add_url_rule("/units/<int:unit_id>", "unit", units.unit, methods=BOTH)
bp.add_url_rule("/units/<int:unit_id>/delete", "delete_unit", units.delete, methods=POST)
bp.add_url_rule("/import", "roster_upload", roster.upload, methods=BOTH)
bp.add_url_rule("/import/template.xlsx", "roster_template", roster.template)
bp.add_url_rule("/import/<token>", "roster_preview", roster.preview)
bp.add_url_rule("/import/<token>/confirm", "roster_confirm", roster.confirm, methods=POST)

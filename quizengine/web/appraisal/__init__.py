"""年度考核: results and ranks of units, lists of people, objections; and one's own listings."""

from flask import Blueprint

from quizengine.web.appraisal import cases, closing, files, own, people, units, what_if, years

BOTH = ["GET", "POST"]
POST = ["POST"]

bp = Blueprint("appraisal", __name__, url_prefix="/office/appraisal")
_year = "/<int:year>"
bp.add_url_rule("/", "index", years.index)
bp.add_url_rule(_year, "year", years.year)
bp.add_url_rule(f"{_year}/rules", "rules", years.rules)
bp.add_url_rule(f"{_year}/unit", "unit", units.unit)
bp.add_url_rule(f"{_year}/number", "number", units.number)
bp.add_url_rule(f"{_year}/strengths.svg", "strengths", units.strengths)
bp.add_url_rule(f"{_year}/years.svg", "years", units.years)
bp.add_url_rule(f"{_year}/people", "people", people.people)
bp.add_url_rule(f"{_year}/people/<int:person_id>", "person", people.person)
bp.add_url_rule(f"{_year}/what-if", "what_if", what_if.what_if)
bp.add_url_rule(f"{_year}/close", "close", closing.close, methods=BOTH)
bp.add_url_rule(f"{_year}/package.zip", "package", closing.package, methods=POST)
bp.add_url_rule(f"{_year}/units.<form>", "units_file", files.units_file)
bp.add_url_rule(f"{_year}/people.<form>", "people_file", files.people_file)
bp.add_url_rule(f"{_year}/object", "object", cases.object_to, methods=BOTH)
bp.add_url_rule("/cases", "cases", cases.index)
bp.add_url_rule("/cases/<int:case_id>", "case", cases.case)
bp.add_url_rule("/cases/<int:case_id>/decision", "decide", cases.decision, methods=POST)
bp.add_url_rule("/cases/<int:case_id>/files/<int:file_id>", "case_file", cases.file)

own_bp = Blueprint("own_appraisal", __name__, url_prefix="/my/appraisal")
own_bp.add_url_rule("/", "index", own.index)
own_bp.add_url_rule("/<int:year>/<list_id>/object", "object", own.object_to, methods=BOTH)
own_bp.add_url_rule("/cases/<int:case_id>/files/<int:file_id>", "case_file", own.file)

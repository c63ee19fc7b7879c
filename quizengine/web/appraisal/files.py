"""Files of a year for offices: XLSX, CSV and JSON."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, request
from flask.typing import ResponseReturnValue

from quizengine.domain.text import N_, Refused
from quizengine.services.appraisal_exports import people_data, people_table, units_data, units_table
from quizengine.services.appraisal_people import LOOKS_AFTER, people_on
from quizengine.services.appraisal_seen import SeenYear
from quizengine.web.appraisal.common import READING, the_year
from quizengine.web.extensions import db
from quizengine.web.i18n import language, translated
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.organizer.downloads import file_response

TABLES = ("xlsx", "csv")


@roles_required(*READING)
def units_file(year: int, form: str) -> ResponseReturnValue:
    """The units that one may list."""
    seen = the_year(year)
    if form == "json":
        return _json(units_data(seen), f"appraisal-{year}.json")
    _refuse_form(form)
    title = seen.found.rules.title.in_language(language())
    return file_response(units_table(seen, language()), form, title)


@roles_required(LOOKS_AFTER)
def people_file(year: int, form: str) -> ResponseReturnValue:
    """The people on a list whom one looks after; as JSON with the reasons and entries."""
    seen, chosen = the_year(year), request.args.get("list", "")
    if form == "json":
        return _people_json(seen, chosen)
    _refuse_form(form)
    table = people_table(db.session, seen, current_actor(), chosen, language())
    return file_response(table, form, seen.found.rules.title.in_language(language()))


def _people_json(seen: SeenYear, list_id: str) -> Response:
    people = people_on(db.session, seen.found, current_actor(), list_id)
    told = people_data(db.session, seen.found, people, list_id, language())
    for one in told:
        one["reasons"] = [translated(text) for text in one["reasons"]]
    year = seen.found.rules.year
    data = {"year": year, "list_id": list_id, "closed": seen.closed, "items": told}
    return _json(data, f"appraisal-{year}-{list_id}.json")


def _json(data: Any, name: str) -> Response:
    text = json.dumps(data, ensure_ascii=False, indent=1)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, content_type="application/json", headers=headers)


def _refuse_form(form: str) -> None:
    if form not in TABLES:
        raise Refused("unknown-file", N_("There is no such file."), status=404)

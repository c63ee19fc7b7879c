"""Files of a year for offices: XLSX, CSV and JSON."""

from __future__ import annotations

import json

from flask import Response, request
from flask.typing import ResponseReturnValue

from quizengine.domain.text import N_, Refused
from quizengine.services.appraisal_exports import people_table, units_data, units_table
from quizengine.services.appraisal_people import LOOKS_AFTER
from quizengine.web.appraisal.common import READING, the_year
from quizengine.web.extensions import db
from quizengine.web.i18n import language
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.organizer.downloads import file_response

TABLES = ("xlsx", "csv")


@roles_required(*READING)
def units_file(year: int, form: str) -> ResponseReturnValue:
    """The units that one may list."""
    seen = the_year(year)
    if form == "json":
        text = json.dumps(units_data(seen), ensure_ascii=False, indent=1)
        name = f"appraisal-{year}.json"
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(text, content_type="application/json", headers=headers)
    _refuse_form(form)
    title = seen.found.rules.title.in_language(language())
    return file_response(units_table(seen, language()), form, title)


@roles_required(LOOKS_AFTER)
def people_file(year: int, form: str) -> ResponseReturnValue:
    """The people on a list whom one looks after."""
    _refuse_form(form)
    seen = the_year(year)
    table = people_table(
        db.session, seen, current_actor(), request.args.get("list", ""), language()
    )
    return file_response(table, form, seen.found.rules.title.in_language(language()))


def _refuse_form(form: str) -> None:
    if form not in TABLES:
        raise Refused("unknown-file", N_("There is no such file."), status=404)

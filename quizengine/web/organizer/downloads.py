"""Files for spreadsheet programs."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import quote

from flask import Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from quizengine.domain.text import N_, Refused
from quizengine.services.exports import missing_table, results_table
from quizengine.services.printed import ZIP_TYPE, printed_exam
from quizengine.services.shown import title_of
from quizengine.services.spreadsheets import (
    CSV_TYPE,
    XLSX_TYPE,
    Table,
    write_csv,
    write_xlsx,
)
from quizengine.web.clock import now, site_settings
from quizengine.web.extensions import db
from quizengine.web.i18n import language
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.organizer.board import READING
from quizengine.web.organizer.common import seen_exam

_TABLES = {"results": results_table, "missing": missing_table}
_FORMATS: dict[str, tuple[Callable[..., bytes], str]] = {
    "xlsx": (write_xlsx, XLSX_TYPE),
    "csv": (write_csv, CSV_TYPE),
}


@roles_required(*READING)
def download(exam_id: int, what: str, form: str) -> ResponseReturnValue:
    """Results, or missing people, as XLSX or CSV."""
    if what not in _TABLES or form not in _FORMATS:
        raise Refused("unknown-file", N_("There is no such file."), status=404)
    seen = seen_exam(exam_id)
    table = _TABLES[what](db.session, site_settings().zone, current_actor(), seen)
    return file_response(table, form, title_of(seen.exam, language()))


@roles_required("organizer")
def print_papers(exam_id: int) -> ResponseReturnValue:
    """Two forms of a paper to print, with answer sheets and keys; drawn anew each time."""
    seen = seen_exam(exam_id)
    zone, actor = site_settings().zone, current_actor()
    content = printed_exam(db.session, now(), zone, actor, exam_id, language(), gettext)
    printed = gettext(N_("Printed papers"))
    name = f"{title_of(seen.exam, language())} - {printed}.zip"
    disposition = f"attachment; filename=\"papers.zip\"; filename*=UTF-8''{quote(name, safe='')}"
    headers = {"Content-Disposition": disposition, "Cache-Control": "no-store"}
    return Response(content, content_type=ZIP_TYPE, headers=headers)


def file_response(table: Table, form: str, title: str) -> Response:
    """The table as a download that is called after `title`."""
    write, mimetype = _FORMATS[form]
    content = write(table, site_settings().zone, gettext)
    name = f"{title} - {gettext(table.title)}.{form}"
    # RFC 6266: an ASCII name for old programs, the full one in UTF-8.
    disposition = f"attachment; filename=\"export.{form}\"; filename*=UTF-8''{quote(name, safe='')}"
    return Response(content, content_type=mimetype, headers={"Content-Disposition": disposition})

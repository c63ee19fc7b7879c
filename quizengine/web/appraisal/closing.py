"""Closing a year, and taking its package away."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from flask import Response, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import Refused
from quizengine.services.access import forbidden
from quizengine.services.appraisal_closing import close_year, may_close
from quizengine.services.appraisal_package import file_year
from quizengine.web.appraisal.common import READING, the_year, year_page
from quizengine.web.clock import now, site_settings
from quizengine.web.extensions import db
from quizengine.web.i18n import translated
from quizengine.web.identity import current_actor, roles_required

_BLOCK = 1 << 20


@roles_required("organizer")
def close(year: int) -> ResponseReturnValue:
    """What closing means, and closing."""
    actor = current_actor()
    if not may_close(actor):
        raise forbidden()
    fault = ""
    if request.method == "POST":
        if request.form.get("year", "").strip() != str(year):
            fault = _("To close the year, type its number: %(year)s.", year=year)
        else:
            try:
                closing = close_year(db.session, now(), actor, year)
            except Refused as refused:
                fault = translated(refused.text)
            else:
                text = _("The year %(year)s is closed: entry %(seq)s.", year=year, seq=closing.seq)
                flash(text, "success")
                return redirect(url_for("appraisal.year", year=year))
    seen = the_year(year)
    page = year_page("appraisal/close.html", seen, "ranking", fault=fault)
    return page, 400 if fault else 200


@roles_required(*READING)
def package(year: int) -> ResponseReturnValue:
    """The filing package as a download."""
    folder = tempfile.TemporaryDirectory(prefix="quizengine-")
    target = Path(folder.name) / "package.zip"
    try:
        file_year(db.session, now(), current_actor(), year, site_settings().instance, target)
        # The file stays readable after its name is gone.
        file = target.open("rb")
    finally:
        folder.cleanup()
    headers = {"Content-Disposition": f'attachment; filename="appraisal-{year}.zip"'}
    return Response(_blocks(file), content_type="application/zip", headers=headers)


def _blocks(file: BinaryIO) -> Iterator[bytes]:
    with file:
        while block := file.read(_BLOCK):
            yield block

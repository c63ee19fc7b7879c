"""One-time sign-in codes: shown once, as a table, as files, and as slips to hand out.

The server keeps no code in clear. The page that shows codes carries them, signed, and sends them
back for each file.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple
from datetime import datetime, timedelta
from typing import Any

from flask import Response, current_app, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeSerializer

from quizengine.domain.text import N_, Refused
from quizengine.services.codes import IssuedCode, code_expiry, issue_codes
from quizengine.services.exports import codes_table
from quizengine.services.spreadsheets import CSV_TYPE, XLSX_TYPE, write_csv, write_xlsx
from quizengine.web.clock import now, site_settings
from quizengine.web.extensions import db
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.numbers import row_id

MOST = 2000
_KEPT = timedelta(hours=1)


@roles_required("organizer")
def issue() -> ResponseReturnValue:
    """New codes for the people chosen."""
    chosen = request.form.getlist("person", type=row_id)
    if not chosen:
        raise Refused("nobody", N_("Choose at least one person."), status=400)
    if len(chosen) > MOST:
        raise Refused("too-many", N_("Choose fewer people at once."), status=400)
    issued = issue_codes(db.session, now(), site_settings(), current_actor(), chosen)
    return codes_page(issued)


def codes_page(issued: Sequence[IssuedCode]) -> str:
    """The page that shows codes just issued."""
    return render_template("people/codes.html", **shown(issued))


def shown(issued: Sequence[IssuedCode]) -> dict[str, Any]:
    """What a template needs to show codes, and to offer them as files."""
    expires_at = code_expiry(now(), site_settings())
    payload = {
        "for": current_actor().person_id,
        "until": (now() + _KEPT).timestamp(),
        "expires": expires_at.isoformat(),
        "codes": [astuple(code) for code in issued],
    }
    return {"codes": issued, "expires_at": expires_at, "payload": _signer().dumps(payload)}


@roles_required("organizer")
def download() -> ResponseReturnValue:
    """Codes of a page shown before, as XLSX, CSV, or slips to print."""
    issued, expires_at = _read(request.form.get("codes", ""))
    form = request.form.get("format")
    if form == "slips":
        return render_template(
            "people/slips.html", codes=issued, expires_at=expires_at, address=request.host_url
        )
    table, zone = codes_table(issued, expires_at), site_settings().zone
    if form == "csv":
        return as_file(write_csv(table, zone, _), CSV_TYPE, "sign-in-codes.csv")
    return as_file(write_xlsx(table, zone, _), XLSX_TYPE, "sign-in-codes.xlsx")


def as_file(data: bytes, mimetype: str, name: str) -> Response:
    """A file to save; `name` is plain ASCII."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(data, content_type=mimetype, headers=headers)


def _read(payload: str) -> tuple[list[IssuedCode], datetime]:
    try:
        said = _signer().loads(payload)
    except BadData as error:
        raise _gone() from error
    if said["for"] != current_actor().person_id or now().timestamp() >= said["until"]:
        raise _gone()
    return [IssuedCode(*row) for row in said["codes"]], datetime.fromisoformat(said["expires"])


def _gone() -> Refused:
    return Refused(
        "codes-gone",
        N_("These codes are not shown any more. Issue new ones if they are lost."),
        status=404,
    )


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt="sign-in-codes")

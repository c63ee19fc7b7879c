"""The page for exports and tokens."""

from __future__ import annotations

import json

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import N_, Refused
from quizengine.services.access_tokens import SCOPES, make_token, revoke_access, tokens_of
from quizengine.services.office_records import record_data, records, records_table
from quizengine.services.units import unit_tree
from quizengine.web.choices import unit_choices
from quizengine.web.clock import now, site_settings, today
from quizengine.web.extensions import db
from quizengine.web.i18n import language, translated
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.numbers import row_id
from quizengine.web.office.pages import asked_unit, asked_year, seen_unit_choices
from quizengine.web.organizer.downloads import file_response

_YEARS = 5


@roles_required("organizer")
def index() -> ResponseReturnValue:
    """Files to hand over; for admins the tokens too."""
    return _page()


def _page(error: str = "", token: str = "", status: int = 200) -> ResponseReturnValue:
    actor, this_year = current_actor(), today().year
    admin = actor.has("admin")
    page = render_template(
        "sharing/index.html",
        years=range(this_year, this_year - _YEARS, -1),
        units=seen_unit_choices(),
        scopes=SCOPES,
        admin=admin,
        administered=unit_choices(unit_tree(db.session, actor, "admin")) if admin else [],
        tokens=tokens_of(db.session, actor) if admin else [],
        present=now(),
        error=error,
        token=token,
        given=request.form,
    )
    return page, status


@roles_required("organizer")
def records_file(form: str) -> ResponseReturnValue:
    """Who was trained, examined and posted when: a year's records as XLSX, CSV or JSON."""
    if form not in ("xlsx", "csv", "json"):
        raise Refused("unknown-file", N_("There is no such file."), status=404)
    year = asked_year() or today().year
    zone = site_settings().zone
    found = records(db.session, current_actor(), zone, year, language(), _, asked_unit())
    if form != "json":
        return file_response(records_table(found), form, str(year))
    text = json.dumps(
        {"year": year, "items": [record_data(one) for one in found]}, ensure_ascii=False, indent=1
    )
    headers = {"Content-Disposition": f'attachment; filename="records-{year}.json"'}
    return Response(text, content_type="application/json; charset=utf-8", headers=headers)


@roles_required("admin")
def make() -> ResponseReturnValue:
    """A new token; this page is the only one that shows it."""
    sent = request.form
    try:
        token = make_token(
            db.session,
            now(),
            current_actor(),
            sent.get("name", ""),
            sent.getlist("scope"),
            sent.get("unit", type=row_id) or 0,
            sent.get("days", 0, type=int),
        )
    except Refused as refused:
        return _page(translated(refused.text), status=refused.status)
    return _page(token=token)


@roles_required("admin")
def revoke(token_id: int) -> ResponseReturnValue:
    """End a token."""
    revoke_access(db.session, now(), current_actor(), token_id)
    flash(_("The token is revoked."), "success")
    return redirect(url_for("sharing.index"))

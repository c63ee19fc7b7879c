"""Erasing a person's data."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import N_, Refused
from quizengine.services.erasure import REASONS, RETENTION, erase_person, unfinished
from quizengine.services.erasure_due import due_people
from quizengine.services.people import get_person
from quizengine.web.admin.common import administrator
from quizengine.web.clock import now, site_settings
from quizengine.web.extensions import db
from quizengine.web.i18n import translated
from quizengine.web.identity import roles_required
from quizengine.web.office.pages import page_of


@roles_required("admin")
def due() -> ResponseReturnValue:
    """Who has left and may be erased by the retention rule, and what is still open."""
    people, pages = page_of(due_people(db.session, now(), site_settings(), administrator()))
    return render_template(
        "people/due.html",
        rows=[(one, unfinished(db.session, one.person.id)) for one in people],
        pages=pages,
        years=site_settings().retention_years,
        reason=RETENTION,
    )


@roles_required("admin")
def erase(person_id: int) -> ResponseReturnValue:
    """What goes and what stays; with the login typed once more, do it."""
    record = get_person(db.session, administrator(), person_id)
    error, status = "", 200
    if request.method == "POST":
        settings, reason = site_settings(), request.form.get("reason", "")
        try:
            _refuse_other(record.details.login)
            erase_person(db.session, now(), settings, administrator(), person_id, reason)
        except Refused as refused:
            if refused.status in (403, 404):
                raise
            error, status = translated(refused.text), refused.status
        else:
            flash(_("The personal data are erased. The ledger stays valid."), "success")
            return redirect(url_for("admin.index"))
    page = render_template(
        "people/erase.html",
        record=record,
        reasons=REASONS,
        chosen=request.values.get("reason", ""),
        years=site_settings().retention_years,
        error=error,
    )
    return page, status


def _refuse_other(login: str) -> None:
    if request.form.get("login", "").strip() != login:
        raise Refused(
            "erase-login",
            N_("Type the login of this person to confirm: %(login)s."),
            status=400,
            login=login,
        )

"""Importing a roster: upload, look at what would change, decide."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import Refused
from quizengine.services import roster
from quizengine.services.roster_files import COLUMNS, RosterTable, read_roster
from quizengine.services.roster_plan import Action, PlannedRow, RosterPlan
from quizengine.services.roster_template import roster_template
from quizengine.services.spreadsheets import XLSX_TYPE
from quizengine.services.uploads import Upload, drop_upload, keep_upload, kept_upload
from quizengine.web.admin.codes import as_file, shown
from quizengine.web.admin.common import (
    administered_units,
    administrator,
    registered_tiers,
    tier_names,
)
from quizengine.web.admin.forms import RosterForm
from quizengine.web.clock import now, site_settings
from quizengine.web.extensions import db
from quizengine.web.i18n import language, translated
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.paging import paging

PER_PAGE = 100
ACTIONS: tuple[Action, ...] = ("create", "update", "unchanged", "refused")
# Columns that nearly every roster has, with those that do instead.
_USUAL = (("name",), ("staff_no", "login"), ("unit", "unit_code"), ("tiers",))


@roles_required("admin")
def upload() -> ResponseReturnValue:
    """Choose a file."""
    form = RosterForm()
    status = 200
    if form.validate_on_submit():
        data = form.file.data.read()
        try:
            read_roster(data)
        except Refused as refused:
            form.file.errors = [*form.file.errors, translated(refused.text)]
            status = refused.status
        else:
            token = keep_upload(
                site_settings().instance,
                now(),
                current_actor().person_id,
                Upload(form.file.data.filename or "", data),
            )
            return redirect(url_for("admin.roster_preview", token=token))
    elif form.is_submitted():
        status = 400
    return render_template("people/import.html", form=form, columns=COLUMNS), status


@roles_required("admin")
def template() -> ResponseReturnValue:
    """A file to fill in."""
    data = roster_template(language(), registered_tiers(), administered_units(), _)
    return as_file(data, XLSX_TYPE, "roster.xlsx")


@roles_required("admin")
def preview(token: str) -> ResponseReturnValue:
    """What the file would change, row by row."""
    kept, table = _kept(token)
    plan = roster.preview(db.session, administrator(), registered_tiers(), table)
    return _preview_page(token, kept.name, table, plan)


@roles_required("admin")
def confirm(token: str) -> ResponseReturnValue:
    """Import the file, or throw it away."""
    instance = site_settings().instance
    kept, table = _kept(token)
    if request.form.get("act") == "discard":
        drop_upload(instance, token)
        return redirect(url_for("admin.roster_upload"))
    good_rows_only = request.form.get("good_rows_only") == "yes"
    tiers = registered_tiers()
    try:
        result = roster.apply(
            db.session,
            now(),
            site_settings(),
            administrator(),
            tiers,
            table,
            good_rows_only=good_rows_only,
        )
    except Refused as refused:
        plan = roster.preview(db.session, administrator(), tiers, table)
        page = _preview_page(token, kept.name, table, plan, translated(refused.text))
        return page, refused.status
    drop_upload(instance, token)
    return render_template("people/imported.html", result=result, **shown(result.codes))


def _kept(token: str) -> tuple[Upload, RosterTable]:
    kept = kept_upload(site_settings().instance, now(), current_actor().person_id, token)
    return kept, read_roster(kept.data)


def _preview_page(
    token: str, name: str, table: RosterTable, plan: RosterPlan, error: str = ""
) -> str:
    counts = {action: plan.count(action) for action in ACTIONS}
    asked = request.args.get("show", "refused" if counts["refused"] else "all")
    action = asked if asked in ACTIONS else None
    rows: list[PlannedRow] = [row for row in plan.rows if action in (None, row.action)]
    pages = paging(len(rows), PER_PAGE)
    return render_template(
        "people/preview.html",
        token=token,
        name=name,
        plan=plan,
        counts=counts,
        changing=counts["create"] + counts["update"],
        action=action or "",
        rows=rows[pages.offset : pages.offset + PER_PAGE],
        paging=pages,
        found=[COLUMNS[field][0] for field in COLUMNS if field in table.columns],
        missing=[COLUMNS[either[0]][0] for either in _USUAL if not table.columns.keys() & either],
        tiers=tier_names(),
        error=error,
    )

"""互查: draw who inspects whom, and show how it was drawn."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import Refused
from quizengine.services.inspection_rounds import RoundPlan, draw_round, round_record, seen_round
from quizengine.services.inspection_words import INSPECTION_STATE_NAMES
from quizengine.web.choices import unit_choices
from quizengine.web.i18n import translated
from quizengine.web.identity import roles_required
from quizengine.web.inspections.fields import parents, read_items
from quizengine.web.numbers import row_id
from quizengine.web.office.fields import OfficeFields
from quizengine.web.office.inspection_words import INSPECTION_LOOKS
from quizengine.web.office.pages import READING, act, asked_unit, kept_units


@roles_required("organizer")
def new() -> ResponseReturnValue:
    """Choose the units, and draw."""
    above = asked_unit() or next((row.id for row in parents()), None)
    if request.method == "GET":
        return _page({"unit": str(above or "")}, above)
    fields = OfficeFields.sent()
    plan = RoundPlan(
        unit_id=fields.unit("unit", parents()),
        title=fields.text("title", 150),
        planned_on=fields.day("planned_on"),
        units=request.form.getlist("units", type=row_id),
        items=read_items(fields),
    )
    if not fields.errors:
        try:
            made = draw_round(act(), plan)
        except Refused as refused:
            if refused.status in (403, 404):
                raise
            fields.errors["form"] = translated(refused.text)
        else:
            flash(_("The pairs are drawn, and the inspections planned."), "success")
            return redirect(url_for("inspections.round", round_id=made))
    return _page(fields.values, plan.unit_id or above, fields.errors), 400


@roles_required(*READING)
def show(round_id: int) -> ResponseReturnValue:
    """Who inspects whom, and how anybody can draw it again."""
    return render_template(
        "inspections/round.html",
        round=seen_round(act(), round_id),
        states=INSPECTION_STATE_NAMES,
        looks=INSPECTION_LOOKS,
    )


@roles_required(*READING)
def record(round_id: int) -> ResponseReturnValue:
    """Seed, units and pairs as a file."""
    text = round_record(seen_round(act(), round_id))
    return json_file(text, f"inspection-round-{round_id}.json")


def json_file(text: str, name: str) -> Response:
    """A record as a download."""
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, content_type="application/json; charset=utf-8", headers=headers)


def _page(
    values: Mapping[str, str], above: int | None, errors: Mapping[str, str] | None = None
) -> str:
    below = [row for row in kept_units() if row.parent_id == above]
    chosen = request.form.getlist("units", type=row_id) or [row.id for row in below]
    return render_template(
        "inspections/round_form.html",
        values=values,
        errors=errors or {},
        above=above,
        parents=unit_choices(parents()),
        below=below,
        chosen=chosen,
    )

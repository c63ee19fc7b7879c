"""The list of inspections, planning one, and changing it."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import Refused
from quizengine.services.finding_list import (
    FindingCount,
    FindingFilter,
    InspectionFilter,
    finding_counts,
    inspection_years,
    is_late,
    list_findings,
    list_inspections,
)
from quizengine.services.inspection_access import directed_inspection
from quizengine.services.inspection_tables import inspections_table
from quizengine.services.inspection_words import INSPECTION_KIND_NAMES, INSPECTION_STATE_NAMES
from quizengine.services.inspections import (
    InspectionPlan,
    ItemPlan,
    change_inspection,
    plan_inspection,
)
from quizengine.storage.models import Inspection
from quizengine.web.choices import unit_choices
from quizengine.web.extensions import db
from quizengine.web.i18n import translated
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.inspections.fields import (
    directed_units,
    items_text,
    read_inspectors,
    read_items,
)
from quizengine.web.office.fields import OfficeFields
from quizengine.web.office.inspection_words import INSPECTION_LOOKS
from quizengine.web.office.pages import (
    READING,
    act,
    asked_of,
    asked_unit,
    asked_year,
    kept_args,
    page_of,
    refuse_format,
    seen_unit_choices,
    today_text,
)
from quizengine.web.organizer.downloads import file_response

# A mutual inspection comes out of a round.
PLANNED_KINDS = {key: INSPECTION_KIND_NAMES[key] for key in ("planned", "surprise")}


@roles_required(*READING)
def index() -> ResponseReturnValue:
    """Inspections in sight, filtered; what is pending is told whatever the filter."""
    acting, wanted = act(), _wanted()
    inspections, pages = page_of(list_inspections(acting, wanted))
    pending = list_findings(acting, FindingFilter(unit_id=wanted.unit_id, state="todo"))
    return render_template(
        "inspections/index.html",
        inspections=inspections,
        pages=pages,
        counts=finding_counts(db.session, [one.id for one in inspections]),
        none=FindingCount(),
        answered=sum(one.state == "answered" for one in pending),
        late=sum(is_late(acting, one) for one in pending),
        pending=len(pending),
        wanted=wanted,
        kept=kept_args("unit", "kind", "state", "year"),
        units=seen_unit_choices(),
        years=inspection_years(acting),
        kinds=INSPECTION_KIND_NAMES,
        states=INSPECTION_STATE_NAMES,
        looks=INSPECTION_LOOKS,
        may_plan=current_actor().has("organizer") and bool(directed_units()),
    )


@roles_required(*READING)
def download(form: str) -> ResponseReturnValue:
    """The list as a file."""
    refuse_format(form)
    acting = act()
    table = inspections_table(acting, list_inspections(acting, _wanted()))
    return file_response(table, form, today_text())


@roles_required("organizer")
def new() -> ResponseReturnValue:
    """Plan an inspection."""
    if request.method == "GET":
        return _page({"kind": "planned", "unit": str(asked_unit() or "")})
    fields = OfficeFields.sent()
    unit_id = fields.unit("unit", directed_units())
    plan = _read(fields, unit_id, fields.choice("kind", PLANNED_KINDS))
    if plan is not None:
        try:
            made = plan_inspection(act(), plan)
        except Refused as refused:
            _refuse(fields, refused)
        else:
            flash(_("The inspection is planned."), "success")
            return redirect(url_for("inspections.inspection", inspection_id=made))
    return _page(fields.values, fields.errors), 400


@roles_required("organizer")
def change(inspection_id: int) -> ResponseReturnValue:
    """Change an inspection that is still to be held."""
    chosen = directed_inspection(db.session, current_actor(), inspection_id)
    if request.method == "GET":
        return _page(_stored(chosen), inspection=chosen)
    fields = OfficeFields.sent()
    plan = _read(fields, chosen.unit_id, chosen.kind)
    if plan is not None:
        try:
            change_inspection(act(), inspection_id, plan)
        except Refused as refused:
            _refuse(fields, refused)
        else:
            flash(_("The change is saved."), "success")
            return redirect(url_for("inspections.inspection", inspection_id=inspection_id))
    chosen = directed_inspection(db.session, current_actor(), inspection_id)
    return _page(fields.values, fields.errors, chosen), 400


def _wanted() -> InspectionFilter:
    return InspectionFilter(
        unit_id=asked_unit(),
        kind=asked_of("kind", list(INSPECTION_KIND_NAMES)),
        state=asked_of("state", list(INSPECTION_STATE_NAMES)),
        year=asked_year(),
    )


def _read(fields: OfficeFields, unit_id: int, kind: str) -> InspectionPlan | None:
    plan = InspectionPlan(
        unit_id=unit_id,
        kind=kind,
        title=fields.text("title", 200),
        planned_on=fields.day("planned_on"),
        items=read_items(fields),
        inspectors=read_inspectors(fields),
    )
    return None if fields.errors else plan


def _stored(inspection: Inspection) -> dict[str, str]:
    items = [ItemPlan(item.text, item.points) for item in inspection.items]
    return {
        "title": inspection.title,
        "planned_on": inspection.planned_on.isoformat(),
        "items": items_text(items),
        "inspectors": "\n".join(
            f"{one.person.login} · {one.person.name}" for one in inspection.inspectors
        ),
    }


def _refuse(fields: OfficeFields, refused: Refused) -> None:
    if refused.status in (403, 404) and refused.code != "person-unknown":
        raise refused
    fields.errors["form"] = translated(refused.text)


def _page(
    values: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    inspection: Inspection | None = None,
) -> str:
    return render_template(
        "inspections/form.html",
        values=values,
        errors=errors or {},
        inspection=inspection,
        units=unit_choices(directed_units()),
        kinds=PLANNED_KINDS,
    )

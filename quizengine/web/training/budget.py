"""The budget of a class."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import Refused
from quizengine.services.access import require
from quizengine.services.training import seen_class
from quizengine.services.training_budget import MOST_ITEMS, CostPlan, set_budget, sums_of
from quizengine.services.training_tables import budget_table
from quizengine.storage.models import TrainingClass
from quizengine.web.extensions import db
from quizengine.web.i18n import translated
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.office.fields import OfficeFields
from quizengine.web.office.pages import READING, act, keeps, refuse_format
from quizengine.web.organizer.downloads import file_response

_SPARE = 3
_FIELDS = ("item", "planned", "actual", "note")
_MOST = "100000000"


@roles_required(*READING)
def budget(class_id: int) -> ResponseReturnValue:
    """Items with what was planned and what was spent."""
    found = seen_class(db.session, current_actor(), class_id)
    if request.method == "GET":
        return _page(found, _stored(found))
    require(current_actor(), "organizer", found.unit.path)
    fields = OfficeFields.sent()
    plans = [
        _read(fields, number)
        for number in range(MOST_ITEMS)
        if any(fields.values.get(f"{name}-{number}", "").strip() for name in _FIELDS)
    ]
    if not fields.errors:
        try:
            changed = set_budget(act(), class_id, plans)
        except Refused as refused:
            if refused.status in (403, 404):
                raise
            fields.errors["form"] = translated(refused.text)
        else:
            flash(_("The budget is saved.") if changed else _("Nothing was changed."), "success")
            return redirect(url_for("training.budget", class_id=class_id))
    return _page(found, fields.values, fields.errors), 400


@roles_required(*READING)
def download(class_id: int, form: str) -> ResponseReturnValue:
    """The budget as a file."""
    refuse_format(form)
    found = seen_class(db.session, current_actor(), class_id)
    return file_response(budget_table(found), form, found.title)


def _read(fields: OfficeFields, number: int) -> CostPlan:
    spent = fields.values.get(f"actual-{number}", "").strip()
    return CostPlan(
        item=fields.text(f"item-{number}", 100),
        planned=Decimal(fields.number(f"planned-{number}", "0", _MOST, places=2)),
        actual=Decimal(fields.number(f"actual-{number}", "0", _MOST, places=2)) if spent else None,
        note=fields.optional(f"note-{number}", 200),
    )


def _stored(found: TrainingClass) -> dict[str, str]:
    values: dict[str, str] = {}
    for number, cost in enumerate(found.budget):
        values |= {
            f"item-{number}": cost.item,
            f"planned-{number}": str(cost.planned),
            f"actual-{number}": "" if cost.actual is None else str(cost.actual),
            f"note-{number}": cost.note,
        }
    return values


def _page(
    found: TrainingClass, values: Mapping[str, str], errors: Mapping[str, str] | None = None
) -> str:
    used = [n for n in range(MOST_ITEMS) if values.get(f"item-{n}") or values.get(f"planned-{n}")]
    return render_template(
        "training/budget.html",
        found=found,
        values=values,
        errors=errors or {},
        rows=range(min(max(used, default=-1) + 1 + _SPARE, MOST_ITEMS)),
        sums=sums_of(found),
        keeper=keeps(found.unit.path),
    )

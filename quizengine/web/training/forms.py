"""The form of a batch: its programme, who is invited, and who is named."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import Refused
from quizengine.services.office_access import find_person
from quizengine.services.training import managed_class
from quizengine.services.training_batches import (
    BatchPlan,
    SessionPlan,
    change_batch,
    make_batch,
    seen_batch,
)
from quizengine.services.training_teachers import list_teachers
from quizengine.services.training_words import EVERYONE_NAME
from quizengine.storage.models import EVERYONE, TrainingBatch, TrainingClass
from quizengine.web.admin.common import tier_names
from quizengine.web.choices import unit_choices
from quizengine.web.clock import site_settings
from quizengine.web.extensions import db
from quizengine.web.i18n import points, translated
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.numbers import row_id
from quizengine.web.office.fields import OfficeFields
from quizengine.web.office.pages import act, kept_units
from quizengine.web.organizer.fields import local_text

MOST_SESSIONS = 20
_MOST_GROUPS = 12
_SPARE_SESSIONS = 2
_SPARE_GROUPS = 1
_MOST_NAMED = 500


@roles_required("organizer")
def new(class_id: int) -> ResponseReturnValue:
    """A new batch; `copy` names one of the class whose programme is taken over."""
    found = managed_class(db.session, current_actor(), class_id)
    if request.method == "GET":
        return _page(found, None, _copied(found))
    fields = OfficeFields.sent()
    plan = _read(fields)
    if not fields.errors:
        try:
            made = make_batch(act(), class_id, plan)
        except Refused as refused:
            _refuse(fields, refused)
        else:
            flash(_("The batch is made, and the people are invited."), "success")
            return redirect(url_for("training.batch", batch_id=made))
    return _page(found, None, fields.values, fields.errors), 400


@roles_required("organizer")
def change(batch_id: int) -> ResponseReturnValue:
    """Change a batch that is not closed."""
    batch = seen_batch(db.session, current_actor(), batch_id)
    if request.method == "GET":
        return _page(batch.training, batch, _stored(batch))
    fields = OfficeFields.sent()
    plan = _read(fields)
    if not fields.errors:
        try:
            change_batch(act(), batch_id, plan)
        except Refused as refused:
            _refuse(fields, refused)
        else:
            flash(_("The change is saved."), "success")
            return redirect(url_for("training.batch", batch_id=batch_id))
    return _page(batch.training, batch, fields.values, fields.errors), 400


def _refuse(fields: OfficeFields, refused: Refused) -> None:
    if refused.code in ("batch-unknown", "class-unknown", "forbidden"):
        raise refused
    fields.errors["form"] = translated(refused.text)


def _page(
    found: TrainingClass,
    batch: TrainingBatch | None,
    values: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
) -> str:
    return render_template(
        "training/batch_form.html",
        found=found,
        batch=batch,
        values=values,
        errors=errors or {},
        sessions=range(min(_used(values, "topic", "start") + _SPARE_SESSIONS, MOST_SESSIONS)),
        groups=range(min(_used(values, "audience-unit") + _SPARE_GROUPS, _MOST_GROUPS)),
        tiers={EVERYONE: _(EVERYONE_NAME), **tier_names()}.items(),
        units=[("", _("– nobody –")), *unit_choices(kept_units())],
        teachers=_teachers(batch).items(),
    )


def _used(values: Mapping[str, str], *names: str) -> int:
    """One more than the number of the last row that holds something."""
    rows = [
        number
        for number in range(MOST_SESSIONS)
        if any(values.get(f"{name}-{number}", "").strip() for name in names)
    ]
    return max(rows, default=-1) + 1


def _teachers(batch: TrainingBatch | None) -> dict[str, str]:
    """Teachers to choose, with none first, and those who teach here already."""
    found = {"": _("– none –")}
    for row in list_teachers(act()):
        if row.teacher.active:
            found[str(row.teacher.id)] = row.teacher.name
    for session in batch.sessions if batch else ():
        if session.teacher is not None:
            found.setdefault(str(session.teacher_id), session.teacher.name)
    return found


def _copied(found: TrainingClass) -> dict[str, str]:
    copied = request.args.get("copy", type=row_id)
    batch = next((one for one in found.batches if one.id == copied), None)
    if batch is None:
        return {"name": _("Batch %(number)s", number=len(found.batches) + 1)}
    values = {key: text for key, text in _stored(batch).items() if not key.startswith("sid-")}
    return {**values, "name": _("Batch %(number)s", number=len(found.batches) + 1)}


def _stored(batch: TrainingBatch) -> dict[str, str]:
    values = {"name": batch.name}
    for number, session in enumerate(batch.sessions):
        values |= {
            f"sid-{number}": str(session.id),
            f"topic-{number}": session.topic,
            f"teacher-{number}": str(session.teacher_id or ""),
            f"place-{number}": session.place,
            f"start-{number}": local_text(session.starts_at, site_settings().zone),
            f"hours-{number}": points(session.hours),
        }
    for number, row in enumerate(batch.audience):
        values |= {f"audience-tier-{number}": row.tier, f"audience-unit-{number}": str(row.unit_id)}
    return values


def _read(fields: OfficeFields) -> BatchPlan:
    known = None
    if request.view_args and "batch_id" in request.view_args:
        known = seen_batch(db.session, current_actor(), request.view_args["batch_id"])
    teachers = _teachers(known)
    sessions = [
        _session(fields, number, teachers)
        for number in range(MOST_SESSIONS)
        if any(fields.values.get(f"{name}-{number}", "").strip() for name in ("topic", "start"))
    ]
    if not sessions:
        fields.errors["topic-0"] = _("The programme needs at least one session.")
    return BatchPlan(fields.text("name", 100), sessions, _audience(fields), _named(fields))


def _session(fields: OfficeFields, number: int, teachers: Mapping[str, str]) -> SessionPlan:
    teacher = fields.choice(f"teacher-{number}", teachers)
    sid = fields.values.get(f"sid-{number}", "")
    return SessionPlan(
        topic=fields.text(f"topic-{number}", 200),
        place=fields.optional(f"place-{number}", 200),
        starts_at=fields.time(f"start-{number}") or act().now,
        hours=Decimal(fields.number(f"hours-{number}", "0.5", "24", places=1)),
        teacher_id=int(teacher) if teacher else None,
        id=int(sid) if sid.isascii() and sid.isdecimal() else None,
    )


def _audience(fields: OfficeFields) -> list[tuple[str, int]]:
    tiers = {EVERYONE: "", **tier_names()}
    pairs = []
    for number in range(_MOST_GROUPS):
        if fields.values.get(f"audience-unit-{number}", ""):
            unit_id = fields.unit(f"audience-unit-{number}", kept_units())
            pairs.append((fields.choice(f"audience-tier-{number}", tiers), unit_id))
    return pairs


def _named(fields: OfficeFields) -> list[int]:
    """Ids of the people who are named, one a line; each unknown one is told with its line."""
    found, faults = [], []
    for line in fields.lines("named")[:_MOST_NAMED]:
        try:
            found.append(find_person(db.session, current_actor(), line).id)
        except Refused as refused:
            faults.append(f"{line.strip()[:60]}: {translated(refused.text)}")
    if len(fields.lines("named")) > _MOST_NAMED:
        faults.append(_("At most 500 people; give a list for more."))
    if faults:
        fields.errors["named"] = " ".join(faults)
    return found

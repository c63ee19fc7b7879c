"""The pool of teachers."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import Refused
from quizengine.services.history import history_of
from quizengine.services.training_tables import teachers_table
from quizengine.services.training_teachers import (
    TeacherPlan,
    add_teacher,
    change_teacher,
    list_teachers,
    record_of,
    rows_of,
    seen_teacher,
)
from quizengine.storage.models import TrainingTeacher
from quizengine.web.choices import unit_choices
from quizengine.web.extensions import db
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.office.fields import OfficeFields
from quizengine.web.office.pages import (
    READING,
    act,
    asked_unit,
    keeps,
    kept_args,
    kept_units,
    page_of,
    refuse_format,
    seen_unit_choices,
    today_text,
)
from quizengine.web.office.words import event_text
from quizengine.web.organizer.downloads import file_response


@roles_required(*READING)
def index() -> ResponseReturnValue:
    """Teachers of one's units."""
    text = request.args.get("q", "")[:100]
    rows, pages = page_of(list_teachers(act(), asked_unit(), text))
    return render_template(
        "training/teachers.html",
        rows=rows,
        pages=pages,
        text=text,
        unit_id=asked_unit(),
        kept=kept_args("unit", "q"),
        units=seen_unit_choices(),
        may_add=current_actor().has("organizer"),
    )


@roles_required(*READING)
def download(form: str) -> ResponseReturnValue:
    """The pool as a file."""
    refuse_format(form)
    rows = list_teachers(act(), asked_unit(), request.args.get("q", "")[:100])
    return file_response(teachers_table(act(), rows), form, today_text())


@roles_required("organizer")
def new() -> ResponseReturnValue:
    """Put a teacher into the pool."""
    if request.method == "GET":
        units = kept_units()
        return _page({"unit": str(units[0].id if units else ""), "active": "yes"})
    fields = OfficeFields.sent()
    plan = _read(fields, fields.unit("unit", kept_units()))
    if not fields.errors:
        try:
            made = add_teacher(act(), plan)
        except Refused as refused:
            fields.refuse(refused)
        else:
            flash(_("The teacher is in the pool."), "success")
            return redirect(url_for("training.teacher", teacher_id=made))
    return _page(fields.values, fields.errors), 400


@roles_required(*READING)
def teacher(teacher_id: int) -> ResponseReturnValue:
    """A teacher: what was taught, what participants thought, and the details to change."""
    chosen = seen_teacher(db.session, current_actor(), teacher_id)
    if request.method == "GET":
        return _page(_stored(chosen), chosen=chosen)
    fields = OfficeFields.sent()
    plan = _read(fields, chosen.unit_id)
    if not fields.errors:
        try:
            changed = change_teacher(act(), teacher_id, plan)
        except Refused as refused:
            fields.refuse(refused)
        else:
            flash(_("The change is saved.") if changed else _("Nothing was changed."), "success")
            return redirect(url_for("training.teacher", teacher_id=teacher_id))
    return _page(fields.values, fields.errors, chosen), 400


def _read(fields: OfficeFields, unit_id: int) -> TeacherPlan:
    return TeacherPlan(
        unit_id=unit_id,
        name=fields.text("name", 100),
        employer=fields.optional("employer", 200),
        topics=fields.lines("topics"),
        fee=fields.optional("fee", 60),
        note=fields.optional("note", 500),
        active=fields.values.get("active") == "yes",
    )


def _stored(chosen: TrainingTeacher) -> dict[str, str]:
    names = ("name", "employer", "topics", "fee", "note")
    return {
        **{name: getattr(chosen, name) for name in names},
        "active": "yes" if chosen.active else "",
    }


def _page(
    values: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    chosen: TrainingTeacher | None = None,
) -> str:
    return render_template(
        "training/teacher.html",
        values=values,
        errors=errors or {},
        teacher=chosen,
        row=rows_of(db.session, [chosen])[0] if chosen else None,
        units=unit_choices(kept_units()),
        history=history_of(db.session, record_of(chosen)) if chosen else [],
        event_text=event_text,
        keeper=keeps(chosen.unit.path) if chosen else True,
    )

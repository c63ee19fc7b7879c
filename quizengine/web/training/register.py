"""The register of classes: list, page of a class, new, change."""

from __future__ import annotations

from collections.abc import Mapping

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import Refused
from quizengine.services.history import history_of
from quizengine.services.reach import exam_list
from quizengine.services.shown import title_of
from quizengine.services.training import (
    ClassFilter,
    ClassPlan,
    batch_state,
    change_class,
    list_classes,
    live_batches,
    make_class,
    record_of,
    seen_class,
    years_of,
)
from quizengine.services.training_batches import place_counts
from quizengine.services.training_budget import sums_of
from quizengine.services.training_exam import class_exam
from quizengine.services.training_feedback import results
from quizengine.services.training_tables import classes_table
from quizengine.storage.models import TrainingClass
from quizengine.web.choices import unit_choices
from quizengine.web.clock import now
from quizengine.web.extensions import db
from quizengine.web.i18n import language
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.office.fields import OfficeFields
from quizengine.web.office.pages import (
    READING,
    act,
    asked_of,
    asked_unit,
    asked_year,
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
from quizengine.web.training.words import names

STATES = ("open", "closed", "all")
_EXAMS = 100


@roles_required(*READING)
def index() -> ResponseReturnValue:
    """Classes of one's units, filtered."""
    wanted = _wanted()
    found = list_classes(act(), wanted)
    rows, pages = page_of(found)
    batches = [batch for one in found for batch in live_batches(one)]
    counts = place_counts(db.session, batches)
    closed = [counts[batch.id] for batch in batches if batch.closed_at]
    everything = list_classes(act(), ClassFilter(unit_id=wanted.unit_id))
    years = {year for one in everything for year in years_of(one, act().zone)}
    return render_template(
        "training/index.html",
        rows=rows,
        pages=pages,
        total=len(found),
        held=len(closed),
        invited=sum(listed for listed, _attended in closed),
        attended=sum(attended for _listed, attended in closed),
        counts=counts,
        wanted=wanted,
        kept=kept_args("unit", "year", "state", "q"),
        units=seen_unit_choices(),
        years=sorted(years, reverse=True),
        live_batches=live_batches,
        state_of=lambda batch: batch_state(batch, now()),
        may_add=current_actor().has("organizer"),
        **names(),
    )


@roles_required(*READING)
def download(form: str) -> ResponseReturnValue:
    """The list as a file."""
    refuse_format(form)
    return file_response(classes_table(act(), list_classes(act(), _wanted())), form, today_text())


@roles_required(*READING)
def training(class_id: int) -> ResponseReturnValue:
    """A class: its batches, closing exam, feedback and budget."""
    found = seen_class(db.session, current_actor(), class_id)
    exam = class_exam(act(), found, live_batches(found))
    return render_template(
        "training/training.html",
        found=found,
        counts=place_counts(db.session, found.batches),
        state_of=lambda batch: batch_state(batch, now()),
        hours_of=lambda batch: sum(session.hours for session in batch.sessions),
        exam=exam,
        exam_title=title_of(found.exam, language()) if found.exam else "",
        results={batch.id: results(db.session, batch) for batch in live_batches(found)},
        sums=sums_of(found),
        history=history_of(db.session, record_of(found)),
        event_text=event_text,
        keeper=keeps(found.unit.path),
        **names(),
    )


@roles_required("organizer")
def new() -> ResponseReturnValue:
    """Make a class."""
    if request.method == "GET":
        units = kept_units()
        chosen = asked_unit() or (units[0].id if units else "")
        return _page({"unit": str(chosen), **_defaults()})
    fields = OfficeFields.sent()
    plan = _read(fields, fields.unit("unit", kept_units()))
    if not fields.errors:
        try:
            made = make_class(act(), plan)
        except Refused as refused:
            fields.refuse(refused)
        else:
            flash(_("The class is made. Now add its first batch."), "success")
            return redirect(url_for("training.new_batch", class_id=made))
    return _page(fields.values, fields.errors), 400


@roles_required("organizer")
def change(class_id: int) -> ResponseReturnValue:
    """Change a class."""
    found = seen_class(db.session, current_actor(), class_id)
    if request.method == "GET":
        return _page(_stored(found), found=found)
    fields = OfficeFields.sent()
    plan = _read(fields, found.unit_id)
    if not fields.errors:
        try:
            changed = change_class(act(), class_id, plan)
        except Refused as refused:
            fields.refuse(refused)
        else:
            flash(_("The change is saved.") if changed else _("Nothing was changed."), "success")
            return redirect(url_for("training.training", class_id=class_id))
    return _page(fields.values, fields.errors, found), 400


def _wanted() -> ClassFilter:
    return ClassFilter(
        unit_id=asked_unit(),
        year=asked_year(),
        state=asked_of("state", STATES) or "all",
        text=request.args.get("q", "")[:100],
    )


def _page(
    values: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    found: TrainingClass | None = None,
) -> str:
    return render_template(
        "training/form.html",
        values=values,
        errors=errors or {},
        found=found,
        units=unit_choices(kept_units()),
        exams=_exams(found).items(),
    )


def _exams(found: TrainingClass | None) -> dict[str, str]:
    """Exams to link, with none first, and the one that is linked."""
    exams = {"": _("None")}
    if found is not None and found.exam is not None:
        exams[str(found.exam_id)] = title_of(found.exam, language())
    lines, _total = exam_list(db.session, now(), current_actor(), size=_EXAMS)
    for line in lines:
        exams.setdefault(str(line.exam.id), title_of(line.exam, language()))
    return exams


def _defaults() -> dict[str, str]:
    names = ("late_after", "absent_after", "share", "least_answers", "feedback_days")
    return {name: str(getattr(ClassPlan, name)) for name in names}


def _stored(found: TrainingClass) -> dict[str, str]:
    return {
        "title": found.title,
        "aims": found.aims,
        "exam": str(found.exam_id or ""),
        "rated": found.rated,
        "asked": found.asked,
        **{name: str(getattr(found, name)) for name in _defaults()},
    }


def _read(fields: OfficeFields, unit_id: int) -> ClassPlan:
    found = None
    if request.view_args:
        found = seen_class(db.session, current_actor(), request.view_args["class_id"])
    exam = fields.choice("exam", _exams(found))
    return ClassPlan(
        unit_id=unit_id,
        title=fields.text("title", 200),
        aims=fields.optional("aims", 2000),
        exam_id=int(exam) if exam else None,
        late_after=fields.whole("late_after", 0, 600),
        absent_after=fields.whole("absent_after", 0, 600),
        share=fields.whole("share", 1, 100),
        least_answers=fields.whole("least_answers", 3, 100),
        feedback_days=fields.whole("feedback_days", 1, 90),
        rated=fields.lines("rated"),
        asked=fields.lines("asked"),
    )

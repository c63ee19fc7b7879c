"""The list of self-assessments, and one: answering, handing in, reviewing."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.selfchecks import Answered, Checklist
from quizengine.domain.text import N_, Refused
from quizengine.services.evidence import evidence_file, evidence_of
from quizengine.services.history import history_of
from quizengine.services.inspection_tables import selfchecks_table
from quizengine.services.office_access import Act
from quizengine.services.selfcheck_list import (
    CHOICE_NAMES,
    SELFCHECK_STATE_NAMES,
    VERDICT_NAMES,
    checklist_years,
    list_selfchecks,
)
from quizengine.services.selfcheck_review import Change, give_back, review
from quizengine.services.selfchecks import (
    checklist_of,
    item_record,
    may_fill,
    may_review,
    record_of,
    save_answers,
    seen_unit,
    selfcheck_of,
    submit,
)
from quizengine.services.uploads import Upload
from quizengine.storage.models import SelfCheck
from quizengine.web.clock import today
from quizengine.web.extensions import db
from quizengine.web.i18n import language
from quizengine.web.identity import roles_required
from quizengine.web.office.fields import OfficeFields, sent_files
from quizengine.web.office.inspection_words import SELFCHECK_LOOKS
from quizengine.web.office.pages import (
    ACCEPT,
    READING,
    act,
    asked_of,
    asked_unit,
    asked_year,
    file_answer,
    flash_faults,
    kept_args,
    page_of,
    refuse_format,
    seen_unit_choices,
    today_text,
    tried,
)
from quizengine.web.office.words import event_text
from quizengine.web.organizer.downloads import file_response


@roles_required(*READING)
def index() -> ResponseReturnValue:
    """The units of a year, and how far they are."""
    acting, year = act(), _year()
    all_rows = list_selfchecks(acting, year, asked_unit())
    state = asked_of("state", list(SELFCHECK_STATE_NAMES))
    rows, pages = page_of([row for row in all_rows if state in (None, row.state)])
    return render_template(
        "selfchecks/index.html",
        rows=rows,
        pages=pages,
        year=year,
        years=checklist_years(db.session),
        state=state,
        unit_id=asked_unit(),
        counts={key: sum(r.state == key for r in all_rows) for key in SELFCHECK_STATE_NAMES},
        kept=kept_args("unit", "state", "year"),
        units=seen_unit_choices(),
        states=SELFCHECK_STATE_NAMES,
        looks=SELFCHECK_LOOKS,
        verdicts=VERDICT_NAMES,
    )


@roles_required(*READING)
def download(form: str) -> ResponseReturnValue:
    """The list as a file."""
    refuse_format(form)
    acting, year = act(), _year()
    state = asked_of("state", list(SELFCHECK_STATE_NAMES))
    rows = list_selfchecks(acting, year, asked_unit(), state)
    return file_response(selfchecks_table(acting, year, rows), form, today_text())


def answers(unit_id: int, year: int) -> ResponseReturnValue:
    """A unit's answers: filled in by its head or organizer, seen by those above."""
    acting = act()
    unit = seen_unit(acting, unit_id)
    found = selfcheck_of(db.session, unit_id, year)
    checklist = checklist_of(db.session, found, year)
    if request.method == "POST":
        _save(unit_id, year, checklist)
        return _back(unit_id, year)
    return render_template(
        "selfchecks/answers.html",
        unit=unit,
        year=year,
        found=found,
        state=found.state if found else "none",
        checklist=checklist,
        lang=language(),
        answers={answer.item: answer for answer in found.answers} if found else {},
        files={
            name: evidence_of(db.session, item_record(found, name)) if found else []
            for name in checklist.items
        },
        fills=may_fill(acting.actor, unit) and (found is None or found.state == "draft"),
        reviews=_reviews(acting, found),
        in_office=any(acting.actor.has(role) for role in READING),
        late=today() > checklist.due,
        early=today() < checklist.opens,
        history=history_of(db.session, record_of(found)) if found else [],
        event_text=event_text,
        choices=CHOICE_NAMES,
        states=SELFCHECK_STATE_NAMES,
        looks=SELFCHECK_LOOKS,
        verdicts=VERDICT_NAMES,
        accept=ACCEPT,
    )


def review_one(unit_id: int, year: int) -> ResponseReturnValue:
    """The verdict, or back to the unit."""
    found = _found(unit_id, year)
    fields = OfficeFields.sent()
    remark = fields.optional("remark", 1000)
    if "back" in request.form:
        tried(lambda: give_back(act(), found.id, remark), _("The unit answers again."))
        return _back(unit_id, year)
    checklist = checklist_of(db.session, found, year)
    changes = {
        answer.item: Change(
            fields.number(
                f"points-{answer.item}", "0", str(checklist.items[answer.item].points), places=2
            ),
            fields.optional(f"reason-{answer.item}", 500),
        )
        for answer in found.answers
    }
    if fields.errors:
        flash_faults(fields.errors)
    else:
        done = _("The verdict is in the ledger.")
        tried(lambda: review(act(), found.id, changes, remark), done)
    return _back(unit_id, year)


def file(unit_id: int, year: int, file_id: int) -> ResponseReturnValue:
    """A file of evidence."""
    found = _found(unit_id, year)
    for name in checklist_of(db.session, found, year).items:
        record = item_record(found, name)
        if any(row.id == file_id for row in evidence_of(db.session, record)):
            return file_answer(evidence_file(db.session, record, file_id))
    raise Refused("unknown-evidence", N_("There is no such file."), status=404)


def _reviews(acting: Act, found: SelfCheck | None) -> bool:
    return found is not None and found.state == "submitted" and may_review(acting.actor, found)


def _found(unit_id: int, year: int) -> SelfCheck:
    seen_unit(act(), unit_id)
    found = selfcheck_of(db.session, unit_id, year)
    if found is None:
        raise Refused("selfcheck-unknown", N_("There is no such self-assessment."), status=404)
    return found


def _save(unit_id: int, year: int, checklist: Checklist) -> None:
    fields = OfficeFields.sent()
    given: dict[str, Answered] = {}
    files: dict[str, list[Upload]] = {}
    for name, item in checklist.items.items():
        if fields.values.get(f"choice-{name}"):
            given[name] = _answered(fields, name, str(item.points))
        files[name] = sent_files(f"files-{name}")
    if fields.errors:
        flash_faults(fields.errors)
        return
    saved = tried(lambda: save_answers(act(), unit_id, year, given, files), _("Answers saved."))
    if saved and "submit" in request.form:
        tried(
            lambda: submit(act(), unit_id, year),
            _("Handed in. The level above reviews it."),
        )


def _answered(fields: OfficeFields, name: str, most: str) -> Answered:
    choice = fields.choice(f"choice-{name}", CHOICE_NAMES)
    remark = fields.optional(f"remark-{name}", 500)
    if choice == "no" or not fields.values.get(f"points-{name}", "").strip():
        return Answered(choice, None, remark)
    return Answered(choice, fields.number(f"points-{name}", "0", most, places=2), remark)


def _year() -> int:
    return asked_year() or today().year


def _back(unit_id: int, year: int) -> ResponseReturnValue:
    return redirect(url_for("selfchecks.answers", unit_id=unit_id, year=year))

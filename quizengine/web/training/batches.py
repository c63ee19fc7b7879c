"""One batch: its programme, who came, and what an office does about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from quizengine.domain.text import N_, Refused
from quizengine.domain.training import ATTENDED
from quizengine.services.details import clean_text
from quizengine.services.history import history_of
from quizengine.services.training import batch_state
from quizengine.services.training_batches import (
    cancel_batch,
    record_of,
    refresh_list,
    seen_batch,
)
from quizengine.services.training_closing import close_batch
from quizengine.services.training_exam import class_exam
from quizengine.services.training_feedback import results
from quizengine.services.training_signs import add_person, mark
from quizengine.services.training_tables import attendance_table
from quizengine.services.training_words import MARK_NAMES
from quizengine.storage.models import TrainingBatch, TrainingPlace
from quizengine.web.admin.common import tier_names
from quizengine.web.clock import now
from quizengine.web.extensions import db
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.numbers import row_id
from quizengine.web.office.fields import OfficeFields
from quizengine.web.office.pages import (
    READING,
    act,
    asked_of,
    flash_faults,
    keeps,
    kept_args,
    page_of,
    refuse_format,
    suggested_people,
    tried,
)
from quizengine.web.office.words import event_text
from quizengine.web.organizer.downloads import file_response
from quizengine.web.organizer.words import PERSON_STATES
from quizengine.web.training.words import names

SHOWN = ("all", "unmarked", *MARK_NAMES, "guest")


@roles_required(*READING)
def batch(batch_id: int) -> ResponseReturnValue:
    """The page of a batch."""
    chosen = seen_batch(db.session, current_actor(), batch_id)
    places = _places(chosen)
    show = asked_of("show", SHOWN) or "all"
    text = clean_text(request.args.get("q", "")[:100])
    rows, pages = page_of([place for place in places if _fits(chosen, place, show, text)])
    keeper = keeps(chosen.training.unit.path)
    marked = request.args.get("mark", type=row_id)
    return render_template(
        "training/batch.html",
        batch=chosen,
        found=chosen.training,
        state=batch_state(chosen, now()),
        places=places,
        rows=rows,
        pages=pages,
        show=show,
        text=text,
        kept={"batch_id": batch_id, **kept_args("show", "q")},
        clock_of=lambda at: at.astimezone(act().zone).strftime("%H:%M"),
        marks_of=lambda place: {one.session_id: one for one in place.marks},
        there={
            session.id: sum(
                one.session_id == session.id and one.state in ATTENDED
                for place in places
                for one in place.marks
            )
            for session in chosen.sessions
        },
        attended=sum(place.outcome == "attended" for place in places),
        over=now() >= max(session.starts_at for session in chosen.sessions),
        exam=class_exam(act(), chosen.training, [chosen]),
        person_states=PERSON_STATES,
        results=results(db.session, chosen),
        marked=next((place for place in places if place.id == marked), None),
        people=suggested_people() if keeper else [],
        tiers=tier_names(),
        history=history_of(db.session, record_of(chosen)),
        event_text=event_text,
        keeper=keeper,
        **names(),
    )


@roles_required("organizer")
def step(batch_id: int) -> ResponseReturnValue:
    """What the form says: close, cancel, renew the list, add somebody, mark somebody."""
    what = request.form.get("what", "")
    if what not in _STEPS:
        raise Refused("step-unknown", N_("There is no such step."), status=400)
    _STEPS[what](batch_id)
    kept: dict[str, Any] = {"batch_id": batch_id, **kept_args("show", "q", "page")}
    return redirect(url_for("training.batch", **kept))


@roles_required(*READING)
def download(batch_id: int, form: str) -> ResponseReturnValue:
    """Attendance as a file."""
    refuse_format(form)
    chosen = seen_batch(db.session, current_actor(), batch_id)
    title = f"{chosen.training.title} {chosen.name}"
    return file_response(attendance_table(act(), chosen), form, title)


def _places(chosen: TrainingBatch) -> Sequence[TrainingPlace]:
    query = (
        select(TrainingPlace)
        .where(TrainingPlace.batch_id == chosen.id)
        .options(
            joinedload(TrainingPlace.person),
            joinedload(TrainingPlace.unit),
            selectinload(TrainingPlace.marks),
        )
    )
    return sorted(
        db.session.scalars(query), key=lambda place: (place.unit.path, place.person.login)
    )


def _fits(chosen: TrainingBatch, place: TrainingPlace, show: str, text: str) -> bool:
    person = place.person
    if text and text not in person.name and text.lower() not in (person.login, person.staff_no):
        return False
    states = {one.state for one in place.marks}
    if show == "unmarked":
        return len(place.marks) < len(chosen.sessions)
    return show == "all" or show in states or show == place.origin


def _close(batch_id: int) -> None:
    tried(lambda: close_batch(act(), batch_id), _("The batch is closed; its results are entered."))


def _cancel(batch_id: int) -> None:
    reason = request.form.get("reason", "")
    tried(lambda: cancel_batch(act(), batch_id, reason), _("The batch is cancelled."))


def _refresh(batch_id: int) -> None:
    done = _("The list is up to date with the roster.")
    tried(lambda: refresh_list(act(), batch_id), done)


def _add(batch_id: int) -> None:
    fields = OfficeFields.sent()
    person_id = fields.person("person")
    if fields.errors:
        flash_faults(fields.errors)
    else:
        tried(lambda: add_person(act(), batch_id, person_id), _("The person is on the list."))


def _mark(batch_id: int) -> None:
    form = request.form
    ids = (form.get("session", 0, type=row_id), form.get("place", 0, type=row_id))
    state, reason = form.get("state", ""), form.get("reason", "")
    tried(lambda: mark(act(), batch_id, *ids, state, reason), _("The mark is entered."))


_STEPS: dict[str, Callable[[int], None]] = {
    "close": _close,
    "cancel": _cancel,
    "refresh": _refresh,
    "add": _add,
    "mark": _mark,
}

"""One journey: how far it is, what is missing, and the next step."""

from __future__ import annotations

from collections.abc import Callable

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import N_, Refused
from quizengine.services.evidence import evidence_file, evidence_of
from quizengine.services.history import history_of
from quizengine.services.outbound import cancel_journey, record_of, seen_file
from quizengine.services.outbound_steps import (
    clear,
    close_file,
    come_back,
    hold_talk,
    leave,
    refresh,
)
from quizengine.services.outbound_watch import OUTBOUND_NAMES, rows_of
from quizengine.web.clock import today
from quizengine.web.extensions import db
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.office.fields import OfficeFields, sent_files
from quizengine.web.office.pages import (
    ACCEPT,
    READING,
    act,
    file_answer,
    flash_faults,
    keeps,
    today_text,
    tried,
)
from quizengine.web.office.words import JOURNEY_KINDS, OUTBOUND_LOOKS, event_text

TRACK = ("filed", "cleared", "left", "returned", "closed")


@roles_required(*READING)
def journey(file_id: int) -> ResponseReturnValue:
    """The page of a journey."""
    chosen = seen_file(db.session, current_actor(), file_id)
    [row] = rows_of(act(), [chosen])
    record = record_of(chosen)
    return render_template(
        "outbound/journey.html",
        file=chosen,
        row=row,
        track=TRACK,
        states=OUTBOUND_NAMES,
        looks=OUTBOUND_LOOKS,
        kinds=JOURNEY_KINDS,
        files=evidence_of(db.session, record),
        history=history_of(db.session, record),
        event_text=event_text,
        keeper=keeps(chosen.unit.path),
        own=chosen.person_id == current_actor().person_id,
        today=today(),
        today_text=today_text(),
        accept=ACCEPT,
    )


@roles_required("organizer")
def step(file_id: int) -> ResponseReturnValue:
    """The next step, as the form says."""
    what = request.form.get("what", "")
    if what in _PLAIN:
        take, done = _PLAIN[what]
        tried(lambda: take(file_id), _(done))
    elif what in _DATED:
        dated, done = _DATED[what]
        fields = OfficeFields.sent()
        fields.day("day")
        fields.optional("text", 1000)
        if fields.errors:
            flash_faults(fields.errors)
        else:
            tried(lambda: dated(file_id, fields), _(done))
    else:
        raise Refused("step-unknown", N_("There is no such step."), status=400)
    return redirect(url_for("outbound.journey", file_id=file_id))


@roles_required(*READING)
def file(file_id: int, evidence_id: int) -> ResponseReturnValue:
    """A file of evidence."""
    chosen = seen_file(db.session, current_actor(), file_id)
    return file_answer(evidence_file(db.session, record_of(chosen), evidence_id))


def _left(file_id: int, fields: OfficeFields) -> None:
    leave(act(), file_id, fields.day("day"), fields.optional("text", 500))


def _returned(file_id: int, fields: OfficeFields) -> None:
    come_back(act(), file_id, fields.day("day"))


def _talk(file_id: int, fields: OfficeFields) -> None:
    hold_talk(act(), file_id, fields.day("day"), fields.optional("text", 1000), sent_files())


def _refresher(file_id: int, fields: OfficeFields) -> None:
    refresh(act(), file_id, fields.day("day"))


def _cancel(file_id: int) -> None:
    cancel_journey(act(), file_id, request.form.get("text", ""))


_PLAIN: dict[str, tuple[Callable[[int], None], str]] = {
    "clear": (lambda file_id: clear(act(), file_id), N_("The journey is cleared.")),
    "close": (lambda file_id: close_file(act(), file_id), N_("The journey is closed.")),
    "cancel": (_cancel, N_("The journey is cancelled.")),
}
_DATED: dict[str, tuple[Callable[[int, OfficeFields], None], str]] = {
    "leave": (_left, N_("The departure is recorded.")),
    "return": (_returned, N_("The return is recorded.")),
    "talk": (_talk, N_("The talk is recorded.")),
    "refresher": (_refresher, N_("The refresher is recorded.")),
}

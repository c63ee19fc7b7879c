"""A member's own training: signing in by code, hours of the year, feedback."""

from __future__ import annotations

from datetime import datetime

from flask import current_app, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import Refused
from quizengine.services.training_feedback import (
    asked_questions,
    give_feedback,
    may_answer,
    rated_questions,
)
from quizengine.services.training_own import own_batch, own_batches, own_year
from quizengine.services.training_signs import scanned, sign_in
from quizengine.services.training_tickets import LASTS, Scan, issue_scan, read_scan
from quizengine.services.training_words import MARK_NAMES
from quizengine.web.clock import now, site_settings, today
from quizengine.web.extensions import db
from quizengine.web.i18n import translated
from quizengine.web.identity import current_actor, public
from quizengine.web.training.words import names

COOKIE = "training_scan"


def index() -> ResponseReturnValue:
    """All classes that one is invited to or came to, and the hours of the year."""
    person_id = current_actor().person_id
    batches = own_batches(db.session, now(), person_id)
    return render_template(
        "training/own.html",
        running=[own for own in batches if own.batch.closed_at is None],
        past=[own for own in batches if own.batch.closed_at is not None],
        year=own_year(db.session, site_settings().zone, person_id, today()),
        **names(),
    )


def batch(batch_id: int) -> ResponseReturnValue:
    """One's own class: programme, one's marks, signing in."""
    own = own_batch(db.session, now(), current_actor().person_id, batch_id)
    return render_template("training/own_batch.html", own=own, **names())


@public
def scan(session_id: int, code: str) -> ResponseReturnValue:
    """Where the code on the screen leads: it is checked at once, whoever scanned it.

    A browser that is not signed in keeps a signed note until its owner has signed in. Wrong codes
    are not counted: there are too many to guess one within its minute, and a whole class with codes
    that are too old may come from one address.
    """
    at = now()
    scanned(db.session, at, session_id, code)
    response = make_response(redirect(url_for("my_training.sign", session_id=session_id)))
    response.set_cookie(
        COOKIE,
        issue_scan(current_app.config["SECRET_KEY"], Scan(session_id, at)),
        max_age=int(LASTS.total_seconds()),
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        path=url_for("my_training.index"),
    )
    return response


def sign(session_id: int) -> ResponseReturnValue:
    """Sign in with the code that was scanned, or with one that is typed."""
    note = read_scan(current_app.config["SECRET_KEY"], request.cookies.get(COOKIE, ""), now())
    right = note is not None and note.session_id == session_id
    if request.method == "GET":
        return render_template("training/sign.html", session_id=session_id, scanned=right)
    try:
        at = note.at if note is not None and right else _typed(session_id)
        signed = sign_in(db.session, now(), current_actor().person_id, session_id, at)
    except Refused as refused:
        if refused.status == 404:
            raise
        error = translated(refused.text)
        page = render_template(
            "training/sign.html", session_id=session_id, scanned=False, error=error
        )
        return page, refused.status
    state = _(MARK_NAMES[signed.state])
    if signed.again:
        flash(_("You had checked in already: %(state)s.", state=state), "info")
    else:
        flash(
            _("Checked in to “%(topic)s”: %(state)s.", topic=signed.topic, state=state), "success"
        )
    response = make_response(redirect(url_for("my_training.batch", batch_id=signed.batch_id)))
    response.delete_cookie(COOKIE, path=url_for("my_training.index"))
    return response


def feedback(batch_id: int) -> ResponseReturnValue:
    """The form, and thanks for it."""
    person_id = current_actor().person_id
    own = own_batch(db.session, now(), person_id, batch_id)
    error = ""
    if request.method == "POST":
        try:
            _give(person_id, batch_id)
        except Refused as refused:
            if refused.status == 404:
                raise
            error = translated(refused.text)
        else:
            flash(_("Thank you: your feedback is in, without your name."), "success")
            return redirect(url_for("my_training.batch", batch_id=batch_id))
    page = render_template(
        "training/own_feedback.html",
        own=own,
        rated=rated_questions(own.batch.training),
        asked=asked_questions(own.batch.training),
        open=may_answer(own.place, now()),
        values=request.form,
        error=error,
    )
    return (page, 400) if error else page


def _typed(session_id: int) -> datetime:
    at = now()
    scanned(db.session, at, session_id, request.form.get("code", "")[:40].replace(" ", ""))
    return at


def _give(person_id: int, batch_id: int) -> None:
    form = request.form
    rated = {
        key.removeprefix("rate-"): int(value)
        for key, value in form.items()
        if key.startswith("rate-") and value in ("1", "2", "3", "4", "5")
    }
    texts = {
        key.removeprefix("text-"): value for key, value in form.items() if key.startswith("text-")
    }
    give_feedback(db.session, now(), person_id, batch_id, rated, texts)

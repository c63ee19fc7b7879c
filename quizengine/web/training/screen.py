"""The code to sign in by, large, for the screen in front of the class."""

from __future__ import annotations

from typing import Any

import segno
from flask import jsonify, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from quizengine.domain.training import ATTENDED, STEP_S, seconds_left, sign_code
from quizengine.services.access import require
from quizengine.services.training_batches import refuse_over, seen_batch, unknown_batch
from quizengine.storage.models import TrainingMark, TrainingPlace, TrainingSession
from quizengine.web.clock import now
from quizengine.web.extensions import db
from quizengine.web.identity import current_actor, roles_required


@roles_required("organizer")
def screen(session_id: int) -> ResponseReturnValue:
    """The page to project; its script asks for the next code in time."""
    found = _session(session_id)
    return render_template(
        "training/screen.html",
        session=found,
        batch=found.batch,
        found=found.batch.training,
        first=_code(found),
        step_s=STEP_S,
    )


@roles_required("organizer")
def code(session_id: int) -> ResponseReturnValue:
    """The present code with its picture, and how many have signed in."""
    return jsonify(_code(_session(session_id)))


def _session(session_id: int) -> TrainingSession:
    """The session of a batch that one keeps and that is not over: the code gives a presence."""
    found = db.session.get(TrainingSession, session_id)
    if found is None:
        raise unknown_batch()
    batch = seen_batch(db.session, current_actor(), found.batch_id)
    require(current_actor(), "organizer", batch.training.unit.path)
    refuse_over(batch)
    return found


def _code(found: TrainingSession) -> dict[str, Any]:
    text = sign_code(found.batch.secret, found.id, now())
    url = url_for("my_training.scan", session_id=found.id, code=text, _external=True)
    signed = db.session.scalar(
        select(func.count())
        .select_from(TrainingMark)
        .where(TrainingMark.session_id == found.id, TrainingMark.state.in_(ATTENDED))
    )
    listed = db.session.scalar(
        select(func.count())
        .select_from(TrainingPlace)
        .where(TrainingPlace.batch_id == found.batch_id)
    )
    return {
        "code": f"{text[:4]} {text[4:]}",
        "qr": segno.make(url, error="m", micro=False).svg_data_uri(border=2),
        "left_s": seconds_left(now()),
        "signed": signed or 0,
        "listed": listed or 0,
    }

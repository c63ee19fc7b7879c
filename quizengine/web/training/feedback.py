"""What participants thought of a batch, once the feedback is concluded."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.services.access import require
from quizengine.services.training_batches import seen_batch
from quizengine.services.training_feedback import conclude, feedback_until, results
from quizengine.web.clock import now
from quizengine.web.extensions import db
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.office.pages import READING, act, keeps, tried


@roles_required(*READING)
def feedback(batch_id: int) -> ResponseReturnValue:
    """The results; and the button that concludes the feedback."""
    chosen = seen_batch(db.session, current_actor(), batch_id)
    if request.method == "POST":
        require(current_actor(), "organizer", chosen.training.unit.path)
        tried(lambda: conclude(act(), batch_id), _("The feedback is concluded."))
        return redirect(url_for("training.feedback", batch_id=batch_id))
    until = feedback_until(chosen)
    return render_template(
        "training/feedback.html",
        batch=chosen,
        found=chosen.training,
        results=results(db.session, chosen),
        until=until,
        over=until is not None and until <= now(),
        keeper=keeps(chosen.training.unit.path),
    )

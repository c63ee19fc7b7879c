"""Late answers of an exam: accept or reject each, with a reason."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.services.late_answers import decide, late_answers
from quizengine.web.clock import now
from quizengine.web.extensions import db
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.organizer.board import READING
from quizengine.web.organizer.common import exam_page, reason_given, seen_exam
from quizengine.web.organizer.plain import answer_text
from quizengine.web.organizer.words import ARRIVALS, DECISIONS
from quizengine.web.paging import PER_PAGE, paging


@roles_required(*READING)
def late(exam_id: int) -> ResponseReturnValue:
    """The late answers within reach."""
    seen = seen_exam(exam_id)
    _lines, total = late_answers(db.session, seen, size=0)
    pages = paging(total)
    lines, _total = late_answers(db.session, seen, offset=pages.offset, size=PER_PAGE)
    return exam_page(
        "organizer/late.html",
        seen,
        "late",
        lines=lines,
        pages=pages,
        arrivals=ARRIVALS,
        decisions=DECISIONS,
        answer_text=answer_text,
        own_id=current_actor().person_id,
    )


@roles_required("organizer")
def decide_late(exam_id: int, late_id: int) -> ResponseReturnValue:
    """Accept or reject one."""
    accept = request.form.get("decision") == "accept"
    changed = decide(
        db.session, now(), current_actor(), late_id, accept=accept, reason=reason_given()
    )
    if changed:
        flash(_("The answer counts now, and the result is corrected."), "success")
    elif accept:
        flash(_("The answer counts now."), "success")
    else:
        flash(_("The answer stays out of the score."), "success")
    return redirect(url_for("organizer.late", exam_id=exam_id))

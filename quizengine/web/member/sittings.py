"""The page of a sitting, and its result."""

from __future__ import annotations

from datetime import timedelta

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from quizengine.domain.text import Refused
from quizengine.services.member_results import result as result_of
from quizengine.services.sitting_view import sitting_view
from quizengine.services.sittings import own_sitting
from quizengine.storage.models import EXAM
from quizengine.web.clock import now, site_settings
from quizengine.web.extensions import db
from quizengine.web.i18n import language
from quizengine.web.identity import current_actor
from quizengine.web.member.answers import answer_lines, citation
from quizengine.web.member.texts import sitting_texts, type_names


def sitting(sitting_id: int) -> ResponseReturnValue:
    """Answer the questions; a closed sitting leads to its result."""
    person_id = current_actor().person_id
    if own_sitting(db.session, person_id, sitting_id).exam.purpose != EXAM:
        return redirect(url_for("mass.sitting", sitting_id=sitting_id))
    return sitting_page(sitting_id, url_for("member.result", sitting_id=sitting_id))


def sitting_page(sitting_id: int, result_url: str) -> ResponseReturnValue:
    """The page that answers an own sitting, of an exam or a contest, and leads to `result_url`."""
    person_id = current_actor().person_id
    view = sitting_view(db.session, now(), person_id, sitting_id, language())
    if view.state != "open":
        return redirect(result_url)
    return render_template(
        "member/sitting.html",
        view=view.model_dump(mode="json"),
        exam_title=view.exam.title,
        attempt=view.attempt,
        person_id=person_id,
        api=f"/api/v1/sittings/{sitting_id}",
        texts=sitting_texts(),
        result_url=result_url,
    )


def result(sitting_id: int) -> ResponseReturnValue:
    """Score and, once released, each question with its right answer."""
    person_id = current_actor().person_id
    own = own_sitting(db.session, person_id, sitting_id)
    if own.exam.purpose != EXAM:
        return redirect(url_for("mass.result", sitting_id=sitting_id))
    if own.state == "open" and now() <= own.deadline:
        return redirect(url_for("member.sitting", sitting_id=sitting_id))
    try:
        grace = timedelta(seconds=site_settings().grace_s)
        shown = result_of(db.session, now(), grace, person_id, sitting_id, language())
    except Refused as refused:
        if refused.code != "not-released":
            raise
        return render_template("member/waiting.html", sitting=own)
    return render_template(
        "member/result.html",
        result=shown,
        lines=answer_lines,
        citation=citation,
        type_names=type_names(),
        exam_id=own.exam_id,
    )

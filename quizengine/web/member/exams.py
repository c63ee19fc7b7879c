"""A member's exams: the list, the page before the start, the letter, the start."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from quizengine.domain.text import N_, Refused
from quizengine.services.commitments import sign
from quizengine.services.exams import blueprint_of
from quizengine.services.member_exams import MemberExam, letter_view, member_exams
from quizengine.services.sittings import start
from quizengine.services.todo import todos
from quizengine.storage.models import Exam
from quizengine.web.clock import now, site_settings, today
from quizengine.web.extensions import db
from quizengine.web.i18n import language
from quizengine.web.identity import current_actor
from quizengine.web.member.texts import credit_texts, type_names


def index() -> ResponseReturnValue:
    """The home page of everybody; those with a role see their tools on it too."""
    lines = _lines()
    groups = {
        state: [line for line in lines if line.state == state]
        for state in ("open", "coming", "closed")
    }
    groups["coming"].reverse()
    zone, person_id = site_settings().zone, current_actor().person_id
    return render_template(
        "member/index.html",
        groups=groups,
        now=now(),
        today=today(),
        todos=todos(db.session, now(), zone, person_id),
    )


def _lines() -> list[MemberExam]:
    return member_exams(
        db.session, now(), site_settings().zone, current_actor().person_id, language()
    )


def exam(exam_id: int) -> ResponseReturnValue:
    """What the exam asks for, the letter to sign, and the way in."""
    line = next((line for line in _lines() if line.id == exam_id), None)
    if line is None:
        raise Refused("unknown-exam", N_("There is no such exam for you."), status=404)
    blueprint = blueprint_of(db.session.get_one(Exam, exam_id))
    return render_template(
        "member/exam.html",
        line=line,
        blueprint=blueprint,
        type_names=type_names(),
        credit=credit_texts(blueprint),
        letter=_letter(exam_id) if blueprint.commitment else None,
    )


def _letter(exam_id: int) -> object:
    zone, person_id = site_settings().zone, current_actor().person_id
    try:
        return letter_view(db.session, zone, person_id, exam_id, language())
    except Refused as refused:
        # No letter is registered for this tier, or the member has left the audience.
        if refused.status == 404:
            return None
        raise


def sign_letter(exam_id: int) -> ResponseReturnValue:
    """Sign the commitment letter."""
    if request.form.get("agree") != "yes":
        raise Refused("agree", N_("Tick the box to sign the letter."), status=400)
    sign(db.session, now(), site_settings().zone, current_actor().person_id, exam_id)
    return redirect(url_for("member.exam", exam_id=exam_id))


def begin(exam_id: int) -> ResponseReturnValue:
    """Start a sitting, or go on with the one that is open."""
    zone, person_id = site_settings().zone, current_actor().person_id
    sitting, _created = start(db.session, now(), zone, person_id, exam_id)
    return redirect(url_for("member.sitting", sitting_id=sitting.id))

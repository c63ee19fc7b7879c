"""A member's exams: list, commitment letter, start."""

from __future__ import annotations

from flask import Response, url_for

from quizengine.services.commitments import sign
from quizengine.services.member_exams import letter_view, member_exams
from quizengine.services.sitting_view import sitting_view
from quizengine.services.sittings import start
from quizengine.web.api.replies import person, reply
from quizengine.web.api.schemas import ExamList
from quizengine.web.clock import now, site_settings
from quizengine.web.extensions import db
from quizengine.web.i18n import language


def list_exams() -> Response:
    """Own exams: coming, open, closed."""
    items = member_exams(db.session, now(), site_settings().zone, person(), language())
    return reply(ExamList(items=items))


def read_commitment(exam_id: int) -> Response:
    """The commitment letter of an exam."""
    return reply(letter_view(db.session, site_settings().zone, person(), exam_id, language()))


def sign_commitment(exam_id: int) -> Response:
    """Sign the commitment letter; 200 if it was signed before."""
    zone = site_settings().zone
    fresh = sign(db.session, now(), zone, person(), exam_id)
    letter = letter_view(db.session, zone, person(), exam_id, language())
    return reply(letter, 201 if fresh else 200)


def start_sitting(exam_id: int) -> Response:
    """Start a sitting; 200 with the open one if there is one."""
    at = now()
    sitting, fresh = start(db.session, at, site_settings().zone, person(), exam_id)
    view = sitting_view(db.session, at, person(), sitting.id, language())
    place = url_for("api.read_sitting", sitting_id=view.id)
    return reply(view, 201 if fresh else 200, Location=place)

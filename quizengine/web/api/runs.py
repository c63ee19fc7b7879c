"""A run of a challenge: one question after the other until the first mistake."""

from __future__ import annotations

from flask import Response

from quizengine.services.mass_challenge import answer_step, next_step, run_view, stop_run
from quizengine.services.mass_run_view import RunView
from quizengine.web.api.reading import read_body
from quizengine.web.api.replies import person, reply
from quizengine.web.api.schemas import RunReply, StepBody
from quizengine.web.clock import now
from quizengine.web.extensions import db
from quizengine.web.i18n import language
from quizengine.web.member.answers import citation


def read_run(sitting_id: int) -> Response:
    """Where the run is: after a reload the same question waits."""
    return _reply(run_view(db.session, now(), person(), sitting_id, language()))


def show_step(sitting_id: int) -> Response:
    """Show the next question; its time begins now."""
    return _reply(next_step(db.session, now(), person(), sitting_id, language()))


def put_step(sitting_id: int, number: int) -> Response:
    """Answer the question that waits; the first answer is final."""
    given = read_body(StepBody)
    args = (person(), sitting_id, number, given.answer, language())
    return _reply(answer_step(db.session, now(), *args))


def end_run(sitting_id: int) -> Response:
    """End the run with what was right so far."""
    return _reply(stop_run(db.session, now(), person(), sitting_id, language()))


def _reply(view: RunView) -> Response:
    citations = [citation(basis) for basis in view.last.basis] if view.last else []
    return reply(RunReply(**dict(view), citations=citations))

"""An own sitting: read, answer, mark, hand in, result."""

from __future__ import annotations

from datetime import timedelta

from flask import Response
from pydantic import TypeAdapter

from quizengine.domain.text import N_
from quizengine.services.member_results import result, score_released
from quizengine.services.sitting_view import shown_state, sitting_view
from quizengine.services.sittings import Saved, own_sitting, save_answer, set_marks, submit
from quizengine.web.api.reading import read_body
from quizengine.web.api.replies import nothing, person, reply
from quizengine.web.api.schemas import AnswerBody, ClockView, MarksBody, SavedView, SubmittedView
from quizengine.web.clock import now, site_settings
from quizengine.web.extensions import db
from quizengine.web.i18n import language, translated
from quizengine.web.problems import problem

_LATE = {
    "grace": N_(
        "Time was up, but your answer came within the grace period: it is stored and counts."
    ),
    "late": N_(
        "Time was up: your answer is stored, but does not count unless an organizer accepts it."
    ),
    "after_submit": N_(
        "You had handed in: your answer is stored, but does not count unless an organizer"
        " accepts it."
    ),
    "known": N_(
        "The sitting is closed. This answer, or a newer one, had been stored before and counts."
    ),
}
_times: TypeAdapter[object] = TypeAdapter(object)


def read_sitting(sitting_id: int) -> Response:
    """The paper, with what is saved."""
    return reply(sitting_view(db.session, now(), person(), sitting_id, language()))


def read_clock(sitting_id: int) -> Response:
    """Time and state alone: cheap enough to ask for again and again."""
    at = now()
    sitting = own_sitting(db.session, person(), sitting_id)
    return reply(
        ClockView(server_now=at, deadline=sitting.deadline, state=shown_state(sitting, at))
    )


def put_answer(sitting_id: int, question_id: str) -> Response:
    """Save an answer; the reply comes once it is on disk. Usual ones take `web.short_way`."""
    given = read_body(AnswerBody)
    saved = save_answer(
        db.session,
        now(),
        timedelta(seconds=site_settings().grace_s),
        person(),
        sitting_id,
        question_id,
        given.answer,
        given.seq,
    )
    if not saved.in_time:
        return _late(saved)
    return reply(SavedView(seq=saved.seq, saved_at=saved.saved_at, stored=saved.answer))


def _late(saved: Saved) -> Response:
    return problem(
        409,
        f"answer-{saved.outcome.replace('_', '-')}",
        translated(_LATE[saved.outcome]),
        outcome=saved.outcome,
        stored=True,
        scored=saved.counts,
        seq=saved.seq,
        saved_at=_times.dump_python(saved.saved_at, mode="json"),
    )


def put_marks(sitting_id: int) -> Response:
    """Remember flags and the place, for a reload or another device."""
    given = read_body(MarksBody)
    set_marks(db.session, now(), person(), sitting_id, given.flags, given.at)
    return nothing()


def submit_sitting(sitting_id: int) -> Response:
    """Hand in; again: the same."""
    at = now()
    sitting = submit(db.session, at, person(), sitting_id)
    shown = score_released(sitting)
    return reply(
        SubmittedView(
            state=shown_state(sitting, at),
            score=sitting.score if shown else None,
            max_score=sitting.max_score if shown else None,
            passed=sitting.passed if shown else None,
        )
    )


def read_result(sitting_id: int) -> Response:
    """The result, as far as it is released."""
    grace = timedelta(seconds=site_settings().grace_s)
    return reply(result(db.session, now(), grace, person(), sitting_id, language()))

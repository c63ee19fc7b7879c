"""The judge's page for whoever has the judge's code."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from quizengine.services.stage_tickets import judge_ticket
from quizengine.web.extensions import db
from quizengine.web.hall.guesses import STAFF_CODES, guarded
from quizengine.web.identity import public
from quizengine.web.stage.console import judge_page


@public
def judge(code: str) -> ResponseReturnValue:
    """The question, its answer, the evidence, and the verdicts."""
    with guarded(STAFF_CODES):
        ticket = judge_ticket(db.session, code)
    return judge_page(ticket, home="")

"""Taking part: begin, the page of a timed paper, the page of a challenge, the result."""

from __future__ import annotations

from datetime import timedelta

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from quizengine.services.mass_boards import board_of, own_line
from quizengine.services.mass_challenge import own_run, review, run_view
from quizengine.services.mass_lookup import contest_of_exam
from quizengine.services.mass_member import own_attempts
from quizengine.services.mass_play import begin
from quizengine.services.member_results import result as result_of
from quizengine.services.shown import title_of
from quizengine.services.sittings import own_sitting
from quizengine.storage.models import CHALLENGE, CONTEST, MassContest, Sitting
from quizengine.web.clock import now, site_settings
from quizengine.web.extensions import db
from quizengine.web.i18n import language
from quizengine.web.identity import current_actor
from quizengine.web.mass.contests import own_case, shown_words
from quizengine.web.mass.texts import run_texts
from quizengine.web.mass.words import ENDINGS
from quizengine.web.member.answers import answer_lines, citation
from quizengine.web.member.sittings import sitting_page
from quizengine.web.member.texts import type_names


def start(contest_id: int) -> ResponseReturnValue:
    """Begin an attempt, or go on with the one that is open."""
    zone, person_id = site_settings().zone, current_actor().person_id
    sitting, _created = begin(db.session, now(), zone, person_id, contest_id)
    page = "mass.run" if sitting.exam.purpose == CHALLENGE else "mass.sitting"
    return redirect(url_for(page, sitting_id=sitting.id))


def sitting(sitting_id: int) -> ResponseReturnValue:
    """Answer a timed paper; a closed one leads to its result."""
    person_id = current_actor().person_id
    if own_sitting(db.session, person_id, sitting_id).exam.purpose != CONTEST:
        return redirect(url_for("member.sitting", sitting_id=sitting_id))
    return sitting_page(sitting_id, url_for("mass.result", sitting_id=sitting_id))


def result(sitting_id: int) -> ResponseReturnValue:
    """Score, time and place, and once released each question with its right answer."""
    person_id = current_actor().person_id
    own = own_sitting(db.session, person_id, sitting_id)
    if own.exam.purpose != CONTEST:
        return redirect(url_for("member.result", sitting_id=sitting_id))
    if own.state == "open" and now() <= own.deadline:
        return redirect(url_for("mass.sitting", sitting_id=sitting_id))
    if own.state == "open":
        # Out of time, and the server has not closed it yet: a moment later it has.
        return redirect(url_for("mass.contest", contest_id=_contest(own).id))
    grace = timedelta(seconds=site_settings().grace_s)
    shown = result_of(db.session, now(), grace, person_id, sitting_id, language())
    return render_template(
        "mass/result.html",
        result=shown,
        lines=answer_lines,
        citation=citation,
        type_names=type_names(),
        **_outcome(own),
    )


def run(sitting_id: int) -> ResponseReturnValue:
    """The page of a challenge; once it is over, what was reached and the questions answered."""
    person_id = current_actor().person_id
    view = run_view(db.session, now(), person_id, sitting_id, language())
    own = own_run(db.session, person_id, sitting_id)
    if view.state == "open":
        return render_template(
            "mass/run.html",
            view=view,
            contest=_contest(own),
            api=f"/api/v1/runs/{sitting_id}",
            texts=run_texts(),
        )
    return render_template(
        "mass/run_over.html",
        view=view,
        ending=ENDINGS[view.ending or "stopped"],
        done=review(db.session, person_id, sitting_id, language()),
        lines=answer_lines,
        citation=citation,
        type_names=type_names(),
        **_outcome(own),
    )


def _contest(own: Sitting) -> MassContest:
    return contest_of_exam(db.session, own.exam_id)


def _outcome(own: Sitting) -> dict[str, object]:
    """The attempt among the others, and on the board."""
    contest = _contest(own)
    attempts = own_attempts(db.session, own.person_id, contest)
    board = board_of(db.session, now(), contest)
    return {
        "case": own_case(contest.id),
        "title": title_of(contest.exam, language()),
        "attempt": next(line for line in attempts if line.sitting_id == own.id),
        "board": board,
        "own": own_line(db.session, board, own.person_id),
        **shown_words(),
    }

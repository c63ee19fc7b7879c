"""What all pages of one online contest share, for those who look after it."""

from __future__ import annotations

from typing import Any

from flask import render_template

from quizengine.services.mass_boards import Board, board_of, review_of
from quizengine.services.mass_lookup import contest_reach, course_of, find_contest
from quizengine.services.mass_lottery import lottery_of
from quizengine.services.reach import Reach
from quizengine.services.shown import title_of
from quizengine.storage.models import CHALLENGE, MassContest
from quizengine.web.clock import now
from quizengine.web.extensions import db
from quizengine.web.i18n import language
from quizengine.web.identity import current_actor
from quizengine.web.mass.contests import shown_words

READING = ("organizer", "auditor")


def seen_contest(contest_id: int) -> tuple[MassContest, Reach]:
    """The contest within the reach of the person signed in; Refused 403 or 404."""
    contest = find_contest(db.session, contest_id)
    return contest, contest_reach(db.session, current_actor(), contest)


def shown_board(contest: MassContest, seen: Reach) -> Board:
    """What everybody may see; before the publication, organisers see the result to come."""
    review = review_of(contest) if seen.manages else None
    return review or board_of(db.session, now(), contest)


def contest_page(template: str, contest: MassContest, seen: Reach, tab: str, **context: Any) -> str:
    """A page of the contest with its head and tabs."""
    return render_template(
        template,
        contest=contest,
        seen=seen,
        tab=tab,
        title=title_of(contest.exam, language()),
        state=course_of(contest).state(now()),
        challenge=contest.exam.purpose == CHALLENGE,
        lottery=lottery_of(db.session, contest.id),
        review=review_of(contest) is not None and seen.manages,
        **{**shown_words(), **context},
    )

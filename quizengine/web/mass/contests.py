"""The list of contests, and the page of one."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from quizengine.services.mass_boards import (
    board_of,
    own_line,
    participants,
    person_board,
    unit_board,
)
from quizengine.services.mass_lookup import award_of, full_marks
from quizengine.services.mass_lottery import lottery_of, prizes_of
from quizengine.services.mass_member import (
    MemberContest,
    member_contest,
    member_contests,
    member_series,
    own_attempts,
)
from quizengine.services.mass_series_board import own_series_line
from quizengine.services.shown import title_of
from quizengine.web.choices import steps
from quizengine.web.clock import now, site_settings
from quizengine.web.extensions import db
from quizengine.web.i18n import language
from quizengine.web.identity import current_actor
from quizengine.web.mass.words import (
    STATES,
    award_text,
    duration_text,
    rules_text,
    score_text,
    span_text,
)

# So many places are shown on the page of a contest, and past contests in the list.
TOP = 10
PAST = 12


def index() -> ResponseReturnValue:
    """What is open, what comes, and what was."""
    person_id = current_actor().person_id
    cases = member_contests(db.session, now(), site_settings().zone, person_id)
    running = [c for c in cases if c.state in ("open", "closing") and (c.joinable or c.begun)]
    coming = [case for case in cases if case.state == "coming"]
    past = [case for case in cases if case.state in ("over", "unpublished")][::-1]
    series = member_series(db.session, cases)
    return render_template(
        "mass/index.html",
        running=running,
        coming=coming,
        past=[case for case in past if case.contest.series_id is None][:PAST],
        series=[(each, own_series_line(db.session, now(), each.id, person_id)) for each in series],
        **shown_words(),
    )


def contest(contest_id: int) -> ResponseReturnValue:
    """Rules, the way in, own attempts, the top of the boards."""
    person_id = current_actor().person_id
    case = own_case(contest_id)
    board = board_of(db.session, now(), case.contest)
    lottery = lottery_of(db.session, contest_id)
    return render_template(
        "mass/contest.html",
        rules=rules_text(case),
        board=board,
        count=participants(db.session, board),
        top=person_board(db.session, board, size=TOP),
        own=own_line(db.session, board, person_id),
        attempts=own_attempts(db.session, person_id, case.contest),
        units=_own_units(case),
        lottery=lottery,
        prizes=prizes_of(lottery) if lottery else [],
        person_id=person_id,
        **head_of(case),
    )


def own_case(contest_id: int) -> MemberContest:
    """The contest for the person signed in; Refused 404 for others'."""
    zone, person_id = site_settings().zone, current_actor().person_id
    return member_contest(db.session, now(), zone, person_id, contest_id)


def _own_units(case: MemberContest) -> list[object]:
    """Lines of the own units, from the highest down."""
    board = board_of(db.session, now(), case.contest)
    own = steps(current_actor().unit_path)
    lines = {line.line.unit_id: line for line in unit_board(db.session, board)}
    return [lines[unit_id] for unit_id in own if unit_id in lines]


def head_of(case: MemberContest) -> dict[str, object]:
    """What the head of the pages of one contest needs."""
    return {
        "case": case,
        "title": title_of(case.exam, language()),
        "has_draw": lottery_of(db.session, case.contest.id) is not None,
        **shown_words(),
    }


def shown_words() -> dict[str, object]:
    """What all pages of contests write texts with."""
    return {
        "states": STATES,
        "score_text": score_text,
        "duration_text": duration_text,
        "span_text": span_text,
        "award_text": award_text,
        "award_of": award_of,
        "full_marks": full_marks,
        "title_of": title_of,
        "lang": language(),
        "at": now(),
    }

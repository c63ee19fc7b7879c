"""One contest at a glance: what is still to do, and by which rules it runs."""

from __future__ import annotations

from flask.typing import ResponseReturnValue

from quizengine.services.stage_access import rules_of
from quizengine.web.identity import roles_required
from quizengine.web.stage.common import READING, contest_page, seen_contest
from quizengine.web.stage.questions import drawn_rounds
from quizengine.web.stage.rules_text import prizes_text, rounds_text, teams_text, ties_text


@roles_required(*READING)
def overview(contest_id: int) -> ResponseReturnValue:
    """The contest's own page."""
    contest = seen_contest(contest_id)
    rules = rules_of(contest)
    return contest_page(
        "stage/overview.html",
        contest,
        "overview",
        rounds=rounds_text(rules),
        teams_text=teams_text(rules),
        prizes_text=prizes_text(rules),
        ties_text=ties_text(rules),
        drawn=drawn_rounds(contest),
        enough=rules.teams.min <= len(contest.teams) <= rules.teams.max,
        empty=[team.name for team in contest.teams if not team.members],
        seats=sum(len(team.members) for team in contest.teams),
    )

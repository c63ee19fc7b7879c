"""The screens of those who run a contest: host and judge."""

from __future__ import annotations

from flask import current_app, render_template, url_for
from flask.typing import ResponseReturnValue

from quizengine.domain.contest.machine_input import LONGEST_REASON
from quizengine.services.stage_access import rules_of
from quizengine.services.stage_tickets import host_ticket, judge_ticket_for
from quizengine.services.tickets import Ticket, issue_ticket
from quizengine.storage.models import Contest
from quizengine.web.clock import site_settings
from quizengine.web.extensions import db
from quizengine.web.i18n import language
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.live_address import live_address
from quizengine.web.stage.common import title_in_language
from quizengine.web.stage.texts import console_texts, usual_reasons


@roles_required("organizer")
def console(contest_id: int) -> ResponseReturnValue:
    """All that a host needs, on one screen; several may be open at the same time."""
    ticket = host_ticket(db.session, current_actor(), contest_id)
    return _page(ticket, url_for("stage.overview", contest_id=contest_id))


@roles_required("organizer", "grader")
def judge(contest_id: int) -> ResponseReturnValue:
    """The judge's page for those who judge in the contest's unit."""
    ticket = judge_ticket_for(db.session, current_actor(), contest_id)
    actor, contest = current_actor(), db.session.get_one(Contest, contest_id)
    seen = actor.can("organizer", contest.unit.path)
    return judge_page(ticket, home=url_for("stage.overview", contest_id=contest_id) if seen else "")


def judge_page(ticket: Ticket, home: str) -> str:
    """The judge's page; `home` is where it leads back to, if anywhere."""
    return _page(ticket, home)


def _page(ticket: Ticket, home: str) -> str:
    contest = db.session.get_one(Contest, ticket.contest)
    return render_template(
        "stage/console.html",
        role=ticket.role,
        title=title_in_language(contest),
        contest=contest,
        home=home,
        live={
            "url": live_address(),
            "ticket": issue_ticket(str(current_app.config["SECRET_KEY"]), ticket),
            "lang": language(),
        },
        texts=console_texts(rules_of(contest)),
        reasons=usual_reasons(),
        longest_reason=LONGEST_REASON,
        zone=site_settings().time_zone,
    )

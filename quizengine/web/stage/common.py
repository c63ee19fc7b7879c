"""What all pages of one stage contest share."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from quizengine.domain.text import N_, Refused
from quizengine.services.stage_access import managed_contest, rules_of
from quizengine.storage.models import Contest
from quizengine.web.extensions import db
from quizengine.web.i18n import language
from quizengine.web.identity import current_actor
from quizengine.web.stage.words import CONTEST_STATES

READING = ("organizer", "auditor")


def seen_contest(contest_id: int) -> Contest:
    """The contest for an organizer or auditor of its unit or above; Refused 403 or 404."""
    return managed_contest(db.session, current_actor(), contest_id, *READING)


def own_contest(contest_id: int) -> Contest:
    """The contest for an organizer of its unit or above; Refused 403 or 404."""
    return managed_contest(db.session, current_actor(), contest_id)


def manages(contest: Contest) -> bool:
    """Whether the person signed in may change and host the contest."""
    return current_actor().can("organizer", contest.unit.path)


def title_in_language(contest: Contest) -> str:
    """The title in the language of the page."""
    return contest.title_en if language() == "en" else contest.title_zh


def has_begun(contest: Contest) -> bool:
    """Whether there is a log: teams, questions and rules are fixed."""
    return contest.state in ("running", "finished")


def refuse_unbegun(contest: Contest) -> None:
    """Refused `not-begun` (404) for what only a contest with a log has."""
    if not has_begun(contest):
        raise Refused("not-begun", N_("The contest has not begun yet."), status=404)


def contest_page(template: str, contest: Contest, tab: str, **context: Any) -> str:
    """A page of the contest with its head and tabs."""
    return render_template(
        template,
        contest=contest,
        tab=tab,
        title=title_in_language(contest),
        rules=rules_of(contest),
        states=CONTEST_STATES,
        manages=manages(contest),
        begun=has_begun(contest),
        lang=language(),
        **context,
    )


def to_contest(contest: Contest, page: str = "overview") -> ResponseReturnValue:
    """Go on to a page of the contest."""
    return redirect(url_for(f"stage.{page}", contest_id=contest.id))

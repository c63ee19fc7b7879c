"""Replay: the big screen of every moment of a contest that is over."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, url_for
from flask.typing import ResponseReturnValue

from quizengine.domain.contest.fold import Play
from quizengine.domain.contest.views import About, milliseconds, public_view
from quizengine.domain.registry import Title
from quizengine.domain.text import N_, Refused
from quizengine.services.bank import served_registry
from quizengine.services.stage_access import rules_of
from quizengine.services.stage_draw import contest_questions
from quizengine.services.stage_log import contest_log
from quizengine.storage.models import Contest
from quizengine.web.clock import site_settings
from quizengine.web.extensions import db
from quizengine.web.hall.words import screen_words
from quizengine.web.identity import roles_required
from quizengine.web.stage.common import READING, contest_page, seen_contest
from quizengine.web.stage.texts import replay_texts


@roles_required(*READING)
def replay(contest_id: int) -> ResponseReturnValue:
    """The page; its script fetches the states."""
    contest = _finished(contest_id)
    return contest_page(
        "stage/replay.html",
        contest,
        "replay",
        screen=screen_words(rules_of(contest)),
        texts=replay_texts(),
        source=url_for("stage.states", contest_id=contest_id),
        zone=site_settings().time_zone,
    )


@roles_required(*READING)
def states(contest_id: int) -> ResponseReturnValue:
    """Each event of the log with what everybody saw after it."""
    contest = _finished(contest_id)
    body = json.dumps({"moments": _moments(contest)}, ensure_ascii=False, separators=(",", ":"))
    return Response(body, content_type="application/json")


def _finished(contest_id: int) -> Contest:
    contest = seen_contest(contest_id)
    if contest.state != "finished":
        raise Refused("not-finished", N_("The contest is not over yet."), status=404)
    return contest


def _moments(contest: Contest) -> list[dict[str, Any]]:
    about = About(
        contest.id,
        Title(zh=contest.title_zh, en=contest.title_en),
        contest.rehearsal,
        contest.join_code,
        laws=served_registry(db.session).laws,
    )
    questions = contest_questions(db.session, contest)
    play = Play.start(rules_of(contest))
    moments: list[dict[str, Any]] = []
    for event in contest_log(db.session, contest.id):
        play = play.after(event)
        moments.append(
            {
                "event": event.to_data(),
                "at": milliseconds(event.at),
                "public": public_view(play, about, questions),
            }
        )
    for moment in moments:
        moment["event"]["undone"] = moment["event"]["seq"] in play.undone
    return moments

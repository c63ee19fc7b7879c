"""After a contest: ranking, records, the sheet to sign, the log as evidence."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import quote

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from quizengine.domain.text import N_, Refused
from quizengine.services.stage_log import log_lines
from quizengine.services.stage_sheet import ScoreSheet, score_sheet
from quizengine.storage.models import Contest
from quizengine.web.clock import now
from quizengine.web.extensions import db
from quizengine.web.i18n import language
from quizengine.web.identity import roles_required
from quizengine.web.organizer.plain import answer_text
from quizengine.web.stage.common import (
    READING,
    contest_page,
    manages,
    refuse_unbegun,
    seen_contest,
    title_in_language,
)
from quizengine.web.stage.questions import in_page_language, right_answer
from quizengine.web.stage.rules_text import signed
from quizengine.web.stage.words import FATES, TIES, VERDICTS


@roles_required(*READING)
def results(contest_id: int) -> ResponseReturnValue:
    """Ranking, prizes, and what each team and member did."""
    contest = _begun(contest_id)
    found = score_sheet(db.session, contest_id)
    return contest_page("stage/results.html", contest, "results", **_shown(found))


@roles_required(*READING)
def sheet(contest_id: int) -> ResponseReturnValue:
    """The score sheet, to print and to sign."""
    contest = _begun(contest_id)
    found = score_sheet(db.session, contest_id)
    return render_template(
        "stage/sheet.html",
        contest=contest,
        title=title_in_language(contest),
        rules=found.rules,
        lang=language(),
        at=now(),
        digest=hashlib.sha256(_log_text(contest_id).encode()).hexdigest(),
        **_shown(found),
    )


@roles_required(*READING)
def log(contest_id: int) -> ResponseReturnValue:
    """The log, a line an event: docs/contest-events.md."""
    contest = _begun(contest_id)
    name = quote(f"{title_in_language(contest)}.jsonl", safe="")
    ascii_name = f"contest-{contest_id}.jsonl"
    disposition = f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{name}"
    return Response(
        _log_text(contest_id),
        content_type="application/jsonl; charset=utf-8",
        headers={"Content-Disposition": disposition},
    )


def _log_text(contest_id: int) -> str:
    return "".join(log_lines(db.session, contest_id))


def _begun(contest_id: int) -> Contest:
    """A contest with a log. What was answered is for its organizers alone until it is over."""
    contest = seen_contest(contest_id)
    refuse_unbegun(contest)
    if contest.state != "finished" and not manages(contest):
        raise Refused("not-finished", N_("The contest is not over yet."), status=404)
    return contest


def _shown(found: ScoreSheet) -> dict[str, Any]:
    """What both pages need of the sheet."""
    return {
        "sheet": found.sheet,
        "questions": in_page_language(found.questions),
        "signed": signed,
        "verdicts": VERDICTS,
        "fates": FATES,
        "ties": TIES,
        "answer_text": answer_text,
        "answers": right_answer,
    }

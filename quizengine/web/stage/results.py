"""After a contest: ranking, records, the sheet to sign, the log as evidence."""

from __future__ import annotations

from urllib.parse import quote

from flask import Response, render_template
from flask.typing import ResponseReturnValue

from quizengine.services.stage_access import rules_of
from quizengine.services.stage_log import log_lines
from quizengine.services.stage_sheet import score_sheet
from quizengine.web.clock import now
from quizengine.web.extensions import db
from quizengine.web.i18n import language
from quizengine.web.identity import roles_required
from quizengine.web.stage.common import (
    READING,
    contest_page,
    refuse_unbegun,
    seen_contest,
    title_in_language,
)
from quizengine.web.stage.rules_text import signed


@roles_required(*READING)
def results(contest_id: int) -> ResponseReturnValue:
    """Ranking, prizes, and what each team and member did."""
    contest = seen_contest(contest_id)
    refuse_unbegun(contest)
    sheet = score_sheet(db.session, contest_id)
    return contest_page("stage/results.html", contest, "results", sheet=sheet, signed=signed)


@roles_required(*READING)
def sheet(contest_id: int) -> ResponseReturnValue:
    """The score sheet, to print and to sign."""
    contest = seen_contest(contest_id)
    refuse_unbegun(contest)
    return render_template(
        "stage/sheet.html",
        contest=contest,
        title=title_in_language(contest),
        rules=rules_of(contest),
        sheet=score_sheet(db.session, contest_id),
        signed=signed,
        lang=language(),
        at=now(),
    )


@roles_required(*READING)
def log(contest_id: int) -> ResponseReturnValue:
    """The log, a line an event: docs/contest-events.md."""
    contest = seen_contest(contest_id)
    refuse_unbegun(contest)
    name = quote(f"{title_in_language(contest)}.jsonl", safe="")
    ascii_name = f"contest-{contest_id}.jsonl"
    disposition = f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{name}"
    return Response(
        "".join(log_lines(db.session, contest_id)),
        content_type="application/jsonl; charset=utf-8",
        headers={"Content-Disposition": disposition},
    )

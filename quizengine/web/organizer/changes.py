"""Change an exam: its window, its papers, its release; or take it back."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.text import Refused, Text
from quizengine.services.bank import served_registry
from quizengine.services.exam_plans import pool_shortages
from quizengine.services.exams import blueprint_of, cancel_exam, change_window, release
from quizengine.services.papers import papers_drawn, redraw_papers
from quizengine.services.reach import Reach, exam_state
from quizengine.web.clock import now, site_settings
from quizengine.web.extensions import db
from quizengine.web.i18n import language, translated
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.member.texts import credit_texts, type_names
from quizengine.web.organizer.board import READING
from quizengine.web.organizer.common import audience_text, exam_page, saved, seen_exam
from quizengine.web.organizer.fields import Fields, local_text
from quizengine.web.organizer.words import COUNTS, RELEASES


@roles_required(*READING)
def settings(exam_id: int) -> ResponseReturnValue:
    """How the exam is set up, and what may still be changed."""
    seen = seen_exam(exam_id)
    zone = site_settings().zone
    values = {
        "opens_at": local_text(seen.exam.opens_at, zone),
        "closes_at": local_text(seen.exam.closes_at, zone),
    }
    return _page(seen, values, {})


def _page(seen: Reach, values: dict[str, str], errors: dict[str, str]) -> str:
    blueprint_tiers = served_registry(db.session).tiers
    return exam_page(
        "organizer/settings.html",
        seen,
        "settings",
        values=values,
        errors=errors,
        started=now() >= seen.exam.opens_at,
        audience=audience_text(seen),
        tiers=blueprint_tiers,
        lang=language(),
        drawn=papers_drawn(db.session, seen.exam.id),
        shortages=_shortages(seen),
        counts=COUNTS,
        releases=RELEASES,
        type_names=type_names(),
        credit_texts=credit_texts,
    )


def _shortages(seen: Reach) -> list[Text]:
    """Why papers can't be drawn, while some are missing."""
    exam = seen.exam
    if exam.drawn_at is not None or exam_state(exam, now()) not in ("coming", "open"):
        return []
    return pool_shortages(db.session, site_settings().zone, blueprint_of(exam), exam.opens_at)


@roles_required("organizer")
def move(exam_id: int) -> ResponseReturnValue:
    """Another window."""
    seen = seen_exam(exam_id)
    values = request.form.to_dict()
    if "opens_at" not in values:
        # The field is closed once the exam is open.
        values["opens_at"] = local_text(seen.exam.opens_at, site_settings().zone)
    fields = Fields(values, site_settings().zone)
    opens, closes = fields.time("opens_at"), fields.time("closes_at")
    if opens and closes:
        if local_text(seen.exam.opens_at, site_settings().zone) == values["opens_at"][:16]:
            # Untouched: the field shows no seconds.
            opens = seen.exam.opens_at
        try:
            change_window(db.session, now(), current_actor(), exam_id, opens, closes)
        except Refused as refused:
            if refused.status != 400:
                raise
            fields.errors["closes_at"] = translated(refused.text)
        else:
            return _done(exam_id, saved())
    return _page(seen_exam(exam_id), values, fields.errors), 400


@roles_required("organizer")
def cancel(exam_id: int) -> ResponseReturnValue:
    """Withdraw the exam."""
    cancel_exam(db.session, now(), current_actor(), exam_id)
    return _done(exam_id, _("The exam is cancelled."))


@roles_required("organizer")
def redraw(exam_id: int) -> ResponseReturnValue:
    """Draw papers anew that nobody has begun."""
    drawn = redraw_papers(db.session, now(), site_settings().zone, current_actor(), exam_id)
    return _done(exam_id, _("Papers drawn anew: %(count)s.", count=drawn))


@roles_required("organizer")
def release_results(exam_id: int) -> ResponseReturnValue:
    """Let members see scores, or also right answers."""
    answers = request.form.get("what") == "answers"
    release(db.session, now(), current_actor(), exam_id, answers=answers)
    return _done(
        exam_id,
        _("Scores and right answers are released.") if answers else _("Scores are released."),
    )


def _done(exam_id: int, message: str) -> ResponseReturnValue:
    flash(message, "success")
    return redirect(url_for("organizer.settings", exam_id=exam_id))

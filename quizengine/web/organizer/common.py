"""What all pages of one exam share."""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask_babel import gettext as _

from quizengine.domain.blueprints import Blueprint
from quizengine.services.exams import answers_released, blueprint_of, scores_released
from quizengine.services.late_answers import late_answers
from quizengine.services.mass_lookup import CONTESTS, contest_of_exam
from quizengine.services.reach import Reach, exam_state, reach
from quizengine.services.shown import title_of
from quizengine.storage.models import PURPOSES
from quizengine.web.clock import now
from quizengine.web.extensions import db
from quizengine.web.i18n import language
from quizengine.web.identity import current_actor
from quizengine.web.organizer.words import EXAM_STATES, PERSON_STATES


def seen_exam(exam_id: int) -> Reach:
    """The exam within the reach of the person signed in; Refused 403 or 404."""
    return reach(db.session, current_actor(), exam_id)


def seen_questions(exam_id: int) -> Reach:
    """The same, also for what an online contest runs on: its questions are mended here too."""
    return reach(db.session, current_actor(), exam_id, PURPOSES)


def exam_page(template: str, seen: Reach, tab: str, **context: Any) -> str:
    """A page of the exam with its head and tabs."""
    exam = seen.exam
    return render_template(
        template,
        exam=exam,
        seen=seen,
        tab=tab,
        title=title_of(exam, language()),
        state=exam_state(exam, now()),
        states=EXAM_STATES,
        person_states=PERSON_STATES,
        blueprint=blueprint_of(exam),
        undecided=late_answers(db.session, seen, undecided=True, size=0)[1],
        scores_released=scores_released(exam),
        answers_released=answers_released(exam),
        contest=contest_of_exam(db.session, exam.id) if exam.purpose in CONTESTS else None,
        **context,
    )


def pass_share(blueprint: Blueprint) -> float:
    """The pass mark as a share of the paper's points."""
    return float(blueprint.pass_mark / blueprint.total)


def reason_given() -> str:
    """The reason in the form."""
    return request.form.get("reason", "").strip()


def audience_text(seen: Reach) -> list[tuple[str, str]]:
    """Tier and unit of each part of the audience."""
    return [(row.tier, row.unit.name) for row in seen.exam.audience]


def saved() -> str:
    """What is said after a change."""
    return str(_("The change is saved."))

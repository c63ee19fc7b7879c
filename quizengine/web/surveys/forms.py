"""The form of a survey: who is asked, and its questions."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.domain.surveys import Question
from quizengine.domain.text import Refused
from quizengine.services.activity_words import QUESTION_KIND_NAMES
from quizengine.services.surveys import (
    LEAST,
    MOST_QUESTIONS,
    SurveyPlan,
    change_survey,
    make_survey,
    managed_survey,
    questions_of,
)
from quizengine.services.training_words import EVERYONE_NAME
from quizengine.storage.models import EVERYONE, Survey
from quizengine.web.activities.words import survey_names
from quizengine.web.admin.common import tier_names
from quizengine.web.choices import unit_choices
from quizengine.web.clock import now, site_settings
from quizengine.web.identity import roles_required
from quizengine.web.office.fields import OfficeFields
from quizengine.web.office.pages import act, asked_unit, kept_units
from quizengine.web.organizer.fields import local_text, next_hour

_SHOWN = 4


@roles_required("organizer")
def new() -> ResponseReturnValue:
    """Make the draft of a survey."""
    if request.method == "GET":
        units = kept_units()
        end = next_hour(now()) + timedelta(days=14)
        values = {
            "unit": str(asked_unit() or (units[0].id if units else "")),
            "tier": EVERYONE,
            "least_answers": "5",
            "closes_at": local_text(end, site_settings().zone),
        }
        return _page(values)
    fields = OfficeFields.sent()
    plan = _read(fields)
    if not fields.errors:
        try:
            made = make_survey(act(), plan)
        except Refused as refused:
            fields.refuse(refused)
        else:
            flash(_("The draft is saved. Look at it, then open the survey."), "success")
            return redirect(url_for("surveys.survey", survey_id=made))
    return _page(fields.values, fields.errors), 400


@roles_required("organizer")
def change(survey_id: int) -> ResponseReturnValue:
    """Change a draft."""
    found = managed_survey(act(), survey_id, "draft")
    if request.method == "GET":
        return _page(_stored(found), found=found)
    fields = OfficeFields.sent()
    plan = _read(fields)
    if not fields.errors:
        try:
            change_survey(act(), survey_id, plan)
        except Refused as refused:
            fields.refuse(refused)
        else:
            flash(_("The change is saved."), "success")
            return redirect(url_for("surveys.survey", survey_id=survey_id))
    return _page(fields.values, fields.errors, found), 400


def _page(
    values: Mapping[str, str],
    errors: Mapping[str, str] | None = None,
    found: Survey | None = None,
) -> str:
    used = [n for n in range(MOST_QUESTIONS) if values.get(f"text-{n}", "").strip()]
    shown = max(_SHOWN, max(used, default=-1) + 2)
    return render_template(
        "surveys/form.html",
        found=found,
        values=values,
        errors=errors or {},
        units=unit_choices(kept_units()),
        tiers=_tiers().items(),
        rows=range(min(shown, MOST_QUESTIONS)),
        **survey_names(),
    )


def _tiers() -> dict[str, str]:
    return {EVERYONE: _(EVERYONE_NAME), **tier_names()}


def _stored(found: Survey) -> dict[str, str]:
    values = {
        "unit": str(found.unit_id),
        "tier": found.tier,
        "title": found.title,
        "intro": found.intro,
        "least_answers": str(found.least_answers),
        "closes_at": local_text(found.closes_at, site_settings().zone),
    }
    for number, question in enumerate(questions_of(found)):
        values[f"kind-{number}"] = question.kind
        values[f"text-{number}"] = question.text
        values[f"options-{number}"] = "\n".join(question.options)
    return values


def _read(fields: OfficeFields) -> SurveyPlan:
    questions = [
        _question(fields, number)
        for number in range(MOST_QUESTIONS)
        if fields.values.get(f"text-{number}", "").strip()
    ]
    return SurveyPlan(
        unit_id=fields.unit("unit", kept_units()),
        tier=fields.choice("tier", _tiers()),
        title=fields.text("title", 200),
        intro=fields.optional("intro", 2000),
        questions=questions if not fields.errors else (),
        least_answers=fields.whole("least_answers", LEAST, 1000),
        closes_at=fields.time("closes_at") or now(),
    )


def _question(fields: OfficeFields, number: int) -> Question:
    kind = fields.choice(f"kind-{number}", QUESTION_KIND_NAMES)
    text = fields.text(f"text-{number}", 300)
    choosing = kind in ("choice", "several")
    options = [line.strip() for line in fields.lines(f"options-{number}")] if choosing else []
    if choosing and len(options) < 2:
        fields.errors[f"options-{number}"] = _("At least two options, one a line.")
    return Question.model_validate({"kind": kind, "text": text[:300], "options": options})

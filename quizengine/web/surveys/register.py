"""The offices' list of surveys, and the page of one with its results."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from quizengine.services.history import history_of
from quizengine.services.survey_answers import results_table, survey_results
from quizengine.services.surveys import (
    SurveyFilter,
    close_survey,
    counts_of,
    list_surveys,
    open_survey,
    questions_of,
    record_of,
    seen_survey,
    year_of,
)
from quizengine.services.training_words import EVERYONE_NAME
from quizengine.storage.models import EVERYONE, SURVEY_STATES
from quizengine.web.activities.words import survey_names
from quizengine.web.admin.common import tier_names
from quizengine.web.clock import now
from quizengine.web.extensions import db
from quizengine.web.identity import current_actor, roles_required
from quizengine.web.office.pages import (
    READING,
    act,
    asked_of,
    asked_unit,
    asked_year,
    keeps,
    kept_args,
    page_of,
    refuse_format,
    seen_unit_choices,
    tried,
)
from quizengine.web.office.words import event_text
from quizengine.web.organizer.downloads import file_response


@roles_required(*READING)
def index() -> ResponseReturnValue:
    """Surveys of one's units, filtered."""
    wanted = SurveyFilter(asked_unit(), asked_of("state", SURVEY_STATES), asked_year())
    rows, pages = page_of(list_surveys(act(), wanted))
    everything = list_surveys(act(), SurveyFilter(unit_id=wanted.unit_id))
    return render_template(
        "surveys/index.html",
        rows=rows,
        pages=pages,
        wanted=wanted,
        kept=kept_args("unit", "state", "year"),
        units=seen_unit_choices(),
        years=sorted({year_of(act(), one) for one in everything}, reverse=True),
        counts=counts_of(db.session, [row.id for row in rows]),
        now=now(),
        may_add=current_actor().has("organizer"),
        **survey_names(),
    )


@roles_required(*READING)
def survey(survey_id: int) -> ResponseReturnValue:
    """A survey: who is asked what, and the results once it is closed."""
    found = seen_survey(db.session, current_actor(), survey_id)
    return render_template(
        "surveys/survey.html",
        found=found,
        questions=questions_of(found),
        results=survey_results(db.session, found),
        tier={EVERYONE: _(EVERYONE_NAME), **tier_names()}.get(found.tier, found.tier),
        keeper=keeps(found.unit.path),
        over=found.closes_at <= now(),
        history=history_of(db.session, record_of(found)),
        event_text=event_text,
        **survey_names(),
    )


@roles_required("organizer")
def step(survey_id: int) -> ResponseReturnValue:
    """Open or close a survey."""
    wanted = request.form.get("step")
    if wanted == "open":
        tried(lambda: open_survey(act(), survey_id), _("The survey is open."))
    elif wanted == "close":
        tried(lambda: close_survey(act(), survey_id), _("The survey is closed."))
    else:
        flash(_("Please choose."), "danger")
    return redirect(url_for("surveys.survey", survey_id=survey_id))


@roles_required(*READING)
def download(survey_id: int, form: str) -> ResponseReturnValue:
    """The results as a file."""
    refuse_format(form)
    found = seen_survey(db.session, current_actor(), survey_id)
    return file_response(results_table(db.session, found), form, found.title)

"""Surveys for the people who are asked."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from quizengine.domain.surveys import LONGEST_ANSWER, Question, Reply
from quizengine.domain.text import Refused
from quizengine.services.survey_answers import answer, own_survey, own_surveys
from quizengine.services.surveys import questions_of
from quizengine.web.activities.words import survey_names
from quizengine.web.clock import now
from quizengine.web.extensions import db
from quizengine.web.i18n import translated
from quizengine.web.identity import current_actor


def index() -> ResponseReturnValue:
    """Surveys that one is asked, or was."""
    owns = own_surveys(db.session, now(), current_actor().person_id)
    return render_template("surveys/own.html", owns=owns, **survey_names())


def survey(survey_id: int) -> ResponseReturnValue:
    """A survey to be answered."""
    person_id = current_actor().person_id
    own = own_survey(db.session, now(), person_id, survey_id)
    questions = questions_of(own.survey)
    error, status = "", 200
    if request.method == "POST":
        replies = _replies(questions, request.form)
        try:
            answer(db.session, now(), person_id, survey_id, replies)
        except Refused as refused:
            if refused.status == 404:
                raise
            error, status = translated(refused.text), refused.status
        else:
            flash(_("Thank you: your answer is in, without your name."), "success")
            return redirect(url_for("my_surveys.survey", survey_id=survey_id))
    page = render_template(
        "surveys/own_survey.html",
        own=own,
        questions=questions,
        values=request.form,
        error=error,
        longest=LONGEST_ANSWER,
        **survey_names(),
    )
    return page, status


def _replies(questions: tuple[Question, ...], form: MultiDict[str, str]) -> dict[str, Reply]:
    """What was answered; questions that were left out have no reply."""
    found: dict[str, Reply] = {}
    for number, question in enumerate(questions):
        sent = [value.strip() for value in form.getlist(f"q{number}") if value.strip()]
        if not sent:
            continue
        if question.kind == "text":
            found[str(number)] = sent[0]
        elif question.kind == "several":
            found[str(number)] = [_whole(value) for value in sent]
        else:
            found[str(number)] = _whole(sent[0])
    return found


def _whole(value: str) -> int:
    """The number that was sent; -1, which no option has, for anything else."""
    return int(value) if value.isascii() and value.isdecimal() and len(value) < 4 else -1

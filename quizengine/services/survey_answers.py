"""Answers to surveys: given once, kept without a name, shown when there are enough of them."""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from quizengine.domain.surveys import RATINGS, Outcome, Reply, fits, outcomes
from quizengine.domain.text import N_, Refused, Text
from quizengine.services.access import load_actor, subtree
from quizengine.services.activity_words import QUESTION_KIND_NAMES
from quizengine.services.office_access import local_day
from quizengine.services.spreadsheets import Cell, Column, Table
from quizengine.services.surveys import counts_of, questions_of, unknown_survey
from quizengine.services.todo_item import Todo
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import Survey, SurveyAnswer, SurveyPerson, Unit


@dataclass(frozen=True)
class OwnSurvey:
    """A survey that one is asked; `open`: an answer is taken now."""

    survey: Survey
    answered: bool
    open: bool


@dataclass(frozen=True)
class SurveyResults:
    """What came in; without `shown` there are no outcomes: too few answers, or still open."""

    invited: int
    answers: int
    shown: bool
    outcomes: Sequence[Outcome] = ()


def own_surveys(session: SessionLike, now: datetime, person_id: int) -> list[OwnSurvey]:
    """Surveys that the person is asked, the latest first."""
    rows = session.execute(
        select(Survey, SurveyPerson.answered)
        .join(SurveyPerson, SurveyPerson.survey_id == Survey.id)
        .where(SurveyPerson.person_id == person_id)
        .options(joinedload(Survey.unit))
        .order_by(Survey.closes_at.desc(), Survey.id.desc())
    )
    return [OwnSurvey(survey, answered, _takes(survey, now)) for survey, answered in rows]


def own_survey(session: SessionLike, now: datetime, person_id: int, survey_id: int) -> OwnSurvey:
    """One of them; Refused `survey-unknown` (404)."""
    for own in own_surveys(session, now, person_id):
        if own.survey.id == survey_id:
            return own
    raise unknown_survey()


def answer(
    session: SessionLike,
    now: datetime,
    person_id: int,
    survey_id: int,
    replies: Mapping[str, Reply],
) -> None:
    """Take the person's answer: replies under the number of the question, from 0.

    That the person has answered is kept; which answer it was is not. Refused: `survey-unknown`
    (404), `survey-answered`, `survey-over` (409), `survey-faults` (400).
    """
    with writing(session):
        person = session.scalar(
            select(SurveyPerson)
            .where(SurveyPerson.survey_id == survey_id, SurveyPerson.person_id == person_id)
            .with_for_update()
        )
        survey = session.get(Survey, survey_id, with_for_update={"read": True})
        if person is None or survey is None:
            raise unknown_survey()
        if person.answered:
            raise Refused("survey-answered", N_("You have answered this survey already."))
        if not _takes(survey, now):
            raise Refused("survey-over", N_("Answers to this survey are not taken now."))
        content = _content(survey, replies)
        person.answered = True
        session.add(SurveyAnswer(id=secrets.token_hex(16), survey_id=survey_id, content=content))


def survey_results(session: SessionLike, survey: Survey) -> SurveyResults:
    """What a closed survey came to, if enough have answered.

    Results that grew with each answer would give away what the last one said.
    """
    invited, answers = counts_of(session, [survey.id])[survey.id]
    if survey.state != "closed" or answers < survey.least_answers:
        return SurveyResults(invited, answers, False)
    rows = session.scalars(
        select(SurveyAnswer.content)
        .where(SurveyAnswer.survey_id == survey.id)
        .order_by(SurveyAnswer.id)
    )
    found = outcomes(questions_of(survey), [json.loads(row) for row in rows])
    return SurveyResults(invited, answers, True, found)


def results_table(session: SessionLike, survey: Survey) -> Table:
    """The results of a survey: a line for each option, rating or text."""
    columns = (
        Column(N_("No."), "number", 6),
        Column(N_("Question asked"), width=48),
        Column(N_("Kind"), width=16),
        Column(N_("Reply"), width=48),
        Column(N_("How often"), "number", 9),
        Column(N_("Of answers"), "number", 9),
        Column(N_("Mean rating"), "number", 9),
    )
    found = survey_results(session, survey)
    if not found.shown:
        raise Refused("survey-few-answers", N_("There are no results to be shown."))
    return Table(N_("Results of the survey"), columns, _rows(found.outcomes))


def survey_todos(session: SessionLike, now: datetime, zone: ZoneInfo, person_id: int) -> list[Todo]:
    """Surveys to be answered, and for organizers those to be closed."""
    found = []
    for own in own_surveys(session, now, person_id):
        if own.open and not own.answered:
            text = Text(N_("Answer the survey “%(title)s”"), {"title": own.survey.title})
            due = local_day(own.survey.closes_at, zone)
            found.append(Todo(text, "my_surveys.survey", {"survey_id": own.survey.id}, due))
    scopes = load_actor(session, person_id).scopes("organizer")
    if not scopes:
        return found
    over = session.scalars(
        select(Survey)
        .join(Unit, Unit.id == Survey.unit_id)
        .where(subtree(*scopes), Survey.state == "open", Survey.closes_at <= now)
    )
    for survey in over:
        text = Text(N_("Close the survey “%(title)s”"), {"title": survey.title})
        due = local_day(survey.closes_at, zone)
        found.append(Todo(text, "surveys.survey", {"survey_id": survey.id}, due))
    return found


def _takes(survey: Survey, now: datetime) -> bool:
    return survey.state == "open" and now < survey.closes_at


def _content(survey: Survey, replies: Mapping[str, Reply]) -> str:
    questions = {str(number): question for number, question in enumerate(questions_of(survey))}
    if not replies:
        raise Refused("survey-faults", N_("Please answer at least one question."), status=400)
    for number, reply in replies.items():
        if number not in questions or not fits(questions[number], reply):
            raise Refused(
                "survey-faults",
                N_("The answer to question %(number)s can't be read."),
                status=400,
                number=int(number) + 1 if number.isdecimal() else "?",
            )
    return json.dumps(dict(replies), ensure_ascii=False)


def _rows(found: Sequence[Outcome]) -> Iterator[Sequence[Cell]]:
    for number, outcome in enumerate(found, start=1):
        question = outcome.question
        head: list[Cell] = [number, question.text, Text(QUESTION_KIND_NAMES[question.kind])]
        if question.kind == "text":
            for text in outcome.texts:
                yield [*head, text, None, outcome.answers, None]
            continue
        labels = [str(one) for one in RATINGS] if question.kind == "rating" else question.options
        for label, times in zip(labels, outcome.counts, strict=True):
            yield [*head, label, times, outcome.answers, outcome.mean]

"""需求调查: making a survey, opening it to its people, closing it, and the offices' list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, insert, select, update
from sqlalchemy.orm import joinedload

from quizengine.domain.surveys import QUESTIONS, Question
from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor, require
from quizengine.services.details import one_line
from quizengine.services.history import note
from quizengine.services.ledger import LedgerWriter
from quizengine.services.office_access import Act, in_reach, local_day, managed_unit, sees
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import Survey, SurveyAnswer, SurveyPerson, Unit
from quizengine.storage.queries import audience_query

LEAST = 3
MOST_QUESTIONS = 20
MOST_OPTIONS = 12


@dataclass(frozen=True)
class SurveyPlan:
    """What an office fills in; `tier` may be `EVERYONE`."""

    unit_id: int
    tier: str
    title: str
    intro: str
    questions: Sequence[Question]
    least_answers: int
    closes_at: datetime


@dataclass(frozen=True)
class SurveyFilter:
    """What to look for; None leaves a condition out."""

    unit_id: int | None = None
    state: str | None = None
    year: int | None = None


def make_survey(act: Act, plan: SurveyPlan) -> int:
    """Make the draft of a survey; its id.

    Refused: `unit-unknown` (404), `forbidden` (403), `survey-faults` (400).
    """
    _refuse_faults(act, plan)
    with writing(act.session):
        unit = managed_unit(act.session, act.actor, plan.unit_id)
        survey = Survey(unit=unit, state="draft", by_id=act.actor.person_id, at=act.now)
        _fill(survey, plan)
        act.session.add(survey)
        act.session.flush()
        _tell(act, survey, "survey-made")
        return survey.id


def change_survey(act: Act, survey_id: int, plan: SurveyPlan) -> None:
    """Change a draft. Refused as `make_survey`, and `survey-unknown` (404), `survey-state`."""
    _refuse_faults(act, plan)
    with writing(act.session):
        survey = managed_survey(act, survey_id, "draft")
        survey.unit = managed_unit(act.session, act.actor, plan.unit_id)
        _fill(survey, plan)
        _tell(act, survey, "survey-changed")


def open_survey(act: Act, survey_id: int) -> int:
    """Ask the people of the unit's subtree who are in the tier today; how many they are.

    Refused: `survey-unknown` (404), `forbidden` (403), `survey-state`, `survey-over`,
    `survey-few` (409) for fewer people than answers are needed.
    """
    with writing(act.session):
        survey = managed_survey(act, survey_id, "draft")
        if survey.closes_at <= act.now:
            raise Refused("survey-over", N_("The last day for answers is over: change it first."))
        audience = audience_query([(survey.tier, survey.unit.path)], act.today, act.today)
        people = act.session.scalars(audience).all()
        if len(people) < survey.least_answers:
            raise Refused(
                "survey-few",
                N_("Only %(count)s people would be asked: fewer than the answers that are needed."),
                count=len(people),
            )
        survey.state = "open"
        act.session.add_all(
            SurveyPerson(survey_id=survey.id, person_id=person_id) for person_id in people
        )
        _tell(act, survey, "survey-opened", count=len(people))
        return len(people)


def close_survey(act: Act, survey_id: int) -> None:
    """Take no more answers; from now on the results may be seen, if there are enough.

    Refused: `survey-unknown` (404), `forbidden` (403), `survey-state` (409).
    """
    with writing(act.session):
        survey = managed_survey(act, survey_id, "open")
        survey.state, survey.closed_at = "closed", act.now
        _rewrite(act.session, survey)
        invited, answers = counts_of(act.session, [survey.id])[survey.id]
        with LedgerWriter(act.session) as log:
            log.append(
                act.now,
                "survey-closed",
                record_of(survey),
                unit=survey.unit.code,
                data={"survey": survey.id, "invited": invited, "answers": answers},
                by=act.actor.person_id,
            )
        _tell(act, survey, "survey-closed", count=answers)


def seen_survey(session: SessionLike, actor: Actor, survey_id: int) -> Survey:
    """A survey within reach; Refused `survey-unknown` (404)."""
    survey = session.get(Survey, survey_id)
    if survey is None or not sees(actor, survey.unit.path):
        raise unknown_survey()
    return survey


def managed_survey(act: Act, survey_id: int, *states: str) -> Survey:
    """A survey that the actor keeps, in one of `states`.

    Refused: `survey-unknown` (404), `forbidden` (403), `survey-state` (409).
    """
    survey = seen_survey(act.session, act.actor, survey_id)
    require(act.actor, "organizer", survey.unit.path)
    act.session.refresh(survey, with_for_update={"of": Survey})
    if survey.state not in states:
        raise Refused(
            "survey-state", N_("The survey is at another step meanwhile: reload the page.")
        )
    return survey


def list_surveys(act: Act, wanted: SurveyFilter) -> list[Survey]:
    """Surveys within reach that fit, the latest first."""
    query = (
        select(Survey)
        .join(Unit, Unit.id == Survey.unit_id)
        .where(in_reach(act.actor, wanted.unit_id))
        .options(joinedload(Survey.unit))
        .order_by(Survey.closes_at.desc(), Survey.id.desc())
    )
    if wanted.state:
        query = query.where(Survey.state == wanted.state)
    found = act.session.scalars(query)
    return [one for one in found if wanted.year in (None, year_of(act, one))]


def year_of(act: Act, survey: Survey) -> int:
    """The year of the last day for answers, in the site's zone."""
    return local_day(survey.closes_at, act.zone).year


def counts_of(session: SessionLike, survey_ids: Sequence[int]) -> Mapping[int, tuple[int, int]]:
    """Survey → how many are asked, and how many have answered."""
    answered = func.count().filter(SurveyPerson.answered)
    rows = session.execute(
        select(SurveyPerson.survey_id, func.count(), answered)
        .where(SurveyPerson.survey_id.in_(survey_ids))
        .group_by(SurveyPerson.survey_id)
    )
    found = {row[0]: (int(row[1]), int(row[2])) for row in rows}
    return {survey_id: found.get(survey_id, (0, 0)) for survey_id in survey_ids}


def questions_of(survey: Survey) -> tuple[Question, ...]:
    """The questions of a survey."""
    return QUESTIONS.validate_json(survey.questions)


def record_of(survey: Survey) -> str:
    """The survey's record, for its history and its entry."""
    return f"survey:{survey.id}"


def unknown_survey() -> Refused:
    """The refusal for a survey that is not there, or not for the person."""
    return Refused("survey-unknown", N_("There is no such survey."), status=404)


def _rewrite(session: SessionLike, survey: Survey) -> None:
    """Write the answers anew in the order of their random keys, and the people all at once.

    A database that keeps rows in the order in which they came would tell who gave which answer.
    """
    rows = session.execute(
        select(SurveyAnswer.id, SurveyAnswer.content)
        .where(SurveyAnswer.survey_id == survey.id)
        .order_by(SurveyAnswer.id)
    ).all()
    session.execute(delete(SurveyAnswer).where(SurveyAnswer.survey_id == survey.id))
    if rows:
        values = [{"id": row.id, "survey_id": survey.id, "content": row.content} for row in rows]
        session.execute(insert(SurveyAnswer), values)
    session.execute(
        update(SurveyPerson)
        .where(SurveyPerson.survey_id == survey.id)
        .values(answered=SurveyPerson.answered)
    )


def _fill(survey: Survey, plan: SurveyPlan) -> None:
    survey.tier, survey.title, survey.intro = plan.tier, one_line(plan.title), plan.intro.strip()
    survey.questions = QUESTIONS.dump_json(tuple(plan.questions)).decode()
    survey.least_answers, survey.closes_at = plan.least_answers, plan.closes_at


def _tell(act: Act, survey: Survey, what: str, **detail: object) -> None:
    note(act.session, act.now, act.actor.person_id, record_of(survey), what, **detail)


def _refuse_faults(act: Act, plan: SurveyPlan) -> None:
    faults = (
        (not plan.tier, N_("Choose who is asked.")),
        (
            not 0 < len(one_line(plan.title)) <= 200,
            N_("A title of at most 200 characters is needed."),
        ),
        (len(plan.intro) > 2000, N_("At most 2000 characters for the introduction.")),
        (
            not 0 < len(plan.questions) <= MOST_QUESTIONS,
            N_("A survey has from 1 to 20 questions."),
        ),
        (plan.least_answers < LEAST, N_("Results are shown from three answers on, or more.")),
        (plan.closes_at <= act.now, N_("The end has to be in the future.")),
    )
    for wrong, message in faults:
        if wrong:
            raise Refused("survey-faults", message, status=400)
    for number, question in enumerate(plan.questions, start=1):
        _refuse_question(number, question)


def _refuse_question(number: int, question: Question) -> None:
    options = [one_line(option) for option in question.options]
    choosing = question.kind in ("choice", "several")
    few = choosing and not 2 <= len(options) <= MOST_OPTIONS
    if few or len(set(options)) < len(options) or any(len(one) > 200 for one in options):
        raise Refused(
            "survey-faults",
            N_("Question %(number)s needs from 2 to 12 different options of 200 characters."),
            status=400,
            number=number,
        )

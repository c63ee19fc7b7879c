"""Fill an empty database with a living site: people, exams past, open and to come, contests."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from quizengine.domain.questions import Question
from quizengine.domain.text import N_, Refused
from quizengine.services.access import load_actor
from quizengine.services.bank import questions_of, served_blueprint
from quizengine.services.closing import close_due, close_sitting, conclude_due
from quizengine.services.commitments import enter_signature, letter_for
from quizengine.services.demo_activities import fill_activities
from quizengine.services.demo_answers import answer_of
from quizengine.services.demo_inspections import fill_inspections
from quizengine.services.demo_mass import make_contests
from quizengine.services.demo_people import DemoLogin, make_people
from quizengine.services.demo_plans import fill_plans
from quizengine.services.demo_posts import fill_registers
from quizengine.services.demo_stage import play_contest, prepare_contest
from quizengine.services.demo_training import fill_training
from quizengine.services.demo_year import close_last_year
from quizengine.services.exams import ExamPlan, open_exam, window_for
from quizengine.services.ledger import LedgerWriter
from quizengine.services.papers import draw_papers, paper_for, parse_paper
from quizengine.storage.engine import writing
from quizengine.storage.models import Answer, Exam, Paper, Person, Sitting, Unit

Progress = Callable[[str], None]


def require_empty(session: Session) -> None:
    """Refused `not-empty` if there are people already."""
    if session.scalar(select(Person.id).limit(1)) is not None:
        raise Refused("not-empty", N_("The database already holds people: no demo is added."))


def make_demo(
    session: Session,
    now: datetime,
    zone: ZoneInfo,
    grace: timedelta,
    members: int,
    password_hash: str,
    progress: Progress,
    hand_over: Callable[[list[DemoLogin]], None],
) -> None:
    """The demo: people, exams past, waiting for graders, open and to come, and contests.

    The logins are handed over as soon as they work: what comes after may be interrupted.
    """
    require_empty(session)
    progress("people")
    long_ago = now - timedelta(days=40)
    with writing(session):
        today = now.astimezone(zone).date()
        logins = make_people(session, long_ago, today, members, password_hash)
    hand_over(logins)
    demo = _Demo(session, zone, grace, random.Random(20260901))
    progress("finished exam")
    demo.past(now, "outbound", days=(-60, -52), turnout=0.95, unit="xx-gjjl")
    demo.past(now, "graduate", days=(-30, -20), turnout=0.93)
    progress("finished contest")
    play_contest(session, now, zone, days=15)
    progress("exam waiting for graders")
    demo.past(now, "leader", days=(-9, -1), turnout=0.9)
    progress("open exam")
    opened = demo.open("new-member", now - timedelta(days=1), now + timedelta(days=14))
    demo.sit(opened, now - timedelta(days=1), now - timedelta(hours=1), turnout=0.3)
    progress("coming exam")
    demo.open("outbound", now + timedelta(days=3), now + timedelta(days=10))
    progress("online contests")
    make_contests(session, now, zone, grace)
    progress("coming contest")
    prepare_contest(session, now, zone)
    progress("posts, letters, journeys, incidents")
    fill_registers(session, now, zone)
    progress("training classes")
    fill_training(session, now, zone)
    progress("inspections, self-assessments")
    fill_inspections(session, now, zone)
    progress("activities, surveys, ballots")
    fill_activities(session, now, zone)
    progress("plans, last year's appraisal")
    fill_plans(session, now, zone)
    close_last_year(session, now, zone)


class _Demo:
    """Exams of the demo, with answers as people of different ability give them."""

    def __init__(
        self, session: Session, zone: ZoneInfo, grace: timedelta, rng: random.Random
    ) -> None:
        self._session = session
        self._zone = zone
        self._grace = grace
        self._rng = rng

    def open(
        self, blueprint_id: str, opens_at: datetime, closes_at: datetime, unit: str = "xx"
    ) -> Exam:
        """Open an exam to the whole school, or a unit of it, and draw its papers."""
        blueprint = served_blueprint(self._session, blueprint_id)
        created = opens_at - timedelta(days=7)
        opened = self._session.scalars(select(Unit).where(Unit.code == unit)).one()
        organizer = self._session.scalars(select(Person).where(Person.login == "organizer")).one()
        plan = ExamPlan(
            blueprint=blueprint,
            title=blueprint.title,
            unit_id=opened.id,
            audience=[(blueprint.tier, opened.id)],
            opens_at=opens_at,
            closes_at=closes_at,
        )
        actor = load_actor(self._session, organizer.id)
        exam = open_exam(self._session, created, self._zone, actor, plan)
        draw_papers(self._session, created, self._zone, exam.id)
        return exam

    def past(
        self,
        now: datetime,
        blueprint_id: str,
        days: tuple[int, int],
        turnout: float,
        unit: str = "xx",
    ) -> None:
        """An exam that is over: sat, graded as far as machines can, absences entered."""
        opens_at, closes_at = (now + timedelta(days=d) for d in days)
        exam = self.open(blueprint_id, opens_at, closes_at, unit)
        self.sit(exam, opens_at, closes_at - timedelta(hours=2), turnout)
        after = closes_at + timedelta(hours=1)
        close_due(self._session, after)
        conclude_due(self._session, after, self._zone, self._grace)

    def sit(self, exam: Exam, first: datetime, last: datetime, turnout: float) -> None:
        """A share of the audience sits between two moments; some try again after failing."""
        drawn = select(Paper.person_id).where(Paper.exam_id == exam.id)
        people = list(self._session.scalars(drawn.order_by(Paper.person_id)))
        span = (last - first).total_seconds()
        starts = sorted(
            (first + timedelta(seconds=self._rng.random() * span), person_id)
            for person_id in people
            if self._rng.random() < turnout
        )
        with writing(self._session), LedgerWriter(self._session) as log:
            for started_at, person_id in starts:
                ability = min(0.99, max(0.35, self._rng.gauss(0.86, 0.1)))
                done = self._sitting(exam, person_id, started_at, ability, log, 1)
                if done.passed is False and self._rng.random() < 0.6:
                    again = (done.closed_at or started_at) + timedelta(minutes=20)
                    if again < exam.closes_at - timedelta(hours=1):
                        self._sitting(exam, person_id, again, min(0.97, ability + 0.1), log, 2)

    def _sitting(
        self,
        exam: Exam,
        person_id: int,
        started_at: datetime,
        ability: float,
        log: LedgerWriter,
        attempt: int,
    ) -> Sitting:
        session = self._session
        letter = letter_for(session, exam)
        if letter is not None and attempt == 1:
            enter_signature(session, started_at, person_id, exam, letter, log)
        paper = paper_for(session, started_at, self._zone, exam, person_id, attempt)
        sitting = Sitting(
            exam_id=exam.id,
            person_id=person_id,
            paper=paper,
            attempt=attempt,
            unit_id=session.get_one(Person, person_id).unit_id,
            started_at=started_at,
            deadline=window_for(exam, None).deadline(started_at),
            state="open",
        )
        session.add(sitting)
        session.flush()
        used = self._rng.uniform(0.35, 0.95) * exam.duration_s
        self._answer(sitting, ability, started_at, used)
        close_sitting(session, started_at + timedelta(seconds=used), sitting, "member", log)
        return sitting

    def _answer(self, sitting: Sitting, ability: float, start: datetime, used: float) -> None:
        items = parse_paper(sitting.paper.items).items
        questions = questions_of(self._session, [item.ref for item in items])
        rows = [
            {
                "sitting_id": sitting.id,
                "question_id": item.question_id,
                "answer": json.dumps(
                    answer_of(questions[item.ref], ability, self._rng), ensure_ascii=False
                ),
                "seq": number,
                "saved_at": start + timedelta(seconds=used * number / (len(items) + 1)),
            }
            for number, item in enumerate(items, start=1)
            if self._rng.random() < 0.99
        ]
        self._session.execute(insert(Answer), rows)

    def _text(self, question: Question, ability: float) -> str:
        return json.dumps(answer_of(question, ability, self._rng), ensure_ascii=False)

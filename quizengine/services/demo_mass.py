"""Online contests of the demo: one that is over with its draw, open ones, and a daily series."""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from quizengine.domain.mass_attempts import Limits
from quizengine.domain.mass_lottery import Prize
from quizengine.domain.mass_series import Rhythm
from quizengine.domain.mass_units import AwardRule
from quizengine.domain.questions import Question
from quizengine.domain.registry import Title
from quizengine.services.access import Actor, load_actor
from quizengine.services.bank import questions_of, served_blueprint
from quizengine.services.closing import close_sitting
from quizengine.services.demo_answers import answer_of
from quizengine.services.ledger import LedgerWriter
from quizengine.services.mass import create_contest
from quizengine.services.mass_closing import conclude_due
from quizengine.services.mass_lottery import draw_prizes
from quizengine.services.mass_plans import LotteryPlan, MassPlan
from quizengine.services.mass_play import new_attempt
from quizengine.services.mass_record import record_due
from quizengine.services.mass_series import SeriesPlan, Template, create_series, make_due
from quizengine.services.papers import parse_paper
from quizengine.storage.engine import writing
from quizengine.storage.models import (
    EVERYONE,
    Answer,
    MassContest,
    MassStep,
    Person,
    Sitting,
    Unit,
)

# So many people at most take part in a contest of the demo: it has to be made quickly.
MOST = 40
DAYS = 4
_PRIZES = [Prize("一等奖", 1), Prize("二等奖", 2), Prize("纪念奖", 5)]


def make_contests(session: Session, now: datetime, zone: ZoneInfo, grace: timedelta) -> None:
    """The online contests of the demo, in a database that holds its people."""
    demo = _Demo(session, zone, grace, random.Random(20260903))
    demo.past_week(now)
    demo.open_week(now)
    demo.open_challenge(now)
    demo.daily(now)


class _Demo:
    """Contests for everyone of the school, joined by people of different ability."""

    def __init__(
        self, session: Session, zone: ZoneInfo, grace: timedelta, rng: random.Random
    ) -> None:
        self._session = session
        self._zone = zone
        self._grace = grace
        self._rng = rng
        self._root = session.scalars(select(Unit.id).where(Unit.level == 1)).one()
        organizer = session.scalars(select(Person.id).where(Person.login == "organizer")).one()
        self._actor: Actor = load_actor(session, organizer)
        people = session.scalars(select(Person.id).where(Person.active).order_by(Person.id))
        self._people = list(people)

    def past_week(self, now: datetime) -> None:
        """A quiz week that is over, published and drawn."""
        opens, closes = now - timedelta(days=12), now - timedelta(days=5)
        award = AwardRule(level=2, participation=20, average=60, top=3)
        lottery = LotteryPlan(_PRIZES, Decimal(85), "竞赛结束次日福利彩票双色球开奖号码")
        title = Title(zh="保密宣传周网络答题", en="Confidentiality week quiz")
        plan = self._plan("online-week", title, opens, closes, award=award, lottery=lottery)
        contest = create_contest(
            self._session, opens - timedelta(days=2), self._zone, self._actor, plan
        )
        self._sit(contest, opens, closes - timedelta(hours=1), 1.3)
        after = closes + timedelta(hours=1)
        conclude_due(self._session, after, self._grace)
        record_due(self._session, after)
        later = closes + timedelta(days=1)
        draw_prizes(self._session, later, self._actor, contest.id, "03 08 11 19 24 30 + 07")

    def open_week(self, now: datetime) -> None:
        """A quiz week that is open, with a freeze, an award and a draw to come."""
        opens, closes = now - timedelta(days=2), now + timedelta(days=5)
        title = Title(zh="保密法知识网络竞赛", en="Online contest on the secrecy law")
        plan = self._plan(
            "online-week",
            title,
            opens,
            closes,
            limits=Limits(per_day=3, in_all=10),
            freeze_at=closes - timedelta(hours=12),
            award=AwardRule(level=2),
            lottery=LotteryPlan(_PRIZES, public_source="竞赛结束次日福利彩票双色球开奖号码"),
        )
        contest = create_contest(
            self._session, opens - timedelta(days=2), self._zone, self._actor, plan
        )
        self._sit(contest, opens, now - timedelta(minutes=20), 1.2)

    def open_challenge(self, now: datetime) -> None:
        """A challenge that is open."""
        opens, closes = now - timedelta(days=1), now + timedelta(days=13)
        title = Title(zh="保密知识大闯关", en="Confidentiality challenge")
        limits = Limits(per_day=5)
        plan = self._plan(
            "online-challenge", title, opens, closes, limits=limits, mode="challenge", question_s=30
        )
        contest = create_contest(
            self._session, opens - timedelta(days=2), self._zone, self._actor, plan
        )
        self._run(contest, opens, now - timedelta(minutes=20))

    def daily(self, now: datetime) -> None:
        """A question of the day since some days."""
        today = now.astimezone(self._zone).date()
        began = now - timedelta(days=DAYS)
        rhythm = Rhythm(
            "day", 0, 0, 24 * 60, today - timedelta(days=DAYS), today + timedelta(days=60)
        )
        blueprint = served_blueprint(self._session, "online-daily")
        audience = [(EVERYONE, self._root)]
        template = Template(mode="timed", blueprint=blueprint, audience=audience, in_all=1)
        title = Title(zh="每日一题", en="Question of the day")
        series = create_series(
            self._session,
            began,
            self._zone,
            self._actor,
            SeriesPlan(title, self._root, rhythm, template),
        )
        for day in range(DAYS + 1):
            at = began + timedelta(days=day)
            make_due(self._session, at, self._zone)
            contest = self._session.scalars(
                select(MassContest).where(
                    MassContest.series_id == series.id, MassContest.number == day
                )
            ).one()
            first = contest.exam.opens_at
            last = min(contest.exam.closes_at, at) - timedelta(minutes=10)
            if last > first:
                self._sit(contest, first, last, 1.0, most=MOST // 3)
            conclude_due(self._session, at, self._grace)
        conclude_due(self._session, now, self._grace)
        record_due(self._session, now)

    def _plan(
        self, blueprint: str, title: Title, opens: datetime, closes: datetime, **more: Any
    ) -> MassPlan:
        values: dict[str, Any] = {
            "blueprint": served_blueprint(self._session, blueprint),
            "title": title,
            "unit_id": self._root,
            "audience": [(EVERYONE, self._root)],
            "opens_at": opens,
            "closes_at": closes,
            **more,
        }
        return MassPlan(**values)

    def _made(self, plan: MassPlan) -> MassContest:
        """The contest, made two days before it opens."""
        made_at = plan.opens_at - timedelta(days=2)
        return create_contest(self._session, made_at, self._zone, self._actor, plan)

    def _starts(
        self, first: datetime, last: datetime, tries: float, most: int
    ) -> list[tuple[datetime, int]]:
        """Who begins when: some again, at least an hour later."""
        people = self._rng.sample(self._people, min(most, len(self._people)))
        span = max(0.0, (last - first).total_seconds() - 3600)
        starts = []
        for person_id in people:
            at = first + timedelta(seconds=self._rng.random() * span)
            starts.append((at, person_id))
            if self._rng.random() < tries - 1:
                starts.append((at + timedelta(hours=1), person_id))
        return sorted(starts)

    def _sit(
        self,
        contest: MassContest,
        first: datetime,
        last: datetime,
        tries: float,
        most: int = MOST,
    ) -> None:
        """Timed papers, from the opening on."""
        numbers: dict[int, int] = {}
        with writing(self._session), LedgerWriter(self._session) as log:
            for at, person_id in self._starts(first, last, tries, most):
                numbers[person_id] = numbers.get(person_id, 0) + 1
                person = self._session.get_one(Person, person_id)
                sitting = new_attempt(
                    self._session, at, self._zone, person, contest, numbers[person_id]
                )
                self._session.flush()
                ability = min(1.0, max(0.5, self._rng.gauss(0.93, 0.09)))
                used = self._rng.uniform(0.3, 0.9) * contest.exam.duration_s
                questions = self._questions(sitting)
                answers = [
                    (question.id, answer_of(question, ability, self._rng), at)
                    for question in questions
                ]
                self._store(sitting, answers)
                end = at + timedelta(seconds=used)
                close_sitting(self._session, end, sitting, "member", log)

    def _run(self, contest: MassContest, first: datetime, last: datetime) -> None:
        """Runs of a challenge, each until its first mistake."""
        numbers: dict[int, int] = {}
        with writing(self._session), LedgerWriter(self._session) as log:
            for at, person_id in self._starts(first, last, 1.5, MOST // 2):
                numbers[person_id] = numbers.get(person_id, 0) + 1
                person = self._session.get_one(Person, person_id)
                sitting = new_attempt(
                    self._session, at, self._zone, person, contest, numbers[person_id]
                )
                self._session.flush()
                end = self._climb(sitting, at)
                close_sitting(self._session, end, sitting, "member", log)

    def _climb(self, sitting: Sitting, at: datetime) -> datetime:
        """Steps up to the first mistake; when the last one was answered."""
        ability = min(0.995, max(0.7, self._rng.gauss(0.93, 0.07)))
        answers = []
        for number, question in enumerate(self._questions(sitting), start=1):
            right = self._rng.random() < ability
            given = answer_of(question, 9.0 if right else -9.0, self._rng)
            done = at + timedelta(seconds=self._rng.uniform(4, 14))
            answers.append((question.id, given, done))
            self._session.add(
                MassStep(
                    sitting_id=sitting.id,
                    number=number,
                    question_id=question.id,
                    shown_at=at,
                    done_at=done,
                    outcome="right" if right else "wrong",
                )
            )
            at = done + timedelta(seconds=3)
            if not right:
                break
        self._store(sitting, answers)
        return at

    def _questions(self, sitting: Sitting) -> list[Question]:
        refs = [item.ref for item in parse_paper(sitting.paper.items).items]
        found = questions_of(self._session, refs)
        return [found[ref] for ref in refs]

    def _store(self, sitting: Sitting, answers: list[tuple[str, object, datetime]]) -> None:
        rows = [
            {
                "sitting_id": sitting.id,
                "question_id": question_id,
                "answer": json.dumps(given, ensure_ascii=False, separators=(",", ":")),
                "seq": number,
                "saved_at": at,
            }
            for number, (question_id, given, at) in enumerate(answers, start=1)
        ]
        self._session.execute(insert(Answer), rows)

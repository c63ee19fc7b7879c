"""The demo's activities, surveys and ballots: of last year, finished ones and running ones."""

from __future__ import annotations

import random
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from quizengine.domain.ballots import OPTION_KEYS, new_receipt
from quizengine.domain.surveys import Question, Reply
from quizengine.services.access import Actor, load_actor
from quizengine.services.activities import ActivityPlan, JudgePlan, make_activity
from quizengine.services.activity_entries import EntryPlan, hand_in
from quizengine.services.activity_judging import send_points, start_judging, tasks_of
from quizengine.services.activity_results import publish
from quizengine.services.ballot_count import close_ballot
from quizengine.services.ballot_votes import vote
from quizengine.services.ballots import LEAST_ELECTORS, BallotPlan, make_ballot, open_ballot
from quizengine.services.office_access import Act
from quizengine.services.survey_answers import answer
from quizengine.services.surveys import SurveyPlan, close_survey, make_survey, open_survey
from quizengine.storage.models import (
    EVERYONE,
    BallotElector,
    BallotSubject,
    Person,
    SurveyPerson,
    Unit,
)

_SLOGANS = (
    "保密就是保国家，守密就是守责任",
    "手机不谈密，网上不传密",
    "一言一行讲规矩，一纸一盘重保密",
    "涉密不上网，上网不涉密",
    "多一分防范，少一分隐患",
)
_CRITERIA = (("立意与准确性", Decimal(50)), ("表达与感染力", Decimal(30)), ("原创性", Decimal(20)))
_QUESTIONS = (
    Question(
        kind="choice",
        text="您最希望的教育形式是什么？",
        options=("专题讲座", "案例剖析", "上机演练", "现场教学"),
    ),
    Question(
        kind="several",
        text="您希望进一步了解哪些内容？",
        options=("定密与载体管理", "网络与移动设备", "涉外活动", "论文与成果公开", "新修订法规"),
    ),
    Question(kind="rating", text="您对今年保密教育的总体评价"),
    Question(kind="text", text="您的建议"),
)
_WISHES = ("多结合本单位案例。", "建议缩短时间、增加演练。", "希望提供学习资料。")
_SHARE = 0.9
# The demo is there in seconds: not everybody's vote is cast one by one.
_MOST = 60


def fill_activities(session: Session, now: datetime, zone: ZoneInfo) -> None:
    """Activities, surveys and ballots by the demo's organizer; the same each time."""
    demo = _Demo(session, now, zone)
    demo.activities()
    demo.surveys()
    demo.ballots()


class _Demo:
    """The organizer and the members, acting on days of the past."""

    def __init__(self, session: Session, now: datetime, zone: ZoneInfo) -> None:
        self._session = session
        self._now = now
        self._zone = zone
        # Nothing here has to be unforeseeable: it is a demo.
        self._rng = random.Random(20240501)
        organizer = session.scalars(select(Person).where(Person.login == "organizer")).one()
        self._actor = load_actor(session, organizer.id)
        scope = self._actor.scopes("organizer")[0]
        self._unit = session.scalars(select(Unit).where(Unit.path == scope)).one()
        members = select(Person).join(Unit, Unit.id == Person.unit_id)
        found = session.scalars(
            members.where(Unit.path.startswith(scope), Person.active).order_by(Person.id)
        )
        self._unit_of = {person.id: person.unit_id for person in found}
        self._people = list(self._unit_of)
        below = select(Unit).where(Unit.path.startswith(scope), Unit.level == 3)
        self._branches = session.scalars(below.order_by(Unit.path)).all()

    def _act(self, days: float) -> Act:
        at = self._now - timedelta(days=days)
        return Act(self._session, at, self._zone, self._actor)

    def _person(self, person_id: int) -> Actor:
        return load_actor(self._session, person_id)

    def activities(self) -> None:
        """Slogans of last year and of this one published, drafts judged, a lecture to come."""
        self._activity("slogan", "保密宣传标语征集", days=380, far="published")
        self._activity("slogan", "“保密就是保国家”标语征集", days=150, far="published")
        self._activity("drafting", "移动设备保密管理制度起草", days=25, far="judging")
        self._activity("lecture", "支部保密微党课展示", days=-10, far="open")

    def _activity(self, kind: str, title: str, *, days: int, far: str) -> None:
        act = self._act(days + 20 if days > 0 else 2)
        plan = ActivityPlan(
            unit_id=self._unit.id,
            type=kind,
            title=title,
            task="围绕保密教育主题，结合本单位实际。请勿涉及任何涉密内容。",
            entrants="person" if kind == "slogan" else "unit",
            blind=kind == "slogan",
            rule="trimmed",
            closes_at=self._now - timedelta(days=days),
            judged_by=self._now - timedelta(days=days - 14 if far != "judging" else -3),
            criteria=_CRITERIA,
            judges=[JudgePlan(person_id, "主办单位指定") for person_id in self._people[-5:]],
        )
        activity_id = make_activity(act, plan)
        entries = self._enter(activity_id, kind, self._act(days + 5 if days > 0 else 1).now)
        if far == "open" or not entries:
            return
        start_judging(self._act(days - 0.5), activity_id)
        judging = self._people[-5:] if far == "published" else self._people[-5:-2]
        for person_id in judging:
            self._judge(person_id, self._act(days - 5).now)
        if far == "published":
            publish(self._act(days - 10), activity_id)

    def _enter(self, activity_id: int, kind: str, at: datetime) -> Sequence[int]:
        if kind == "slogan":
            return [
                hand_in(self._session, at, self._person(who), activity_id, EntryPlan(text, text))
                for who, text in zip(self._people[1:], _SLOGANS, strict=False)
            ]
        return [
            hand_in(
                self._session,
                at,
                self._actor,
                activity_id,
                EntryPlan(f"{unit.name}参评作品", "正文详见支部提交的材料。", unit_id=unit.id),
            )
            for unit in self._branches[:4]
        ]

    def _judge(self, person_id: int, at: datetime) -> None:
        for task in tasks_of(self._session, person_id):
            points = [
                (criterion.most * self._rng.randint(70, 97) / 100).quantize(Decimal("0.1"))
                for criterion in task.judge.activity.criteria
            ]
            send_points(self._session, at, person_id, task.entry.id, points)

    def surveys(self) -> None:
        """One that is closed, and one to be answered."""
        done = self._survey("上半年保密教育需求调查", days=170, ends=156)
        self._answer(done, 160, _SHARE)
        close_survey(self._act(155), done)
        self._answer(self._survey("下半年保密教育需求调查", days=6, ends=-8), 2, 0.4)

    def _survey(self, title: str, *, days: int, ends: int) -> int:
        act = self._act(days)
        plan = SurveyPlan(
            unit_id=self._unit.id,
            tier=EVERYONE,
            title=title,
            intro="约需两分钟，不记名。",
            questions=_QUESTIONS,
            least_answers=3,
            closes_at=self._now - timedelta(days=ends),
        )
        survey_id = make_survey(act, plan)
        open_survey(act, survey_id)
        return survey_id

    def _answer(self, survey_id: int, days: int, share: float) -> None:
        asked = self._session.scalars(
            select(SurveyPerson.person_id).where(SurveyPerson.survey_id == survey_id)
        ).all()
        for person_id in asked[: min(_MOST, int(len(asked) * share))]:
            replies: dict[str, Reply] = {
                "0": self._rng.choice((0, 1, 1, 2, 2, 3)),
                "1": self._rng.sample(range(5), 2),
                "2": self._rng.choice((3, 4, 4, 5)),
            }
            if self._rng.random() < 1 / 3:
                replies["3"] = self._rng.choice(_WISHES)
            answer(self._session, self._act(days).now, person_id, survey_id, replies)

    def ballots(self) -> None:
        """Each branch voted on itself last year and this one; all of them vote now."""
        year = self._now.astimezone(self._zone).year
        for unit in self._branches[:6]:
            for number, days in ((year - 1, 370), (year, 40)):
                self._ballot(unit.id, f"{number}年度支部保密工作民主评议", days, counted=True)
        self._ballot(self._unit.id, "年度保密工作民主评议", 2, counted=False)

    def _ballot(self, unit_id: int, title: str, days: int, *, counted: bool) -> None:
        if counted and list(self._unit_of.values()).count(unit_id) < LEAST_ELECTORS:
            return
        act = self._act(days)
        plan = BallotPlan(
            unit_id=unit_id,
            about="unit",
            title=title,
            intro="请对本单位全年保密工作作出评价，不记名。",
            quorum=80,
            closes_at=act.now + timedelta(days=5),
        )
        ballot_id = make_ballot(act, plan)
        open_ballot(act, ballot_id)
        self._vote(ballot_id, days - 1, _SHARE if counted else 0.5)
        if counted:
            close_ballot(self._act(days - 5), ballot_id)

    def _vote(self, ballot_id: int, days: int, share: float) -> None:
        electors = self._session.scalars(
            select(BallotElector.person_id).where(BallotElector.ballot_id == ballot_id)
        ).all()
        numbers = self._session.scalars(
            select(BallotSubject.number).where(BallotSubject.ballot_id == ballot_id)
        ).all()
        for person_id in electors[: min(_MOST, max(1, int(len(electors) * share)))]:
            choices = {
                number: self._rng.choices(OPTION_KEYS, weights=(60, 30, 8, 2))[0]
                for number in numbers
            }
            at = self._act(days).now
            vote(self._session, at, person_id, ballot_id, choices, new_receipt())

"""Training of the demo: classes of last year and this one, held, running and to come."""

from __future__ import annotations

import csv
import io
import random
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from quizengine.services.access import load_actor
from quizengine.services.office_access import Act
from quizengine.services.training import ClassPlan, make_class
from quizengine.services.training_batches import BatchPlan, SessionPlan, make_batch
from quizengine.services.training_budget import CostPlan, set_budget
from quizengine.services.training_closing import close_batch
from quizengine.services.training_feedback import (
    asked_questions,
    conclude,
    give_feedback,
    rated_questions,
)
from quizengine.services.training_list import enter_list
from quizengine.services.training_signs import mark, sign_in
from quizengine.services.training_teachers import TeacherPlan, add_teacher
from quizengine.storage.models import (
    EVERYONE,
    Exam,
    Person,
    PostHolder,
    TrainingBatch,
    Unit,
)

# name, employer, topics, fee
_TEACHERS = (
    ("高志远", "省国家保密局宣传法规处", "保密法律法规\n保密形势", "1000 元/学时"),
    ("林敏", "示例大学保密办公室", "定密管理\n涉密载体管理\n涉密人员管理", "校内人员，不计酬"),
    ("郭文博", "示例大学信息化办公室", "网络保密\n移动存储介质与办公设备", "300 元/学时"),
    ("何静", "示例大学国际合作与交流处", "出国（境）保密\n对外交流", "300 元/学时"),
)
_WISHES = (
    "案例讲得很透彻，希望再增加本单位的实际案例。",
    "建议把课件中的检查要点整理成一页清单。",
    "希望增加手机和人工智能工具使用方面的内容。",
    "时间安排紧了一些，可以分两次。",
    "",
)
# How many people check in by code, and how many give feedback, at most: more adds nothing to see.
_MOST = 60


def fill_training(session: Session, now: datetime, zone: ZoneInfo) -> None:
    """Classes of last year and this one, by the demo's organizer."""
    school = _School(session, now, zone)
    school.teachers()
    school.past_year()
    school.newcomers()
    school.posts()
    school.leaders()


class _School:
    """The organizer, acting on days of the past."""

    def __init__(self, session: Session, now: datetime, zone: ZoneInfo) -> None:
        self._session = session
        self._now = now
        self._zone = zone
        self._rng = random.Random(20260315)
        logins = ("organizer", "admin")
        ids = {
            login: session.scalars(select(Person.id).where(Person.login == login)).one()
            for login in logins
        }
        self._actors = {login: load_actor(session, ids[login]) for login in logins}
        self._units = {unit.code: unit.id for unit in session.scalars(select(Unit))}
        self._pool: list[int] = []

    def teachers(self) -> None:
        """The pool of teachers."""
        act = self._act(self._now - timedelta(days=400))
        for name, employer, topics, fee in _TEACHERS:
            plan = TeacherPlan(self._units["xx"], name, employer, topics.splitlines(), fee)
            self._pool.append(add_teacher(act, plan))

    def past_year(self) -> None:
        """Last year: two batches for different units, closed long ago."""
        last = self._now.astimezone(self._zone).year - 1
        class_id = self._class(
            f"{last}年度保密教育轮训",
            datetime(last, 4, 1, 1, tzinfo=self._zone),
            "保密形势与责任制。",
        )
        for month, units in ((5, ("xx-jgdw", "xx-gjjl")), (10, ("xx-xxgc", "xx-clkx"))):
            first = datetime.combine(date(last, month, 15), time(9), self._zone)
            batch = self._batch(
                class_id,
                first,
                [
                    ("保密形势与典型案例", 0, 2, "学术报告厅"),
                    ("保密工作责任制", 1, 2, "学术报告厅"),
                ],
                [(EVERYONE, self._units[code]) for code in units],
            )
            self._hold(batch, first + timedelta(hours=6), turnout=0.9)

    def newcomers(self) -> None:
        """This year, with a closing exam: held, running at this moment, and to come."""
        exam = self._session.scalars(
            select(Exam.id).where(Exam.title_zh.contains("新党员")).order_by(Exam.id)
        ).first()
        class_id = self._class(
            "新党员·新入职人员保密教育班",
            self._now - timedelta(days=60),
            "掌握保密基本常识，明确岗位保密职责，了解违规后果。",
            exam_id=exam,
            rated=["教材和课件便于课后复习。"],
        )
        programme = [
            ("保密法律法规与基本常识", 0, 2, "图书馆报告厅"),
            ("办公设备与网络保密", 2, 2, "图书馆报告厅"),
        ]
        first = self._day(-35, 9)
        batch = self._batch(class_id, first, programme, [("new_member", self._units["xx-jgdw"])])
        self._hold(batch, first + timedelta(hours=5), turnout=0.92)
        items = (
            ("讲课费", "3200.00", "3200.00", "4学时"),
            ("教材资料", "1500.00", "1386.50", ""),
            ("场地与设备", "800.00", "0.00", "校内场地，免费"),
            ("学员餐饮", "2400.00", None, "待报销"),
        )
        costs = [
            CostPlan(item, Decimal(planned), None if spent is None else Decimal(spent), text)
            for item, planned, spent, text in items
        ]
        set_budget(self._act(first), class_id, costs)
        running = self._batch(
            class_id,
            self._now - timedelta(minutes=10),
            [("保密法律法规与基本常识", 0, 2, "一号教学楼 201")],
            [("new_member", self._units["xx-xxgc"])],
        )
        self._check_in(running, 0, 0.6)
        self._batch(class_id, self._day(9, 14), programme, [("new_member", self._units["xx-clkx"])])

    def posts(self) -> None:
        """People on classified posts, by list; one was marked later, after paper was found."""
        class_id = self._class(
            "涉密岗位人员保密业务培训",
            self._now - timedelta(days=110),
            "涉密载体、定密和离岗管理。",
        )
        holders = self._session.scalars(
            select(PostHolder.person_id).where(PostHolder.left_at.is_(None)).distinct()
        ).all()
        first = self._day(-90, 9)
        batch = self._batch(
            class_id,
            first,
            [
                ("涉密载体全过程管理", 1, 2, "机关楼三层会议室"),
                ("定密管理与密点标注", 1, 2, "机关楼三层会议室"),
                ("移动存储介质与检查要点", 2, 2, "机关楼三层会议室"),
            ],
            [(EVERYONE, self._units["xx-jgdw-3"])],
            holders,
        )
        self._hold(batch, first + timedelta(hours=8), turnout=0.8, by_list=True)
        missed = next((place for place in batch.places if place.outcome == "missed"), None)
        if missed is not None:
            later = self._act(first + timedelta(days=12), "admin")
            for session in batch.sessions:
                reason = "纸质签到表有本人签名"
                mark(later, batch.id, session.id, missed.id, "present", reason)

    def leaders(self) -> None:
        """Held two days ago; the organizer still has to close it."""
        class_id = self._class(
            "领导干部保密责任专题培训",
            self._now - timedelta(days=30),
            "落实领导干部保密工作责任制。",
        )
        batch = self._batch(
            class_id,
            self._day(-2, 14),
            [("领导干部保密责任与失泄密案例警示", 0, 3, "行政楼第一会议室")],
            [("leader", self._units["xx"])],
        )
        self._check_in(batch, 0, 0.85)

    def _act(self, at: datetime, login: str = "organizer") -> Act:
        return Act(self._session, at, self._zone, self._actors[login])

    def _day(self, days: int, hour: int) -> datetime:
        day = self._now.astimezone(self._zone).date() + timedelta(days=days)
        return datetime.combine(day, time(hour), self._zone)

    def _class(
        self,
        title: str,
        at: datetime,
        aims: str,
        *,
        exam_id: int | None = None,
        rated: Sequence[str] = (),
    ) -> int:
        plan = ClassPlan(self._units["xx"], title, aims, exam_id=exam_id, rated=rated)
        return make_class(self._act(at), plan)

    def _batch(
        self,
        class_id: int,
        first: datetime,
        programme: Sequence[tuple[str, int, int, str]],
        audience: Sequence[tuple[str, int]],
        named: Sequence[int] = (),
    ) -> TrainingBatch:
        """A batch whose sessions follow one another on the day of `first`."""
        starts_at, sessions = first, []
        for topic, teacher, hours, place in programme:
            plan = SessionPlan(topic, place, starts_at, Decimal(hours), self._pool[teacher])
            sessions.append(plan)
            starts_at += timedelta(hours=hours)
        act = self._act(min(first - timedelta(days=14), self._now))
        there = select(func.count()).where(TrainingBatch.class_id == class_id)
        number = (self._session.scalar(there) or 0) + 1
        plan_of = BatchPlan(f"第{number}期", sessions, audience, named)
        return self._session.get_one(TrainingBatch, make_batch(act, class_id, plan_of))

    def _hold(
        self, batch: TrainingBatch, at: datetime, *, turnout: float, by_list: bool = False
    ) -> None:
        """People come, the batch is closed at `at`, and feedback is given and concluded."""
        if by_list or len(batch.places) > _MOST:
            enter_list(
                self._act(at),
                batch.id,
                None,
                self._list(batch, turnout),
                "签到表.csv",
                good_only=True,
            )
        else:
            for number in range(len(batch.sessions)):
                self._check_in(batch, number, turnout)
        close_batch(self._act(at), batch.id)
        self._feedback(batch, at)

    def _list(self, batch: TrainingBatch, turnout: float) -> bytes:
        out = io.StringIO(newline="")
        writer = csv.writer(out)
        writer.writerow(["登录名", "姓名", "考勤", "备注"])
        for place in batch.places:
            came = self._rng.random() < turnout
            state = ("出勤", "") if came else self._rng.choice((("缺勤", ""), ("请假", "因公出差")))
            writer.writerow([place.person.login, place.person.name, *state])
        return out.getvalue().encode()

    def _check_in(self, batch: TrainingBatch, number: int, turnout: float) -> None:
        session = batch.sessions[number]
        late = min(18, int((self._now - session.starts_at).total_seconds() // 60))
        come = [
            (session.starts_at + timedelta(minutes=self._rng.randint(-25, late)), place.person_id)
            for place in batch.places[:_MOST]
            if self._rng.random() < turnout
        ]
        for at, person_id in sorted(come):
            sign_in(self._session, at, person_id, session.id, at)

    def _feedback(self, batch: TrainingBatch, closed: datetime) -> None:
        rated, asked = rated_questions(batch.training), asked_questions(batch.training)
        there = [place.person_id for place in batch.places if place.outcome == "attended"]
        for person_id in there[:_MOST]:
            if self._rng.random() < 0.75:
                ratings = {
                    question.key: min(5, max(1, round(self._rng.gauss(4.3, 0.8))))
                    for question in rated
                }
                texts = {question.key: self._rng.choice(_WISHES) for question in asked}
                at = closed + timedelta(days=2)
                give_feedback(self._session, at, person_id, batch.id, ratings, texts)
        conclude(self._act(closed + timedelta(days=13)), batch.id)

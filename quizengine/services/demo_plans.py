"""Annual plans of the demo, approved, waiting and being written; duties that were concluded."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from quizengine.domain.plans import CONFIRMED
from quizengine.services.access import load_actor
from quizengine.services.duty_clock import conclude_duties
from quizengine.services.office_access import Act
from quizengine.services.plan_clock import mark_tasks
from quizengine.services.plan_steps import approve, confirm_task, submit
from quizengine.services.plans import TaskPlan, save_task, start_plan
from quizengine.storage.models import AnnualPlan, Person, Unit

# title, goal, gauge, target, month and day it is due
_TASKS = (
    ("签订保密工作责任书", "单位负责人与上级签订，逐级落实。", "responsibility", 1, (3, 31)),
    ("召开保密工作专题会议", "传达上级部署，研究本单位保密工作。", CONFIRMED, None, (4, 30)),
    ("举办保密教育培训", "覆盖全体人员，结合典型案例。", "training-held", 1, (10, 31)),
    ("组织保密知识考试", "应考人员合格率不低于90%。", "passed", 90, (12, 15)),
    ("开展涉密载体清查", "逐件核对，账物相符，及时清退。", CONFIRMED, None, (9, 30)),
    ("签订保密承诺书", "全员签订，不漏一人。", "commitments", 95, (12, 20)),
)
_SET = ("xx", "xx-xxgc", "xx-clkx", "xx-jgdw", "xx-gjjl", "xx-jgdw-1")


def fill_plans(session: Session, now: datetime, zone: ZoneInfo) -> None:
    """Plans of last year and this one; what the clock found since."""
    book = _Book(session, now, zone)
    year = now.astimezone(zone).year
    book.approved("xx-xxgc", year - 1, done=("召开保密工作专题会议", "开展涉密载体清查"))
    for number, code in enumerate(_SET):
        # Who has seen to less by today has more to catch up.
        book.approved(code, year, done=("召开保密工作专题会议", "开展涉密载体清查")[number % 2 :])
    book.waiting("xx-xxgc-1", year)
    book.begun("xx-clkx-1", year)
    conclude_duties(session, now, zone)
    mark_tasks(session, now, zone)


class _Book:
    """The organizer writes plans, the administrator approves them."""

    def __init__(self, session: Session, now: datetime, zone: ZoneInfo) -> None:
        self._session = session
        self._now = now
        self._zone = zone
        self._units = {unit.code: unit for unit in session.scalars(select(Unit))}

    def _act(self, at: datetime, login: str) -> Act:
        query = select(Person.id).where(Person.login == login)
        actor = load_actor(self._session, self._session.scalars(query).one())
        return Act(self._session, min(at, self._now), self._zone, actor)

    def begun(self, code: str, year: int) -> int:
        """A plan with its tasks, written in January."""
        act = self._act(datetime.combine(date(year, 1, 12), time(9), self._zone), "organizer")
        plan_id = start_plan(act, self._units[code].id, year)
        head = self._units[code].head_id
        for title, goal, gauge, target, (month, day) in _TASKS:
            if head is None and gauge == CONFIRMED:
                continue
            due = date(year, month, day)
            amount = None if target is None else Decimal(target)
            save_task(act, plan_id, None, TaskPlan(title, goal, gauge, amount, head, due))
        return plan_id

    def waiting(self, code: str, year: int) -> int:
        """A plan that was handed in."""
        plan_id = self.begun(code, year)
        act = self._act(datetime.combine(date(year, 1, 14), time(9), self._zone), "organizer")
        submit(act, plan_id, self._changes(plan_id))
        return plan_id

    def approved(self, code: str, year: int, done: tuple[str, ...]) -> None:
        """A plan that holds; of the tasks that people confirm, those named are done."""
        plan_id = self.waiting(code, year)
        at = datetime.combine(date(year, 1, 16), time(9), self._zone)
        approve(self._act(at, "admin"), plan_id, self._changes(plan_id))
        plan = self._session.get_one(AnnualPlan, plan_id)
        for number, title, due in [(t.number, t.title, t.due_on) for t in plan.tasks]:
            day = due - timedelta(days=8)
            told = datetime.combine(day, time(15), self._zone)
            if title in done and told < self._now:
                act = self._act(told, "organizer")
                confirm_task(act, plan_id, number, day, "已按要求完成，材料留存备查。")

    def _changes(self, plan_id: int) -> int:
        return self._session.get_one(AnnualPlan, plan_id).changes

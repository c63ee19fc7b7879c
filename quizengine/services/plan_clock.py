"""The clock tells the ledger which tasks of plans were reached, and which are overdue."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from quizengine.domain.plans import CONFIRMED, DONE, DONE_LATE, LATE, Progress, kinds_for
from quizengine.services.access import SYSTEM
from quizengine.services.ledger_facts import facts_since
from quizengine.services.office_access import Act, local_day
from quizengine.services.plan_steps import enter_mark
from quizengine.services.plan_versions import progress_of, tasks_of, year_plans
from quizengine.storage.engine import REGISTERS, SessionLike, writing
from quizengine.storage.models import AnnualPlan, LedgerHead, PlanClock

# While the ledger grows all the time, as during an exam, plans are looked at so often.
_AT_MOST = timedelta(minutes=10)


def mark_tasks(session: SessionLike, now: datetime, zone: ZoneInfo) -> int:
    """Enter what became done or late; how many entries were made.

    Of this year and, in January, of the last one. Nothing is read when neither the ledger nor the
    day has changed since the last look.
    """
    today = local_day(now, zone)
    size = session.scalar(select(LedgerHead.size).where(LedgerHead.id == 1)) or 0
    if not _is_due(session.get(PlanClock, 1), size, today, now):
        return 0
    years = [today.year - 1, today.year] if today.month == 1 else [today.year]
    found = [one for year in years for one in _news(session, zone, year, today)]
    act = Act(session, now, zone, SYSTEM)
    made = 0
    with writing(session, REGISTERS):
        for plan_id, stands, what in found:
            plan = session.get_one(AnnualPlan, plan_id, with_for_update=True)
            # Another clock may have been faster.
            if not any((m.number, m.what) == (stands.task.number, what) for m in plan.marks):
                enter_mark(act, plan, stands.task, what, _day_of(stands, what, today))
                made += 1
        clock = session.get(PlanClock, 1)
        if clock is None:
            clock = PlanClock(id=1)
            session.add(clock)
        clock.size, clock.day, clock.at = size, today, now
    return made


def _is_due(clock: PlanClock | None, size: int, today: date, now: datetime) -> bool:
    if clock is None or clock.day != today:
        return True
    return clock.size != size and not timedelta(0) <= now - clock.at < _AT_MOST


def _news(
    session: SessionLike, zone: ZoneInfo, year: int, today: date
) -> list[tuple[int, Progress, str]]:
    """Tasks that are done or late, and not known as such."""
    plans = {plan: tasks_of(plan) for plan in year_plans(session, year)}
    told = {(plan.id, mark.number, mark.what) for plan in plans for mark in plan.marks}
    waiting = {
        plan: [task for task in tasks if (plan.id, task.number, "done") not in told]
        for plan, tasks in plans.items()
    }
    kinds = kinds_for([task for tasks in waiting.values() for task in tasks])
    facts = facts_since(session, zone, kinds, date(year, 1, 1))
    return [
        (plan.id, stands, what)
        for plan, tasks in waiting.items()
        for stands in progress_of(plan, tasks, facts, today)
        for what in _told_of(stands)
        if (plan.id, stands.task.number, what) not in told
    ]


def _told_of(stands: Progress) -> list[str]:
    """Done or late; what was reached too late is late first, and done then."""
    if stands.state == LATE:
        return ["late"]
    if stands.task.gauge == CONFIRMED or stands.state not in (DONE, DONE_LATE):
        return []
    return ["done"] if stands.state == DONE else ["late", "done"]


def _day_of(stands: Progress, what: str, today: date) -> date:
    """The day that the entry is about: of a late task, the first one after it was due."""
    if what == "late":
        return stands.task.due + timedelta(days=1)
    return min(today, stands.task.due) if stands.state == DONE else today

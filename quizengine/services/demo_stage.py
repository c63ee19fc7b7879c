"""Stage contests of the demo: one to replay, and one that is ready to begin."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from quizengine.domain.contest.events import Author, Role
from quizengine.domain.registry import Title
from quizengine.services.access import load_actor
from quizengine.services.demo_course import Course, Race, Script
from quizengine.services.stage import ContestPlan, create_contest
from quizengine.services.stage_access import rules_of
from quizengine.services.stage_draw import begin_data, contest_questions, draw_questions
from quizengine.services.stage_log import append_events
from quizengine.services.stage_record import record_result
from quizengine.services.stage_teams import MemberPlan, TeamPlan
from quizengine.storage.models import Contest, Person, Unit

_HELD = Title(
    zh="示例大学保密知识竞赛总决赛", en="Final of the confidentiality contest, Example University"
)
_COMING = Title(
    zh="保密宣传教育月知识竞赛（有观众参与）",
    en="Contest of the awareness month (with the audience)",
)
_SEATS = 3
_STARTS = time(14, 30)

# Equal at the top after three rounds, so that the tie-break decides about the first prize.
_SCRIPT = Script(
    turns={
        1: (True, True, True),
        2: (True, False, True),
        3: (True, True, False),
        4: (True, True, True),
    },
    overridden=(4, "复核现场录像：作答时队友提示，本题改判为错"),
    races=(
        Race({1: 398, 3: 455}),
        # The second team was quicker by a hair; the third one's buzz came in before it.
        Race({3: 437, 2: 431, 4: 690}),
        Race({3: 512}, early=4),
        Race({3: 366, 1: 420}, right=False),
        Race(),
        Race({2: 604, 4: 655}),
        Race({1: 341}, right=False),
        Race({4: 478, 2: 533}),
        Race(),
        Race({1: 467, 2: 439}),
    ),
    wagers={1: (20, True), 2: (10, True), 3: (20, True), 4: (30, False)},
)


def play_contest(session: Session, now: datetime, zone: ZoneInfo, days: int) -> Contest:
    """A contest that was held `days` ago, or on the last day of work before, with its result."""
    held = _working_day(now.astimezone(zone) - timedelta(days=days))
    contest = _prepared(session, held - timedelta(days=3), held, zone, "classic", _HELD)
    course = course_of(session, contest, held)
    course.run(begin_data(session, contest))
    append_events(session, contest.id, course.lines, course.play.state.phase)
    record_result(session, course.lines[-1][0].at + timedelta(minutes=1), contest.id)
    return contest


def course_of(session: Session, contest: Contest, at: datetime) -> Course:
    """How a drawn contest of four teams may go, hosted by the demo's people from `at` on."""
    staff = _author(session, "host", "organizer"), _author(session, "judge", "grader")
    return Course(rules_of(contest), contest_questions(session, contest), _SCRIPT, staff, at)


def prepare_contest(session: Session, now: datetime, zone: ZoneInfo) -> Contest:
    """A contest of the next days: teams, members and questions are there, it can begin."""
    at = _working_day(now.astimezone(zone) + timedelta(days=5))
    return _prepared(session, now, at, zone, "audience", _COMING, skip=_SEATS)


def _prepared(
    session: Session,
    now: datetime,
    planned_at: datetime,
    zone: ZoneInfo,
    rules: str,
    title: Title,
    skip: int = 0,
) -> Contest:
    root = session.scalars(select(Unit).where(Unit.level == 1)).one()
    actor = load_actor(session, _person(session, "organizer").id)
    teams = list(_teams(session, skip))
    plan = ContestPlan(rules, title, root.id, planned_at, teams=teams)
    contest = create_contest(session, now, actor, plan)
    return draw_questions(session, now, zone, actor, contest.id)


def _teams(session: Session, skip: int) -> Iterator[TeamPlan]:
    """A team of each secondary unit, of its members after the first `skip`; guests fill it up."""
    for unit in session.scalars(select(Unit).where(Unit.level == 2).order_by(Unit.id)):
        logins = session.scalars(
            select(Person.login)
            .join(Unit, Unit.id == Person.unit_id)
            .where(Unit.path.startswith(unit.path), Person.staff_no != "")
            .order_by(Person.id)
            .offset(skip)
            .limit(_SEATS)
        )
        yield TeamPlan(unit.name, _members(list(logins)), unit.id)


def _members(logins: Sequence[str]) -> list[MemberPlan]:
    known = [MemberPlan(person=login) for login in logins]
    return [*known, *(MemberPlan(f"示例队员{seat + 1}") for seat in range(len(known), _SEATS))]


def _working_day(day: datetime) -> datetime:
    """The afternoon of this day, or of the Friday before its weekend."""
    start = datetime.combine(day.date(), _STARTS, day.tzinfo)
    return start - timedelta(days=max(0, start.weekday() - 4))


def _person(session: Session, login: str) -> Person:
    return session.scalars(select(Person).where(Person.login == login)).one()


def _author(session: Session, role: Role, login: str) -> Author:
    person = _person(session, login)
    return Author(role, str(person.id), person.name)

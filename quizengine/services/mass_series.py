"""每日一题、每周一测: series of contests that the clock makes, and their board."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from quizengine.domain.blueprints import Blueprint
from quizengine.domain.mass_attempts import Limits
from quizengine.domain.mass_series import Occurrence, Period, Rhythm
from quizengine.domain.questions import Content
from quizengine.domain.registry import Title
from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor, require
from quizengine.services.exams import assembler_for
from quizengine.services.mass import add_contest, check_plan
from quizengine.services.mass_lookup import unknown_contest
from quizengine.services.mass_plans import MassPlan, Mode
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import Exam, MassContest, MassSeries

# Contests are made this long before they open, so that people see them coming.
AHEAD = timedelta(days=1)


class Template(Content):
    """What each contest of a series is made with; `in_all`: attempts in each."""

    mode: Mode
    blueprint: Blueprint
    audience: list[tuple[str, int]]
    in_all: int | None = None
    question_s: int | None = None


@dataclass(frozen=True)
class SeriesPlan:
    """What an organiser fills in for a series."""

    title: Title
    unit_id: int
    rhythm: Rhythm
    template: Template


def create_series(
    session: SessionLike, now: datetime, zone: ZoneInfo, actor: Actor, plan: SeriesPlan
) -> MassSeries:
    """Begin a series; the clock makes its contests.

    Refused: `series-days`, `series-minutes`, `series-overlap` (400), `series-exists` (409), and
    whatever `quizengine.services.mass.create_contest` refuses for the first contest.
    """
    faults = {
        "days": N_("Between these days there is no contest: choose a later last day."),
        "minutes": N_("Say when each contest opens, and for how long."),
        "overlap": N_("Each contest must close before the next one opens."),
    }
    fault = plan.rhythm.fault()
    if fault is not None:
        raise Refused(f"series-{fault}", faults[fault], status=400)
    first = first_plan(now, zone, plan)
    if first is None:
        raise Refused("series-days", N_("All days of the series are past."), status=400)
    check_plan(session, now, zone, actor, first)
    rhythm = plan.rhythm
    with writing(session):
        _refuse_double(session, plan)
        series = MassSeries(
            title_zh=plan.title.zh,
            title_en=plan.title.en,
            unit_id=plan.unit_id,
            created_by_id=actor.person_id,
            created_at=now,
            period=rhythm.period,
            weekday=rhythm.weekday,
            opens_minute=rhythm.opens_minute,
            open_minutes=rhythm.open_minutes,
            first_day=rhythm.first_day,
            last_day=rhythm.last_day,
            template=plan.template.model_dump_json(by_alias=True),
        )
        session.add(series)
        session.flush()
        _make(session, now, zone, series)
    return series


def first_plan(now: datetime, zone: ZoneInfo, plan: SeriesPlan) -> MassPlan | None:
    """The first contest that the series would have; None if it would have none any more."""
    if plan.rhythm.fault() is not None:
        return None
    coming = (each for each in plan.rhythm.occurrences(zone) if each.closes_at > now)
    first = next(coming, None)
    if first is None:
        return None
    return _contest_plan(plan.title, plan.unit_id, plan.template, first)


def _refuse_double(session: SessionLike, plan: SeriesPlan) -> None:
    same = select(MassSeries.id).where(
        MassSeries.unit_id == plan.unit_id,
        MassSeries.title_zh == plan.title.zh,
        MassSeries.first_day == plan.rhythm.first_day,
        MassSeries.ended_at.is_(None),
    )
    if session.scalar(same.limit(1)) is not None:
        raise Refused("series-exists", N_("There is already a series with this title and start."))


def _contest_plan(
    title: Title, unit_id: int, template: Template, occurrence: Occurrence
) -> MassPlan:
    day = occurrence.day.isoformat()
    return MassPlan(
        blueprint=template.blueprint,
        title=Title(zh=f"{title.zh}（{day}）", en=f"{title.en} ({day})"),
        unit_id=unit_id,
        audience=template.audience,
        opens_at=occurrence.opens_at,
        closes_at=occurrence.closes_at,
        mode=template.mode,
        limits=Limits(in_all=template.in_all),
        question_s=template.question_s,
    )


def rhythm_of(series: MassSeries) -> Rhythm:
    """When its contests take place."""
    period: Period = "week" if series.period == "week" else "day"
    return Rhythm(
        period,
        series.weekday,
        series.opens_minute,
        series.open_minutes,
        series.first_day,
        series.last_day,
    )


def template_of(series: MassSeries) -> Template:
    """What its contests are made with."""
    return Template.model_validate_json(series.template)


def make_due(session: SessionLike, now: datetime, zone: ZoneInfo) -> int:
    """Make the contests of all series that open soon, or should be open; how many."""
    today = now.astimezone(zone).date()
    going = select(MassSeries.id).where(
        MassSeries.ended_at.is_(None),
        MassSeries.first_day <= today + AHEAD,
        # The last one may be open past midnight, a weekly one for a week.
        MassSeries.last_day >= today - timedelta(days=8),
    )
    return sum(_make_one(session, now, zone, each) for each in list(session.scalars(going)))


def _make_one(session: SessionLike, now: datetime, zone: ZoneInfo, series_id: int) -> int:
    if not _missing(session, now, zone, session.get_one(MassSeries, series_id)):
        return 0
    try:
        with writing(session):
            series = session.get_one(MassSeries, series_id, with_for_update={"of": MassSeries})
            return _make(session, now, zone, series)
    except (Refused, IntegrityError):
        # The bank has become too small, or another process was faster; organisers see the first
        # on the page of the series, and the next look tries again.
        return 0


def _missing(
    session: SessionLike, now: datetime, zone: ZoneInfo, series: MassSeries
) -> list[Occurrence]:
    made = set(
        session.scalars(select(MassContest.number).where(MassContest.series_id == series.id))
    )
    return [
        each
        for each in rhythm_of(series).occurrences(zone)
        if each.opens_at <= now + AHEAD and each.closes_at > now and each.number not in made
    ]


def _make(session: SessionLike, now: datetime, zone: ZoneInfo, series: MassSeries) -> int:
    missing = _missing(session, now, zone, series)
    title, template = Title(zh=series.title_zh, en=series.title_en), template_of(series)
    for each in missing:
        plan = _contest_plan(title, series.unit_id, template, each)
        assembler_for(session, plan.blueprint, each.day)
        add_contest(session, now, zone, series.created_by_id, plan, series=(series.id, each.number))
    return len(missing)


def managed_series(session: SessionLike, actor: Actor, series_id: int, *roles: str) -> MassSeries:
    """The series, if the actor has one of `roles` (organizer if none is named) over its unit."""
    series = session.get(MassSeries, series_id)
    if series is None:
        raise unknown_contest()
    require(actor, roles or ("organizer",), series.unit.path)
    return series


def end_series(session: SessionLike, now: datetime, actor: Actor, series_id: int) -> None:
    """Make no further contests; those that nobody has begun and that are not open yet go."""
    managed_series(session, actor, series_id)
    with writing(session):
        series = session.get_one(MassSeries, series_id, with_for_update={"of": MassSeries})
        series.ended_at = series.ended_at or now
        coming = (
            select(Exam)
            .join(MassContest, MassContest.exam_id == Exam.id)
            .where(MassContest.series_id == series_id, Exam.opens_at > now)
        )
        for exam in session.scalars(coming):
            exam.cancelled_at = exam.cancelled_at or now

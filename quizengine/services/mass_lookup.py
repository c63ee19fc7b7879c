"""网络竞赛: find a contest, for those who join it and for those who look after it."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import select

from quizengine.domain.mass_attempts import Limits
from quizengine.domain.mass_stage import Course
from quizengine.domain.mass_units import AwardRule
from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor, require
from quizengine.services.audience import exams_of_member
from quizengine.services.exams import blueprint_of
from quizengine.services.reach import Reach, reach
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import CHALLENGE, CONTEST, MassContest

CONTESTS = (CONTEST, CHALLENGE)
"""Purposes of what contests run on."""


def unknown_contest() -> Refused:
    """The refusal for a contest that is none, or not for the person."""
    return Refused("unknown-contest", N_("There is no such contest for you."), status=404)


def find_contest(session: SessionLike, contest_id: int) -> MassContest:
    """The contest; Refused `unknown-contest` (404)."""
    contest = session.get(MassContest, contest_id)
    if contest is None:
        raise unknown_contest()
    return contest


def contest_of_exam(session: SessionLike, exam_id: int) -> MassContest:
    """The contest that runs on the exam."""
    return session.scalars(select(MassContest).where(MassContest.exam_id == exam_id)).one()


def is_member(session: SessionLike, zone: ZoneInfo, person_id: int, contest: MassContest) -> bool:
    """Whether the person belongs to the audience, as the roster stands."""
    return bool(exams_of_member(session, zone, person_id, contest.exam_id, CONTESTS))


def managed_contest(
    session: SessionLike, actor: Actor, contest_id: int, *roles: str
) -> MassContest:
    """The contest, if the actor has one of `roles` (organizer if none is named) over its unit."""
    contest = find_contest(session, contest_id)
    require(actor, roles or ("organizer",), contest.exam.unit.path)
    return contest


def contest_reach(session: SessionLike, actor: Actor, contest: MassContest) -> Reach:
    """What an organizer, admin or auditor may see of it; Refused `forbidden` (403)."""
    return reach(session, actor, contest.exam_id, CONTESTS)


def course_of(contest: MassContest) -> Course:
    """The times that the contest goes by."""
    exam = contest.exam
    return Course(
        exam.opens_at,
        exam.closes_at,
        contest.freeze_at,
        exam.concluded_at,
        contest.published_at,
        exam.cancelled_at,
    )


def limits_of(contest: MassContest) -> Limits:
    """How often a person may try."""
    return Limits(contest.per_day, contest.per_week, contest.in_all)


def full_marks(contest: MassContest) -> int:
    """What a paper can earn, in hundredths of a point."""
    return int(blueprint_of(contest.exam).total * 100)


@lru_cache(maxsize=64)
def _parsed_award(text: str) -> AwardRule:
    return AwardRule.model_validate_json(text)


def award_of(contest: MassContest) -> AwardRule | None:
    """By which rule units earn the award; None without one."""
    return _parsed_award(contest.award) if contest.award else None

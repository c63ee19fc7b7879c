"""网络竞赛: a member's contests: what is open, what was reached, what comes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from quizengine.domain.blueprints import Blueprint
from quizengine.domain.mass_attempts import Allowance, allowance
from quizengine.domain.mass_ranking import Result
from quizengine.domain.mass_stage import State
from quizengine.services.audience import exams_of_member
from quizengine.services.exams import blueprint_of
from quizengine.services.mass_lookup import (
    CONTESTS,
    course_of,
    find_contest,
    limits_of,
    unknown_contest,
)
from quizengine.services.mass_results import results_of
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import (
    CHALLENGE,
    Exam,
    MassContest,
    MassEntry,
    MassSeries,
    Sitting,
)

# Contests that ended longer ago are found on the boards of their series and in one's records.
PAST = timedelta(days=120)


@dataclass(frozen=True)
class MemberContest:
    """A contest as its participant sees it; `running`: the sitting to go on with."""

    contest: MassContest
    blueprint: Blueprint
    state: State
    joinable: bool
    left: Allowance
    running: int | None
    entry: MassEntry | None
    begun: int

    @property
    def exam(self) -> Exam:
        """What the contest runs on."""
        return self.contest.exam

    @property
    def challenge(self) -> bool:
        """Whether it goes on until the first mistake."""
        return self.exam.purpose == CHALLENGE

    @property
    def may_begin(self) -> bool:
        """Whether a new attempt can be begun now."""
        return self.joinable and self.state == "open" and self.left.barred_by is None


def member_contests(
    session: SessionLike, now: datetime, zone: ZoneInfo, person_id: int
) -> list[MemberContest]:
    """Contests that the person may join or has joined, those that end first coming first.

    A fixed number of statements. Those long past are left out.
    """
    invited = {exam.id for exam in exams_of_member(session, zone, person_id, purposes=CONTESTS)}
    taken = _sittings(session, person_id)
    query = (
        select(MassContest)
        .join(Exam, Exam.id == MassContest.exam_id)
        .where(MassContest.exam_id.in_(invited | set(taken)), Exam.closes_at > now - PAST)
        .order_by(Exam.closes_at, MassContest.id)
    )
    entries = {
        entry.contest_id: entry
        for entry in session.scalars(select(MassEntry).where(MassEntry.person_id == person_id))
    }
    return [
        _case(now, zone, contest, invited, taken[contest.exam_id], entries.get(contest.id))
        for contest in session.scalars(query)
    ]


def member_contest(
    session: SessionLike, now: datetime, zone: ZoneInfo, person_id: int, contest_id: int
) -> MemberContest:
    """One of them, also for those who took part and left; Refused `unknown-contest` (404)."""
    contest = find_contest(session, contest_id)
    found = exams_of_member(session, zone, person_id, contest.exam_id, CONTESTS)
    taken = _sittings(session, person_id, contest.exam_id)[contest.exam_id]
    if not found and not taken:
        raise unknown_contest()
    entry = session.get(MassEntry, (contest.id, person_id))
    return _case(now, zone, contest, {exam.id for exam in found}, taken, entry)


def _sittings(
    session: SessionLike, person_id: int, exam_id: int | None = None
) -> defaultdict[int, list[Sitting]]:
    query = (
        select(Sitting)
        .join(Exam, Exam.id == Sitting.exam_id)
        .where(Sitting.person_id == person_id, Exam.purpose.in_(CONTESTS))
        .order_by(Sitting.attempt)
    )
    if exam_id is not None:
        query = query.where(Sitting.exam_id == exam_id)
    found: defaultdict[int, list[Sitting]] = defaultdict(list)
    for sitting in session.scalars(query):
        found[sitting.exam_id].append(sitting)
    return found


def _case(
    now: datetime,
    zone: ZoneInfo,
    contest: MassContest,
    invited: set[int],
    taken: Sequence[Sitting],
    entry: MassEntry | None,
) -> MemberContest:
    running = [each.id for each in taken if each.state == "open" and now <= each.deadline]
    starts = [each.started_at for each in taken]
    return MemberContest(
        contest,
        blueprint_of(contest.exam),
        course_of(contest).state(now),
        contest.exam_id in invited,
        allowance(limits_of(contest), starts, now, zone),
        running[-1] if running else None,
        entry,
        len(taken),
    )


@dataclass(frozen=True)
class AttemptLine:
    """An own attempt; `result` None while it is open."""

    sitting_id: int
    number: int
    started_at: datetime
    result: Result | None
    counts: bool


def own_attempts(session: SessionLike, person_id: int, contest: MassContest) -> list[AttemptLine]:
    """The person's attempts, the latest one first."""
    query = (
        select(Sitting)
        .where(Sitting.exam_id == contest.exam_id, Sitting.person_id == person_id)
        .order_by(Sitting.attempt.desc())
    )
    sittings = session.scalars(query).all()
    closed = [each for each in sittings if each.score is not None]
    results = results_of(session, closed, blueprint_of(contest.exam))
    entry = session.get(MassEntry, (contest.id, person_id))
    best = entry.sitting_id if entry else None
    return [
        AttemptLine(each.id, each.attempt, each.started_at, results.get(each.id), each.id == best)
        for each in sittings
    ]


def member_series(session: SessionLike, contests: Sequence[MemberContest]) -> list[MassSeries]:
    """The series that these contests belong to."""
    ids = {each.contest.series_id for each in contests if each.contest.series_id is not None}
    return list(session.scalars(select(MassSeries).where(MassSeries.id.in_(ids))))

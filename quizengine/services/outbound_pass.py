"""行前考试: passed exams of the tier `outbound`, and how long each is good for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select

from quizengine.services.exams import blueprint_of, scores_released
from quizengine.services.office_access import local_day
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import EXAM, Exam, Sitting

TIER = "outbound"


@dataclass(frozen=True)
class Pass:
    """A passed exam; `released`: the member may know."""

    sitting_id: int
    exam_id: int
    day: date
    released: bool

    def good_until(self, days: int) -> date:
        """The last day on which somebody may leave with it."""
        return self.day + timedelta(days=days)


def passes_of(
    session: SessionLike, zone: ZoneInfo, person_ids: Iterable[int]
) -> Mapping[int, list[Pass]]:
    """Passed outbound exams by person, the latest first."""
    rows = session.execute(
        select(Sitting.person_id, Sitting.id, Sitting.closed_at, Exam)
        .join(Exam, Exam.id == Sitting.exam_id)
        .where(
            Sitting.person_id.in_(set(person_ids)),
            Sitting.passed.is_(True),
            Exam.purpose == EXAM,
            Exam.cancelled_at.is_(None),
        )
        .order_by(Sitting.closed_at.desc())
    )
    released: dict[int, bool | None] = {}
    found: dict[int, list[Pass]] = {}
    for person_id, sitting_id, closed_at, exam in rows:
        if exam.id not in released:
            outbound = blueprint_of(exam).tier == TIER
            released[exam.id] = scores_released(exam) if outbound else None
        told = released[exam.id]
        if told is not None:
            given = Pass(sitting_id, exam.id, _day(closed_at, zone), told)
            found.setdefault(person_id, []).append(given)
    return found


def covering(passes: Iterable[Pass], departs_on: date, days: int) -> Pass | None:
    """The pass that is still good on the day of departure, if there is one."""
    return next((p for p in passes if p.good_until(days) >= departs_on), None)


def _day(closed_at: datetime | None, zone: ZoneInfo) -> date:
    assert closed_at is not None, "a graded sitting was closed"
    return local_day(closed_at, zone)

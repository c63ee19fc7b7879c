"""Where each member of an exam's audience stands: the one reading that all boards build on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import func, select

from quizengine.domain.counting import Attempt, standing
from quizengine.services.exams import blueprint_of
from quizengine.services.papers import audience_of
from quizengine.services.reach import Reach
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import (
    Exam,
    LedgerEntry,
    LedgerSubject,
    Person,
    Sitting,
    Unit,
)


@dataclass(frozen=True, slots=True)
class Standing:
    """One member: a state of `quizengine.domain.counting.STATES`, and the attempt that counts.

    `unit_id`: the unit on the day of sitting, for those who did not sit the present one (or that
    of the day when the exam ended). `person_id` is None for an absence whose person was erased.
    `sitting`: an attempt is open at this moment.
    """

    person_id: int | None
    unit_id: int
    state: str
    sitting: bool = False
    attempts: int = 0
    score: Decimal | None = None
    max_score: Decimal | None = None
    closed_at: datetime | None = None


@dataclass(frozen=True)
class _Row:
    unit_id: int
    closed_at: datetime | None
    attempt: Attempt


def standings(session: SessionLike, zone: ZoneInfo, seen: Reach) -> list[Standing]:
    """Everybody within reach who was expected or sat, sorted by unit; a fixed number of statements.

    Expected are, until the exam is concluded, the audience as the roster stands; afterwards those
    whose absence was entered into the ledger.
    """
    exam = seen.exam
    paths = {row.id: row.path for row in session.execute(select(Unit.id, Unit.path))}
    sat = _sat(session, exam)
    found = [standing for standing in sat.values() if seen.covers(paths.get(standing.unit_id, "/"))]
    expected = (
        _audience(session, exam, zone) if exam.concluded_at is None else _missed(session, exam)
    )
    found += [
        Standing(person_id, unit_id, "absent")
        for person_id, unit_id in expected
        if person_id not in sat and seen.covers(paths.get(unit_id, "/"))
    ]
    return sorted(found, key=lambda s: (paths.get(s.unit_id, "/"), s.person_id or 0))


def _sat(session: SessionLike, exam: Exam) -> dict[int, Standing]:
    rows = session.execute(
        select(
            Sitting.person_id,
            Sitting.unit_id,
            Sitting.closed_at,
            Sitting.attempt,
            Sitting.state,
            Sitting.score,
            Sitting.max_score,
            Sitting.passed,
        ).where(Sitting.exam_id == exam.id)
    )
    attempts: defaultdict[int, list[_Row]] = defaultdict(list)
    for person_id, unit_id, closed_at, number, state, score, max_score, passed in rows:
        is_open = state == "open"
        attempt = Attempt(number, is_open, score, max_score, passed)
        attempts[person_id].append(_Row(unit_id, closed_at, attempt))
    rule = blueprint_of(exam).counts
    return {
        person_id: _standing(person_id, taken, standing([r.attempt for r in taken], rule))
        for person_id, taken in attempts.items()
    }


def _standing(person_id: int, taken: list[_Row], found: tuple[str, Attempt | None]) -> Standing:
    state, counted = found
    # Without an attempt that counts, the latest one says where the member belongs.
    row = next(
        (r for r in taken if r.attempt is counted), max(taken, key=lambda r: r.attempt.number)
    )
    return Standing(
        person_id,
        row.unit_id,
        state,
        sitting=any(r.attempt.open for r in taken),
        attempts=len(taken),
        score=counted.score if counted else None,
        max_score=counted.max_score if counted else None,
        closed_at=row.closed_at,
    )


def _audience(session: SessionLike, exam: Exam, zone: ZoneInfo) -> Iterable[tuple[int | None, int]]:
    expected = audience_of(exam, zone).order_by(None)
    rows = session.execute(select(Person.id, Person.unit_id).where(Person.id.in_(expected)))
    return [(person_id, unit_id) for person_id, unit_id in rows]


def _missed(session: SessionLike, exam: Exam) -> Iterable[tuple[int | None, int]]:
    """Absences in the ledger: by the unit they were entered for, else the person's present one."""
    rows = session.execute(
        select(LedgerSubject.person_id, func.coalesce(Unit.id, Person.unit_id, exam.unit_id))
        .select_from(LedgerEntry)
        .outerjoin(LedgerSubject, LedgerSubject.digest == LedgerEntry.subject)
        .outerjoin(Person, Person.id == LedgerSubject.person_id)
        .outerjoin(Unit, Unit.code == LedgerEntry.unit)
        .where(LedgerEntry.kind == "exam-missed")
        .where(LedgerEntry.source.startswith(f"exam:{exam.id}:missed:"))
    )
    return [(person_id, unit_id) for person_id, unit_id in rows]

"""The clock's work: close sittings whose time is up, and enter absences when an exam is over."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select

from quizengine.services.exams import blueprint_of
from quizengine.services.grading import grade_sitting, unit_code
from quizengine.services.ledger import LedgerWriter
from quizengine.services.papers import audience_ids
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import EXAM, Exam, Person, Sitting, Unit
from quizengine.storage.queries import latest_close

# One write transaction closes this many, so that answers of others get through in between.
BATCH = 100


def close_sitting(
    session: SessionLike, now: datetime, sitting: Sitting, by: str, log: LedgerWriter
) -> None:
    """Close and grade an open sitting, within the caller's write transaction.

    `by`: 'member' or 'server'. A sitting that a person has to mark is entered as handed in.
    """
    sitting.state = "submitted" if by == "member" else "expired"
    sitting.closed_by = by
    sitting.closed_at = now
    session.flush()
    result = grade_sitting(session, now, sitting, log)
    if result.pending:
        log.append(
            now,
            "exam-handed-in",
            f"sitting:{sitting.id}:handed-in",
            person_id=sitting.person_id,
            unit=unit_code(session, sitting.unit_id),
            data={"exam": sitting.exam_id, "attempt": sitting.attempt, "closed_by": by},
        )


def close_due(session: SessionLike, now: datetime) -> int:
    """Close every open sitting whose deadline has passed; how many. Safe to run at once twice."""
    closed = 0
    while True:
        with writing(session):
            due = session.scalars(
                select(Sitting)
                .where(Sitting.state == "open", Sitting.deadline < now)
                .order_by(Sitting.deadline, Sitting.id)
                .limit(BATCH)
                .with_for_update(key_share=True, skip_locked=True)
            ).all()
            if due:
                with LedgerWriter(session) as log:
                    for sitting in due:
                        close_sitting(session, now, sitting, "server", log)
        closed += len(due)
        if len(due) < BATCH:
            return closed


def conclude_due(session: SessionLike, now: datetime, zone: ZoneInfo, grace: timedelta) -> int:
    """Conclude exams that are over: nobody sits any more, absences are entered; how many."""
    over = select(Exam.id).where(
        Exam.purpose == EXAM,
        Exam.concluded_at.is_(None),
        Exam.cancelled_at.is_(None),
        Exam.closes_at <= now,
    )
    return sum(
        _conclude(session, now, zone, grace, exam_id) for exam_id in list(session.scalars(over))
    )


def _conclude(
    session: SessionLike, now: datetime, zone: ZoneInfo, grace: timedelta, exam_id: int
) -> bool:
    with writing(session):
        exam = session.get_one(Exam, exam_id, with_for_update={"of": Exam})
        # One closed by the server with extra time may be within its grace period yet.
        recent = (Sitting.closed_by == "server") & (Sitting.deadline > now - grace)
        still_open = select(Sitting.id).where(
            Sitting.exam_id == exam_id, or_(Sitting.state == "open", recent)
        )
        if exam.concluded_at is not None or latest_close(session, exam) + grace > now:
            return False
        if session.scalar(still_open.limit(1)) is not None:
            return False
        exam.concluded_at = now
        _enter_absences(session, now, zone, exam)
    return True


def _enter_absences(session: SessionLike, now: datetime, zone: ZoneInfo, exam: Exam) -> None:
    sat = set(session.scalars(select(Sitting.person_id).where(Sitting.exam_id == exam.id)))
    missing = [i for i in audience_ids(session, exam, zone) if i not in sat]
    rows = session.execute(select(Person.id, Unit.code).join(Unit, Unit.id == Person.unit_id))
    units = {row.id: row.code for row in rows}
    tier = blueprint_of(exam).tier
    with LedgerWriter(session) as log:
        log.expect(missing)
        for person_id in missing:
            log.append(
                now,
                "exam-missed",
                f"exam:{exam.id}:missed:{log.subject(person_id)}",
                person_id=person_id,
                unit=units[person_id],
                data={"exam": exam.id, "tier": tier},
            )

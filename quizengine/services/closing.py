"""The clock's work: close sittings whose time is up, and enter absences when an exam is over."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload

from quizengine.services.exams import blueprint_of
from quizengine.services.grading import grade_all, settle
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
    close_sittings(session, now, [sitting], by, log)


def close_sittings(
    session: SessionLike, now: datetime, sittings: Sequence[Sitting], by: str, log: LedgerWriter
) -> None:
    """The same for several; their entries come in the order of `sittings`.

    What all of them need is read and written at once: the statements don't grow with them.
    """
    for sitting in sittings:
        sitting.state = "submitted" if by == "member" else "expired"
        sitting.closed_by = by
        sitting.closed_at = now
    session.flush()
    results = grade_all(session, sittings)
    log.expect(sitting.person_id for sitting in sittings)
    # Held here, so that the session has them at hand.
    units = {u.id: u for u in session.scalars(_units_of(sittings))}
    for sitting in sittings:
        settle(session, now, sitting, log, results[sitting.id])
        if results[sitting.id].pending:
            log.append(
                now,
                "exam-handed-in",
                f"sitting:{sitting.id}:handed-in",
                person_id=sitting.person_id,
                unit=units[sitting.unit_id].code,
                data={"exam": sitting.exam_id, "attempt": sitting.attempt, "closed_by": by},
            )


def _units_of(sittings: Sequence[Sitting]) -> Select[Unit]:
    return select(Unit).where(Unit.id.in_({sitting.unit_id for sitting in sittings}))


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
                .options(joinedload(Sitting.exam), joinedload(Sitting.paper))
                .with_for_update(of=Sitting, key_share=True, skip_locked=True)
            ).all()
            if due:
                with LedgerWriter(session) as log:
                    close_sittings(session, now, due, "server", log)
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

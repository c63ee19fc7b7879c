"""Extra time, own windows and further attempts of single members."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor
from quizengine.services.exams import managed_exam, open_sittings, window_for
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import Adjustment, Exam
from quizengine.storage.queries import adjustment, exams_for

LONGEST_EXTRA_S = 8 * 3600
MOST_ATTEMPTS = 20
LONGEST_REASON = 500


@dataclass(frozen=True)
class AdjustmentPlan:
    """Extra time, own window and further attempts of one member; replaces what was there."""

    extra_s: int = 0
    opens_at: datetime | None = None
    closes_at: datetime | None = None
    extra_attempts: int = 0
    reason: str = ""


def adjust(
    session: SessionLike,
    now: datetime,
    actor: Actor,
    exam_id: int,
    person_id: int,
    plan: AdjustmentPlan,
) -> None:
    """Set a member's adjustment; the deadline of an open sitting follows it at once.

    Refused: `forbidden`, `own-case` (403), `unknown-exam`, `unknown-person` (404), `reason`,
    `adjustment`, `window` (400), `exam-over` (409).
    """
    managed_exam(session, actor, exam_id)
    _check_adjustment(actor, person_id, plan)
    with writing(session):
        exam = session.get_one(Exam, exam_id)
        if exam.cancelled_at is not None:
            raise Refused("exam-over", N_("The exam is over."))
        if session.scalar(exams_for(person_id).where(Exam.id == exam_id)) is None:
            raise Refused("unknown-person", N_("This person is not taking the exam."), status=404)
        if (plan.closes_at or exam.closes_at) <= (plan.opens_at or exam.opens_at):
            raise Refused("window", N_("The exam must close after it opens."), status=400)
        row = adjustment(session, exam_id, person_id)
        if row is None:
            row = Adjustment(exam_id=exam_id, person_id=person_id)
            session.add(row)
        row.extra_s, row.extra_attempts = plan.extra_s, plan.extra_attempts
        row.opens_at, row.closes_at = plan.opens_at, plan.closes_at
        row.reason, row.by_id, row.at = plan.reason.strip()[:LONGEST_REASON], actor.person_id, now
        session.flush()
        window = window_for(exam, row)
        for sitting in open_sittings(session, exam_id):
            if sitting.person_id == person_id:
                # Time that is taken away ends now at the earliest, so that answers on their way
                # come within the grace period.
                soonest = min(sitting.deadline, now)
                sitting.deadline = max(window.deadline(sitting.started_at), soonest)


def _check_adjustment(actor: Actor, person_id: int, plan: AdjustmentPlan) -> None:
    if person_id == actor.person_id:
        raise Refused("own-case", N_("Somebody else has to decide this for you."), status=403)
    if not plan.reason.strip():
        raise Refused("reason", N_("Give a reason."), status=400)
    if not (0 <= plan.extra_s <= LONGEST_EXTRA_S and 0 <= plan.extra_attempts <= MOST_ATTEMPTS):
        raise Refused(
            "adjustment",
            N_("Extra time is at most %(hours)s hours, further attempts at most %(attempts)s."),
            status=400,
            hours=LONGEST_EXTRA_S // 3600,
            attempts=MOST_ATTEMPTS,
        )

"""Which exams a member may take."""

from __future__ import annotations

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from quizengine.domain.text import N_, Refused
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import EXAM, Exam, PersonTier
from quizengine.storage.queries import exams_for


def exams_of_member(
    session: SessionLike,
    zone: ZoneInfo,
    person_id: int,
    exam_id: int | None = None,
    purposes: Sequence[str] = (EXAM,),
) -> list[Exam]:
    """Exams of the member (or the one with `exam_id`), the latest window first; one statement.

    The same people as `quizengine.services.papers.audience_of`: the tier is held on a day of the
    exam's window, days being those of `zone`.
    """
    query = exams_for(person_id, purposes).add_columns(PersonTier.valid_from, PersonTier.valid_to)
    if exam_id is not None:
        query = query.where(Exam.id == exam_id)
    found: dict[int, Exam] = {}
    for exam, valid_from, valid_to in session.execute(query):
        first, last = (at.astimezone(zone).date() for at in (exam.opens_at, exam.closes_at))
        if (valid_from is None or valid_from <= last) and (valid_to is None or valid_to >= first):
            found.setdefault(exam.id, exam)
    return list(found.values())


def exam_for_member(session: SessionLike, zone: ZoneInfo, person_id: int, exam_id: int) -> Exam:
    """The exam if the member is in its audience, else Refused `unknown-exam` (404)."""
    exams = exams_of_member(session, zone, person_id, exam_id)
    if not exams:
        raise Refused("unknown-exam", N_("There is no such exam for you."), status=404)
    return exams[0]

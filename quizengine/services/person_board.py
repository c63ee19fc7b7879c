"""One member of an exam, for those who may look into it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import select

from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor, forbidden
from quizengine.services.audience import exam_for_member
from quizengine.services.exams import Window, answers_released, window_for
from quizengine.services.member_results import MemberResult, result_of
from quizengine.services.reach import Reach, refuse_examinee
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import Adjustment, Person, SignedCommitment, Sitting, Unit
from quizengine.storage.queries import adjustment


@dataclass(frozen=True)
class PersonBoard:
    """A member of an exam: the own window, what was adjusted and why, and all attempts.

    `invited`: belongs to the audience at present.
    """

    person: Person
    window: Window
    adjusted: Adjustment | None
    sittings: Sequence[Sitting]
    commitment: SignedCommitment | None
    invited: bool


def person_board(session: SessionLike, zone: ZoneInfo, seen: Reach, person_id: int) -> PersonBoard:
    """The member; Refused `unknown-person` (404) outside of the reach, or of the exam."""
    person = session.get(Person, person_id)
    sittings = list(
        session.scalars(
            select(Sitting)
            .where(Sitting.exam_id == seen.exam.id, Sitting.person_id == person_id)
            .order_by(Sitting.attempt)
        )
    )
    invited = _invited(session, zone, seen, person_id)
    if person is None or not (sittings or invited) or not _covered(session, seen, person, sittings):
        raise _unknown()
    adjusted = adjustment(session, seen.exam.id, person_id)
    return PersonBoard(
        person,
        window_for(seen.exam, adjusted),
        adjusted,
        sittings,
        session.scalar(
            select(SignedCommitment).where(
                SignedCommitment.exam_id == seen.exam.id,
                SignedCommitment.person_id == person_id,
            )
        ),
        invited,
    )


def _covered(
    session: SessionLike, seen: Reach, person: Person, sittings: Sequence[Sitting]
) -> bool:
    """Whether the present unit, or that of a sitting's day, is within reach."""
    ids = {person.unit_id, *(sitting.unit_id for sitting in sittings)}
    return any(map(seen.covers, session.scalars(select(Unit.path).where(Unit.id.in_(ids)))))


def _invited(session: SessionLike, zone: ZoneInfo, seen: Reach, person_id: int) -> bool:
    try:
        exam_for_member(session, zone, person_id, seen.exam.id)
    except Refused:
        return False
    return True


def _unknown() -> Refused:
    return Refused("unknown-person", N_("There is no such person in this exam."), status=404)


def answer_sheet(
    session: SessionLike, actor: Actor, seen: Reach, sitting_id: int, language: str
) -> tuple[Sitting, MemberResult]:
    """What a member answered and earned in a closed sitting, with right answers.

    For those who may change the exam; for an auditor, and others who see results, once the answers
    are released. Not for anybody who can still take the exam. Refused: `unknown-sitting` (404),
    `forbidden`, `examinee` (403), `still-open` (409).
    """
    sitting = session.get(Sitting, sitting_id)
    if (
        sitting is None
        or sitting.exam_id != seen.exam.id
        or not _covered(session, seen, sitting.person, [sitting])
    ):
        raise Refused("unknown-sitting", N_("There is no such sitting."), status=404)
    if not (seen.manages or answers_released(seen.exam)):
        raise forbidden()
    # Also with answers released at once: that is after one's own attempt, not before it.
    refuse_examinee(session, actor, seen.exam)
    if sitting.state == "open":
        raise Refused("still-open", N_("This attempt is not handed in yet."))
    return sitting, result_of(session, sitting, language, opened=True)

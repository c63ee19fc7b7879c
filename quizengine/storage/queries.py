"""Queries that several use cases share."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import cache

from sqlalchemy import Select, and_, exists, false, or_, select, true
from sqlalchemy.orm import aliased

from quizengine.storage.engine import SessionLike
from quizengine.storage.models import (
    EVERYONE,
    EXAM,
    NAMED,
    Adjustment,
    Exam,
    ExamAudience,
    ExamPerson,
    Person,
    PersonTier,
    Repair,
    Unit,
)


def audience_query(
    audience: list[tuple[str, str]], first_day: date, last_day: date, exam_id: int | None = None
) -> Select[int]:
    """Ids of active members of (tier, path of unit) pairs on a day from first to last.

    `EVERYONE` in place of a tier takes in all active people of the unit, `NAMED` those of them who
    are named for the exam `exam_id`.
    """
    named = Person.id.in_(select(ExamPerson.person_id).where(ExamPerson.exam_id == exam_id))
    holds = and_(
        or_(PersonTier.valid_from.is_(None), PersonTier.valid_from <= last_day),
        or_(PersonTier.valid_to.is_(None), PersonTier.valid_to >= first_day),
    )
    special = {EVERYONE: true(), NAMED: named}
    groups = [
        and_(special.get(tier, and_(PersonTier.tier == tier, holds)), Unit.path.startswith(path))
        for tier, path in audience
    ]
    return (
        select(Person.id)
        .outerjoin(PersonTier, PersonTier.person_id == Person.id)
        .join(Unit, Unit.id == Person.unit_id)
        .where(Person.active, or_(false(), *groups))
        .distinct()
        .order_by(Person.id)
    )


def exams_for(person_id: int, purposes: Sequence[str] = (EXAM,)) -> Select[Exam]:
    """Exams whose audience the person belongs to, the latest window first.

    With other `purposes` what contests run on. The columns of `PersonTier` may be added: they are
    null for an audience of everyone, or of people named.
    """
    return _exams_of_people().where(Person.id == person_id, Exam.purpose.in_(purposes))


@cache
def _exams_of_people() -> Select[Exam]:
    """All of it that is the same for everybody: building it takes longer than the database does."""
    own, opened = aliased(Unit), aliased(Unit)
    named = exists().where(ExamPerson.exam_id == Exam.id, ExamPerson.person_id == Person.id)
    return (
        select(Exam)
        .join(ExamAudience, ExamAudience.exam_id == Exam.id)
        .join(opened, opened.id == ExamAudience.unit_id)
        .join(Person, true())
        .join(own, own.id == Person.unit_id)
        .outerjoin(
            PersonTier,
            and_(PersonTier.person_id == Person.id, PersonTier.tier == ExamAudience.tier),
        )
        .where(Exam.cancelled_at.is_(None))
        .where(
            or_(
                ExamAudience.tier == EVERYONE,
                PersonTier.id.is_not(None),
                and_(ExamAudience.tier == NAMED, named),
            )
        )
        .where(own.path.startswith(opened.path))
        .distinct()
        .order_by(Exam.opens_at.desc(), Exam.id.desc())
    )


def lock_person(session: SessionLike, person_id: int) -> Person:
    """The person, kept from other writers until the end of the transaction.

    What a member begins or signs is looked up and then added: two requests at once take turns.
    """
    return session.get_one(Person, person_id, with_for_update={"of": Person, "key_share": True})


def adjustment(session: SessionLike, exam_id: int, person_id: int) -> Adjustment | None:
    """The person's adjustment in the exam."""
    return session.scalar(
        select(Adjustment).where(Adjustment.exam_id == exam_id, Adjustment.person_id == person_id)
    )


def latest_close(session: SessionLike, exam: Exam) -> datetime:
    """When the last member's window closes."""
    own = session.scalars(
        select(Adjustment.closes_at).where(
            Adjustment.exam_id == exam.id, Adjustment.closes_at.is_not(None)
        )
    )
    return max([exam.closes_at, *(day for day in own if day is not None)])


def repairs_by_question(
    session: SessionLike, question_ids: list[str]
) -> dict[tuple[str, int], list[Repair]]:
    """Repairs by question id and revision number, the oldest first."""
    rows = session.scalars(
        select(Repair).where(Repair.question_id.in_(question_ids)).order_by(Repair.id)
    )
    found: dict[tuple[str, int], list[Repair]] = {}
    for row in rows:
        found.setdefault((row.question_id, row.number), []).append(row)
    return found

"""Grade one question anew in many sittings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import joinedload

from quizengine.domain.grading import ItemGrade, Total
from quizengine.services.grading import evidence_of_all
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import ItemScore, Repair, Revision, Sitting

# One write transaction regrades this many, so that answers of others get through in between.
BATCH = 100


@dataclass(frozen=True)
class Regraded:
    """A sitting with the new grade of one question, and the result that follows."""

    sitting: Sitting
    question_id: str
    grade: ItemGrade
    total: Total
    differs: bool


def sittings_with(
    session: SessionLike, question_id: str, number: int, after: int, *, lock: bool = False
) -> list[Sitting]:
    """The next closed sittings, by id, that hold a content of this revision number.

    `lock` keeps them from other writers until the end of the transaction. Their keys stay free
    (`key_share`): else one who holds the ledger and writes a row that names a sitting would wait
    for us while we wait for the ledger.
    """
    ids = (
        select(ItemScore.sitting_id)
        .join(Revision, Revision.id == ItemScore.revision_id)
        .where(Revision.question_id == question_id, Revision.number == number)
        .where(ItemScore.sitting_id > after)
        .order_by(ItemScore.sitting_id)
        .limit(BATCH)
    )
    query = (
        select(Sitting)
        .where(Sitting.id.in_(list(session.scalars(ids))))
        .options(joinedload(Sitting.paper))
        .order_by(Sitting.id)
    )
    return list(
        session.scalars(query.with_for_update(of=Sitting, key_share=True) if lock else query)
    )


def regraded(
    session: SessionLike, batch: Sequence[Sitting], row: Repair, *, new: bool = False
) -> Iterator[Regraded]:
    """Grade the question of `row` alone; all other grades are as stored.

    `new`: the repair is not stored yet, and counts as if it were.
    """
    evidence = evidence_of_all(session, batch, row.question_id)
    others = _other_grades(session, batch, row.question_id)
    key = (row.question_id, row.number)
    for sitting in batch:
        known = evidence[sitting.id]
        if new:
            repairs = {**known.repairs, key: [*known.repairs.get(key, ()), row]}
            known = replace(known, repairs=repairs)
        grade = known.grades()[row.question_id]
        total = known.total({**others[sitting.id], row.question_id: grade})
        differs = _result(sitting) != _new_result(total)
        yield Regraded(sitting, row.question_id, grade, total, differs)


def _other_grades(
    session: SessionLike, batch: Sequence[Sitting], question_id: str
) -> dict[int, dict[str, ItemGrade]]:
    rows = session.execute(
        select(
            ItemScore.sitting_id,
            ItemScore.question_id,
            ItemScore.score,
            ItemScore.max_score,
            ItemScore.pending,
        ).where(
            ItemScore.sitting_id.in_([sitting.id for sitting in batch]),
            ItemScore.question_id != question_id,
        )
    )
    found: dict[int, dict[str, ItemGrade]] = {sitting.id: {} for sitting in batch}
    for sitting_id, other, score, max_score, pending in rows:
        grade = ItemGrade(score, max_score, ("",) if pending else (), None)
        found[sitting_id][other] = grade
    return found


def _result(sitting: Sitting) -> tuple[Any, ...] | None:
    """The result as it stands; None while somebody has to mark."""
    if sitting.score is None:
        return None
    return sitting.score, sitting.max_score, sitting.passed


def _new_result(total: Total) -> tuple[Any, ...] | None:
    return None if total.pending else (total.score, total.max_score, total.passed)


def store_grades(session: SessionLike, found: Sequence[Regraded]) -> None:
    """Write the new grades of the question, within the caller's write transaction."""
    session.execute(
        update(ItemScore),
        [
            {
                "sitting_id": each.sitting.id,
                "question_id": each.question_id,
                "score": each.grade.score,
                "max_score": each.grade.max_score,
                "pending": bool(each.grade.pending),
            }
            for each in found
        ],
    )

"""阅卷: the graders' queue of short answers, blind to names."""

from __future__ import annotations

import hashlib
import json
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, insert, or_, select, tuple_

from quizengine.domain.normalise import plain_text
from quizengine.domain.questions import CaseQuestion, Question, Short
from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor, require
from quizengine.services.bank import questions_of
from quizengine.services.reach import refuse_examinee
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import (
    EXAM,
    Answer,
    Exam,
    ItemScore,
    Mark,
    MarkingTask,
    Sitting,
    Unit,
)

CLAIM = timedelta(minutes=15)
_LEAST, _MOST = 100_000, 999_999


@dataclass(frozen=True)
class Progress:
    """How far the marking of an exam is; `waiting` answers of `total`."""

    exam: Exam
    waiting: int
    total: int

    @property
    def done(self) -> int:
        """Answers marked."""
        return self.total - self.waiting


def marking_overview(session: SessionLike, actor: Actor) -> list[Progress]:
    """Exams of the actor's scope that have, or had, something to mark; those that wait first."""
    scopes = actor.scopes("grader")
    waiting = (
        select(Sitting.exam_id, func.count().label("count"))
        .join(ItemScore, ItemScore.sitting_id == Sitting.id)
        .where(ItemScore.pending)
        .group_by(Sitting.exam_id)
        .subquery()
    )
    done = (
        select(Sitting.exam_id, func.count().label("count"))
        .join(ItemScore, ItemScore.sitting_id == Sitting.id)
        .where(ItemScore.pending.is_(False), _has_marks())
        .group_by(Sitting.exam_id)
        .subquery()
    )
    rows = session.execute(
        select(Exam, func.coalesce(waiting.c.count, 0), func.coalesce(done.c.count, 0))
        .join(Unit, Unit.id == Exam.unit_id)
        .outerjoin(waiting, waiting.c.exam_id == Exam.id)
        .outerjoin(done, done.c.exam_id == Exam.id)
        .where(or_(False, *(Unit.path.startswith(path) for path in scopes)))
        .where(or_(waiting.c.count > 0, done.c.count > 0))
        .order_by(Exam.closes_at.desc(), Exam.id.desc())
    )
    found = [Progress(exam, wait, wait + marked) for exam, wait, marked in rows]
    return sorted(found, key=lambda progress: progress.waiting == 0)


def _has_marks() -> ColumnElement[bool]:
    return (
        select(Mark.path)
        .where(Mark.sitting_id == ItemScore.sitting_id, Mark.question_id == ItemScore.question_id)
        .exists()
    )


def progress(session: SessionLike, actor: Actor, exam_id: int) -> Progress:
    """The progress of one exam that the actor may mark."""
    exam = markable_exam(session, actor, exam_id)
    base = (
        select(func.count())
        .select_from(ItemScore)
        .join(Sitting, Sitting.id == ItemScore.sitting_id)
        .where(Sitting.exam_id == exam_id)
    )
    waiting = session.scalar(base.where(ItemScore.pending)) or 0
    done = session.scalar(base.where(ItemScore.pending.is_(False), _has_marks())) or 0
    return Progress(exam, waiting, waiting + done)


def markable_exam(session: SessionLike, actor: Actor, exam_id: int) -> Exam:
    """The exam, for a grader of its unit who can no longer take it; else Refused 403 or 404."""
    exam = session.get(Exam, exam_id)
    if exam is None or exam.purpose != EXAM:
        raise Refused("unknown-exam", N_("There is no such exam."), status=404)
    require(actor, "grader", exam.unit.path)
    refuse_examinee(session, actor, exam)
    return exam


def claim_next(
    session: SessionLike, now: datetime, actor: Actor, exam_id: int, *, skip: int | None = None
) -> int | None:
    """The number of the answer that the grader is to mark next; None when nothing waits.

    It is the grader's own for a while, so that no two mark the same; an answer claimed before
    comes first. `skip` gives that one back and goes on behind it. Answers to one question come
    in a row, identical ones together.
    """
    markable_exam(session, actor, exam_id)
    with writing(session):
        _add_tasks(session, exam_id)
        skipped = None if skip is None else find_task(session, exam_id, skip)
        if skipped is not None and skipped.claimed_by_id == actor.person_id:
            skipped.claimed_by_id = skipped.claimed_until = None
            session.flush()
        task = _free_task(session, now, actor, exam_id, skipped)
        if task is None:
            return None
        task.claimed_by_id, task.claimed_until = actor.person_id, now + CLAIM
        return task.number


def find_task(session: SessionLike, exam_id: int, number: int) -> MarkingTask | None:
    """The task with this number."""
    return session.scalar(
        select(MarkingTask).where(MarkingTask.exam_id == exam_id, MarkingTask.number == number)
    )


def _free_task(
    session: SessionLike, now: datetime, actor: Actor, exam_id: int, skipped: MarkingTask | None
) -> MarkingTask | None:
    mine = MarkingTask.claimed_by_id == actor.person_id
    free = or_(MarkingTask.claimed_until.is_(None), MarkingTask.claimed_until <= now)
    query = waiting_tasks(exam_id, actor).with_for_update(of=MarkingTask, skip_locked=True).limit(1)
    if skipped is not None:
        place = tuple_(MarkingTask.question_id, MarkingTask.digest, MarkingTask.number)
        behind = place > (skipped.question_id, skipped.digest, skipped.number)
        found = session.scalar(query.where(free, behind))
        return found or session.scalar(query.where(free))
    return session.scalar(query.where(mine, ~free)) or session.scalar(query.where(free))


def waiting_tasks(exam_id: int, actor: Actor) -> Select[MarkingTask]:
    """Tasks of the exam that wait, in the order of the queue; never the actor's own answers."""
    return (
        select(MarkingTask)
        .join(
            ItemScore,
            and_(
                ItemScore.sitting_id == MarkingTask.sitting_id,
                ItemScore.question_id == MarkingTask.question_id,
            ),
        )
        .join(Sitting, Sitting.id == MarkingTask.sitting_id)
        .where(MarkingTask.exam_id == exam_id, ItemScore.pending)
        .where(Sitting.person_id != actor.person_id)
        .order_by(MarkingTask.question_id, MarkingTask.digest, MarkingTask.number)
    )


def _add_tasks(session: SessionLike, exam_id: int) -> None:
    """Make tasks for answers that have come to wait since the last look."""
    known = select(MarkingTask.id).where(
        MarkingTask.sitting_id == ItemScore.sitting_id,
        MarkingTask.question_id == ItemScore.question_id,
    )
    rows = session.execute(
        select(ItemScore.sitting_id, ItemScore.question_id, ItemScore.revision_id, Answer.answer)
        .join(Sitting, Sitting.id == ItemScore.sitting_id)
        .join(
            Answer,
            and_(
                Answer.sitting_id == ItemScore.sitting_id,
                Answer.question_id == ItemScore.question_id,
            ),
        )
        .where(Sitting.exam_id == exam_id, ItemScore.pending, ~known.exists())
    ).all()
    if not rows:
        return
    questions = questions_of(session, {row.revision_id for row in rows})
    taken = set(session.scalars(select(MarkingTask.number).where(MarkingTask.exam_id == exam_id)))
    fresh = [
        {
            "exam_id": exam_id,
            "sitting_id": row.sitting_id,
            "question_id": row.question_id,
            "revision_id": row.revision_id,
            "number": _number(taken),
            "digest": _digest(questions[row.revision_id], json.loads(row.answer)),
        }
        for row in rows
    ]
    session.execute(insert(MarkingTask), fresh)


def _number(taken: set[int]) -> int:
    while True:
        number = _LEAST + secrets.randbelow(_MOST - _LEAST + 1)
        if number not in taken:
            taken.add(number)
            return number


def short_parts(question: Question) -> dict[str, Short]:
    """The `short` by path: '' for the question itself, else the part's id."""
    if isinstance(question, CaseQuestion):
        return {part.id: part for part in question.parts if isinstance(part, Short)}
    return {"": question} if isinstance(question, Short) else {}


def marked_texts(question: Question, answer: Any) -> dict[str, str]:
    """The texts to be marked, by path; what was left empty earns 0 without a grader."""
    given = {"": answer} if isinstance(question, Short) else answer or {}
    texts = {path: "".join(given.get(path) or []) for path in short_parts(question)}
    return {path: text for path, text in texts.items() if text.strip()}


def _digest(question: Question, answer: Any) -> str:
    texts = {path: plain_text(text) for path, text in marked_texts(question, answer).items()}
    return hashlib.sha256(json.dumps(texts, sort_keys=True).encode()).hexdigest()

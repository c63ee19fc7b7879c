"""阅卷: show a grader one answer, and store the marks; the last mark makes the result."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, func, select

from quizengine.domain.grading import Marks, validate_marks
from quizengine.domain.questions import Question, Short
from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor
from quizengine.services.bank import questions_of
from quizengine.services.exams import scores_released
from quizengine.services.grading import grade_sitting, marks_of
from quizengine.services.ledger import LedgerWriter
from quizengine.services.marking_queue import (
    find_task,
    markable_exam,
    marked_texts,
    short_parts,
    waiting_tasks,
)
from quizengine.services.papers import parse_paper
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import Answer, ItemScore, Mark, MarkingTask, Sitting

LONGEST_COMMENT = 1000
RECENT = 20


@dataclass(frozen=True)
class MarkingPart:
    """One short answer and what it is marked by; `path` as in `Marks`."""

    path: str
    asked: Short
    text: str
    marks: Sequence[Decimal] | None


@dataclass(frozen=True)
class MarkingItem:
    """What a grader sees of one answer: its `number`, and nothing of whose it is.

    `points`: what the whole question earns on the paper. `waits`: not marked yet. `identical`:
    further answers of the queue with the same text.
    """

    exam_id: int
    number: int
    question: Question
    points: Decimal
    parts: list[MarkingPart]
    comment: str
    waits: bool
    identical: int


def marking_item(session: SessionLike, actor: Actor, exam_id: int, number: int) -> MarkingItem:
    """One answer for a grader who claimed it, or who marked it. Refused as `save_marks`."""
    task = _task(session, actor, exam_id, number)
    question = questions_of(session, [task.revision_id])[task.revision_id]
    given = _given(session, task)
    marks = marks_of(session, task.sitting_id).get(task.question_id, {})
    asked = short_parts(question)
    return MarkingItem(
        exam_id=exam_id,
        number=number,
        question=question,
        points=_points(task),
        parts=[
            MarkingPart(path, asked[path], text, marks.get(path))
            for path, text in marked_texts(question, given).items()
        ],
        comment=_comment(session, task),
        waits=_item(session, task).pending,
        identical=session.scalar(
            _identical(task, actor).order_by(None).with_only_columns(func.count(MarkingTask.id))
        )
        or 0,
    )


def _task(session: SessionLike, actor: Actor, exam_id: int, number: int) -> MarkingTask:
    markable_exam(session, actor, exam_id)
    task = find_task(session, exam_id, number)
    if task is None or task.sitting.person_id == actor.person_id:
        raise Refused("unknown-answer", N_("There is no such answer."), status=404)
    return task


def _item(session: SessionLike, task: MarkingTask) -> ItemScore:
    return session.get_one(ItemScore, (task.sitting_id, task.question_id))


def _given(session: SessionLike, task: MarkingTask) -> Any:
    stored = session.get_one(Answer, (task.sitting_id, task.question_id))
    return json.loads(stored.answer)


def _points(task: MarkingTask) -> Decimal:
    items = parse_paper(task.sitting.paper.items).items
    return next(item.points for item in items if item.question_id == task.question_id)


def _comment(session: SessionLike, task: MarkingTask) -> str:
    query = select(Mark.comment).where(
        Mark.sitting_id == task.sitting_id, Mark.question_id == task.question_id
    )
    return session.scalar(query.order_by(Mark.path).limit(1)) or ""


def _identical(task: MarkingTask, actor: Actor) -> Any:
    return waiting_tasks(task.exam_id, actor).where(
        MarkingTask.question_id == task.question_id,
        MarkingTask.revision_id == task.revision_id,
        MarkingTask.digest == task.digest,
        MarkingTask.id != task.id,
    )


def save_marks(
    session: SessionLike,
    now: datetime,
    actor: Actor,
    exam_id: int,
    number: int,
    marks: Marks,
    *,
    comment: str = "",
    identical: bool = False,
) -> int:
    """Store the points for each key point of one answer; how many answers were marked.

    With `identical` all answers of the queue with the same text get the same marks, except those
    that another grader has claimed. A sitting whose last mark this was is graded and entered into
    the ledger. Marks may be changed until the result is released.

    Refused: `unknown-exam`, `unknown-answer` (404), `forbidden`, `examinee` (403), `marks` (400),
    `claimed` (another grader has it), `released` (409).
    """
    with writing(session):
        task = _locked(session, _task(session, actor, exam_id, number))
        _refuse_closed(session, now, actor, task)
        question = questions_of(session, [task.revision_id])[task.revision_id]
        texts = marked_texts(question, _given(session, task))
        if marks.keys() != texts.keys():
            raise Refused("marks", N_("Mark every short answer of the question."), status=400)
        validate_marks(question, marks)
        tasks = [task]
        if identical:
            # Those that somebody works on at this moment are left to them.
            others = _identical(task, actor).with_for_update(
                of=Sitting, key_share=True, skip_locked=True
            )
            tasks += [each for each in session.scalars(others) if not _claimed(each, now, actor)]
        with LedgerWriter(session) as log:
            for each in tasks:
                _mark(session, now, actor, each, marks, comment.strip()[:LONGEST_COMMENT])
                first = each.sitting.entry_seq is None
                reason = None if first else {"code": "marking", "question": each.question_id}
                grade_sitting(session, now, each.sitting, log, reason=reason)
    return len(tasks)


def _locked(session: SessionLike, task: MarkingTask) -> MarkingTask:
    """The task as it is now, with its sitting kept from other writers."""
    session.refresh(task.sitting, with_for_update={"key_share": True})
    session.refresh(task)
    return task


def _claimed(task: MarkingTask, now: datetime, actor: Actor) -> bool:
    """Whether another grader has it."""
    return (
        task.claimed_until is not None
        and task.claimed_until > now
        and task.claimed_by_id != actor.person_id
    )


def _refuse_closed(session: SessionLike, now: datetime, actor: Actor, task: MarkingTask) -> None:
    if _item(session, task).pending:
        if _claimed(task, now, actor):
            raise Refused("claimed", N_("Another grader is marking this answer."))
        return
    if not _own_marks(session, actor, task):
        raise Refused("claimed", N_("Another grader has marked this answer."))
    sitting = task.sitting
    if sitting.state == "graded" and scores_released(sitting.exam):
        raise Refused("released", N_("The result is released: the marks can't be changed."))


def _own_marks(session: SessionLike, actor: Actor, task: MarkingTask) -> bool:
    query = select(Mark.path).where(
        Mark.sitting_id == task.sitting_id,
        Mark.question_id == task.question_id,
        Mark.grader_id == actor.person_id,
    )
    return session.scalar(query.limit(1)) is not None


def _mark(
    session: SessionLike,
    now: datetime,
    actor: Actor,
    task: MarkingTask,
    marks: Mapping[str, Sequence[Decimal]],
    comment: str,
) -> None:
    session.execute(
        delete(Mark).where(Mark.sitting_id == task.sitting_id, Mark.question_id == task.question_id)
    )
    session.add_all(
        Mark(
            sitting_id=task.sitting_id,
            question_id=task.question_id,
            path=path,
            points=json.dumps([str(p) for p in points]),
            comment=comment,
            grader_id=actor.person_id,
            at=now,
        )
        for path, points in marks.items()
    )
    task.claimed_by_id = task.claimed_until = None
    session.flush()


@dataclass(frozen=True)
class MarkedLine:
    """An answer that the grader marked."""

    number: int
    question_id: str
    at: datetime


def recently_marked(session: SessionLike, actor: Actor, exam_id: int) -> list[MarkedLine]:
    """The grader's latest marks in the exam, the newest first, to look at them again."""
    rows = session.execute(
        select(MarkingTask.number, MarkingTask.question_id, func.max(Mark.at).label("at"))
        .join(
            Mark,
            (Mark.sitting_id == MarkingTask.sitting_id)
            & (Mark.question_id == MarkingTask.question_id),
        )
        .where(MarkingTask.exam_id == exam_id, Mark.grader_id == actor.person_id)
        .group_by(MarkingTask.number, MarkingTask.question_id)
        .order_by(func.max(Mark.at).desc(), MarkingTask.number)
        .limit(RECENT)
    )
    return [MarkedLine(*row) for row in rows]

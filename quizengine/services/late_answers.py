"""Answers that came too late to count: an organizer accepts or rejects each, with a reason."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, delete, func, select

from quizengine.domain.questions import Question
from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor, require, subtree
from quizengine.services.bank import questions_of
from quizengine.services.grading import grade_sitting
from quizengine.services.ledger import LedgerWriter
from quizengine.services.papers import parse_paper
from quizengine.services.reach import Reach
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import (
    EXAM,
    Answer,
    LateAnswer,
    Mark,
    MarkingTask,
    Paper,
    Person,
    Sitting,
    Unit,
)

# Those of the grace period count without anybody's word.
UNSCORED = ("late", "after_submit")
LONGEST_REASON = 500


@dataclass(frozen=True)
class LateLine:
    """A late answer, whose it is, and the stored answer that it would replace."""

    late: LateAnswer
    person_id: int
    name: str
    login: str
    unit: str
    attempt: int
    deadline: datetime
    closed_at: datetime | None
    question: Question
    answer: Any
    stored: Any


def late_answers(
    session: SessionLike, seen: Reach, *, undecided: bool = False, offset: int = 0, size: int = 25
) -> tuple[list[LateLine], int]:
    """A page of the unscored answers within reach, undecided ones first, and how many there are."""
    query = _unscored(seen)
    if undecided:
        query = query.where(LateAnswer.decision.is_(None))
    total = session.scalar(query.with_only_columns(func.count(LateAnswer.id))) or 0
    rows = session.execute(
        query.add_columns(Sitting, Paper.items, Person, Unit.name, Answer.answer)
        .join(Paper, Paper.id == Sitting.paper_id)
        .join(Person, Person.id == Sitting.person_id)
        .outerjoin(
            Answer,
            (Answer.sitting_id == LateAnswer.sitting_id)
            & (Answer.question_id == LateAnswer.question_id),
        )
        .order_by(LateAnswer.decision.is_not(None), LateAnswer.received_at, LateAnswer.id)
        .offset(offset)
        .limit(size)
    ).all()
    refs = [_ref(items, late.question_id) for late, _, items, *_ in rows]
    questions = questions_of(session, refs)
    lines = [
        LateLine(
            late=late,
            person_id=person.id,
            name=person.name,
            login=person.login,
            unit=unit,
            attempt=sitting.attempt,
            deadline=sitting.deadline,
            closed_at=sitting.closed_at,
            question=questions[ref],
            answer=json.loads(late.answer),
            stored=None if stored is None else json.loads(stored),
        )
        for ref, (late, sitting, _, person, unit, stored) in zip(refs, rows, strict=True)
    ]
    return lines, total


def _unscored(seen: Reach) -> Select[LateAnswer]:
    return (
        select(LateAnswer)
        .join(Sitting, Sitting.id == LateAnswer.sitting_id)
        .join(Unit, Unit.id == Sitting.unit_id)
        .where(Sitting.exam_id == seen.exam.id, LateAnswer.arrived.in_(UNSCORED))
        .where(subtree(*seen.paths))
    )


def _ref(items: str, question_id: str) -> int:
    return next(i.ref for i in parse_paper(items).items if i.question_id == question_id)


def decide(
    session: SessionLike,
    now: datetime,
    actor: Actor,
    late_id: int,
    *,
    accept: bool,
    reason: str,
) -> bool:
    """Accept or reject a late answer; whether the result changed. Deciding twice is refused.

    An accepted answer becomes the stored one and the sitting is graded anew. Refused:
    `unknown-late-answer` (404), `forbidden`, `own-case` (403), `reason` (400), `decided` (409).
    """
    if not reason.strip():
        raise Refused("reason", N_("Give a reason."), status=400)
    with writing(session):
        late = _undecided(session, actor, late_id)
        late.decision = "accepted" if accept else "rejected"
        late.decided_at, late.decided_by_id = now, actor.person_id
        late.reason = reason.strip()[:LONGEST_REASON]
        if not accept:
            return False
        _replace_answer(session, late)
        return _regrade(session, now, actor, late)


def _regrade(session: SessionLike, now: datetime, actor: Actor, late: LateAnswer) -> bool:
    sitting = late.sitting
    before = (sitting.score, sitting.passed)
    with LedgerWriter(session) as log:
        cause = {
            "code": "late-answer",
            "late_answer": late.id,
            "question": late.question_id,
            "by": log.subject(actor.person_id),
        }
        grade_sitting(session, now, sitting, log, reason=cause)
    return before != (sitting.score, sitting.passed)


def _undecided(session: SessionLike, actor: Actor, late_id: int) -> LateAnswer:
    late = session.get(LateAnswer, late_id)
    # In a contest what came too late never counts.
    if late is None or late.arrived not in UNSCORED or late.sitting.exam.purpose != EXAM:
        raise Refused("unknown-late-answer", N_("There is no such late answer."), status=404)
    require(actor, "organizer", late.sitting.exam.unit.path)
    if late.sitting.person_id == actor.person_id:
        raise Refused("own-case", N_("Somebody else has to decide this for you."), status=403)
    # One decision, and no other writer while the answer is replaced.
    session.refresh(late.sitting, with_for_update={"key_share": True})
    session.refresh(late)
    if late.decision is not None:
        raise Refused("decided", N_("This has already been decided."))
    return late


def _replace_answer(session: SessionLike, late: LateAnswer) -> None:
    key = (late.sitting_id, late.question_id)
    stored = session.get(Answer, key)
    if stored is None:
        stored = Answer(sitting_id=key[0], question_id=key[1], seq=late.seq)
        session.add(stored)
    stored.answer, stored.saved_at = late.answer, late.received_at
    stored.seq = max(stored.seq, late.seq)
    # Marks were given for the text that is gone.
    for table in (Mark, MarkingTask):
        session.execute(
            delete(table).where(table.sitting_id == key[0], table.question_id == key[1])
        )
    session.flush()

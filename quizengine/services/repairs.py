"""Mend a faulty question after it was used: one decision, and every sitting is regraded."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_, select

from quizengine.domain.grading import validate_accepted
from quizengine.domain.questions import Question
from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor
from quizengine.services.bank import questions_of
from quizengine.services.grading import settle
from quizengine.services.ledger import LedgerWriter
from quizengine.services.reach import refuse_examinee
from quizengine.services.regrading import regraded, sittings_with, store_grades
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import Exam, ItemScore, Paper, Repair, Revision, Sitting

ACTIONS = ("drop", "accept", "full_marks")
LONGEST_REASON = 500
# A repair that has not ended after this was cut short.
PATIENCE = timedelta(minutes=5)


@dataclass(frozen=True)
class Decision:
    """What is to become of a question: every content that ever had this revision number.

    `action`: 'drop', 'accept' (with `answer` as a further right one) or 'full_marks'.
    """

    question_id: str
    number: int
    action: str
    answer: Any = None
    reason: str = ""


@dataclass(frozen=True)
class Effect:
    """What a repair did, or would do.

    `sittings` closed ones that hold the question, `changed` results of them that differ
    afterwards; `exams` are the ids of all that use it, also of those that nobody has begun.
    """

    repair_id: int | None
    exams: tuple[int, ...]
    sittings: int
    changed: int


def used_questions(session: SessionLike, question_id: str, number: int) -> dict[int, Question]:
    """The contents that had this revision number, by revision id; Refused 404 if none."""
    query = select(Revision.id).where(
        Revision.question_id == question_id, Revision.number == number
    )
    questions = questions_of(session, session.scalars(query))
    if not questions:
        raise Refused("unknown-question", N_("There is no such question."), status=404)
    return questions


def preview(session: SessionLike, actor: Actor, decision: Decision) -> Effect:
    """What `repair` would do; writes nothing."""
    exams = _authorised(session, actor, decision)
    sittings = changed = 0
    row = _row(decision)
    after = 0
    while batch := sittings_with(session, decision.question_id, decision.number, after):
        sittings += len(batch)
        changed += sum(each.differs for each in regraded(session, batch, row, new=True))
        after = batch[-1].id
    return Effect(None, exams, sittings, changed)


def repair(session: SessionLike, now: datetime, actor: Actor, decision: Decision) -> Effect:
    """Store the decision and regrade; the same decision again changes nothing.

    Sittings that are open are graded with it when they close. Needs the organizer's right over
    every exam that uses the question. Refused: `forbidden`, `outside` (403, how many exams lie
    outside), `examinee` (403), `unknown-question` (404), `unused`, `repair`, `reason`,
    `answer-shape`, `answer-unfinished`, `answer-by-people` (400).
    """
    exams = _authorised(session, actor, decision)
    if not decision.reason.strip():
        raise Refused("reason", N_("Give a reason."), status=400)
    with writing(session), LedgerWriter(session) as log:
        row = _same(session, decision)
        if row is None:
            row = _row(decision)
            row.reason = decision.reason.strip()[:LONGEST_REASON]
            row.by_id, row.at = actor.person_id, now
            session.add(row)
            session.flush()
            log.append(now, "question-repair", f"repair:{row.id}", data=_entry(row, exams, log))
        repair_id = row.id
    sittings, changed = _regrade(session, now, repair_id)
    return Effect(repair_id, exams, sittings, changed)


def finish_repairs(session: SessionLike, now: datetime) -> int:
    """Regrade for repairs that were cut short, as by a restart; how many results changed."""
    waiting = (
        select(Repair.id)
        .where(Repair.finished_at.is_(None), Repair.at <= now - PATIENCE)
        .order_by(Repair.id)
    )
    return sum(_regrade(session, now, row_id)[1] for row_id in list(session.scalars(waiting)))


def _authorised(session: SessionLike, actor: Actor, decision: Decision) -> tuple[int, ...]:
    questions = used_questions(session, decision.question_id, decision.number)
    exams = exams_using(session, questions)
    if not exams:
        raise Refused("unused", N_("No exam uses this question: change it in the bank."))
    outside = [exam for exam in exams if not actor.can("organizer", exam.unit.path)]
    if outside:
        raise Refused(
            "outside",
            N_("%(count)s of the %(total)s exams that use this question are not yours to change."),
            status=403,
            count=len(outside),
            total=len(exams),
        )
    for exam in exams:
        refuse_examinee(session, actor, exam)
    _check(decision, questions)
    return tuple(exam.id for exam in exams)


def _check(decision: Decision, questions: dict[int, Question]) -> None:
    if decision.action not in ACTIONS:
        raise Refused("repair", N_("Choose what to do with the question."), status=400)
    if decision.action == "accept":
        for question in questions.values():
            validate_accepted(question, decision.answer)


def exams_using(session: SessionLike, revision_ids: dict[int, Question]) -> list[Exam]:
    """Exams with a graded sitting, or a paper drawn and not yet concluded, of these revisions."""
    graded = (
        select(Sitting.exam_id)
        .join(ItemScore, ItemScore.sitting_id == Sitting.id)
        .where(ItemScore.revision_id.in_(revision_ids))
    )
    # Papers are JSON without spaces; an item begins with its "ref".
    holds = or_(False, *(Paper.items.contains(f'"ref":{ref},') for ref in revision_ids))
    drawn = (
        select(Paper.exam_id)
        .join(Exam, Exam.id == Paper.exam_id)
        .where(Exam.concluded_at.is_(None), Exam.cancelled_at.is_(None), holds)
    )
    query = select(Exam).where(or_(Exam.id.in_(graded), Exam.id.in_(drawn)))
    return list(session.scalars(query.order_by(Exam.id)))


def _row(decision: Decision) -> Repair:
    return Repair(
        question_id=decision.question_id,
        number=decision.number,
        action=decision.action,
        answer=_answer_text(decision),
    )


def _answer_text(decision: Decision) -> str | None:
    if decision.action != "accept":
        return None
    return json.dumps(decision.answer, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def _same(session: SessionLike, decision: Decision) -> Repair | None:
    query = select(Repair).where(
        Repair.question_id == decision.question_id,
        Repair.number == decision.number,
        Repair.action == decision.action,
        Repair.answer.is_not_distinct_from(_answer_text(decision)),
    )
    return session.scalar(query)


def _entry(row: Repair, exams: tuple[int, ...], log: LedgerWriter) -> dict[str, Any]:
    return {
        "repair": row.id,
        "question": row.question_id,
        "revision": row.number,
        "action": row.action,
        **({"answer": row.answer} if row.answer is not None else {}),
        "reason": row.reason,
        "by": log.subject(row.by_id),
        "exams": list(exams),
    }


def _regrade(session: SessionLike, now: datetime, repair_id: int) -> tuple[int, int]:
    """Regrade all closed sittings with the repaired question; how many, how many changed."""
    after = sittings = changed = 0
    while True:
        with writing(session):
            row = session.get_one(Repair, repair_id)
            batch = sittings_with(session, row.question_id, row.number, after, lock=True)
            if not batch:
                row.finished_at = row.finished_at or now
                return sittings, changed
            reason = {"code": "repair", "repair": row.id, "question": row.question_id}
            with LedgerWriter(session) as log:
                found = list(regraded(session, batch, row))
                changed += sum(each.differs for each in found)
                store_grades(session, found)
                for each in found:
                    settle(session, now, each.sitting, log, each.total, reason)
            sittings += len(batch)
            after = batch[-1].id


def repairs_of(session: SessionLike, question_id: str, number: int) -> list[Repair]:
    """Decisions so far, the oldest first."""
    query = select(Repair).where(Repair.question_id == question_id, Repair.number == number)
    return list(session.scalars(query.order_by(Repair.id)))

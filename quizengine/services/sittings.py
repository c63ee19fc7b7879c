"""作答: start, save, submit. Closing by the clock is in `quizengine.services.closing`."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from quizengine.domain.answers import validate_answer
from quizengine.domain.questions import Question
from quizengine.domain.text import N_, Refused
from quizengine.services.audience import exam_for_member
from quizengine.services.bank import questions_of
from quizengine.services.closing import close_sitting
from quizengine.services.commitments import commitment_missing
from quizengine.services.exams import window_for
from quizengine.services.grading import grade_sitting
from quizengine.services.ledger import LedgerWriter
from quizengine.services.papers import paper_for, parse_paper
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import CHALLENGE, EXAM, Answer, Exam, LateAnswer, Paper, Sitting
from quizengine.storage.queries import adjustment, lock_person

LONGEST_ANSWER = 20_000


def start(
    session: SessionLike, now: datetime, zone: ZoneInfo, person_id: int, exam_id: int
) -> tuple[Sitting, bool]:
    """The member's open sitting, and whether it is new.

    Refused: `unknown-exam` 404; `exam-coming`, `exam-closed`, `commitment-needed`,
    `no-attempts-left` 409.
    """
    with writing(session):
        person = lock_person(session, person_id)
        latest = _latest(session, person_id, exam_id)
        if latest is not None and latest.state == "open":
            if now <= latest.deadline:
                return latest, False
            with LedgerWriter(session) as log:
                close_sitting(session, now, latest, "server", log)
        exam = exam_for_member(session, zone, person_id, exam_id)
        attempt = latest.attempt + 1 if latest else 1
        window = window_for(exam, adjustment(session, exam_id, person_id))
        _require_open(window.state(now))
        if attempt > window.attempts:
            raise Refused("no-attempts-left", N_("You have no attempts left."))
        if commitment_missing(session, exam, person_id):
            raise Refused("commitment-needed", N_("Sign the commitment letter first."))
        sitting = Sitting(
            exam_id=exam_id,
            person_id=person_id,
            paper=paper_for(session, now, zone, exam, person_id, attempt),
            attempt=attempt,
            unit_id=person.unit_id,
            started_at=now,
            deadline=window.deadline(now),
            state="open",
        )
        session.add(sitting)
    return sitting, True


def _latest(session: SessionLike, person_id: int, exam_id: int) -> Sitting | None:
    return session.scalar(
        select(Sitting)
        .join(Exam, Exam.id == Sitting.exam_id)
        .where(Sitting.exam_id == exam_id, Sitting.person_id == person_id, Exam.purpose == EXAM)
        .order_by(Sitting.attempt.desc())
        .limit(1)
        .with_for_update(of=Sitting, key_share=True)
    )


def _require_open(state: str) -> None:
    if state == "coming":
        raise Refused("exam-coming", N_("The exam has not opened yet."))
    if state == "closed":
        raise Refused("exam-closed", N_("The exam is closed."))


def own_sitting(
    session: SessionLike, person_id: int, sitting_id: int, *, lock: bool = False
) -> Sitting:
    """The member's sitting with exam and paper; somebody else's is as unknown as none (404).

    So is one of a challenge, whose questions are shown one by one
    (`quizengine.services.mass_challenge`). `lock` keeps it from other writers until the end of the
    transaction.
    """
    sitting = session.get(
        Sitting,
        sitting_id,
        options=[joinedload(Sitting.exam), joinedload(Sitting.paper)],
        with_for_update={"of": Sitting, "key_share": True} if lock else None,
    )
    if sitting is None or sitting.person_id != person_id or sitting.exam.purpose == CHALLENGE:
        raise Refused("unknown-sitting", N_("There is no such sitting."), status=404)
    return sitting


@dataclass(frozen=True)
class Saved:
    """What became of an answer.

    `outcome`: 'saved'; 'stale' (a newer one is stored); 'grace' (came after closing, within the
    grace period, the first one to its question: counts); 'late' or 'after_submit' (kept, doesn't
    count); 'known' (came after
    closing, but it or a newer one had been stored before). `seq` and `saved_at` are those of the
    stored answer, and `answer` is that one, unless it is the one that came.
    """

    outcome: str
    seq: int
    saved_at: datetime
    answer: Any = None

    @property
    def in_time(self) -> bool:
        """Whether the sitting was open."""
        return self.outcome in ("saved", "stale")

    @property
    def counts(self) -> bool:
        """Whether the stored answer is scored."""
        return self.outcome not in ("late", "after_submit")


def save_answer(
    session: SessionLike,
    now: datetime,
    grace: timedelta,
    person_id: int,
    sitting_id: int,
    question_id: str,
    answer: Any,
    seq: int,
) -> Saved:
    """Store an answer; when this returns it is on disk.

    Refused: `unknown-sitting`, `unknown-question` (404), `answer-shape` (400).
    """
    check_seq(seq)
    with writing(session):
        row = session.execute(
            select(Sitting.person_id, Sitting.state, Sitting.deadline, Paper.items)
            .join(Paper, Paper.id == Sitting.paper_id)
            .join(Exam, Exam.id == Sitting.exam_id)
            .where(Sitting.id == sitting_id, Exam.purpose != CHALLENGE)
            # Two tabs take turns, and closing waits for an answer that is on its way to disk.
            .with_for_update(of=Sitting, key_share=True)
        ).first()
        if row is None or row.person_id != person_id:
            raise Refused("unknown-sitting", N_("There is no such sitting."), status=404)
        text = _checked(session, row.items, question_id, answer)
        if row.state == "open" and now <= row.deadline:
            return _store(session, now, sitting_id, question_id, text, seq)
        return _store_late(session, now, grace, sitting_id, question_id, text, seq)


def check_seq(seq: object) -> None:
    """Refuse (`seq`, 400) what is no number of an answer."""
    if isinstance(seq, bool) or not isinstance(seq, int) or not 0 <= seq < 2**53:
        raise Refused("seq", N_("seq must be a whole number, 0 or more."), status=400)


def _checked(session: SessionLike, items: str, question_id: str, answer: Any) -> str:
    ref = next((i.ref for i in parse_paper(items).items if i.question_id == question_id), None)
    if ref is None:
        raise Refused("unknown-question", N_("This question is not on your paper."), status=404)
    return answer_text(questions_of(session, [ref])[ref], answer)


def answer_text(question: Question, answer: Any) -> str:
    """`answer` as it is stored; Refused `answer-shape` (400) if it does not fit the question."""
    validate_answer(question, answer)
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    if len(text) > LONGEST_ANSWER:
        raise Refused("answer-shape", N_("The answer is too long."), status=400)
    return text


def _store(
    session: SessionLike, now: datetime, sitting_id: int, question_id: str, text: str, seq: int
) -> Saved:
    stored = session.get(Answer, (sitting_id, question_id))
    if stored is None:
        session.add(
            Answer(
                sitting_id=sitting_id, question_id=question_id, answer=text, seq=seq, saved_at=now
            )
        )
    elif seq <= stored.seq:
        return Saved("stale", stored.seq, stored.saved_at, json.loads(stored.answer))
    else:
        stored.answer, stored.seq, stored.saved_at = text, seq, now
    return Saved("saved", seq, now)


def _store_late(
    session: SessionLike,
    now: datetime,
    grace: timedelta,
    sitting_id: int,
    question_id: str,
    text: str,
    seq: int,
) -> Saved:
    sitting = session.get_one(Sitting, sitting_id)
    with LedgerWriter(session) as log:
        if sitting.state == "open":
            close_sitting(session, now, sitting, "server", log)
        stored = session.get(Answer, (sitting_id, question_id))
        if stored is not None and (seq <= stored.seq or stored.answer == text):
            # A retry of an answer that had arrived, or older than that one.
            return Saved("known", stored.seq, stored.saved_at, json.loads(stored.answer))
        known = session.scalar(
            select(LateAnswer)
            .where(LateAnswer.sitting_id == sitting_id, LateAnswer.question_id == question_id)
            .where(LateAnswer.seq >= seq)
            .order_by(LateAnswer.seq.desc(), LateAnswer.id.desc())
            .limit(1)
        )
        if known is not None:
            return Saved(known.arrived, known.seq, known.received_at, json.loads(known.answer))
        arrived = _arrival(session, sitting, question_id, now, grace)
        session.add(
            LateAnswer(
                sitting_id=sitting_id,
                question_id=question_id,
                answer=text,
                seq=seq,
                received_at=now,
                arrived=arrived,
            )
        )
        if arrived == "grace":
            _store(session, now, sitting_id, question_id, text, seq)
            session.flush()
            reason = {"code": "late-answer", "question": question_id, "arrived": arrived}
            grade_sitting(session, now, sitting, log, reason=reason)
        return Saved(arrived, seq, now)


def in_grace(sitting: Sitting, now: datetime, grace: timedelta) -> bool:
    """Whether the server has closed it so lately that answers on their way still count."""
    return sitting.closed_by == "server" and now <= sitting.deadline + grace


def _arrival(
    session: SessionLike, sitting: Sitting, question_id: str, now: datetime, grace: timedelta
) -> str:
    if sitting.closed_by == "member":
        return "after_submit"
    if not in_grace(sitting, now, grace):
        return "late"
    # One answer to each question was on its way; who sends another tries out what the score says.
    known = select(LateAnswer.id).where(
        LateAnswer.sitting_id == sitting.id, LateAnswer.question_id == question_id
    )
    return "grace" if session.scalar(known.limit(1)) is None else "late"


def submit(session: SessionLike, now: datetime, person_id: int, sitting_id: int) -> Sitting:
    """Hand a sitting in; again: the same. Past the deadline it counts as closed by the server."""
    with writing(session):
        sitting = own_sitting(session, person_id, sitting_id, lock=True)
        if sitting.state == "open":
            with LedgerWriter(session) as log:
                by = "member" if now <= sitting.deadline else "server"
                close_sitting(session, now, sitting, by, log)
    return sitting


def set_marks(
    session: SessionLike,
    now: datetime,
    person_id: int,
    sitting_id: int,
    flags: list[str],
    at: int,
) -> None:
    """Remember flagged questions and the place, for another device; ignored once closed."""
    with writing(session):
        sitting = own_sitting(session, person_id, sitting_id)
        if sitting.state != "open":
            return
        ids = [item.question_id for item in parse_paper(sitting.paper.items).items]
        kept = [question_id for question_id in ids if question_id in set(flags)]
        sitting.marks = json.dumps({"flags": kept, "at": max(0, min(at, len(ids) - 1))})

"""闯关: one question after the other until the first mistake; each answer is final."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import joinedload

from quizengine.domain.answers import validate_answer
from quizengine.domain.text import N_, Refused
from quizengine.services.bank import questions_of
from quizengine.services.closing import close_sitting
from quizengine.services.grading import evidence_of_all
from quizengine.services.ledger import LedgerWriter
from quizengine.services.mass_lookup import contest_of_exam
from quizengine.services.mass_run_view import (
    DoneView,
    RunView,
    current_step,
    done_steps,
    done_view,
    item_of,
    step_deadline,
    view_of,
)
from quizengine.services.papers import parse_paper
from quizengine.services.sittings import LONGEST_ANSWER
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import CHALLENGE, Answer, MassStep, Sitting

# For the way of an answer through the network.
SLACK = timedelta(seconds=2)


def run_view(
    session: SessionLike, now: datetime, person_id: int, sitting_id: int, language: str
) -> RunView:
    """Where the run is, after a reload or on another device; a step out of time ends it.

    Refused: `unknown-sitting` (404), also for somebody else's and for any that is no challenge.
    """
    sitting = own_run(session, person_id, sitting_id)
    if sitting.state == "open" and _out_of_time(session, now, sitting):
        with writing(session):
            _settle(session, now, own_run(session, person_id, sitting_id, lock=True))
        sitting = own_run(session, person_id, sitting_id)
    return view_of(session, now, sitting, language)


def own_run(
    session: SessionLike, person_id: int, sitting_id: int, *, lock: bool = False
) -> Sitting:
    """The person's sitting of a challenge; anything else is unknown (404)."""
    sitting = session.get(
        Sitting,
        sitting_id,
        options=[joinedload(Sitting.exam), joinedload(Sitting.paper)],
        with_for_update={"of": Sitting, "key_share": True} if lock else None,
    )
    if sitting is None or sitting.person_id != person_id or sitting.exam.purpose != CHALLENGE:
        raise Refused("unknown-sitting", N_("There is no such sitting."), status=404)
    return sitting


def next_step(
    session: SessionLike, now: datetime, person_id: int, sitting_id: int, language: str
) -> RunView:
    """Show the next question, whose time begins now; while one waits, that one again."""
    with writing(session):
        sitting = own_run(session, person_id, sitting_id, lock=True)
        if _settle(session, now, sitting) and current_step(session, sitting.id) is None:
            _show(session, now, sitting)
    return view_of(session, now, own_run(session, person_id, sitting_id), language)


def answer_step(
    session: SessionLike,
    now: datetime,
    person_id: int,
    sitting_id: int,
    number: int,
    answer: Any,
    language: str,
) -> RunView:
    """Answer the question that waits; the first answer is final, sent again it changes nothing.

    A mistake ends the run. An answer that comes after its time counts as one. Refused:
    `unknown-sitting`, `unknown-step` (404), `answer-shape` (400).
    """
    with writing(session):
        sitting = own_run(session, person_id, sitting_id, lock=True)
        step = session.get(MassStep, (sitting_id, number))
        if step is None:
            raise Refused("unknown-step", N_("This question has not been shown yet."), status=404)
        if step.outcome is None and _settle(session, now, sitting):
            _judge(session, now, sitting, step, answer)
    return view_of(session, now, own_run(session, person_id, sitting_id), language)


def stop_run(
    session: SessionLike, now: datetime, person_id: int, sitting_id: int, language: str
) -> RunView:
    """End the run with what was right so far; again: the same."""
    with writing(session):
        sitting = own_run(session, person_id, sitting_id, lock=True)
        if _settle(session, now, sitting):
            _close(session, now, sitting, "member")
    return view_of(session, now, own_run(session, person_id, sitting_id), language)


def review(session: SessionLike, person_id: int, sitting_id: int, language: str) -> list[DoneView]:
    """The questions of a run that were answered, in their order."""
    sitting = own_run(session, person_id, sitting_id)
    return [done_view(session, sitting, step, language) for step in done_steps(session, sitting_id)]


def _out_of_time(session: SessionLike, now: datetime, sitting: Sitting) -> bool:
    return now > sitting.deadline or _overdue(session, now, sitting) is not None


def _overdue(session: SessionLike, now: datetime, sitting: Sitting) -> MassStep | None:
    """The question that waits, if its time is up."""
    step = current_step(session, sitting.id)
    if step is None:
        return None
    deadline = step_deadline(contest_of_exam(session, sitting.exam_id), step)
    return step if deadline is not None and now > deadline + SLACK else None


def _settle(session: SessionLike, now: datetime, sitting: Sitting) -> bool:
    """End the run if its time is up, or that of the question; whether it goes on."""
    if sitting.state != "open":
        return False
    if now > sitting.deadline:
        _close(session, now, sitting, "server")
        return False
    step = _overdue(session, now, sitting)
    if step is not None:
        contest = contest_of_exam(session, sitting.exam_id)
        step.outcome, step.done_at = "late", step_deadline(contest, step)
        _close(session, now, sitting, "member")
        return False
    return True


def _close(session: SessionLike, now: datetime, sitting: Sitting, by: str) -> None:
    with LedgerWriter(session) as log:
        close_sitting(session, now, sitting, by, log)


def _show(session: SessionLike, now: datetime, sitting: Sitting) -> None:
    items = parse_paper(sitting.paper.items).items
    number = len(done_steps(session, sitting.id)) + 1
    session.add(
        MassStep(
            sitting_id=sitting.id,
            number=number,
            question_id=items[number - 1].question_id,
            shown_at=now,
        )
    )


def _judge(
    session: SessionLike, now: datetime, sitting: Sitting, step: MassStep, answer: Any
) -> None:
    item = item_of(sitting, step)
    validate_answer(questions_of(session, [item.ref])[item.ref], answer)
    text = json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
    if len(text) > LONGEST_ANSWER:
        raise Refused("answer-shape", N_("The answer is too long."), status=400)
    session.add(
        Answer(
            sitting_id=sitting.id,
            question_id=step.question_id,
            answer=text,
            seq=step.number,
            saved_at=now,
        )
    )
    session.flush()
    evidence = evidence_of_all(session, [sitting], step.question_id)[sitting.id]
    # Not False: a question that was dropped as faulty is no mistake.
    right = evidence.grades()[step.question_id].correct is not False
    step.outcome, step.done_at = "right" if right else "wrong", now
    session.flush()
    if not right or step.number == len(parse_paper(sitting.paper.items).items):
        _close(session, now, sitting, "member")

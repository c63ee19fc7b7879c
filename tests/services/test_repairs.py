"""A faulty question is mended by one act, for every exam that used it."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from examroom import ExamRoom
from school import School
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from quizengine.domain.text import Refused
from quizengine.services.access import Actor
from quizengine.services.checkpoints import verify_ledger
from quizengine.services.closing import close_due
from quizengine.services.repairs import (
    PATIENCE,
    Decision,
    finish_repairs,
    preview,
    repair,
    repairs_of,
)
from quizengine.storage.engine import writing
from quizengine.storage.models import Exam, LedgerEntry, Repair

ActorOf = Callable[[str], Actor]
# On every paper of the blueprint "quick".
FILL = "leaving-fill-1"
OTHER = ["保密期"]


def decision(action: str = "full_marks", **changes: Any) -> Decision:
    values: dict[str, Any] = {"question_id": FILL, "number": 1, "action": action, "reason": "答案"}
    return Decision(**{**values, **changes})


def entries(session: Session, kind: str) -> list[dict[str, Any]]:
    rows = session.scalars(
        select(LedgerEntry.body).where(LedgerEntry.kind == kind).order_by(LedgerEntry.seq)
    )
    return [json.loads(body) for body in rows]


@pytest.fixture
def exam(room: ExamRoom) -> Exam:
    return room.open("quick")


def test_full_marks_reach_closed_and_open_sittings_of_all_exams(
    session: Session, room: ExamRoom, exam: Exam, actor_of: ActorOf
) -> None:
    other = room.open("quick", "PHY")
    wang = room.sit("wang", exam, {FILL: OTHER})
    chen = room.sit("chen", other, {FILL: OTHER})
    still_open = room.begin("chen", exam)
    assert (wang.score, chen.score) == (Decimal("8.00"), Decimal("8.00"))
    effect = repair(session, room.now, actor_of("admin"), decision())
    assert (set(effect.exams), effect.sittings, effect.changed) == ({exam.id, other.id}, 2, 2)
    assert (wang.score, chen.score) == (Decimal("10.00"), Decimal("10.00"))
    close_due(session, still_open.deadline + timedelta(seconds=1))
    assert still_open.score == Decimal("2.00")
    assert verify_ledger(session).ok


def test_a_correction_names_the_entry_it_corrects_and_the_repair(
    session: Session, room: ExamRoom, exam: Exam, actor_of: ActorOf
) -> None:
    room.sit("wang", exam, {FILL: OTHER})
    effect = repair(session, room.now, actor_of("admin"), decision("accept", answer=OTHER))
    [result] = entries(session, "exam-result")
    [act] = entries(session, "question-repair")
    [correction] = entries(session, "result-correction")
    assert correction["corrects"] == result["seq"]
    assert correction["data"]["reason"] == {
        "code": "repair",
        "repair": effect.repair_id,
        "question": FILL,
    }
    assert act["seq"] < correction["seq"]
    assert act["data"]["reason"] == "答案"
    assert act["data"]["answer"] == '["保密期"]'


def test_dropping_takes_the_points_out_of_the_total(
    session: Session, room: ExamRoom, exam: Exam, actor_of: ActorOf
) -> None:
    sitting = room.sit("wang", exam, {FILL: OTHER})
    repair(session, room.now, actor_of("admin"), decision("drop"))
    assert (sitting.score, sitting.max_score) == (Decimal("8.00"), Decimal("8.00"))


def test_the_same_decision_twice_is_one(
    session: Session, room: ExamRoom, exam: Exam, actor_of: ActorOf
) -> None:
    room.sit("wang", exam, {FILL: OTHER})
    first = repair(session, room.now, actor_of("admin"), decision("accept", answer=OTHER))
    again = repair(session, room.now, actor_of("admin"), decision("accept", answer=OTHER))
    assert (first.changed, again.changed, again.repair_id) == (1, 0, first.repair_id)
    assert len(repairs_of(session, FILL, 1)) == 1
    assert len(entries(session, "question-repair")) == len(entries(session, "result-correction"))


def test_a_preview_tells_and_writes_nothing(
    session: Session, room: ExamRoom, exam: Exam, actor_of: ActorOf
) -> None:
    room.sit("wang", exam, {FILL: OTHER})
    room.sit("chen", exam)
    before = session.scalar(select(func.count()).select_from(LedgerEntry))
    seen = preview(session, actor_of("admin"), decision("accept", answer=OTHER, reason=""))
    assert (seen.repair_id, seen.exams, seen.sittings, seen.changed) == (None, (exam.id,), 2, 1)
    assert session.scalar(select(func.count()).select_from(LedgerEntry)) == before
    assert repairs_of(session, FILL, 1) == []
    done = repair(session, room.now, actor_of("admin"), decision("accept", answer=OTHER))
    assert (done.sittings, done.changed) == (seen.sittings, seen.changed)


def test_an_organizer_mends_only_what_stays_within_the_own_subtree(
    session: Session, room: ExamRoom, actor_of: ActorOf
) -> None:
    room.open("quick", "CS")
    organizer = actor_of("organizer")
    assert len(repair(session, room.now, organizer, decision()).exams) == 1
    room.open("quick", "PHY")
    room.open("quick", "HQ")
    with pytest.raises(Refused) as outside:
        repair(session, room.now, organizer, decision("drop"))
    assert (outside.value.code, outside.value.status) == ("outside", 403)
    assert outside.value.text.params == {"count": 2, "total": 3}
    for login in ("auditor", "grader", "li"):
        with pytest.raises(Refused) as refused:
            preview(session, actor_of(login), decision("drop"))
        assert refused.value.status == 403


def test_who_takes_the_exam_can_not_try_answers_out(
    session: Session, room: ExamRoom, school: School, actor_of: ActorOf
) -> None:
    exam = room.open("quick", "CS")
    wang = Actor(school.persons["wang"], "", 0, "", actor_of("organizer").roles)
    with pytest.raises(Refused) as refused:
        preview(session, wang, decision("accept", answer=OTHER))
    assert refused.value.code == "examinee"
    room.sit("wang", exam)
    room.conclude(exam)
    assert preview(session, wang, decision("accept", answer=OTHER)).exams == (exam.id,)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"reason": "  "}, "reason"),
        ({"action": "delete"}, "repair"),
        ({"action": "accept", "answer": []}, "answer-unfinished"),
        ({"action": "accept", "answer": "x"}, "answer-shape"),
        ({"question_id": "no-such-1"}, "unknown-question"),
        ({"number": 2}, "unknown-question"),
    ],
)
def test_a_decision_that_makes_no_sense_is_refused(
    session: Session,
    room: ExamRoom,
    exam: Exam,
    actor_of: ActorOf,
    changes: dict[str, Any],
    code: str,
) -> None:
    with pytest.raises(Refused) as refused:
        repair(session, room.now, actor_of("admin"), decision(**changes))
    assert refused.value.code == code
    assert session.scalars(select(Repair)).all() == []


def test_a_question_that_no_exam_used_is_left_to_the_bank(
    session: Session, room: ExamRoom, actor_of: ActorOf
) -> None:
    with pytest.raises(Refused) as refused:
        repair(session, room.now, actor_of("admin"), decision())
    assert refused.value.code == "unused"


def test_a_repair_cut_short_is_finished_later(
    session: Session, room: ExamRoom, exam: Exam, actor_of: ActorOf
) -> None:
    sitting = room.sit("wang", exam, {FILL: OTHER})
    with writing(session):
        session.add(
            Repair(
                question_id=FILL,
                number=1,
                action="full_marks",
                reason="r",
                by_id=room.school.persons["admin"],
                at=room.now,
            )
        )
    assert finish_repairs(session, room.now) == 0, "it may still be going on"
    later = room.now + PATIENCE
    assert finish_repairs(session, later) == 1
    assert sitting.score == Decimal("10.00")
    assert finish_repairs(session, later) == 0


def test_a_short_answer_that_waits_is_settled_by_full_marks(
    session: Session, room: ExamRoom, actor_of: ActorOf
) -> None:
    exam = room.open("all-types")
    sitting = room.sit("li", exam)
    short = next(q for q in room.questions(sitting) if q.type == "short")
    assert sitting.score is None
    effect = repair(
        session, room.now, actor_of("admin"), decision("full_marks", question_id=short.id)
    )
    assert (effect.changed, sitting.state, sitting.passed) == (1, "graded", True)
    assert len(entries(session, "exam-result")) == 1
    assert entries(session, "result-correction") == []

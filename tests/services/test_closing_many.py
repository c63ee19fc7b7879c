"""Many sittings closed at once: as few statements as for one, and all that one would get."""

from __future__ import annotations

import json
from datetime import timedelta

from examroom import ExamRoom
from sqlalchemy import select
from sqlalchemy.orm import Session

from quizengine.domain.answers import correct_answer
from quizengine.services.checkpoints import verify_ledger
from quizengine.services.closing import close_due
from quizengine.storage.models import Exam, ItemScore, LedgerEntry, LedgerSubject, Sitting


def all_sitting(room: ExamRoom, exam: Exam, count: int) -> list[Sitting]:
    """So many members in the middle of the exam; every second one knows the first answer."""
    sittings = []
    for number in range(count):
        login = f"{exam.id}-{number}"
        room.add_member(login, ("CS-1", "CS-2")[number % 2], "graduate")
        sitting = room.begin(login, exam)
        if number % 2:
            question = room.questions(sitting)[0]
            room.save(sitting, question.id, correct_answer(question))
        sittings.append(sitting)
    return sittings


def closing_costs(room: ExamRoom, statements: list[str], blueprint: str, count: int) -> int:
    exam = room.open(blueprint)
    sittings = all_sitting(room, exam, count)
    statements.clear()
    assert close_due(room.session, sittings[0].deadline + timedelta(seconds=1)) == count
    return len(statements)


def test_statements_do_not_grow_with_those_whose_time_is_up(
    room: ExamRoom, statements: list[str]
) -> None:
    two = closing_costs(room, statements, "quick", 2)
    assert closing_costs(room, statements, "quick", 12) == two


def test_each_gets_an_own_result_and_entry_in_the_order_of_their_deadlines(
    room: ExamRoom, session: Session
) -> None:
    exam = room.open("quick")
    sittings = all_sitting(room, exam, 6)
    close_due(session, sittings[0].deadline + timedelta(seconds=1))
    assert [each.state for each in sittings] == ["graded"] * 6
    scores = [each.score for each in sittings]
    assert scores == [scores[0], scores[1]] * 3
    assert scores[0] != scores[1]
    entries = session.execute(
        select(LedgerEntry.seq, LedgerEntry.unit, LedgerEntry.body, LedgerSubject.person_id)
        .join(LedgerSubject, LedgerSubject.digest == LedgerEntry.subject)
        .where(LedgerEntry.kind == "exam-result")
        .order_by(LedgerEntry.seq)
    ).all()
    assert [(row.seq, row.person_id) for row in entries] == [
        (each.entry_seq, each.person_id) for each in sittings
    ]
    assert [row.unit for row in entries] == ["CS-1", "CS-2"] * 3
    told = [json.loads(row.body)["data"]["score"] for row in entries]
    assert told == [str(score) for score in scores]
    for each in sittings:
        stored = session.scalars(select(ItemScore).where(ItemScore.sitting_id == each.id)).all()
        assert sum(row.score for row in stored) == each.score
    assert verify_ledger(session).ok


def test_those_who_have_to_be_marked_are_entered_as_handed_in(
    room: ExamRoom, session: Session
) -> None:
    exam = room.open("all-types")
    sittings = []
    for login in ("m1", "m2", "m3"):
        room.add_member(login, "CS-1", "graduate", "new_member")
        sitting = room.begin(login, exam)
        short = next(q for q in room.questions(sitting) if q.type == "short")
        room.save(sitting, short.id, ["因为"])
        sittings.append(sitting)
    close_due(session, sittings[0].deadline + timedelta(seconds=1))
    sources = session.scalars(
        select(LedgerEntry.source)
        .where(LedgerEntry.kind == "exam-handed-in")
        .order_by(LedgerEntry.seq)
    ).all()
    assert sources == [f"sitting:{each.id}:handed-in" for each in sittings]
    assert [each.score for each in sittings] == [None] * 3

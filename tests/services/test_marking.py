"""Graders mark short answers one at a time, without knowing whose they are."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from examroom import ExamRoom
from school import School
from sqlalchemy import select
from sqlalchemy.orm import Session

from quizengine.domain.blueprints import ReleasePolicy
from quizengine.domain.questions import Question
from quizengine.domain.text import Refused
from quizengine.services.access import Actor, load_actor
from quizengine.services.exams import release
from quizengine.services.marking import marking_item, recently_marked, save_marks
from quizengine.services.marking_queue import CLAIM, claim_next, marking_overview, progress
from quizengine.storage.engine import writing
from quizengine.storage.models import Exam, LedgerEntry, PersonRole, Sitting

ActorOf = Callable[[str], Actor]
BY_HAND = ReleasePolicy(scores="manual", answers="manual")


@pytest.fixture
def exam(room: ExamRoom) -> Exam:
    """Audience: li, wang, zhao and a second grader's victims; scores are released by hand."""
    return room.open("all-types", release=BY_HAND)


@pytest.fixture
def grader(actor_of: ActorOf) -> Actor:
    return actor_of("grader")


@pytest.fixture
def second(session: Session, room: ExamRoom, school: School) -> Actor:
    """Another grader of the whole school."""
    person_id = room.add_member("grader2", "HQ")
    with writing(session):
        session.add(PersonRole(person_id=person_id, role="grader", unit_id=school.units["HQ"]))
    return load_actor(session, person_id)


def texts(text: str) -> Callable[[Question], object]:
    return lambda question: [text] if question.type == "short" else None


def half(session: Session, grader: Actor, exam: Exam, number: int) -> dict[str, list[Decimal]]:
    item = marking_item(session, grader, exam.id, number)
    return {part.path: [p.points / 2 for p in part.asked.key_points] for part in item.parts}


def mark(session: Session, now: datetime, grader: Actor, exam: Exam, **options: object) -> int:
    number = claim_next(session, now, grader, exam.id)
    assert number is not None
    marks = half(session, grader, exam, number)
    return save_marks(session, now, grader, exam.id, number, marks, **options)  # type: ignore[arg-type]


def test_the_last_mark_makes_the_result(
    session: Session, room: ExamRoom, exam: Exam, grader: Actor
) -> None:
    sitting = room.sit("li", exam)
    assert (sitting.state, sitting.score) == ("submitted", None)
    assert mark(session, room.now, grader, exam, comment="简略") == 1
    assert (sitting.state, sitting.score) == ("graded", Decimal("38.00"))
    kinds = [entry.kind for entry in session.scalars(select(LedgerEntry).order_by("seq"))]
    assert kinds == ["commitment-signed", "exam-handed-in", "exam-result"]
    assert claim_next(session, room.now, grader, exam.id) is None


def test_nothing_tells_whose_answer_it_is(
    session: Session, room: ExamRoom, exam: Exam, grader: Actor
) -> None:
    sitting = room.sit("li", exam)
    number = claim_next(session, room.now, grader, exam.id)
    assert number is not None
    item = marking_item(session, grader, exam.id, number)
    for secret in ("李雷", "'li'", "CS-1", "教工第一支部"):
        assert secret not in repr(item)
    assert number not in (sitting.id, sitting.person_id)
    assert item.points == Decimal("4")
    assert item.parts[0].text


def test_two_graders_never_get_the_same_answer(
    session: Session, room: ExamRoom, exam: Exam, grader: Actor, second: Actor
) -> None:
    for login in ("li", "wang"):
        room.sit(login, exam)
    mine = claim_next(session, room.now, grader, exam.id)
    theirs = claim_next(session, room.now, second, exam.id)
    assert mine != theirs
    assert claim_next(session, room.now, grader, exam.id) == mine, "a reload keeps it"
    room.add_member("grader3", "HQ")
    with pytest.raises(Refused) as taken:
        assert theirs is not None
        marks = half(session, grader, exam, theirs)
        save_marks(session, room.now, grader, exam.id, theirs, marks)
    assert taken.value.code == "claimed"


def test_a_claim_runs_out_and_can_be_given_back(
    session: Session, room: ExamRoom, exam: Exam, grader: Actor, second: Actor
) -> None:
    room.sit("li", exam)
    mine = claim_next(session, room.now, grader, exam.id)
    assert claim_next(session, room.now, second, exam.id) is None
    assert claim_next(session, room.now + CLAIM, second, exam.id) == mine
    later = room.now + CLAIM + timedelta(seconds=1)
    assert claim_next(session, later, second, exam.id, skip=mine) == mine, "it is the only one"
    room.sit("wang", exam)
    assert claim_next(session, later, second, exam.id, skip=mine) != mine


def test_who_comes_too_late_changes_nothing(
    session: Session, room: ExamRoom, exam: Exam, grader: Actor, second: Actor
) -> None:
    sitting = room.sit("li", exam)
    number = claim_next(session, room.now, grader, exam.id)
    assert number is not None
    later = room.now + CLAIM + timedelta(seconds=1)
    mark(session, later, second, exam)
    score = sitting.score
    with pytest.raises(Refused) as refused:
        marks = {"": [Decimal(0), Decimal(0)]}
        save_marks(session, later, grader, exam.id, number, marks)
    assert (refused.value.code, sitting.score) == ("claimed", score)


def test_identical_texts_are_marked_together(
    session: Session, room: ExamRoom, exam: Exam, grader: Actor
) -> None:
    sittings: list[Sitting] = []
    for number in range(8):
        room.add_member(f"m{number}", "CS-1", "new_member")
        text = "不转发，先送审。" if number < 6 else f"第{number}种"
        sittings.append(room.sit(f"m{number}", exam, texts(text)))
    counts: dict[int, int] = {}
    while (number := claim_next(session, room.now, grader, exam.id)) is not None:
        item = marking_item(session, grader, exam.id, number)
        marks = half(session, grader, exam, number)
        done = save_marks(session, room.now, grader, exam.id, number, marks, identical=True)
        assert done == item.identical + 1
        counts[number] = done
    # Two short questions in the bank: each paper has one of them.
    assert sum(counts.values()) == 8
    assert len(counts) in (3, 4)
    assert {sitting.score for sitting in sittings} == {Decimal("2.00")}
    assert progress(session, grader, exam.id).waiting == 0


def test_marks_may_be_changed_until_the_release(
    session: Session, room: ExamRoom, exam: Exam, grader: Actor, actor_of: ActorOf
) -> None:
    sitting = room.sit("li", exam)
    mark(session, room.now, grader, exam)
    [line] = recently_marked(session, grader, exam.id)
    full = {
        part.path: [point.points for point in part.asked.key_points]
        for part in marking_item(session, grader, exam.id, line.number).parts
    }
    save_marks(session, room.now, grader, exam.id, line.number, full)
    assert sitting.score == Decimal("40.00")
    entry = session.get_one(LedgerEntry, sitting.entry_seq)
    assert (entry.kind, '"code":"marking"' in entry.body) == ("result-correction", True)
    release(session, room.now, actor_of("admin"), exam.id, answers=False)
    with pytest.raises(Refused) as refused:
        save_marks(session, room.now, grader, exam.id, line.number, full)
    assert refused.value.code == "released"


def test_marks_that_do_not_fit_are_refused(
    session: Session, room: ExamRoom, exam: Exam, grader: Actor
) -> None:
    sitting = room.sit("li", exam)
    number = claim_next(session, room.now, grader, exam.id)
    assert number is not None
    for marks in ({}, {"": [Decimal(99), Decimal(0)]}, {"": [Decimal(1)]}, {"p1": [Decimal(1)]}):
        with pytest.raises(Refused) as refused:
            save_marks(session, room.now, grader, exam.id, number, marks)
        assert (refused.value.code, refused.value.status) == ("marks", 400)
    assert sitting.state == "submitted"


def test_grading_is_for_graders_of_the_unit_who_do_not_take_the_exam(
    session: Session, room: ExamRoom, exam: Exam, actor_of: ActorOf, grader: Actor
) -> None:
    room.sit("li", exam)
    for login in ("admin", "organizer", "auditor", "li"):
        with pytest.raises(Refused) as refused:
            claim_next(session, room.now, actor_of(login), exam.id)
        assert refused.value.status == 403
        assert marking_overview(session, actor_of(login)) == []
    examinee = Actor(room.school.persons["wang"], "", 0, "", grader.roles)
    with pytest.raises(Refused) as own:
        claim_next(session, room.now, examinee, exam.id)
    assert own.value.code == "examinee"
    with pytest.raises(Refused) as unknown:
        marking_item(session, grader, exam.id, 1)
    assert unknown.value.status == 404


def test_nobody_marks_the_own_answer_when_the_exam_is_over(
    session: Session, room: ExamRoom, exam: Exam, grader: Actor
) -> None:
    room.sit("wang", exam)
    room.conclude(exam)
    own = Actor(room.school.persons["wang"], "", 0, "", grader.roles)
    assert claim_next(session, room.now, own, exam.id) is None
    number = claim_next(session, room.now, grader, exam.id)
    assert number is not None
    with pytest.raises(Refused):
        marking_item(session, own, exam.id, number)


def test_the_overview_counts_what_waits_and_what_is_done(
    session: Session, room: ExamRoom, exam: Exam, grader: Actor
) -> None:
    for login in ("li", "wang"):
        room.sit(login, exam)
    mark(session, room.now, grader, exam)
    [line] = marking_overview(session, grader)
    assert (line.exam.id, line.waiting, line.done, line.total) == (exam.id, 1, 1, 2)
    assert progress(session, grader, exam.id) == line

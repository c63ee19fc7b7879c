"""The main job end to end, without a browser: bank → exam → sitting → grade → ledger → verify."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from school import School
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from quizengine.domain.grading import correct_answer
from quizengine.domain.text import Refused
from quizengine.services.access import Actor
from quizengine.services.bank import questions_of, served_blueprint, sync_bank
from quizengine.services.checkpoints import make_checkpoint, read_checkpoint, verifier_key
from quizengine.services.checkpoints import verify_ledger as verify
from quizengine.services.closing import close_due, conclude_due
from quizengine.services.commitments import sign
from quizengine.services.exams import ExamPlan, open_exam
from quizengine.services.papers import draw_papers, parse_paper
from quizengine.services.sittings import save_answer, start, submit
from quizengine.storage.engine import writing
from quizengine.storage.models import Exam, LedgerEntry, Paper, Sitting

ZONE = ZoneInfo("Asia/Shanghai")
GRACE = timedelta(seconds=30)
BANK = Path(__file__).parents[2] / "question_bank"


@pytest.fixture
def exam(session: Session, now: datetime, school: School, actor_of: Callable[[str], Actor]) -> Exam:
    problems = sync_bank(session, now, now.date(), BANK)
    assert [p for p in problems if p.severity == "error"] == []
    blueprint = served_blueprint(session, "new-member")
    plan = ExamPlan(
        blueprint=blueprint,
        title=blueprint.title,
        unit_id=school.units["HQ"],
        audience=[("new_member", school.units["HQ"])],
        opens_at=now,
        closes_at=now + timedelta(hours=2),
    )
    exam = open_exam(session, now, ZONE, actor_of("admin"), plan)
    assert draw_papers(session, now, ZONE, exam.id) == 3
    return exam


def begin(session: Session, now: datetime, person_id: int, exam_id: int) -> Sitting:
    sign(session, now, ZONE, person_id, exam_id)
    sitting, created = start(session, now, ZONE, person_id, exam_id)
    assert created
    return sitting


def answer_all(session: Session, now: datetime, sitting: Sitting) -> None:
    paper = parse_paper(sitting.paper.items)
    questions = questions_of(session, [item.ref for item in paper.items])
    for item in paper.items:
        saved = save_answer(
            session,
            now,
            GRACE,
            sitting.person_id,
            sitting.id,
            item.question_id,
            correct_answer(questions[item.ref]),
            1,
        )
        assert saved.outcome == "saved"


def kinds(session: Session) -> list[str]:
    return list(session.scalars(select(LedgerEntry.kind).order_by(LedgerEntry.seq)))


def test_a_perfect_sitting_is_graded_and_entered_once(
    session: Session, now: datetime, school: School, exam: Exam
) -> None:
    sitting = begin(session, now, school.persons["li"], exam.id)
    answer_all(session, now, sitting)
    for _ in range(2):
        done = submit(session, now, school.persons["li"], sitting.id)
        assert (done.state, str(done.score), done.passed) == ("graded", "100.00", True)
    assert kinds(session) == ["commitment-signed", "exam-result"]
    assert verify(session).ok


def test_time_runs_out_without_a_browser(
    session: Session, now: datetime, school: School, exam: Exam
) -> None:
    sitting = begin(session, now, school.persons["li"], exam.id)
    later = sitting.deadline + timedelta(seconds=1)
    assert close_due(session, sitting.deadline) == 0
    assert close_due(session, later) == 1
    assert close_due(session, later) == 0
    assert (sitting.state, sitting.closed_by, sitting.passed) == ("graded", "server", False)
    assert kinds(session).count("exam-result") == 1


def test_an_answer_within_grace_counts_and_a_later_one_does_not(
    session: Session, now: datetime, school: School, exam: Exam
) -> None:
    sitting = begin(session, now, school.persons["li"], exam.id)
    first, second = parse_paper(sitting.paper.items).items[:2]
    questions = questions_of(session, [first.ref, second.ref])
    close_due(session, sitting.deadline + timedelta(seconds=1))
    for item, seconds, outcome in ((first, 10, "grace"), (second, 31, "late")):
        answer = correct_answer(questions[item.ref])
        at = sitting.deadline + timedelta(seconds=seconds)
        args = (session, at, GRACE, sitting.person_id, sitting.id, item.question_id, answer, 5)
        assert save_answer(*args).outcome == outcome
        # A retry changes nothing.
        assert save_answer(*args).outcome in (outcome, "known")
    assert sitting.score == first.points
    assert kinds(session)[1:] == ["exam-result", "result-correction"]
    assert verify(session).ok


def test_within_grace_only_the_first_answer_to_a_question_counts(
    session: Session, now: datetime, school: School, exam: Exam
) -> None:
    sitting = begin(session, now, school.persons["li"], exam.id)
    item = parse_paper(sitting.paper.items).items[0]
    question = questions_of(session, [item.ref])[item.ref]
    nothing: object = {} if isinstance(correct_answer(question), dict) else []
    at = sitting.deadline + timedelta(seconds=5)
    for seq, answer, outcome in ((1, nothing, "grace"), (2, correct_answer(question), "late")):
        args = (session, at, GRACE, sitting.person_id, sitting.id, item.question_id, answer, seq)
        assert save_answer(*args).outcome == outcome
    assert sitting.score == 0


def test_an_exam_is_not_over_while_answers_of_extra_time_may_arrive(
    session: Session, now: datetime, school: School, exam: Exam
) -> None:
    sitting = begin(session, now, school.persons["li"], exam.id)
    with writing(session):
        # As with extra time.
        sitting.deadline = exam.closes_at + timedelta(hours=1)
    at = sitting.deadline + timedelta(seconds=1)
    assert close_due(session, at) == 1
    assert conclude_due(session, at, ZONE, GRACE) == 0
    assert conclude_due(session, at + GRACE, ZONE, GRACE) == 1


def test_absences_are_entered_once_when_the_exam_is_over(
    session: Session, now: datetime, school: School, exam: Exam
) -> None:
    begin(session, now, school.persons["li"], exam.id)
    over = exam.closes_at + timedelta(hours=1)
    assert conclude_due(session, over, ZONE, GRACE) == 0, "somebody still sits"
    close_due(session, over)
    assert conclude_due(session, over, ZONE, GRACE) == 1
    assert conclude_due(session, over, ZONE, GRACE) == 0
    assert kinds(session).count("exam-missed") == 2


def test_each_member_has_an_own_paper(session: Session, exam: Exam) -> None:
    papers = [parse_paper(items) for items in session.scalars(select(Paper.items))]
    assert len({tuple(item.ref for item in paper.items) for paper in papers}) == 3
    assert {paper.points for paper in papers} == {100}


def test_somebody_else_can_neither_start_nor_answer(
    session: Session, now: datetime, school: School, exam: Exam
) -> None:
    sitting = begin(session, now, school.persons["li"], exam.id)
    item = parse_paper(sitting.paper.items).items[0]
    with pytest.raises(Refused) as foreign:
        save_answer(
            session, now, GRACE, school.persons["wang"], sitting.id, item.question_id, ["a"], 1
        )
    assert foreign.value.status == 404
    with pytest.raises(Refused) as outside:
        start(session, now, ZONE, school.persons["chen"], exam.id)
    assert outside.value.status == 404


def test_tampering_shows_against_a_checkpoint(
    session: Session, now: datetime, school: School, exam: Exam, tmp_path: Path
) -> None:
    sitting = begin(session, now, school.persons["li"], exam.id)
    submit(session, now, sitting.person_id, sitting.id)
    note = make_checkpoint(session, now, tmp_path)
    trusted = read_checkpoint(note, verifier_key(tmp_path))
    assert verify(session, trusted).ok
    with pytest.raises(Exception, match="append-only"):
        session.execute(text("DELETE FROM ledger_entries WHERE seq = 2"))
    session.rollback()
    session.execute(text("DROP TRIGGER ledger_entries_no_delete"))
    session.execute(text("DELETE FROM ledger_entries WHERE seq = 2"))
    session.commit()
    codes = {problem.code for problem in verify(session, trusted).problems}
    assert "guard-missing" in codes
    assert len(codes) > 1

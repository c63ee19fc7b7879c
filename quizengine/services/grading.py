"""Grade sittings, and enter results and corrections into the ledger."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import delete, insert, select

from quizengine.domain.blueprints import Blueprint
from quizengine.domain.grading import ItemGrade, Marks, Repair, Total, grade, total
from quizengine.domain.papers import Paper as PaperContent
from quizengine.domain.questions import Question
from quizengine.services.bank import questions_of
from quizengine.services.exams import blueprint_of
from quizengine.services.ledger import LedgerWriter
from quizengine.services.mass_results import count_sitting
from quizengine.services.papers import parse_paper
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import EXAM, Answer, ItemScore, LedgerEntry, Mark, Sitting, Unit
from quizengine.storage.models import Repair as RepairRow
from quizengine.storage.queries import repairs_by_question

_SCORES = ItemScore.metadata.tables[ItemScore.__tablename__]


@dataclass(frozen=True)
class Evidence:
    """All that a sitting's grade follows from."""

    blueprint: Blueprint
    paper: PaperContent
    questions: Mapping[int, Question]
    answers: Mapping[str, Any]
    marks: Mapping[str, Marks]
    repairs: Mapping[tuple[str, int], Sequence[RepairRow]]

    def grades(self) -> dict[str, ItemGrade]:
        """The grade of each question of the paper."""
        return {
            item.question_id: self._grade(item.question_id, item.ref, item.points)
            for item in self.paper.items
        }

    def _grade(self, question_id: str, ref: int, points: Decimal) -> ItemGrade:
        question = self.questions[ref]
        rows = self.repairs.get((question_id, question.revision), ())
        return grade(
            question,
            self.answers.get(question_id),
            points=points,
            credit=self.blueprint.credit,
            marks=self.marks.get(question_id, {}),
            repairs=[to_repair(row) for row in rows],
        )

    def total(self, grades: Mapping[str, ItemGrade]) -> Total:
        """The grade of the sitting."""
        return total(grades.values(), self.blueprint.pass_mark, self.blueprint.total)


def to_repair(row: RepairRow) -> Repair:
    """The decision in a stored repair."""
    answer = json.loads(row.answer) if row.answer is not None else None
    return Repair(row.action, answer)  # type: ignore[arg-type]


def evidence_of(session: SessionLike, sitting: Sitting) -> Evidence:
    """Load what the grade of `sitting` follows from."""
    return evidence_of_all(session, [sitting])[sitting.id]


def evidence_of_all(
    session: SessionLike, sittings: Sequence[Sitting], question_id: str | None = None
) -> dict[int, Evidence]:
    """The same for many sittings at once, by id: a few statements for all of them.

    With `question_id` for this question alone; the papers then have no other item.
    """
    ids = [sitting.id for sitting in sittings]
    papers = {sitting.id: _paper(sitting, question_id) for sitting in sittings}
    items = [item for paper in papers.values() for item in paper.items]
    questions = questions_of(session, (item.ref for item in items))
    repairs = repairs_by_question(session, sorted({item.question_id for item in items}))
    answers = _answers(session, ids, question_id)
    marks = _marks(session, ids)
    return {
        sitting.id: Evidence(
            blueprint=blueprint_of(sitting.exam),
            paper=papers[sitting.id],
            questions=questions,
            answers=answers.get(sitting.id, {}),
            marks=marks.get(sitting.id, {}),
            repairs=repairs,
        )
        for sitting in sittings
    }


def _paper(sitting: Sitting, question_id: str | None) -> PaperContent:
    paper = parse_paper(sitting.paper.items)
    if question_id is None:
        return paper
    return PaperContent(tuple(item for item in paper.items if item.question_id == question_id))


def answers_of(session: SessionLike, sitting_id: int) -> dict[str, Any]:
    """Stored answers by question id."""
    return _answers(session, [sitting_id]).get(sitting_id, {})


def _answers(
    session: SessionLike, sitting_ids: Sequence[int], question_id: str | None = None
) -> dict[int, dict[str, Any]]:
    query = select(Answer.sitting_id, Answer.question_id, Answer.answer).where(
        Answer.sitting_id.in_(sitting_ids)
    )
    if question_id is not None:
        query = query.where(Answer.question_id == question_id)
    rows = session.execute(query)
    found: dict[int, dict[str, Any]] = {}
    for sitting_id, question_id, answer in rows:
        found.setdefault(sitting_id, {})[question_id] = json.loads(answer)
    return found


def marks_of(session: SessionLike, sitting_id: int) -> dict[str, dict[str, list[Decimal]]]:
    """Graders' points by question id and path."""
    return _marks(session, [sitting_id]).get(sitting_id, {})


def _marks(
    session: SessionLike, sitting_ids: Sequence[int]
) -> dict[int, dict[str, dict[str, list[Decimal]]]]:
    found: dict[int, dict[str, dict[str, list[Decimal]]]] = {}
    for mark in session.scalars(select(Mark).where(Mark.sitting_id.in_(sitting_ids))):
        points = [Decimal(p) for p in json.loads(mark.points)]
        of_sitting = found.setdefault(mark.sitting_id, {})
        of_sitting.setdefault(mark.question_id, {})[mark.path] = points
    return found


def grade_sitting(
    session: SessionLike,
    now: datetime,
    sitting: Sitting,
    log: LedgerWriter,
    *,
    reason: Mapping[str, Any] | None = None,
) -> Total:
    """Grade a closed sitting from all its evidence, within the caller's write transaction.

    What becomes of the result, see `settle`.
    """
    result = grade_all(session, [sitting])[sitting.id]
    settle(session, now, sitting, log, result, reason)
    return result


def grade_all(session: SessionLike, sittings: Sequence[Sitting]) -> dict[int, Total]:
    """Grade closed sittings, by id, and store the grades of their questions.

    The same few statements for however many; the results are for `settle`.
    """
    evidence = evidence_of_all(session, sittings)
    grades = {sitting_id: found.grades() for sitting_id, found in evidence.items()}
    _store_items(session, {i: (found.paper, grades[i]) for i, found in evidence.items()})
    return {sitting_id: found.total(grades[sitting_id]) for sitting_id, found in evidence.items()}


def settle(
    session: SessionLike,
    now: datetime,
    sitting: Sitting,
    log: LedgerWriter,
    result: Total,
    reason: Mapping[str, Any] | None = None,
) -> None:
    """Make `result` that of the sitting.

    Of an exam, the first complete one is entered into the ledger as `exam-result`; a later one
    that differs as `result-correction`, which names the entry it corrects and carries `reason`.
    """
    before = (sitting.score, sitting.max_score, sitting.passed)
    sitting.score, sitting.max_score, sitting.passed = result.score, result.max_score, result.passed
    if result.pending:
        # While someone has to mark, there is no result; the state goes back if a repair of the
        # questions or a late answer makes marking necessary again.
        sitting.state = "expired" if sitting.closed_by == "server" else "submitted"
        sitting.score = sitting.passed = None
        return
    sitting.state = "graded"
    sitting.graded_at = sitting.graded_at or now
    if sitting.exam.purpose != EXAM:
        # What a contest comes to is entered when it is over, once for each person.
        count_sitting(session, now, sitting, blueprint_of(sitting.exam))
    elif _is_news(session, sitting, before, result):
        _enter(session, now, sitting, log, result, reason)


def _is_news(
    session: SessionLike,
    sitting: Sitting,
    before: tuple[Decimal | None, Decimal | None, bool | None],
    result: Total,
) -> bool:
    """Whether the ledger says something else than `result`, or nothing yet."""
    if sitting.entry_seq is None:
        return True
    if before[0] is not None:
        return before != (result.score, result.max_score, result.passed)
    # It had a result, then someone had to mark again: what was entered last decides.
    entry = session.get(LedgerEntry, sitting.entry_seq)
    return (
        entry is None or not _result_data(result).items() <= json.loads(entry.body)["data"].items()
    )


def _result_data(result: Total) -> dict[str, Any]:
    return {
        "score": str(result.score),
        "max_score": str(result.max_score),
        "passed": result.passed,
    }


def _store_items(
    session: SessionLike, graded: Mapping[int, tuple[PaperContent, Mapping[str, ItemGrade]]]
) -> None:
    """Store the grades of all questions of papers, by sitting id."""
    session.execute(delete(ItemScore).where(ItemScore.sitting_id.in_(list(graded))))
    rows = [
        {
            "sitting_id": sitting_id,
            "question_id": item.question_id,
            "revision_id": item.ref,
            "score": grades[item.question_id].score,
            "max_score": grades[item.question_id].max_score,
            "pending": bool(grades[item.question_id].pending),
        }
        for sitting_id, (paper, grades) in graded.items()
        for item in paper.items
    ]
    session.execute(insert(_SCORES), rows)


def _enter(
    session: SessionLike,
    now: datetime,
    sitting: Sitting,
    log: LedgerWriter,
    result: Total,
    reason: Mapping[str, Any] | None,
) -> None:
    data = {
        "exam": sitting.exam_id,
        "attempt": sitting.attempt,
        "tier": blueprint_of(sitting.exam).tier,
        **_result_data(result),
        "closed_by": sitting.closed_by,
        **({"reason": dict(reason)} if reason else {}),
    }
    first = sitting.entry_seq is None
    sitting.entries += 1
    sitting.entry_seq = log.append(
        now,
        "exam-result" if first else "result-correction",
        f"sitting:{sitting.id}:result:{sitting.entries}",
        person_id=sitting.person_id,
        unit=unit_code(session, sitting.unit_id),
        data=data,
        corrects=None if first else sitting.entry_seq,
    )


def unit_code(session: SessionLike, unit_id: int) -> str:
    """The code by which the ledger names a unit."""
    return session.get_one(Unit, unit_id).code

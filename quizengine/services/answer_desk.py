"""The usual answer: in time, to an own open sitting, newer than the stored one.

Everybody saves one every few seconds, all at the same hour. `quizengine.services.sittings` says
what becomes of any other answer.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Engine

from quizengine.domain.questions import Question
from quizengine.services.bank import questions_of
from quizengine.services.papers import parse_paper
from quizengine.services.sittings import Saved, answer_text, check_seq
from quizengine.storage.direct import Direct
from quizengine.storage.group_commit import GroupCommit
from quizengine.storage.models import CHALLENGE

# Sittings of whose papers a process remembers the questions; some 3 KB each.
SEATS = 20_000

_PAPER = Direct(
    "SELECT s.person_id, s.paper_id, p.items FROM sittings s"
    " JOIN papers p ON p.id = s.paper_id JOIN exams e ON e.id = s.exam_id"
    f" WHERE s.id = :sitting AND e.purpose <> '{CHALLENGE}'"
)
_SAVE = """
INSERT INTO answers (sitting_id, question_id, answer, seq, saved_at)
SELECT s.id, CAST(:question AS VARCHAR(80)), CAST(:answer AS TEXT), :seq, :now FROM sittings s
WHERE s.id = :sitting AND s.person_id = :person AND s.paper_id = :paper
AND s.state = 'open' AND s.deadline >= :now {lock}
ON CONFLICT (sitting_id, question_id) DO UPDATE
SET answer = excluded.answer, seq = excluded.seq, saved_at = excluded.saved_at
WHERE excluded.seq > answers.seq
"""
# Closing waits for an answer that is on its way to disk. An answer does not wait for closing here,
# where others would wait with it.
_SAVES = {
    "sqlite": Direct(_SAVE.format(lock="")),
    "postgresql": Direct(_SAVE.format(lock="FOR NO KEY UPDATE OF s SKIP LOCKED")),
}


@dataclass(frozen=True)
class _Seat:
    """What never changes about a sitting; `questions` of its paper by id."""

    person_id: int
    paper_id: int
    questions: Mapping[str, Question]


class AnswerDesk:
    """Saves usual answers for the requests of this process, those of a moment in one commit."""

    def __init__(self, engine: Engine) -> None:
        """Opens no connection: the process may fork yet."""
        self._engine = engine
        self._save = _SAVES[engine.dialect.name]
        self._group = GroupCommit(engine, self._write)
        self._lock = threading.Lock()
        self._seats: dict[int, _Seat] = {}
        # Revisions never change, and there are as many as the bank has had.
        self._questions: dict[int, Question] = {}

    def save(
        self,
        now: datetime,
        person_id: int,
        sitting_id: int,
        question_id: str,
        answer: Any,
        seq: int,
    ) -> Saved | None:
        """Store an answer; when this returns `Saved` it is on disk.

        None: nothing was done, for this is no usual answer; ask `save_answer` of
        `quizengine.services.sittings`. Refused as there: `seq`, `answer-shape` (400).
        """
        check_seq(seq)
        seat = self._seats.get(sitting_id) or self._take_seat(sitting_id)
        if seat is None or seat.person_id != person_id:
            return None
        question = seat.questions.get(question_id)
        if question is None:
            return None
        changed = self._group.write(
            {
                "sitting": sitting_id,
                "person": person_id,
                "paper": seat.paper_id,
                "question": question_id,
                "answer": answer_text(question, answer),
                "seq": seq,
                "now": now,
            }
        )
        return Saved("saved", seq, now) if changed else None

    def _write(self, cursor: Any, values: Sequence[dict[str, Any]]) -> list[int]:
        return self._save.run_each(cursor, self._engine.dialect, values)

    def _take_seat(self, sitting_id: int) -> _Seat | None:
        row = _PAPER.first(self._engine, sitting=sitting_id)
        if row is None:
            return None
        person_id, paper_id, items = row
        refs = [item.ref for item in parse_paper(items).items]
        found = {question.id: question for question in map(self._known(refs).__getitem__, refs)}
        seat = _Seat(person_id, paper_id, found)
        with self._lock:
            if len(self._seats) >= SEATS:
                # The one taken first.
                del self._seats[next(iter(self._seats))]
            self._seats[sitting_id] = seat
        return seat

    def _known(self, refs: Sequence[int]) -> Mapping[int, Question]:
        missing = [ref for ref in refs if ref not in self._questions]
        if missing:
            with self._engine.connect() as connection:
                self._questions.update(questions_of(connection, missing))
        return self._questions

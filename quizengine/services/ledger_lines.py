"""Lines of the ledger as people read them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select

from quizengine.services.exams import scores_released
from quizengine.services.ledger import stored_time
from quizengine.services.ledger_told import Told
from quizengine.services.ledger_words import (
    RESULTS,
    corrects_of,
    exam_id_of,
    read_body,
    tell,
)
from quizengine.services.ledger_words_contests import contest_title, in_language
from quizengine.services.shown import title_of
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import Exam, LedgerEntry


@dataclass(frozen=True)
class EntryLine:
    """An entry to read; `before` is what the corrected entry said.

    `person` is None where the entry is about nobody, or about somebody who was erased since;
    `subject` tells these apart. `at` is None where no time is stored. `unit` is the unit's name,
    its code if there is none of that code any more. What the reader must not know yet is left out
    of `told`, and `withheld` is set: then `body` and the hashes (hex), from which it could be
    guessed, are None.
    """

    seq: int
    at: datetime | None
    kind: str
    subject: str | None
    person_id: int | None
    person: str | None
    login: str | None
    unit: str | None
    corrects: int | None
    told: Told
    before: Told | None
    withheld: bool
    body: str | None
    leaf_hash: str | None
    chain_hash: str | None


class LineReader:
    """Turns rows of `quizengine.services.ledger_browse` into lines.

    `hide_results` withholds results until their exam's scores are released, `hide_repairs` what
    was decided about faulty questions.
    """

    def __init__(
        self,
        session: SessionLike,
        language: str,
        *,
        hide_results: bool = False,
        hide_repairs: bool = False,
    ) -> None:
        self._session = session
        self._language = language
        self._hide_results = hide_results
        self._hide_repairs = hide_repairs
        self._titles: dict[int, str] = {}
        self._released: set[int] = set()

    def lines(self, rows: Sequence[Any]) -> list[EntryLine]:
        """The lines, in the order of `rows`; two statements."""
        bodies = [read_body(row.body) for row in rows]
        earlier = self._earlier(bodies)
        self._learn_exams([*bodies, *(body for _, body in earlier.values())])
        return [self._line(row, body, earlier) for row, body in zip(rows, bodies, strict=True)]

    def _earlier(
        self, bodies: Iterable[Mapping[str, Any]]
    ) -> dict[int, tuple[str, dict[str, Any]]]:
        """Kind and body of the entries that are corrected by these."""
        numbers = {number for body in bodies if (number := corrects_of(body)) is not None}
        found = self._session.execute(
            select(LedgerEntry.seq, LedgerEntry.kind, LedgerEntry.body).where(
                LedgerEntry.seq.in_(numbers)
            )
        )
        return {row.seq: (row.kind, read_body(row.body)) for row in found}

    def _learn_exams(self, bodies: Iterable[Mapping[str, Any]]) -> None:
        ids = {exam_id for body in bodies if (exam_id := exam_id_of(body)) is not None}
        for exam in self._session.scalars(select(Exam).where(Exam.id.in_(ids))):
            self._titles[exam.id] = title_of(exam, self._language)
            if scores_released(exam):
                self._released.add(exam.id)

    def _withheld(self, kind: str, body: Mapping[str, Any]) -> bool:
        if kind in RESULTS:
            return self._hide_results and exam_id_of(body) not in self._released
        return self._hide_repairs and kind == "question-repair"

    def _told(self, kind: str, body: Mapping[str, Any]) -> Told:
        body = in_language(body, self._language)
        title = self._titles.get(exam_id_of(body) or 0) or contest_title(body)
        return tell(kind, body, title, withheld=self._withheld(kind, body))

    def _line(
        self,
        row: Any,
        body: Mapping[str, Any],
        earlier: Mapping[int, tuple[str, dict[str, Any]]],
    ) -> EntryLine:
        corrects = corrects_of(body)
        withheld = self._withheld(row.kind, body)
        corrected = None if corrects is None or withheld else earlier.get(corrects)
        return EntryLine(
            seq=row.seq,
            at=stored_time(row.at),
            kind=row.kind,
            subject=row.subject,
            person_id=row.person_id,
            person=row.name,
            login=row.login,
            unit=row.unit_name or row.unit,
            corrects=corrects,
            told=self._told(row.kind, body),
            before=None if corrected is None else self._told(*corrected),
            withheld=withheld,
            body=None if withheld else row.body,
            leaf_hash=None if withheld else row.leaf_hash.hex(),
            chain_hash=None if withheld else row.chain_hash.hex(),
        )

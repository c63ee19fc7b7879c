"""Which results of a person a certificate can be printed for, from the ledger alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from quizengine.services.exams import scores_released
from quizengine.services.ledger import stored_time, time_column
from quizengine.services.ledger_words import corrects_of, exam_id_of, read_body
from quizengine.services.office_access import local_day
from quizengine.services.office_terms import TermsBook
from quizengine.services.outbound_pass import TIER
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import (
    Exam,
    LedgerEntry,
    LedgerSubject,
    Person,
    Sitting,
    TrainingClass,
    Unit,
)

EXAM, CONTEST, TRAINING = "exam", "contest", "training"
_KINDS = {
    "exam-result": EXAM,
    "result-correction": EXAM,
    "contest-result": CONTEST,
    "training-attended": TRAINING,
}


@dataclass(frozen=True)
class Standing:
    """A result as it stands: the entry that said it first, and the latest that corrects it."""

    first: int
    latest: int
    kind: str
    day: date
    unit: str | None
    data: Mapping[str, Any]


@dataclass(frozen=True)
class Certifiable:
    """A result for which there may be a certificate; `result` is what the paper says of it."""

    first: int
    latest: int
    kind: str
    title: Mapping[str, str]
    result: Mapping[str, Any]
    day: date
    unit_id: int
    unit: str
    valid_until: date | None


def certifiable(session: SessionLike, zone: ZoneInfo, person_id: int) -> list[Certifiable]:
    """Results of the person that hold and may be told, the latest first."""
    person = session.get_one(Person, person_id)
    named = select(LedgerEntry.unit).where(LedgerEntry.subject == _digest(session, person_id))
    units = {unit.code: unit for unit in session.scalars(select(Unit).where(Unit.code.in_(named)))}
    found = []
    for standing in standings(session, zone, person_id):
        unit = units.get(standing.unit or "", person.unit)
        told = _TELL[standing.kind](session, zone, person_id, standing, unit)
        if told is not None:
            title, result, day, until = told
            found.append(
                Certifiable(
                    standing.first,
                    standing.latest,
                    standing.kind,
                    title,
                    result,
                    day,
                    unit.id,
                    unit.name,
                    until,
                )
            )
    return sorted(found, key=lambda one: (one.day, one.first), reverse=True)


def _digest(session: SessionLike, person_id: int) -> str:
    """The person's digest; that of nobody if there is no entry, or the person was erased."""
    query = select(LedgerSubject.digest).where(LedgerSubject.person_id == person_id)
    return session.scalar(query) or "-"


def standings(session: SessionLike, zone: ZoneInfo, person_id: int) -> Iterator[Standing]:
    """All results of the person, each as its latest correction has it."""
    at = time_column(session).label("at")
    rows = session.execute(
        select(LedgerEntry.seq, at, LedgerEntry.kind, LedgerEntry.unit, LedgerEntry.body)
        .where(LedgerEntry.subject == _digest(session, person_id), LedgerEntry.kind.in_(_KINDS))
        .order_by(LedgerEntry.seq)
    )
    latest: dict[int, tuple[int, date, Any, Mapping[str, Any]]] = {}
    for row in rows:
        body, time = read_body(row.body), stored_time(row.at)
        if not body or time is None:  # changed by somebody: nothing is certified on it
            continue
        corrects = corrects_of(body)
        before = latest.pop(corrects or 0, None)
        first, day = before[:2] if before else (row.seq, local_day(time, zone))
        latest[row.seq] = (first, day, row, body)
    for seq, (first, day, row, said) in latest.items():
        yield Standing(first, seq, _KINDS[row.kind], day, row.unit, said["data"])


_Told = tuple[Mapping[str, str], Mapping[str, Any], date, date | None] | None


def _exam(
    session: SessionLike, zone: ZoneInfo, person_id: int, standing: Standing, unit: Unit
) -> _Told:
    data = standing.data
    exam = session.get(Exam, exam_id_of({"data": data}) or 0)
    if exam is None or exam.cancelled_at or not data.get("passed") or not scores_released(exam):
        return None
    sitting = session.scalar(
        select(Sitting).where(
            Sitting.exam_id == exam.id,
            Sitting.person_id == person_id,
            Sitting.attempt == data["attempt"],
        )
    )
    closed = sitting.closed_at if sitting is not None else None
    day = local_day(closed, zone) if closed is not None else standing.day
    until = None
    if data.get("tier") == TIER:
        until = day + timedelta(days=TermsBook(session).at(unit.path).pass_days)
    title = {"zh": exam.title_zh, "en": exam.title_en}
    return title, {"score": data["score"], "max_score": data["max_score"]}, day, until


def _contest(
    _session: SessionLike, _zone: ZoneInfo, _person_id: int, standing: Standing, _unit: Unit
) -> _Told:
    data = standing.data
    title = data.get("title")
    if data.get("void") or not isinstance(title, Mapping):
        return None
    result: dict[str, Any] = {"rank": data["rank"]}
    if "participants" in data:
        result["participants"] = data["participants"]
    else:
        result |= {"team": data.get("team"), "teams": data.get("teams"), "prize": data.get("prize")}
    return dict(title), result, standing.day, None


def _training(
    session: SessionLike, _zone: ZoneInfo, _person_id: int, standing: Standing, _unit: Unit
) -> _Told:
    data = standing.data
    training = session.get(TrainingClass, data.get("class") or 0)
    if data.get("void") or training is None:
        return None
    day = date.fromisoformat(data["on"]) if "on" in data else standing.day
    return {"zh": training.title, "en": training.title}, {"hours": data["hours"]}, day, None


_TELL = {EXAM: _exam, CONTEST: _contest, TRAINING: _training}

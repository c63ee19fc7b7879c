"""What other offices get about people: who was trained, examined and posted when, as tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from quizengine.domain.ledgerkinds import KINDS
from quizengine.domain.text import N_, Text
from quizengine.services.access import Actor
from quizengine.services.ledger_browse import Wanted, export_entries
from quizengine.services.ledger_lines import EntryLine
from quizengine.services.ledger_words import read_body
from quizengine.services.office_access import local_day
from quizengine.services.spreadsheets import Column, Table
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import Person, Unit

# Of persons, and about what they did; sanctions and journeys stay with the office that keeps them.
TOLD = (
    "exam-result",
    "result-correction",
    "exam-missed",
    "commitment-signed",
    "training-attended",
    "training-missed",
    "contest-result",
    "post-stage",
    "activity-result",
)


@dataclass(frozen=True)
class Record:
    """A line: what the ledger says about somebody; texts in the reader's language."""

    seq: int
    unit_code: str
    unit: str
    name: str
    login: str
    staff_no: str
    day: date
    kind: str
    says: str
    score: Decimal | None
    max_score: Decimal | None
    hours: Decimal | None


def records(
    session: SessionLike,
    actor: Actor,
    zone: ZoneInfo,
    year: int,
    language: str,
    gettext: Callable[[str], str],
    unit_id: int | None = None,
    after: int = 0,
) -> Iterator[Record]:
    """The records of a year in the actor's units, the oldest first. Refused `forbidden` (403)."""
    first, end = (
        datetime.combine(date(y, 1, 1), time.min, zone).astimezone(UTC) for y in (year, year + 1)
    )
    wanted = Wanted(unit_id=unit_id, since=first, until=end)
    people = {
        row[0]: (row[1], row[2], row[3])
        for row in session.execute(
            select(Person.id, Person.staff_no, Unit.code, Unit.name).join(
                Unit, Unit.id == Person.unit_id
            )
        )
    }
    for line in export_entries(session, actor, wanted, language, after):
        if line.kind in TOLD and line.person_id in people and line.at is not None:
            yield _record(line, people[line.person_id], local_day(line.at, zone), gettext)


def _record(
    line: EntryLine, person: tuple[str, str, str], day: date, gettext: Callable[[str], str]
) -> Record:
    data: dict[str, Any] = read_body(line.body or "").get("data", {})
    staff_no, code, unit = person
    texts = (line.told.sentence, *line.told.remarks)
    return Record(
        seq=line.seq,
        unit_code=code,
        unit=unit,
        name=line.person or "",
        login=line.login or "",
        staff_no=staff_no,
        day=date.fromisoformat(data["on"]) if "on" in data else day,
        kind=line.kind,
        says=" ".join(text.render(gettext) for text in texts),
        score=line.told.score,
        max_score=line.told.max_score,
        hours=Decimal(data["hours"]) if isinstance(data.get("hours"), str) else None,
    )


def records_table(found: Iterator[Record]) -> Table:
    """The records for spreadsheet programs."""
    columns = (
        Column(N_("Unit code"), "id", 14),
        Column(N_("Unit"), width=28),
        Column(N_("Name"), width=12),
        Column(N_("Login"), "id", 14),
        Column(N_("Staff number"), "id", 16),
        Column(N_("Date"), "date", 12),
        Column(N_("Kind"), width=18),
        Column(N_("What happened"), width=60),
        Column(N_("Score"), "number", 9),
        Column(N_("Maximum"), "number", 9),
        Column(N_("Hours"), "number", 9),
        Column(N_("Entry"), "number", 9),
    )
    rows = (
        (
            one.unit_code,
            one.unit,
            one.name,
            one.login,
            one.staff_no,
            one.day,
            Text(KINDS[one.kind]),
            one.says,
            one.score,
            one.max_score,
            one.hours,
            one.seq,
        )
        for one in found
    )
    return Table(N_("Records of people"), columns, rows)


def record_data(one: Record) -> dict[str, Any]:
    """A record as plain JSON; points and hours as text, so that no digit is lost."""
    return {key: None if value is None else _plain(value) for key, value in asdict(one).items()}


def _plain(value: object) -> object:
    return value if isinstance(value, int | str) else str(value)

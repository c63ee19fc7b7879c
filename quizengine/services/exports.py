"""Results, absences and sign-in codes as tables for spreadsheet programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import select

from quizengine.domain.text import N_, Text
from quizengine.services.access import Actor
from quizengine.services.boards import percent, share_of
from quizengine.services.codes import CHUNK, IssuedCode
from quizengine.services.details import masked
from quizengine.services.reach import Reach
from quizengine.services.spreadsheets import Cell, Column, Table
from quizengine.services.standings import Standing, standings
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import Person, Unit

STATE_NAMES = {
    "absent": N_("Not started"),
    "sitting": N_("In progress"),
    "marking": N_("Being marked"),
    "failed": N_("Not passed"),
    "passed": N_("Passed"),
}

_WHO = (
    Column(N_("Unit"), width=36),
    Column(N_("Name"), width=12),
    Column(N_("Login"), "id", 14),
    Column(N_("Staff number"), "id", 16),
    Column(N_("Identity number"), "id", 22),
)


class _Details(NamedTuple):
    id: int
    name: str
    login: str
    staff_no: str
    id_no: str
    phone: str


def results_table(session: SessionLike, zone: ZoneInfo, actor: Actor, seen: Reach) -> Table:
    """Everybody within reach with the result that counts."""
    columns = (
        *_WHO,
        Column(N_("State"), width=12),
        Column(N_("Score"), "number", 9),
        Column(N_("Maximum"), "number", 9),
        Column(N_("Per cent"), "number", 9),
        Column(N_("Attempts"), "number", 9),
        Column(N_("Handed in at"), "time", 17),
    )
    members = standings(session, zone, seen)
    return Table(N_("Results"), columns, _result_rows(session, actor, members))


def missing_table(session: SessionLike, zone: ZoneInfo, actor: Actor, seen: Reach) -> Table:
    """Everybody within reach who has not started, with a phone number to call."""
    members = [m for m in standings(session, zone, seen) if m.state == "absent"]
    columns = (*_WHO, Column(N_("Phone"), "id", 16))
    return Table(N_("Missing"), columns, _missing_rows(session, actor, members))


def codes_table(codes: Sequence[IssuedCode], expires_at: datetime) -> Table:
    """Sign-in codes just issued."""
    columns = (
        Column(N_("Unit"), width=36),
        Column(N_("Name"), width=12),
        Column(N_("Login"), "id", 14),
        Column(N_("Sign-in code"), "id", 18),
        Column(N_("Expires"), "time", 17),
    )
    rows = [(c.unit, c.name, c.login, c.code, expires_at) for c in codes]
    return Table(N_("Sign-in codes"), columns, rows)


def _result_rows(
    session: SessionLike, actor: Actor, members: Sequence[Standing]
) -> Iterator[Sequence[Cell]]:
    for member, who, _ in _people(session, actor, members):
        share = share_of(member)
        yield (
            *who,
            Text(STATE_NAMES[member.state]),
            member.score,
            member.max_score if member.score is not None else None,
            percent(share, 1) if share is not None else None,
            member.attempts,
            member.closed_at,
        )


def _missing_rows(
    session: SessionLike, actor: Actor, members: Sequence[Standing]
) -> Iterator[Sequence[Cell]]:
    for _, who, phone in _people(session, actor, members):
        yield (*who, phone)


def _people(
    session: SessionLike, actor: Actor, members: Sequence[Standing]
) -> Iterator[tuple[Standing, tuple[Cell, ...], str]]:
    """Each member with the cells that say who it is, and the phone number.

    Only those who look after the person see the numbers in full; an auditor sees them masked.
    """
    units = {row.id: row for row in session.execute(select(Unit.id, Unit.name, Unit.path))}
    for start in range(0, len(members), CHUNK):
        chunk = members[start : start + CHUNK]
        people = _details(session, [m.person_id for m in chunk if m.person_id is not None])
        for member in chunk:
            person = people.get(member.person_id or 0)
            if person is None:
                continue
            unit = units[member.unit_id]
            show = str if actor.can("organizer", unit.path) else masked
            names = [units[int(step)].name for step in unit.path.strip("/").split("/")[1:]]
            cells = (
                " / ".join(names) or unit.name,
                person.name,
                person.login,
                person.staff_no,
                show(person.id_no),
            )
            yield member, cells, show(person.phone)


def _details(session: SessionLike, ids: Sequence[int]) -> dict[int, _Details]:
    rows = session.execute(
        select(
            Person.id, Person.name, Person.login, Person.staff_no, Person.id_no, Person.phone
        ).where(Person.id.in_(ids))
    )
    return {row.id: _Details(*row) for row in rows}

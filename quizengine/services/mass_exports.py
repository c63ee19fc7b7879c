"""网络竞赛: boards and winners as tables for spreadsheet programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

from sqlalchemy import select

from quizengine.domain.mass_units import tenths
from quizengine.domain.text import N_, Text
from quizengine.services.codes import CHUNK
from quizengine.services.mass_boards import Board, PersonLine, person_board, unit_board
from quizengine.services.mass_lookup import full_marks
from quizengine.services.mass_lottery import lottery_of, prizes_of, winners_of
from quizengine.services.reach import Reach
from quizengine.services.spreadsheets import Cell, Column, Table
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import Person


def persons_table(session: SessionLike, board: Board, seen: Reach) -> Table:
    """The participants within reach with their places among all."""
    columns = (
        Column(N_("Place"), "number", 8),
        Column(N_("Name"), width=12),
        Column(N_("Login"), "id", 14),
        Column(N_("Staff number"), "id", 16),
        Column(N_("Unit"), width=30),
        Column(N_("Entry number"), "id", 16),
        Column(N_("Score"), "number", 9),
        Column(N_("Maximum"), "number", 9),
        Column(N_("Time used (s)"), "number", 12),
        Column(N_("Attempts"), "number", 9),
        Column(N_("Handed in at"), "time", 17),
    )
    lines = [
        line
        for line in person_board(session, board, size=None)
        if seen.manages or seen.covers(line.unit_path)
    ]
    return Table(N_("Persons"), columns, _person_rows(session, board, lines))


def _person_rows(
    session: SessionLike, board: Board, lines: Sequence[PersonLine]
) -> Iterator[Sequence[Cell]]:
    most = points(full_marks(board.contest))
    for start in range(0, len(lines), CHUNK):
        chunk = lines[start : start + CHUNK]
        rows = session.execute(
            select(Person.id, Person.login, Person.staff_no).where(
                Person.id.in_([line.person_id for line in chunk])
            )
        )
        people = {row.id: row for row in rows}
        for line in chunk:
            person = people[line.person_id]
            yield (
                line.place,
                line.name,
                person.login,
                person.staff_no,
                line.unit,
                line.token,
                points(line.score),
                most,
                Decimal(line.duration_ms).scaleb(-3),
                line.attempts,
                line.handed_in_at,
            )


def units_table(session: SessionLike, board: Board, seen: Reach) -> Table:
    """The units within reach, level by level, with their places among all of the level."""
    columns = (
        Column(N_("Level"), "number", 8),
        Column(N_("Place"), "number", 8),
        Column(N_("Unit"), width=36),
        Column(N_("Code"), "id", 16),
        Column(N_("Members"), "number", 10),
        Column(N_("Took part"), "number", 10),
        Column(N_("Participation in per cent"), "number", 14),
        Column(N_("Average of participants in per cent"), "number", 20),
        Column(N_("Average of all members in per cent"), "number", 20),
        Column(N_("Organization award"), width=16),
    )
    rows = [
        (
            each.line.level,
            each.line.place,
            each.name,
            each.code,
            each.line.members,
            each.line.participants,
            percent(tenths(each.line.participation)),
            percent(tenths(each.line.average)),
            percent(tenths(each.line.overall)),
            Text(N_("Awarded")) if each.awarded else None,
        )
        for each in unit_board(session, board)
        if seen.manages or seen.covers(each.path)
    ]
    return Table(N_("Units"), columns, rows)


def winners_table(session: SessionLike, board: Board, seen: Reach) -> Table:
    """Who won prizes by lot."""
    columns = (
        Column(N_("Prize"), width=20),
        Column(N_("Entry number"), "id", 16),
        Column(N_("Name"), width=12),
        Column(N_("Login"), "id", 14),
        Column(N_("Unit"), width=30),
    )
    lottery = lottery_of(session, board.contest.id)
    prizes = prizes_of(lottery) if lottery else []
    rows = [
        (prizes[each.prize].title, each.token, each.name, each.login, each.unit)
        for each in winners_of(session, board.contest.id)
        if seen.manages
    ]
    return Table(N_("Prizes by lot"), columns, rows)


def points(hundredths: int) -> Decimal:
    """Points as they are written."""
    return Decimal(hundredths).scaleb(-2)


def percent(tenth: int) -> Decimal:
    """Tenths of a per cent as per cent."""
    return Decimal(tenth).scaleb(-1)

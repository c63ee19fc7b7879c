"""Registers of posts, letters, journeys and incidents as tables for spreadsheet programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from quizengine.domain.text import N_, Text
from quizengine.services.incident_words import (
    KIND_NAMES,
    LIABILITY_NAMES,
    SANCTION_NAMES,
    SEVERITY_NAMES,
)
from quizengine.services.letters_overview import LETTER_STATES, LetterRow
from quizengine.services.outbound_watch import OUTBOUND_NAMES, JourneyRow
from quizengine.services.post_holders import HolderRow
from quizengine.services.post_steps import step_name
from quizengine.services.post_words import SECRECY_NAMES, STAGE_NAMES
from quizengine.services.spreadsheets import Cell, Column, Table
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import Incident, IncidentLiable, Person, Unit

_PERSON = (
    Column(N_("Name"), width=12),
    Column(N_("Login"), "id", 14),
    Column(N_("Staff number"), "id", 16),
)


def holders_table(session: SessionLike, rows: Sequence[HolderRow]) -> Table:
    """Who is on which post, at which stage, and what is missing."""
    columns = (
        Column(N_("Unit"), width=36),
        Column(N_("Post"), width=24),
        Column(N_("Secrecy level"), width=12),
        *_PERSON,
        Column(N_("Stage"), width=14),
        Column(N_("Entering since"), "date", 12),
        Column(N_("On the post since"), "date", 12),
        Column(N_("Leaving since"), "date", 12),
        Column(N_("Control period until"), "date", 14),
        Column(N_("Lacks"), width=40),
    )
    return Table(N_("Holders of classified posts"), columns, _holder_rows(UnitNames(session), rows))


def letters_table(session: SessionLike, rows: Sequence[LetterRow]) -> Table:
    """Which unit's head has signed, when, and which text."""
    columns = (
        Column(N_("Unit"), width=36),
        Column(N_("Unit code"), "id", 14),
        Column(N_("Responsible person"), width=14),
        Column(N_("State"), width=16),
        Column(N_("Version"), "number", 9),
        Column(N_("Signed at"), "time", 17),
        Column(N_("Signed by"), width=12),
        Column(N_("SHA-256 of the text"), "id", 66),
        Column(N_("People of the unit"), "number", 9),
        Column(N_("Commitment letters"), "number", 9),
    )
    return Table(N_("Responsibility letters"), columns, _letter_rows(UnitNames(session), rows))


def journeys_table(session: SessionLike, rows: Sequence[JourneyRow]) -> Table:
    """Who travels where and when, and how far the journey is."""
    columns = (
        Column(N_("Unit"), width=36),
        *_PERSON,
        Column(N_("Destination"), width=20),
        Column(N_("Purpose"), width=24),
        Column(N_("Approval"), "id", 24),
        Column(N_("Departure"), "date", 12),
        Column(N_("Return"), "date", 12),
        Column(N_("State"), width=12),
        Column(N_("Exam good until"), "date", 12),
        Column(N_("Left on"), "date", 12),
        Column(N_("Back on"), "date", 12),
        Column(N_("Talk"), "date", 12),
        Column(N_("Refresher"), "date", 12),
        Column(N_("Lacks"), width=40),
    )
    return Table(N_("Journeys abroad"), columns, _journey_rows(UnitNames(session), rows))


def incidents_table(session: SessionLike, incidents: Sequence[Incident]) -> Table:
    """Incidents, a line for each person held liable."""
    columns = (
        Column(N_("Number"), "number", 8),
        Column(N_("Unit"), width=36),
        Column(N_("Kind"), width=10),
        Column(N_("Severity"), width=12),
        Column(N_("Title"), width=36),
        Column(N_("Happened on"), "date", 12),
        Column(N_("Found at"), "time", 17),
        Column(N_("Reported at"), "time", 17),
        Column(N_("Report due"), "time", 17),
        *_PERSON,
        Column(N_("Responsibility"), width=16),
        Column(N_("Sanction"), width=20),
        Column(N_("Closed at"), "time", 17),
    )
    return Table(N_("Incidents"), columns, _incident_rows(UnitNames(session), incidents))


class UnitNames:
    """Names of units from the level below the root down, as in '学院 / 支部'."""

    def __init__(self, session: SessionLike) -> None:
        self._names = {row.id: row.name for row in session.execute(select(Unit.id, Unit.name))}

    def of(self, unit: Unit) -> str:
        """The way to the unit; the root has its own name alone."""
        steps = [int(step) for step in unit.path.strip("/").split("/")]
        return " / ".join(self._names[step] for step in steps[1:]) or unit.name


def _who(person: Person) -> tuple[Cell, ...]:
    return (person.name, person.login, person.staff_no)


def _joined(texts: Sequence[Text]) -> Cell:
    """Texts as one cell, each translated."""
    if not texts:
        return None
    template = "; ".join(f"%(t{number})s" for number in range(len(texts)))
    return Text(template, {f"t{number}": text for number, text in enumerate(texts)})


def _holder_rows(units: UnitNames, rows: Sequence[HolderRow]) -> Iterator[Sequence[Cell]]:
    for row in rows:
        holder = row.holder
        yield (
            units.of(holder.post.unit),
            holder.post.name,
            Text(SECRECY_NAMES[holder.secrecy]),
            *_who(holder.person),
            Text(STAGE_NAMES[holder.stage]),
            holder.on_from,
            holder.in_from,
            holder.off_from,
            holder.control_until,
            _joined([Text(step_name(lack.step)) for lack in row.lacks]),
        )


def _letter_rows(units: UnitNames, rows: Sequence[LetterRow]) -> Iterator[Sequence[Cell]]:
    for row in rows:
        given = row.signature
        yield (
            units.of(row.unit),
            row.unit.code,
            row.head,
            Text(LETTER_STATES[row.state]),
            given.text.version if given else None,
            given.signed_at if given else None,
            given.person.name if given else None,
            given.text.digest if given else None,
            row.members,
            row.pledged,
        )


def _journey_rows(units: UnitNames, rows: Sequence[JourneyRow]) -> Iterator[Sequence[Cell]]:
    for row in rows:
        file = row.file
        yield (
            units.of(file.unit),
            *_who(file.person),
            file.destination,
            file.purpose,
            file.approval,
            file.departs_on,
            file.returns_on,
            Text(OUTBOUND_NAMES[file.state]),
            row.good_until,
            file.left_on,
            file.returned_on,
            file.talk_on,
            file.refresher_on,
            _joined([need.text for need in row.needs]),
        )


def _incident_rows(units: UnitNames, incidents: Sequence[Incident]) -> Iterator[Sequence[Cell]]:
    for incident in incidents:
        head = (
            incident.id,
            units.of(incident.unit),
            Text(KIND_NAMES[incident.kind]),
            Text(SEVERITY_NAMES[incident.severity]),
            incident.title,
            incident.happened_on,
            incident.found_at,
            incident.reported_at,
            incident.report_by,
        )
        liable: Sequence[IncidentLiable | None] = incident.liable or [None]
        for one in liable:
            yield (*head, *_liable(one), incident.closed_at)


def _liable(one: IncidentLiable | None) -> tuple[Cell, ...]:
    if one is None:
        return (None,) * 5
    sanction = N_("Lifted: not liable") if one.lifted_at else SANCTION_NAMES[one.sanction]
    return (*_who(one.person), Text(LIABILITY_NAMES[one.liability]), Text(sanction))

"""Training as tables for spreadsheet programs: classes, attendance, budget, teachers."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from quizengine.domain.text import N_, Text
from quizengine.services.exports import STATE_NAMES
from quizengine.services.office_access import Act
from quizengine.services.office_tables import UnitNames
from quizengine.services.spreadsheets import Cell, Column, Table
from quizengine.services.training import batch_state, live_batches
from quizengine.services.training_batches import place_counts
from quizengine.services.training_budget import sums_of
from quizengine.services.training_exam import class_exam
from quizengine.services.training_teachers import TeacherRow
from quizengine.services.training_words import (
    BATCH_NAMES,
    HOW_NAMES,
    MARK_NAMES,
    ORIGIN_NAMES,
    OUTCOME_NAMES,
)
from quizengine.storage.models import TrainingBatch, TrainingClass, TrainingPlace


def classes_table(act: Act, found: Sequence[TrainingClass]) -> Table:
    """A line for each batch of the classes, and one for a class without any."""
    columns = (
        Column(N_("Unit"), width=36),
        Column(N_("Class"), width=36),
        Column(N_("Batch"), width=16),
        Column(N_("State"), width=14),
        Column(N_("Begins"), "time", 17),
        Column(N_("Sessions"), "number", 9),
        Column(N_("Hours"), "number", 9),
        Column(N_("On the list"), "number", 9),
        Column(N_("Attended"), "number", 9),
        Column(N_("Planned amount"), "number", 12),
        Column(N_("Spent amount"), "number", 12),
    )
    return Table(N_("Training classes"), columns, _class_rows(act, found))


def attendance_table(act: Act, batch: TrainingBatch) -> Table:
    """Each person of a batch with the mark of each session, the result, and the closing exam."""
    columns = (
        Column(N_("Unit"), width=36),
        Column(N_("Name"), width=12),
        Column(N_("Login"), "id", 14),
        Column(N_("Staff number"), "id", 16),
        Column(N_("On the list as"), width=12),
        *(Column(f"{n}. {one.topic}"[:60], width=16) for n, one in enumerate(batch.sessions, 1)),
        Column(N_("Remarks"), width=30),
        Column(N_("Outcome"), width=12),
        Column(N_("Hours"), "number", 9),
        Column(N_("Closing exam"), width=14),
        Column(N_("Score"), "number", 9),
    )
    return Table(N_("Attendance"), columns, _attendance_rows(act, batch))


def budget_table(found: TrainingClass) -> Table:
    """The items of a class's budget, and their sums; amounts are exact."""
    columns = (
        Column(N_("Item"), width=30),
        Column(N_("Planned amount"), "number", 14),
        Column(N_("Spent amount"), "number", 14),
        Column(N_("Amount left"), "number", 14),
        Column(N_("Note"), width=36),
    )
    return Table(N_("Budget"), columns, _budget_rows(found))


def teachers_table(act: Act, rows: Sequence[TeacherRow]) -> Table:
    """The pool of teachers."""
    columns = (
        Column(N_("Pool of"), width=36),
        Column(N_("Name"), width=12),
        Column(N_("Works at"), width=30),
        Column(N_("Topics"), width=40),
        Column(N_("Fee"), width=18),
        Column(N_("Classes held"), "number", 9),
        Column(N_("Hours"), "number", 9),
        Column(N_("Feedback"), "number", 9),
        Column(N_("Note"), width=30),
    )
    return Table(N_("Teachers"), columns, _teacher_rows(UnitNames(act.session), rows))


def _class_rows(act: Act, found: Sequence[TrainingClass]) -> Iterator[Sequence[Cell]]:
    units = UnitNames(act.session)
    counts = place_counts(act.session, [batch for one in found for batch in live_batches(one)])
    for one in found:
        sums = sums_of(one)
        head: tuple[Cell, ...] = (units.of(one.unit), one.title)
        money: tuple[Cell, ...] = (sums.planned, sums.actual) if one.budget else (None, None)
        batches: Sequence[TrainingBatch | None] = live_batches(one) or [None]
        for batch in batches:
            yield (*head, *_batch_cells(act, batch, counts), *money)
            # The budget is the class's: it stands once, so that columns can be summed up.
            money = (None, None)


def _batch_cells(
    act: Act, batch: TrainingBatch | None, counts: Mapping[int, tuple[int, int]]
) -> tuple[Cell, ...]:
    if batch is None:
        return (None,) * 7
    listed, attended = counts[batch.id]
    return (
        batch.name,
        Text(BATCH_NAMES[batch_state(batch, act.now)]),
        batch.starts_at,
        len(batch.sessions),
        sum((session.hours for session in batch.sessions), Decimal(0)),
        listed,
        attended if batch.closed_at else None,
    )


def _attendance_rows(act: Act, batch: TrainingBatch) -> Iterator[Sequence[Cell]]:
    units = UnitNames(act.session)
    exam = class_exam(act, batch.training, [batch])
    for place in batch.places:
        marks = {mark.session_id: mark for mark in place.marks}
        cells: list[Cell] = []
        for session in batch.sessions:
            mark = marks.get(session.id)
            cells.append(Text(MARK_NAMES[mark.state]) if mark else None)
        standing = exam.standings.get(place.person_id) if exam else None
        yield (
            units.of(place.unit),
            place.person.name,
            place.person.login,
            place.person.staff_no,
            Text(ORIGIN_NAMES[place.origin]),
            *cells,
            _remarks(place),
            Text(OUTCOME_NAMES[place.outcome]) if place.outcome else None,
            place.hours,
            Text(STATE_NAMES[standing.state]) if standing else None,
            standing.score if standing else None,
        )


def _remarks(place: TrainingPlace) -> Cell:
    notes = dict.fromkeys(mark.note for mark in place.marks if mark.note)
    if notes:
        return "; ".join(notes)
    hows = {mark.how for mark in place.marks}
    return Text(HOW_NAMES[hows.pop()]) if len(hows) == 1 else None


def _budget_rows(found: TrainingClass) -> Iterator[Sequence[Cell]]:
    for cost in found.budget:
        left = None if cost.actual is None else cost.planned - cost.actual
        yield (cost.item, cost.planned, cost.actual, left, cost.note)
    sums = sums_of(found)
    yield (Text(N_("Sum")), sums.planned, sums.actual, sums.left, None)


def _teacher_rows(units: UnitNames, rows: Sequence[TeacherRow]) -> Iterator[Sequence[Cell]]:
    for row in rows:
        yield (
            units.of(row.teacher.unit),
            row.teacher.name,
            row.teacher.employer,
            "; ".join(row.teacher.topics.splitlines()),
            row.teacher.fee,
            row.classes,
            row.hours,
            row.rated.mean,
            row.teacher.note,
        )

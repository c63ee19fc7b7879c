"""Inspections, findings and self-assessments as tables for spreadsheet programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from quizengine.domain.text import N_, Text
from quizengine.services.finding_list import finding_counts, is_late
from quizengine.services.inspection_words import (
    FINDING_SEVERITY_NAMES,
    FINDING_STATE_NAMES,
    INSPECTION_KIND_NAMES,
    INSPECTION_STATE_NAMES,
)
from quizengine.services.office_access import Act
from quizengine.services.office_tables import UnitNames
from quizengine.services.selfcheck_list import (
    SELFCHECK_STATE_NAMES,
    VERDICT_NAMES,
    SelfCheckRow,
)
from quizengine.services.spreadsheets import Cell, Column, Table
from quizengine.storage.models import Finding, Inspection


def inspections_table(act: Act, rows: Sequence[Inspection]) -> Table:
    """Inspections with what came out."""
    columns = (
        Column(N_("Number"), "number", 8),
        Column(N_("Unit"), width=36),
        Column(N_("Kind"), width=14),
        Column(N_("Title"), width=30),
        Column(N_("Inspecting unit"), width=24),
        Column(N_("Inspectors"), width=24),
        Column(N_("Planned for"), "date", 12),
        Column(N_("Held on"), "date", 12),
        Column(N_("State"), width=12),
        Column(N_("Score"), "number", 9),
        Column(N_("Full score"), "number", 9),
        Column(N_("Findings"), "number", 9),
        Column(N_("Not closed"), "number", 9),
    )
    return Table(N_("Inspections"), columns, _inspection_rows(act, rows))


def findings_table(act: Act, rows: Sequence[Finding]) -> Table:
    """Findings with owner, day due and how far they are."""
    columns = (
        Column(N_("Number"), "number", 8),
        Column(N_("Unit"), width=36),
        Column(N_("Inspection"), width=30),
        Column(N_("What was found"), width=50),
        Column(N_("Severity"), width=10),
        Column(N_("Owner"), width=12),
        Column(N_("Login"), "id", 14),
        Column(N_("Opened at"), "time", 17),
        Column(N_("Due on"), "date", 12),
        Column(N_("First due on"), "date", 12),
        Column(N_("State"), width=22),
        Column(N_("Late"), width=8),
        Column(N_("Answers"), "number", 9),
        Column(N_("Closed at"), "time", 17),
        Column(N_("Confirmed by"), width=12),
    )
    return Table(N_("Findings"), columns, _finding_rows(act, rows))


def selfchecks_table(act: Act, year: int, rows: Sequence[SelfCheckRow]) -> Table:
    """Which units have answered the checklist, and the verdict of the level above."""
    columns = (
        Column(N_("Unit"), width=36),
        Column(N_("Unit code"), "id", 14),
        Column(N_("Year"), "number", 8),
        Column(N_("State"), width=16),
        Column(N_("Sent up at"), "time", 17),
        Column(N_("Sent up by"), width=12),
        Column(N_("Own points"), "number", 9),
        Column(N_("Points"), "number", 9),
        Column(N_("Full score"), "number", 9),
        Column(N_("Reviewer's verdict"), width=14),
        Column(N_("Reviewed by"), width=12),
        Column(N_("Remark"), width=40),
    )
    return Table(N_("Self-assessments"), columns, _selfcheck_rows(act, year, rows))


def _inspection_rows(act: Act, rows: Sequence[Inspection]) -> Iterator[Sequence[Cell]]:
    units, counts = UnitNames(act.session), finding_counts(act.session, [row.id for row in rows])
    for row in rows:
        count = counts.get(row.id)
        yield (
            row.id,
            units.of(row.unit),
            Text(INSPECTION_KIND_NAMES[row.kind]),
            row.title,
            row.by_unit.name if row.by_unit else None,
            "、".join(one.person.name for one in row.inspectors),
            row.planned_on,
            row.held_on,
            Text(INSPECTION_STATE_NAMES[row.state]),
            row.score,
            row.max_score,
            count.all if count else 0,
            count.pending if count else 0,
        )


def _finding_rows(act: Act, rows: Sequence[Finding]) -> Iterator[Sequence[Cell]]:
    units = UnitNames(act.session)
    for row in rows:
        yield (
            row.id,
            units.of(row.unit),
            row.inspection.title,
            row.what,
            Text(FINDING_SEVERITY_NAMES[row.severity]),
            row.owner.name,
            row.owner.login,
            row.opened_at,
            row.due_on,
            row.first_due_on,
            Text(FINDING_STATE_NAMES[row.state]),
            Text(N_("late")) if is_late(act, row) else None,
            len(row.answers),
            row.closed_at,
            row.closed_by.name if row.closed_by else None,
        )


def _selfcheck_rows(act: Act, year: int, rows: Sequence[SelfCheckRow]) -> Iterator[Sequence[Cell]]:
    units = UnitNames(act.session)
    for row in rows:
        found = row.found
        head = (units.of(row.unit), row.unit.code, year, Text(SELFCHECK_STATE_NAMES[row.state]))
        if found is None:
            yield (*head, *(None,) * 8)
            continue
        yield (
            *head,
            found.submitted_at,
            found.submitted_by.name if found.submitted_by else None,
            found.own_score,
            found.score,
            found.max_score,
            Text(VERDICT_NAMES[found.verdict]) if found.verdict else None,
            found.reviewed_by.name if found.reviewed_by else None,
            found.remark,
        )

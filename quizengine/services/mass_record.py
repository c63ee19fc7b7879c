"""网络竞赛: enter published results into the ledger: one entry a person, one an awarded unit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from fractions import Fraction
from typing import Any

from sqlalchemy import select

from quizengine.domain.mass_units import tenths
from quizengine.services.ledger import LedgerWriter
from quizengine.services.mass_boards import (
    Board,
    PersonLine,
    UnitBoardLine,
    participants,
    person_board,
    unit_board,
)
from quizengine.services.mass_locks import hold_contest
from quizengine.services.mass_lookup import award_of, full_marks
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import MassAward, MassContest, MassEntry, Unit

# One write transaction enters this many, so that answers of others get through in between.
BATCH = 200


def record_due(session: SessionLike, now: datetime) -> int:
    """Enter what the ledger does not say yet of published contests; how many entries.

    After a repair that changed something, corrections that name the entries they correct. Safe to
    run at once twice.
    """
    due = select(MassContest.id).where(
        MassContest.published_at.is_not(None), MassContest.recorded_at.is_(None)
    )
    return sum(record_contest(session, now, each) for each in list(session.scalars(due)))


def record_contest(session: SessionLike, now: datetime, contest_id: int) -> int:
    """Enter the published result of one contest; how many entries. Again: none."""
    board = Board(session.get_one(MassContest, contest_id), "final")
    lines = person_board(session, board, size=None)
    total = participants(session, board)
    entered = 0
    for start in range(0, len(lines), BATCH):
        with writing(session), LedgerWriter(session) as log:
            contest = hold_contest(session, contest_id)
            batch = lines[start : start + BATCH]
            entered += _persons(session, now, contest, batch, total, log)
    with writing(session), LedgerWriter(session) as log:
        contest = hold_contest(session, contest_id)
        if person_board(session, Board(contest, "final"), size=None) != lines:
            # Something was repaired meanwhile: the next look goes over it again.
            return entered
        entered += _awards(session, now, contest, log)
        contest.recorded_at = now
    return entered


def _about(contest: MassContest) -> dict[str, Any]:
    return {
        "contest_kind": "mass",
        "contest": contest.id,
        "title": {"zh": contest.exam.title_zh, "en": contest.exam.title_en},
        "mode": contest.exam.purpose,
    }


def _persons(
    session: SessionLike,
    now: datetime,
    contest: MassContest,
    lines: Sequence[PersonLine],
    total: int,
    log: LedgerWriter,
) -> int:
    ids = [line.person_id for line in lines]
    query = select(MassEntry).where(
        MassEntry.contest_id == contest.id, MassEntry.person_id.in_(ids)
    )
    entries = {entry.person_id: entry for entry in session.scalars(query)}
    codes = {row.id: row.code for row in session.execute(select(Unit.id, Unit.code))}
    count = 0
    for line in lines:
        entry = entries[line.person_id]
        says = f"{line.place}:{line.score}:{line.duration_ms}"
        if entry.entered == says:
            continue
        count += 1
        entry.entries += 1
        entry.entry_seq = log.append(
            now,
            "contest-result",
            f"mass:{contest.id}:result:{entry.token}:{entry.entries}",
            person_id=line.person_id,
            unit=codes[entry.unit_id],
            data={
                **_about(contest),
                "rank": line.place,
                "participants": total,
                "score": _points(line.score),
                "max_score": _points(full_marks(contest)),
                "duration_ms": line.duration_ms,
            },
            corrects=entry.entry_seq,
        )
        entry.entered = says
    return count


def _points(hundredths: int) -> str:
    return str(Decimal(hundredths).scaleb(-2))


def _awards(session: SessionLike, now: datetime, contest: MassContest, log: LedgerWriter) -> int:
    """Enter the awards; one that a repair has taken away again is corrected."""
    rule = award_of(contest)
    if rule is None:
        return 0
    board = unit_board(session, Board(contest, "final"), rule.by)
    rows = {
        row.unit_id: row
        for row in session.scalars(select(MassAward).where(MassAward.contest_id == contest.id))
    }
    lines = {line.line.unit_id: line for line in board if line.awarded}
    lost = [line for line in board if line.line.unit_id in rows and not line.awarded]
    return sum(
        _award(session, now, contest, line, rows.get(line.line.unit_id), log)
        for line in [*lines.values(), *lost]
    )


def _award(
    session: SessionLike,
    now: datetime,
    contest: MassContest,
    line: UnitBoardLine,
    row: MassAward | None,
    log: LedgerWriter,
) -> bool:
    unit = line.line
    says = f"{line.awarded}:{unit.place}:{unit.participants}:{unit.members}:{unit.share}"[:80]
    if row is not None and row.entered == says:
        return False
    times = row.entries + 1 if row else 1
    seq = log.append(
        now,
        "contest-award",
        f"mass:{contest.id}:award:{line.code}:{times}",
        unit=line.code,
        data={
            **_about(contest),
            "awarded": line.awarded,
            "rank": unit.place,
            "members": unit.members,
            "participants": unit.participants,
            "average_pct": _percent(unit.average),
            "overall_pct": _percent(unit.overall),
        },
        corrects=row.entry_seq if row else None,
    )
    if row is None:
        row = MassAward(contest_id=contest.id, unit_id=unit.unit_id)
        session.add(row)
    row.entry_seq, row.entries, row.entered = seq, times, says
    return True


def _percent(share: Fraction) -> str:
    return str(Decimal(tenths(share)).scaleb(-1))

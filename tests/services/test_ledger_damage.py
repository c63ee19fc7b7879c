"""A ledger that somebody damaged in the file is reported, never an exception."""

from __future__ import annotations

from datetime import datetime

import pytest
from school import School
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from quizengine.services.checkpoints import verify_ledger
from quizengine.services.ledger import LedgerWriter, verify
from quizengine.storage.engine import writing


@pytest.fixture
def ledger(session: Session, now: datetime, school: School) -> Session:
    with writing(session), LedgerWriter(session) as log:
        for number in range(3):
            log.append(now, "test", f"test:{number}", person_id=school.persons["li"])
    session.execute(text("DROP TRIGGER ledger_entries_no_update"))
    session.commit()
    return session


@pytest.mark.parametrize(
    "change",
    [
        "at = 'yesterday'",
        "at = 7",
        "at = x'ff'",
        "body = x'ff00'",
        "body = CAST(x'fffe' AS TEXT)",
        "leaf_hash = 'x'",
        "subject = x''",
    ],
)
def test_damage_is_a_problem(ledger: Session, change: str) -> None:
    assert verify(ledger).ok
    ledger.execute(text(f"UPDATE ledger_entries SET {change} WHERE seq = 2"))
    ledger.commit()
    assert not verify(ledger).ok


@pytest.mark.parametrize(
    "written",
    ["2026-03-02T08:00:00+00:00", "2026-03-02 16:00:00.000000+08:00", "2026-03-02 08:00:00"],
)
def test_the_same_moment_written_otherwise_is_the_same_time(ledger: Session, written: str) -> None:
    ledger.execute(text("UPDATE ledger_entries SET at = :at WHERE seq = 2"), {"at": written})
    ledger.commit()
    assert verify(ledger).ok


def test_a_ledger_without_its_table_is_a_problem(ledger: Session) -> None:
    ledger.execute(text("DROP TABLE ledger_entries"))
    ledger.commit()
    report = verify(ledger)
    assert [problem.code for problem in report.problems] == ["unreadable"]


def _codes(session: Session) -> set[str]:
    """What verifying finds beside the trigger that the fixture dropped."""
    return {
        problem.code
        for problem in verify_ledger(session).problems
        if "_no_update" not in str(problem.text.params.get("name"))
    }


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("DELETE FROM ledger_entries WHERE seq = 3", "head-differs"),
        ("DELETE FROM ledger_entries", "head-differs"),
        ("UPDATE ledger_head SET size = 1", "head-differs"),
        ("UPDATE ledger_head SET chain_hash = x'00'", "head-differs"),
        ("UPDATE ledger_head SET frontier = x'00'", "head-differs"),
        ("UPDATE ledger_head SET chain_hash = 'x'", "head-differs"),
        ("DELETE FROM ledger_head", "head-differs"),
        ("DROP TABLE ledger_head", "unreadable"),
        (
            "UPDATE ledger_subjects SET salt = x'00112233445566778899aabbccddeeff'",
            "subject-differs",
        ),
        ("UPDATE ledger_subjects SET person_id = person_id + 1", "subject-differs"),
        ("UPDATE ledger_subjects SET salt = x''", "subject-differs"),
    ],
)
def test_what_stands_beside_the_entries_must_fit_them(
    ledger: Session, statement: str, code: str
) -> None:
    ledger.execute(text("DROP TRIGGER ledger_entries_no_delete"))
    ledger.commit()
    assert _codes(ledger) == {"guard-missing"}
    ledger.execute(text(statement))
    ledger.commit()
    assert code in _codes(ledger)


def test_a_trigger_that_refuses_nothing_is_no_guard(ledger: Session) -> None:
    assert _codes(ledger) == set()
    ledger.execute(text("DROP TRIGGER revisions_no_delete"))
    hollow = "CREATE TRIGGER revisions_no_delete BEFORE DELETE ON revisions BEGIN SELECT 1; END"
    ledger.execute(text(hollow))
    ledger.commit()
    assert _codes(ledger) == {"guard-missing"}


def test_an_entry_can_not_be_replaced(ledger: Session) -> None:
    columns = (
        "at, 'changed', source, subject, unit, body, leaf_hash, chain_hash FROM ledger_entries"
    )
    for seq in ("seq", "seq + 10"):  # by its number, by its source
        statement = f"REPLACE INTO ledger_entries SELECT {seq}, {columns} WHERE seq = 2"
        with pytest.raises(IntegrityError, match="append-only"):
            ledger.execute(text(statement))
        ledger.rollback()
    assert verify(ledger).ok

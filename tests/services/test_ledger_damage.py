"""A ledger that somebody damaged in the file is reported, never an exception."""

from __future__ import annotations

from datetime import datetime

import pytest
from school import School
from sqlalchemy import text
from sqlalchemy.orm import Session

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


def test_a_ledger_without_its_table_is_a_problem(ledger: Session) -> None:
    ledger.execute(text("DROP TABLE ledger_entries"))
    ledger.commit()
    report = verify(ledger)
    assert [problem.code for problem in report.problems] == ["unreadable"]

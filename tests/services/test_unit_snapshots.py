"""The tree of units enters the ledger once a month."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from school import School
from sqlalchemy import select
from sqlalchemy.orm import Session

from quizengine.services.checkpoints import verify_ledger
from quizengine.services.unit_snapshots import snapshot_due
from quizengine.storage.engine import writing
from quizengine.storage.models import LedgerEntry, Person

ZONE = ZoneInfo("Asia/Shanghai")


def _entered(session: Session) -> list[dict[str, dict[str, object]]]:
    rows = session.scalars(select(LedgerEntry).order_by(LedgerEntry.seq))
    units = [json.loads(row.body)["data"]["units"] for row in rows]
    return [{unit["code"]: unit for unit in each} for each in units]


def test_each_unit_counts_its_members_and_those_below(
    session: Session, now: datetime, school: School
) -> None:
    with writing(session):
        session.get_one(Person, school.persons["wang"]).active = False
    assert snapshot_due(session, now, ZONE)
    [units] = _entered(session)
    assert {code: unit["members"] for code, unit in units.items()} == {
        "HQ": 8,
        "CS": 3,
        "CS-1": 1,
        "CS-2": 0,
        "PHY": 2,
        "PHY-1": 1,
        "PHY-2": 1,
    }
    assert (units["CS-1"]["parent"], units["HQ"]["parent"]) == ("CS", None)
    assert verify_ledger(session).ok


def test_a_month_is_entered_once_by_the_sites_own_calendar(
    session: Session, now: datetime, school: School
) -> None:
    last_hour = datetime(2026, 3, 31, 15, 59, tzinfo=now.tzinfo)  # 23:59 in Shanghai
    assert snapshot_due(session, last_hour, ZONE)
    assert not snapshot_due(session, last_hour + timedelta(seconds=59), ZONE)
    assert snapshot_due(session, last_hour + timedelta(seconds=60), ZONE)
    assert len(_entered(session)) == 2


def test_a_site_without_units_enters_nothing(session: Session, now: datetime) -> None:
    assert not snapshot_due(session, now, ZONE)

"""Frequency duties by the ledger: who is short, what people see, what the clock enters."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from office import ZONE, Office
from school import School
from sqlalchemy.orm import Session

from quizengine.bank.tables import read_rows
from quizengine.services.bank import served_duties, sync_bank
from quizengine.services.duties import (
    DutyFilter,
    duties_table,
    list_duties,
    own_duties,
)
from quizengine.services.duty_clock import conclude_duties
from quizengine.services.ledger import LedgerWriter
from quizengine.services.ledger_words import tell
from quizengine.services.post_holders import assign
from quizengine.services.spreadsheets import write_xlsx
from quizengine.services.todo import todos
from quizengine.services.unit_snapshots import snapshot_due
from quizengine.storage.engine import writing
from quizengine.storage.models import DutyClosing, Person

RULES = {
    "posts": """
schema: 1
id: posts
title: {zh: 涉密岗位培训, en: Classified posts train}
who: {of: people, posts: [core, important]}
counts: [{op: count, kind: [training-attended]}]
least: 2
per: quarter
partial: full
from: 2026-01-01
""",
    "lecture": """
schema: 1
id: lecture
title: {zh: 每季度讲座, en: A lecture each quarter}
who: {of: units, levels: [2]}
counts: [{op: count, kind: [training-held]}]
least: 1
per: quarter
from: 2026-01-01
""",
    "heads": """
schema: 1
id: heads
title: {zh: 负责人, en: Heads}
who: {of: heads, levels: [3]}
counts: [{op: sum, kind: [training-attended], field: hours}]
least: 3
per: year
partial: full
from: 2026-01-01
""",
    "joining": """
schema: 1
id: joining
title: {zh: 岗前教育, en: Before starting}
who: {of: people, tiers: [new_member]}
counts: [{op: count, kind: [training-attended]}]
least: 1
per: joining
within: 30
from: 2025-08-01
""",
}


@pytest.fixture
def office(session: Session, school: School, now: datetime, bank: Path) -> Office:
    """An office whose bank has the rules, and whose ledger knows the units."""
    (bank / "duties").mkdir()
    for name, text in RULES.items():
        (bank / "duties" / f"{name}.yaml").write_text(text, encoding="utf-8")
    assert sync_bank(session, now, now.date(), bank) == []
    snapshot_due(session, now, ZONE)
    return Office(session, school, now)


def held(office: Office, unit: str, number: int) -> None:
    with writing(office.session), LedgerWriter(office.session) as log:
        log.append(office.now, "training-held", f"held:{number}", unit=unit, data={"hours": "2"})


def standings(office: Office, day: date, login: str = "admin", **wanted: Any) -> dict[Any, str]:
    rows = list_duties(office.act(login), DutyFilter(day, state=None, **wanted))
    return {
        (row.rule.id, row.debtor.person.login if row.debtor.person else row.debtor.unit.code): (
            f"{row.standing.have}/{row.standing.needed} {row.standing.state}"
        )
        for row in rows
    }


def test_who_is_short_as_of_any_day(office: Office) -> None:
    post = office.post()
    assign(office.act(), post, office.id("li"), date(2026, 3, 2))
    office.appoint("CS-1", "li")
    office.trained("li", "2.5")
    held(office, "CS-1", 1)
    found = standings(office, date(2026, 3, 2))
    assert found == {
        # Who came in September without a class by the first of October is still short.
        ("joining", "wang"): "0/1 short",
        ("joining", "zhao"): "0/1 short",
        ("joining", "li"): "1/1 made-up",
        ("posts", "li"): "1/2 open",
        ("heads", "li"): "5/2/3 open",
        ("lecture", "CS"): "1/1 met",
        ("lecture", "PHY"): "0/1 open",
    }
    # The day before, nothing of it had happened.
    before = standings(office, date(2026, 3, 1))
    assert before[("joining", "li")] == "0/1 short"
    assert ("posts", "li") not in before
    assert before[("lecture", "CS")] == "0/1 open"
    # An office sees its own units, and within them what it asks for.
    own = standings(office, date(2026, 3, 2), "organizer", rule="lecture")
    assert own == {("lecture", "CS"): "1/1 met"}
    assert standings(office, date(2026, 3, 2), "li") == {}
    lacking = list_duties(office.act("admin"), DutyFilter(date(2026, 3, 2)))
    assert [row.standing.state for row in lacking] == ["short", "short", "open", "open", "open"]
    office.trained("li", "0.5", 2)
    assert standings(office, date(2026, 3, 2))[("heads", "li")] == "3/3 met"


def test_a_person_sees_what_is_missing_and_till_when(office: Office) -> None:
    post = office.post()
    assign(office.act(), post, office.id("li"), date(2026, 3, 2))
    office.appoint("PHY", "li")
    day = date(2026, 3, 2)
    own = own_duties(office.session, ZONE, office.id("li"), day)
    assert [(row.rule.id, row.standing.state) for row in own] == [
        ("joining", "short"),
        ("posts", "open"),
        ("lecture", "open"),
    ]
    [todo] = [
        one
        for one in todos(office.session, office.now, ZONE, office.id("li"))
        if "Training is missing" in str(one.text)
    ]
    assert (str(todo.text), todo.due) == (
        "Training is missing for 3 of your duties",
        date(2025, 10, 1),
    )
    assert own_duties(office.session, ZONE, office.id("grader"), day) == []
    table = duties_table(own, day, "zh")
    rows = read_rows(write_xlsx(table, ZONE))
    assert rows[1][:5] == ["岗前教育", "教工第一支部", "CS-1", "李雷", "li"]
    assert rows[3][0:3] == ["每季度讲座", "物理学院", "PHY"]


def test_the_clock_enters_each_period_once(office: Office) -> None:
    post = office.post()
    assign(office.act(), post, office.id("li"), date(2026, 3, 2))
    assign(office.act(), post, office.id("wang"), date(2026, 3, 2))
    for number in (1, 2):
        office.trained("li", "1", number)
    held(office, "CS-2", 1)
    # The quarter is not over; of the last one, nobody was there to be asked.
    conclude_duties(office.session, office.now, ZONE)
    assert entered(office, "posts") == []
    after = datetime(2026, 4, 1, 1, tzinfo=ZONE)
    assert conclude_duties(office.session, after, ZONE) == 4
    assert conclude_duties(office.session, after + timedelta(days=1), ZONE) == 0
    assert entered(office, "posts") == [
        ("duty-met", "CS-1", "2", "2", "2026-Q1"),
        ("duty-short", "CS-2", "0", "2", "2026-Q1"),
    ]
    assert entered(office, "lecture") == [
        ("duty-met", "CS", "1", "1", "2026-Q1"),
        ("duty-short", "PHY", "0", "1", "2026-Q1"),
    ]
    [closing] = [c for c in office.session.query(DutyClosing) if c.rule == "posts"]
    assert (closing.met, closing.short) == (1, 1)
    bodies = office.entries("duty-met", "duty-short")
    assert all(body["data"]["on"] == "2026-03-31" for body in bodies)
    told = [str(tell(body["kind"], body, "").sentence) for body in bodies]
    assert "The duty “posts” was not met: 0 of 2." in told


def entered(office: Office, rule: str) -> list[tuple[str, str, str, str, str]]:
    bodies = office.entries("duty-met", "duty-short")
    return [
        (b["kind"], b["unit"], b["data"]["have"], b["data"]["needed"], b["data"]["period"])
        for b in bodies
        if b["data"]["rule"] == rule
    ]


def test_who_joins_is_told_of_once_when_the_days_are_over(office: Office) -> None:
    with writing(office.session):
        person = office.session.get_one(Person, office.id("li"))
        person.tiers[0].valid_from = date(2026, 3, 1)
    # 30 days after 1 March is 31 March; the day after, it is known.
    conclude_duties(office.session, datetime(2026, 3, 31, 12, tzinfo=ZONE), ZONE)
    assert entered(office, "joining") == []
    for day in (1, 2, 3):
        conclude_duties(office.session, datetime(2026, 4, day, 1, tzinfo=ZONE), ZONE)
    assert entered(office, "joining") == [("duty-short", "CS-1", "0", "1", "joining:2026-03-01")]


def test_a_faulty_rule_keeps_the_bank_from_being_served(office: Office, bank: Path) -> None:
    file = bank / "duties" / "posts.yaml"
    file.write_text(RULES["posts"].replace("training-attended", "lectures"), encoding="utf-8")
    (bank / "duties" / "twin.yaml").write_text(RULES["heads"], encoding="utf-8")
    found = sync_bank(office.session, office.now, office.now.date(), bank)
    assert [(p.file, p.line, p.code) for p in found if p.severity == "error"] == [
        ("duties/posts.yaml", 6, "unknown-source"),
        ("duties/twin.yaml", 3, "duplicate-id"),
    ]
    assert "posts" in served_duties(office.session)

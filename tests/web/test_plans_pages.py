"""Pages of plans and frequency duties: who gets in, what they show, what they do."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from office import ZONE, Office
from school import School
from sqlalchemy import select
from sqlalchemy.orm import Session

from quizengine.bank.tables import read_rows
from quizengine.services.bank import sync_bank
from quizengine.services.plans import live_tasks
from quizengine.services.unit_snapshots import snapshot_due
from quizengine.storage.models import AnnualPlan

Login = Callable[..., FlaskClient]
RULE = """
schema: 1
id: joining
title: {zh: 岗前教育, en: Before starting}
who: {of: people, tiers: [new_member]}
counts: [{op: count, kind: [training-attended]}]
least: 1
per: joining
within: 30
from: 2025-08-01
"""


@pytest.fixture
def office(session: Session, school: School, now: Any, bank: Path) -> Office:
    (bank / "duties").mkdir()
    (bank / "duties" / "joining.yaml").write_text(RULE, encoding="utf-8")
    assert sync_bank(session, now, now.date(), bank) == []
    snapshot_due(session, now, ZONE)
    office = Office(session, school, now)
    office.grant("wang", "organizer", "CS-1")
    return office


def plan_in(session: Session) -> AnnualPlan:
    session.rollback()
    return session.scalars(select(AnnualPlan)).one()


def step(client: FlaskClient, session: Session, what: str, **more: str) -> Any:
    plan = plan_in(session)
    form = {"what": what, "changes": str(plan.changes), **more}
    return client.post(f"/office/plans/{plan.id}/step", data=form, follow_redirects=True)


def new_task(client: FlaskClient, plan_id: int, **changes: str) -> Any:
    values = {
        "title": "组织<b>培训</b>",
        "goal": "",
        "gauge": "training-held",
        "target": "2",
        "responsible": "",
        "due_on": "2026-06-30",
        **changes,
    }
    return client.post(f"/office/plans/{plan_id}/tasks/new", data=values)


def test_a_plan_from_the_first_task_to_its_record(
    app: Flask, login: Login, office: Office, session: Session
) -> None:
    unit = login(app.test_client(), "wang")
    index = unit.get("/office/plans/").text
    assert "Begin a plan" in index
    made = unit.post(
        "/office/plans/new", data={"unit": str(office.school.units["CS-1"]), "year": "2026"}
    )
    plan_id = plan_in(session).id
    assert made.location.endswith(f"/office/plans/{plan_id}")
    faulty = new_task(unit, plan_id, target="x", due_on="soon", title="")
    assert faulty.status_code == 400
    assert len(re.findall(r'class="invalid-feedback', faulty.text)) == 3
    outside = new_task(unit, plan_id, due_on="2027-01-01")
    assert "within the plan&#39;s year" in outside.text
    assert new_task(unit, plan_id).status_code == 302
    drill = {"gauge": "confirmed", "target": "", "responsible": "li", "title": "演练"}
    assert new_task(unit, plan_id, **drill).status_code == 302
    changed = unit.get(f"/office/plans/{plan_id}/tasks/1").text
    assert 'value="组织&lt;b&gt;培训&lt;/b&gt;"' in changed
    assert "handed in" in step(unit, session, "submit").text
    # Nobody of another unit sees it; its own office can't approve it.
    other = login(app.test_client(), "chen")
    assert other.get(f"/office/plans/{plan_id}").status_code == 403
    assert step(unit, session, "approve").status_code == 403
    above = login(app.test_client(), "organizer")
    assert "plans/" in above.get("/my/").text
    stale = above.post(
        f"/office/plans/{plan_id}/step",
        data={"what": "approve", "changes": "1"},
        follow_redirects=True,
    )
    assert "changed meanwhile" in stale.text
    page = step(above, session, "approve").text
    assert "Plan against record" in page
    assert "<b>培训</b>" not in page
    assert "SHA-256" in page
    # Who answers for a task finds it at home, and says that it is done.
    member = login(app.test_client(), "li")
    assert "演练" in member.get("/my/duties").text
    none = member.post(f"/my/plan-tasks/{plan_id}", data={"number": "2"}, follow_redirects=True)
    assert "Please fill this in." in none.text
    told = {"number": "2", "on": "2026-03-02", "text": "已开展"}
    done = member.post(f"/my/plan-tasks/{plan_id}", data=told, follow_redirects=True)
    assert "Done on" in done.text
    assert member.get(f"/office/plans/{plan_id}").status_code == 403
    stranger = login(app.test_client(), "zhao")
    told["number"] = "1"
    assert stranger.post(f"/my/plan-tasks/{plan_id}", data=told).status_code == 403
    record = unit.get(f"/office/plans/{plan_id}/record.xlsx?day=2026-03-02")
    assert [row[1] for row in read_rows(record.data)[1:]] == ["组织<b>培训</b>", "演练"]
    assert "No plan held" in unit.get(f"/office/plans/{plan_id}?day=2026-03-01").text
    assert unit.get("/office/plans/999999").status_code == 404
    assert unit.get(f"/office/plans/{plan_id}/tasks/9").status_code == 404
    assert step(unit, session, "dance").status_code == 400


def test_tasks_from_a_file_all_or_none(
    app: Flask, login: Login, office: Office, session: Session
) -> None:
    unit = login(app.test_client(), "wang")
    unit.post("/office/plans/new", data={"unit": str(office.school.units["CS-1"]), "year": "2026"})
    plan_id = plan_in(session).id
    address = f"/office/plans/{plan_id}/import"

    def sent(text: str) -> Any:
        data = {"file": (io.BytesIO(text.encode()), "计划.csv")}
        return unit.post(address, data=data, follow_redirects=True)

    assert unit.post(address).status_code == 400
    head = "序号,任务,衡量方式,目标值,责任人,完成期限\n"
    bad = sent(head + ",好,举办培训次数,1,,2026-05-01\n,坏,讲座,1,,2026-05-01\n")
    assert bad.status_code == 400
    assert "讲座" in bad.text
    assert live_tasks(plan_in(session)) == []
    good = sent(
        head + ",好,举办培训次数,1,,2026-05-01\n,也好,Training classes held,1,,2026-05-02\n"
    )
    assert "2 rows are entered" in good.text
    assert [task.gauge for task in live_tasks(plan_in(session))] == ["training-held"] * 2
    sheet = unit.get(f"/office/plans/{plan_id}/tasks.xlsx")
    assert [row[1] for row in read_rows(sheet.data)] == ["任务", "好", "也好"]
    dropped = unit.post(f"/office/plans/{plan_id}/tasks/1/drop", follow_redirects=True)
    assert "taken out" in dropped.text


def test_who_is_short_and_the_own_page(app: Flask, login: Login, office: Office) -> None:
    client = login(app.test_client(), "admin")
    page = client.get("/office/plans/duties").text
    assert "0 of 3 met" in page
    assert all(name in page for name in ("李雷", "王芳", "赵云"))
    early = client.get("/office/plans/duties?day=2025-08-31").text
    assert "Nobody is short" in early
    own = login(app.test_client(), "organizer").get("/office/plans/duties?rule=joining").text
    assert "赵云" not in own
    rows = read_rows(client.get("/office/plans/duties.xlsx?day=2026-03-02").data)
    assert len(rows) == 4
    assert rows[1][7] == date(2026, 3, 2)
    assert client.get("/office/plans/duties.pdf").status_code == 404
    for odd in ("day=x", "day=1800-01-01", "unit=x", "rule=none", "state=x"):
        assert client.get(f"/office/plans/duties?{odd}").status_code == 200
    member = login(app.test_client(), "li")
    assert "Before starting" in member.get("/my/duties").text
    assert member.get("/office/plans/duties").status_code == 403

"""Pages of training: a class from its making to its feedback, by office and participant."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from office import Office
from python_calamine import CalamineWorkbook
from school import School
from sqlalchemy import select
from sqlalchemy.orm import Session
from trainingroom import TrainingRoom
from website import Clock, with_csrf

from quizengine.storage.engine import writing
from quizengine.storage.models import Person, TrainingBatch, TrainingMark

Login = Callable[..., FlaskClient]
BASE = "/office/training"


@pytest.fixture
def training(session: Session, school: School, now: datetime) -> TrainingRoom:
    return TrainingRoom(Office(session, school, now))


def batch_form(school: School, **changes: str) -> dict[str, str]:
    return {
        "name": "第一期",
        "topic-0": "保密形势",
        "start-0": "2026-03-02T16:00",
        "hours-0": "1.5",
        "place-0": "报告厅",
        "teacher-0": "",
        "audience-tier-0": "*",
        "audience-unit-0": str(school.units["CS"]),
        "named": "",
        **changes,
    }


def test_an_office_makes_a_class_and_a_phone_checks_in(
    app: Flask, client: FlaskClient, login: Login, school: School, session: Session, clock: Clock
) -> None:
    login(client, "organizer")
    form = {
        "title": "新教工保密培训",
        "unit": str(school.units["CS"]),
        "exam": "",
        "aims": "",
        "late_after": "10",
        "absent_after": "30",
        "share": "60",
        "least_answers": "3",
        "feedback_days": "14",
        "rated": "",
        "asked": "还想学什么？",
    }
    wrong = client.post(f"{BASE}/new", data={**form, "title": "", "share": "x", "exam": "7"})
    assert wrong.status_code == 400
    for name in ("title", "share", "exam"):
        assert f'id="{name}-error"' in wrong.text
    made = client.post(f"{BASE}/new", data=form)
    assert made.headers["Location"] == f"{BASE}/1/batches"
    bad = batch_form(school, **{"start-0": "x", "named": "li\n无此人"})
    page = client.post(f"{BASE}/1/batches", data=bad)
    assert page.status_code == 400
    assert "无此人: There is no such person." in page.text
    assert 'id="start-0-error"' in page.text
    # A second session without a topic is no session; somebody of another unit can't be named.
    assert (
        "no such person"
        in client.post(f"{BASE}/1/batches", data=batch_form(school, named="zhao")).text
    )
    made = client.post(f"{BASE}/1/batches", data=batch_form(school))
    assert made.headers["Location"] == f"{BASE}/batches/1"
    batch = session.get_one(TrainingBatch, 1)
    session_id = batch.sessions[0].id
    screen = client.get(f"{BASE}/sessions/{session_id}/screen").text
    assert "data:image/svg+xml" in screen
    code = client.get(f"{BASE}/sessions/{session_id}/code").json
    assert code is not None
    assert (code["signed"], code["listed"], code["left_s"]) == (0, 4, 30)
    scan = f"/my/training/scan/{session_id}/{code['code'].replace(' ', '')}"

    phone = with_csrf(app.test_client())
    # Who is not signed in keeps the scan while signing in takes longer than the code lives.
    assert phone.get(scan).headers["Location"] == f"/my/training/sign/{session_id}"
    clock.advance(120)
    assert phone.get(scan).status_code == 400
    login(phone, "li")
    assert "data-sign-now" in phone.get(f"/my/training/sign/{session_id}").text
    done = phone.post(f"/my/training/sign/{session_id}", follow_redirects=True)
    assert "“保密形势”: Present." in done.text
    mark = session.scalars(select(TrainingMark)).one()
    assert (mark.place.person.login, mark.how, mark.at) == ("li", "scan", batch.starts_at)
    # The scan is used up; another phone has none, and a wrong code says what to do.
    assert "data-sign-now" not in phone.get(f"/my/training/sign/{session_id}").text
    other = login(app.test_client(), "wang")
    answer = other.post(f"/my/training/sign/{session_id}", data={"code": "ABCD EFGH"})
    assert answer.status_code == 400
    assert "scan the one that is on the screen now" in answer.text
    clock.advance(1200)
    typed = client.get(f"{BASE}/sessions/{session_id}/code").json
    assert typed is not None
    late = other.post(
        f"/my/training/sign/{session_id}", data={"code": typed["code"]}, follow_redirects=True
    )
    assert "Late." in late.text
    assert other.get("/my/training/").status_code == 200
    assert phone.get("/my/training/99").status_code == 404


def test_a_batch_is_marked_closed_and_rated(
    app: Flask, client: FlaskClient, login: Login, training: TrainingRoom
) -> None:
    batch = training.batch(training.make(least_answers=3, rated=["教材合适"]))
    for name in ("li", "wang"):
        training.sign(batch, name)
    place = next(one for one in batch.places if one.person.login == "cs-admin")
    login(client, "organizer")
    address = f"{BASE}/batches/{batch.id}"
    assert "Enter the mark" in client.get(f"{address}?mark={place.id}").text
    form = {
        "what": "mark",
        "place": str(place.id),
        "session": str(batch.sessions[0].id),
        "state": "present",
        "reason": "纸质签到",
    }
    for changed, said in (
        ({"reason": ""}, "Please say why."),
        ({"state": "x"}, "Choose what holds"),
        ({"place": "x"}, "not on the list"),
        ({}, "The mark is entered."),
        ({"what": "add", "person": "li"}, "is on the list already"),
        ({"what": "refresh"}, "up to date"),
        ({"what": "close"}, "The batch is closed"),
        ({"what": "close"}, "closed meanwhile"),
        ({"what": "cancel", "reason": "x"}, "closed meanwhile"),
    ):
        answer = client.post(f"{address}/steps", data={**form, **changed}, follow_redirects=True)
        assert said in answer.text, changed
    assert client.post(f"{address}/steps", data={"what": "fly"}).status_code == 400
    page = client.get(f"{address}?show=present").text
    assert "钱进" in page
    assert client.get(f"{BASE}/sessions/{batch.sessions[0].id}/screen").status_code == 409
    for name in ("li", "wang", "cs-admin"):
        member = login(app.test_client(), name)
        ask = f"/my/training/{batch.id}/feedback"
        assert "Please rate each statement" in member.post(ask, data={"rate-content": "9"}).text
        keys = re.findall(r'name="(rate-\w+)" value="4"', member.get(ask).text)
        assert "rate-own1" in keys
        answers = {**dict.fromkeys(keys, "4"), "text-wishes": "多讲案例"}
        assert "without your name" in member.post(ask, data=answers, follow_redirects=True).text
    assert "多讲案例" not in client.get(f"{address}/feedback").text
    answer = client.post(f"{address}/feedback", follow_redirects=True)
    assert "多讲案例" in answer.text
    assert "4: 3" in answer.text
    assert client.get(f"{BASE}/{batch.class_id}").status_code == 200
    auditor = login(app.test_client(), "auditor")
    assert auditor.get(address).status_code == 200
    assert auditor.post(f"{address}/steps", data=form).status_code == 403
    page = login(app.test_client(), "admin").get("/ledger/").text
    assert f"Training class no. {batch.class_id}" in page
    assert "can&#39;t be read" not in page


def test_lists_teachers_and_budgets(
    client: FlaskClient, login: Login, training: TrainingRoom, session: Session
) -> None:
    with writing(session):
        session.get_one(Person, training.office.id("li")).staff_no = "000020260000000017"
    batch = training.batch()
    login(client, "cs-admin")
    address = f"{BASE}/batches/{batch.id}"
    template = client.get(f"{address}/list.xlsx")
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(template.data)).get_sheet_by_index(0)
    assert "000020260000000017" in [row[0] for row in sheet.to_python()]
    assert "Choose a file." in client.post(f"{address}/list", data={}).text
    rows = "工号,姓名\n000020260000000017,李雷\n404,查无此人\n".encode("gb18030")
    upload: dict[str, Any] = {"file": (io.BytesIO(rows), "签到.csv"), "session": ""}
    kept = client.post(f"{address}/list", data=upload).headers["Location"]
    preview = client.get(kept).text
    assert "查无此人" in preview
    assert client.post(kept, data={"act": "enter"}).status_code == 409
    done = client.post(kept, data={"act": "enter", "good_only": "yes"}, follow_redirects=True)
    assert "1 row is entered." in done.text
    assert "Left out: 3 查无此人" in done.text
    assert client.get(kept).status_code == 404

    unit = str(training.office.school.units["CS"])
    teacher = {"name": "高老师", "employer": "", "unit": unit, "topics": "定密", "fee": ""}
    made = client.post(f"{BASE}/teachers/new", data={**teacher, "active": "yes"})
    assert made.headers["Location"] == f"{BASE}/teachers/1"
    again = client.post(f"{BASE}/teachers/new", data=teacher)
    assert "in this pool already" in again.text
    assert client.post(f"{BASE}/teachers/1", data={**teacher, "fee": "800"}).status_code == 302
    money = {"item-0": "讲课费", "planned-0": "1,600.50", "actual-0": "", "note-0": ""}
    budget = f"{BASE}/{batch.class_id}/budget"
    assert client.post(budget, data={**money, "planned-0": "很多"}).status_code == 400
    assert "¥ 1600.50" in client.post(budget, data=money, follow_redirects=True).text
    for path in ("list.xlsx", "teachers.csv", f"{batch.class_id}/budget.xlsx", "?year=2026"):
        assert client.get(f"{BASE}/{path}").status_code == 200
    assert client.get(f"{BASE}/list.pdf").status_code == 404

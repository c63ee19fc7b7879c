"""What other offices get: files about people, and read-only access within a subtree."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from examroom import ExamRoom, wrong
from flask import Flask
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import Session
from website import Clock
from werkzeug.test import TestResponse
from yearroom import YearRoom

from quizengine.services.ledger import LedgerWriter
from quizengine.storage.engine import writing
from quizengine.storage.models import AccessToken, Person

Login = Callable[..., FlaskClient]


def _call(app: Flask, path: str, token: str) -> TestResponse:
    headers = {"Authorization": f"Bearer {token}", "Accept-Language": "en"}
    return app.test_client().get(f"/api/v1/offices/{path}", headers=headers)


def _make(client: FlaskClient, unit: int, *scopes: str, **changes: Any) -> TestResponse:
    data = {"name": "人事处", "scope": list(scopes), "unit": unit, "days": 30, **changes}
    return client.post("/office/sharing/tokens", data=data)


def _token(page: TestResponse) -> str:
    assert page.status_code == 200
    return re.findall(r"qe_[\w-]{43}", page.text)[0]


def test_records_of_people_as_files(
    room: ExamRoom, client: FlaskClient, login: Login, session: Session
) -> None:
    with writing(session):
        session.get_one(Person, room.school.persons["wang"]).staff_no = "000020260000000017"
    exam = room.open("quick")
    room.sit("wang", exam)
    room.sit("chen", exam, wrong)
    with writing(session), LedgerWriter(session) as log:
        data = {
            "class": 3,
            "batch": 1,
            "hours": "2.5",
            "tier": None,
            "topics": [],
            "excused": False,
        }
        log.append(
            room.now, "training-attended", "t:1", person_id=room.school.persons["wang"], data=data
        )
    login(client, "organizer")
    assert "Records of people" in client.get("/office/sharing/").text
    assert "New token" not in client.get("/office/sharing/").text
    file = client.get("/office/sharing/records.xlsx?year=2026")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(file.data)).get_sheet_by_index(0).to_python()
    # Of the organizer's units alone; the number is text, with its zeros.
    assert [row[2] for row in rows[1:]] == ["王芳"] * 2
    assert "000020260000000017" in rows[1]
    csv = client.get("/office/sharing/records.csv?year=2026").data
    assert csv.startswith(b"\xef\xbb\xbf") and "陈晨".encode() not in csv
    items = json.loads(client.get("/office/sharing/records.json?year=2026").text)["items"]
    assert [(one["kind"], one["hours"]) for one in items] == [
        ("exam-result", None),
        ("training-attended", "2.5"),
    ]
    assert client.get("/office/sharing/records.json?year=2025").json["items"] == []
    assert client.get("/office/sharing/records.pdf").status_code == 404
    assert login(client, "li").get("/office/sharing/records.csv").status_code == 403


def test_a_token_reads_its_units_and_scopes_until_it_ends(
    app: Flask,
    room: ExamRoom,
    client: FlaskClient,
    login: Login,
    session: Session,
    clock: Clock,
) -> None:
    exam = room.open("quick")
    room.sit("wang", exam)
    room.sit("chen", exam, wrong)
    units, path = room.school.units, "ledger/entries?limit=1"
    login(client, "cs-admin")
    for faulty in ({"scope": "all"}, {"name": " "}, {"days": 400}, {"scope": []}):
        assert _make(client, units["CS"], "ledger:read", **faulty).status_code == 400
    assert _make(client, units["HQ"], "ledger:read").status_code == 403
    token = _token(_make(client, units["CS"], "ledger:read", "people:read"))
    assert token not in client.get("/office/sharing/").text
    session.rollback()
    kept = session.scalars(select(AccessToken)).one()
    assert token not in (kept.token_hash, kept.name)
    first = _call(app, path, token).json
    assert first and len(first["items"]) == 1
    text = _call(app, "ledger/entries", token).text
    assert "王芳" not in text
    assert all(one["unit"].startswith("CS") for one in json.loads(text)["items"])
    people = _call(app, "records?year=2026", token).json
    assert people and [one["name"] for one in people["items"]] == ["王芳"]
    assert _call(app, "appraisals/2026", token).status_code == 403
    assert _call(app, "records?limit=0", token).status_code == 400
    # It is no sign-in: nothing of members' own calls, and no sign-in stands for it.
    own = app.test_client().get("/api/v1/exams", headers={"Authorization": f"Bearer {token}"})
    assert own.status_code == 401
    assert client.get("/api/v1/offices/records").status_code == 401
    session.rollback()
    assert session.scalars(select(AccessToken.used_at)).one() == clock.now
    clock.now += timedelta(days=31)
    assert _call(app, path, token).status_code == 401
    clock.now -= timedelta(days=31)
    client.post(f"/office/sharing/tokens/{kept.id}/revoke")
    assert _call(app, path, token).status_code == 401
    other = _token(_make(client, units["CS"], "appraisal:read"))
    assert _call(app, "appraisals/1999", other).status_code == 404
    # Whoever made it and is no admin any more gives nobody access.
    with writing(session):
        session.get_one(Person, room.school.persons["cs-admin"]).active = False
    assert _call(app, "appraisals/1999", other).status_code == 401


def test_lists_of_people_of_a_closed_year_are_read_with_reasons_and_entries(
    app: Flask, client: FlaskClient, login: Login, year: YearRoom, session: Session
) -> None:
    year.serve()
    year.units()
    entry = year.exam("wang", "CS-1", 95, "2026-03-02")
    year.exam("chen", "PHY-1", 99, "2026-03-02")
    login(client, "cs-admin")
    units = year.school.units
    people = _token(_make(client, units["CS"], "appraisal-people:read"))
    results = _token(_make(client, units["CS"], "appraisal:read"))
    # A preview is nothing that another office may act on.
    for path, token in (("appraisals/2026", results), ("appraisals/2026/lists", people)):
        answer = _call(app, path, token)
        assert (answer.status_code, answer.json and answer.json["code"]) == (409, "year-open")
    year.close()
    assert _call(app, "appraisals/2026", results).json["closed"]
    assert _call(app, "appraisals/2026/lists", results).status_code == 403
    lists = _call(app, "appraisals/2026/lists", people).json
    assert [(one["list_id"], one["purpose"]) for one in lists["items"]] == [
        ("commended", "commend"),
        ("limited", "limit"),
    ]
    told = _call(app, "appraisals/2026/lists/commended?limit=1", people).json
    (wang,) = told["items"]
    assert (wang["name"], wang["entries"], told["next"]) == ("王芳", [entry], None)
    assert wang["reasons"]
    assert _call(app, "appraisals/2026/lists/none", people).status_code == 404
    file = client.get("/office/appraisal/2026/people.json?list=commended").json
    assert (file["closed"], file["items"][0]["entries"]) == (True, [entry])

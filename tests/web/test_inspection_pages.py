"""Pages of inspections, findings, self-assessments: offices, inspectors and owners use them."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from examroom import SMALL_BANK
from flask.testing import FlaskClient
from office import TODAY, Office
from python_calamine import CalamineWorkbook
from school import School
from sqlalchemy import select
from sqlalchemy.orm import Session

from quizengine.domain.mass_lottery import check
from quizengine.services.bank import sync_bank
from quizengine.storage.models import Finding, Inspection, InspectionRound, SelfCheck, SpotCheck

Login = Callable[..., FlaskClient]
DUE = (TODAY + timedelta(days=9)).isoformat()
CHECKLIST = """\
schema: 1
year: 2026
title: {zh: 自查清单, en: Checklist}
levels: [2, 3]
opens: 2026-03-01
due: 2026-03-20
parts:
  - title: {zh: 责任制, en: Responsibility}
    items:
      - {id: duty, text: {zh: 责任书, en: Letter}, points: 10, evidence: true}
      - {id: posts, text: {zh: 底数清, en: Register}, points: 5}
"""


@pytest.fixture
def office(session: Session, school: School, now: Any) -> Office:
    return Office(session, school, now)


def pdf() -> tuple[io.BytesIO, str]:
    return io.BytesIO(b"%PDF-1.7 evidence"), "整改证明.pdf"


def only(session: Session, model: Any) -> Any:
    session.rollback()
    return session.scalars(select(model)).one()


def planned(client: FlaskClient, office: Office, **changes: str) -> Any:
    values = {
        "title": "上半年检查",
        "unit": str(office.school.units["CS-1"]),
        "kind": "planned",
        "planned_on": "2026-03-09",
        "items": "责任制落实 | 40\n载体｜管理 | 60",
        "inspectors": "wang · 王芳",
        **changes,
    }
    return client.post("/office/inspections/new", data=values)


def test_an_inspection_from_the_plan_to_the_closed_finding(
    client: FlaskClient, login: Login, office: Office, session: Session
) -> None:
    organizer = login(client, "organizer")
    for faulty, message in (
        ({"items": "责任制"}, "Line 1"),
        ({"inspectors": "nobody"}, "nobody"),
        ({"unit": str(office.school.units["CS"])}, "Please choose."),
        ({"inspectors": "li"}, "nobody inspects the own unit"),
    ):
        page = planned(organizer, office, **faulty)
        assert page.status_code == 400
        assert message in page.text
    assert planned(organizer, office).status_code == 302
    row = only(session, Inspection)
    page = f"/office/inspections/{row.id}"
    assert [str(item.points) for item in row.items] == ["40", "60"]
    assert "载体|管理" in organizer.get(page).text
    assert "上半年检查" in organizer.get("/office/inspections/?kind=planned&year=2026").text
    assert organizer.get(f"{page}/change").status_code == 200

    # The inspector has no role, and does all of it.
    wang = login(client, "wang")
    assert wang.get("/office/inspections/").status_code == 403
    assert "上半年检查" in wang.get("/my/findings").text
    assert "Hold the inspection of" in wang.get("/my/").text
    answer = wang.post(
        f"{page}/findings",
        data={"what": "保密柜未上锁", "severity": "serious", "due_on": DUE, "owner": "li"},
    )
    assert answer.status_code == 302
    finding = only(session, Finding)
    first, second = (item.id for item in row.items)
    marks = {f"got-{first}": "35", f"got-{second}": "61", "report": "总体较好"}
    assert "from 0 to 60" in wang.post(f"{page}/marks", data=marks, follow_redirects=True).text
    marks |= {f"got-{second}": "55.5", "hold": "1", "held_on": TODAY.isoformat()}
    wang.post(f"{page}/marks", data={**marks, "files": [pdf()]})
    assert only(session, Inspection).score == Decimal("90.5")
    assert "整改证明.pdf" in wang.get(page).text

    li = login(client, "li")
    own = f"/my/findings/{finding.id}"
    assert "Answer the finding" in li.get("/my/").text
    assert "保密柜未上锁" in li.get("/my/findings").text
    told = li.post(own, data={"what": "answer", "text": "已上锁"}, follow_redirects=True)
    assert "Attach evidence" in told.text
    li.post(own, data={"what": "answer", "text": "已上锁", "files": [pdf()]})
    assert "Waits for somebody else" in li.get(own).text
    assert li.post(own, data={"what": "confirm"}).status_code == 403
    assert li.post(own, data={"what": "x"}).status_code == 400

    wang = login(client, "wang")
    there = f"/office/inspections/findings/{finding.id}"
    shown = wang.get(there).text
    [proof] = set(re.findall(rf'href="({there}/files/\d+)"', shown))
    assert wang.get(proof).data.startswith(b"%PDF")
    back = {"what": "send-back", "reason": "缺登记簿", "due_on": DUE}
    wang.post(f"{there}/step", data=back)
    assert only(session, Finding).state == "open"
    wang.post(f"{there}/step", data={"what": "extend", "reason": "采购", "due_on": "2026-04-01"})
    li = login(client, "li")
    assert "缺登记簿" in li.get(own).text
    li.post(own, data={"what": "answer", "text": "补登记", "files": [pdf()]})
    organizer = login(client, "organizer")
    assert "Enough: close the finding" in organizer.get(there).text
    organizer.post(f"{there}/step", data={"what": "confirm"})
    assert only(session, Finding).on_time is True
    again = organizer.post(f"{there}/step", data={"what": "confirm"}, follow_redirects=True)
    assert "at another step" in again.text
    assert "保密柜" in organizer.get("/office/inspections/findings?state=closed").text
    for address in ("/office/inspections/findings.xlsx", "/office/inspections/list.xlsx"):
        book = CalamineWorkbook.from_filelike(io.BytesIO(organizer.get(address).data))
        assert len(book.get_sheet_by_index(0).to_python()) == 2, address
    assert organizer.get("/office/inspections/list.doc").status_code == 404
    assert login(client, "zhao").get(own).status_code == 404
    assert client.get(page).status_code == 404


def test_people_are_drawn_and_asked_on_paper(
    client: FlaskClient, login: Login, office: Office, session: Session, small_bank: Path
) -> None:
    admin = login(client, "admin")
    cs = str(office.school.units["CS"])
    planned(admin, office, unit=cs, kind="surprise", items="", inspectors="zhao")
    row = only(session, Inspection)
    page = f"/office/inspections/{row.id}"
    assert login(client, "organizer").get(page).status_code == 404
    admin = login(client, "admin")
    for what in ({"what": "fix", "count": "x"}, {"what": "fix", "count": "900"}, {"what": "draw"}):
        assert "alert-danger" in admin.post(f"{page}/draw", data=what, follow_redirects=True).text
    admin.post(f"{page}/draw", data={"what": "fix", "count": "2"})
    admin.post(f"{page}/draw", data={"what": "draw"})
    assert check(json.loads(admin.get(f"{page}/draw.json").data)) == []
    quiz = admin.get(f"{page}/quiz")
    assert quiz.status_code == 200
    sent = {"tier": "graduate", "single": "90", "true_false": "1", "minutes": "5"}
    assert admin.post(f"{page}/quiz", data=sent).status_code == 400
    drawn = [one.person_id for one in only(session, SpotCheck).drawn]
    paper = {
        "max_score": "10",
        "pass_mark": "6",
        "done_on": TODAY.isoformat(),
        f"score-{drawn[0]}": "7.5",
        f"excuse-{drawn[1]}": "出差",
    }
    zhao = login(client, "zhao")
    wrong = {**paper, f"score-{drawn[0]}": "11"}
    zhao.post(f"{page}/results", data=wrong)
    assert office.entries("spot-check") == []
    zhao.post(f"{page}/results", data=paper)
    session.rollback()
    [entry] = office.entries("spot-check")
    assert entry["data"]["score"] == "7.50"
    assert "出差" in zhao.get(page).text
    logins = {office.school.persons[name]: name for name in office.school.persons}
    assert "上半年检查" in login(client, logins[drawn[0]]).get("/my/findings").text


def test_a_round_is_drawn(
    client: FlaskClient, login: Login, office: Office, session: Session
) -> None:
    organizer = login(client, "organizer")
    assert "教工第一支部" in organizer.get("/office/inspections/rounds/new").text
    values: dict[str, Any] = {
        "unit": str(office.school.units["CS"]),
        "title": "支部互查",
        "planned_on": "2026-03-09",
        "items": "",
        "units": [str(office.school.units["CS-1"])],
    }
    assert organizer.post("/office/inspections/rounds/new", data=values).status_code == 400
    values["units"].append(str(office.school.units["CS-2"]))
    assert organizer.post("/office/inspections/rounds/new", data=values).status_code == 302
    page = f"/office/inspections/rounds/{only(session, InspectionRound).id}"
    assert "No inspector is named yet." in organizer.get(page).text
    assert len(json.loads(organizer.get(f"{page}.json").data)["pairs"]) == 2
    assert login(client, "li").get(page).status_code == 403


def test_a_self_assessment_and_its_verdict(
    client: FlaskClient, login: Login, office: Office, session: Session, tmp_path: Path
) -> None:
    copytree(SMALL_BANK / "_registry", tmp_path / "bank" / "_registry")
    (tmp_path / "bank" / "checklists").mkdir()
    (tmp_path / "bank" / "checklists" / "2026.yaml").write_text(CHECKLIST, encoding="utf-8")
    assert sync_bank(session, office.now, TODAY, tmp_path / "bank") == []
    office.appoint("CS-1", "li")
    page = f"/office/selfchecks/{office.school.units['CS-1']}/2026"
    li = login(client, "li")
    assert "Self-assessment of" in li.get("/my/").text
    assert page in li.get("/my/findings").text
    answers = {"choice-duty": "yes", "choice-posts": "partly", "points-posts": "9", "submit": "1"}
    assert "from 0 to 5" in li.post(page, data=answers, follow_redirects=True).text
    answers["points-posts"] = ""
    assert "Item 1 needs evidence" in li.post(page, data=answers, follow_redirects=True).text
    li.post(page, data={**answers, "files-duty": [pdf()]})
    [file] = set(re.findall(rf'href="({page}/files/\d+)"', li.get(page).text))
    assert li.get(file).data.startswith(b"%PDF")
    assert li.post(f"{page}/review", data={}).status_code == 302
    organizer = login(client, "organizer")
    assert "To be reviewed" in organizer.get("/office/selfchecks/?state=submitted").text
    change = {"points-duty": "6", "reason-duty": "", "points-posts": "2.5"}
    told = organizer.post(f"{page}/review", data=change, follow_redirects=True)
    assert "other points need a reason" in told.text
    organizer.post(f"{page}/review", data={"back": "1", "remark": "缺附件", **change})
    assert only(session, SelfCheck).state == "draft"
    li = login(client, "li")
    assert "缺附件" in li.get(page).text
    li.post(page, data=answers)
    organizer = login(client, "organizer")
    organizer.post(f"{page}/review", data={**change, "reason-duty": "未签字"})
    assert only(session, SelfCheck).score == Decimal("8.5")
    assert "未签字" in organizer.get(page).text
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(organizer.get("/office/selfchecks/list.xlsx").data)
    )
    assert len(book.get_sheet_by_index(0).to_python()) == 4
    assert login(client, "zhao").get(page).status_code == 404
    assert organizer.get(page.replace("2026", "2020")).status_code == 404

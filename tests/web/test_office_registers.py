"""Pages of posts, letters, journeys and incidents: who gets in, what they show, what they do."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from office import TODAY, ZONE, Office
from python_calamine import CalamineWorkbook
from school import School
from sqlalchemy import select
from sqlalchemy.orm import Session

from quizengine.services.incidents import hold_liable
from quizengine.services.letters import own_letters
from quizengine.services.outbound import file_journey
from quizengine.services.post_holders import assign
from quizengine.storage.engine import writing
from quizengine.storage.models import (
    Incident,
    IncidentAppeal,
    LetterText,
    OutboundFile,
    Person,
    Post,
    PostHolder,
)

Login = Callable[..., FlaskClient]
PDF = b"%PDF-1.7 evidence"


@pytest.fixture
def office(session: Session, school: School, now: Any) -> Office:
    return Office(session, school, now)


def pdf(name: str = "证明.pdf") -> dict[str, Any]:
    return {"files": (io.BytesIO(PDF), name)}


def new_post(client: FlaskClient, office: Office, **changes: str) -> Any:
    values = {
        "name": "涉密项目管理岗",
        "unit": str(office.school.units["CS-1"]),
        "secrecy": "core",
        "risks": "载体管理\n\n对外交流",
        "hours": "4",
        "classes": "1",
        "valid_from": "2026-01-01",
        "valid_to": "",
        **changes,
    }
    return client.post("/office/posts/new", data=values)


def new_incident(client: FlaskClient, office: Office, **changes: str) -> Any:
    values = {
        "unit": str(office.school.units["CS-1"]),
        "kind": "leak",
        "severity": "general",
        "title": "文件误发",
        "what": "误发至外部邮箱。",
        "happened_on": "2026-02-27",
        "found_at": "2026-03-01T10:00",
        "reported_at": "",
        **changes,
    }
    return client.post("/office/incidents/new", data=values)


def new_journey(client: FlaskClient, **changes: str) -> Any:
    values = {
        "person": "li",
        "kind": "official",
        "destination": "日本东京",
        "purpose": "学术会议",
        "escort": "",
        "approval": "",
        "departs_on": "2026-03-07",
        "returns_on": "2026-03-12",
        **changes,
    }
    return client.post("/office/outbound/new", data=values)


def only(session: Session, model: Any) -> Any:
    session.rollback()
    return session.scalars(select(model)).one()


def filled(office: Office) -> list[str]:
    """One of everything; the addresses of all pages for offices."""
    post_id = office.post()
    holder_id = assign(office.act(), post_id, office.id("li"), TODAY)
    file_id = file_journey(office.act(), office.id("li"), office.journey())
    return [
        "/office/posts/",
        "/office/posts/holders",
        f"/office/posts/{post_id}",
        f"/office/posts/holders/{holder_id}",
        "/office/letters/",
        "/office/outbound/",
        f"/office/outbound/{file_id}",
        "/office/posts/holders.xlsx",
        "/office/letters/list.csv",
        "/office/outbound/list.xlsx",
    ]


KEPT = [
    "/office/posts/new",
    "/office/posts/terms",
    "/office/letters/text",
    "/office/outbound/new",
    "/office/incidents/",
    "/office/incidents/new",
]


@pytest.mark.parametrize("language", ["en", "zh_CN"])
def test_all_pages_open_for_the_office(
    client: FlaskClient, login: Login, office: Office, language: str
) -> None:
    pages = [*filled(office), *KEPT, "/office/incidents/list.csv"]
    login(client, "organizer")
    client.set_cookie("language", language)
    for path in pages:
        assert client.get(path).status_code == 200, path


def test_an_auditor_reads_registers_but_keeps_none_and_sees_no_incidents(
    client: FlaskClient, login: Login, office: Office
) -> None:
    pages = filled(office)
    login(client, "auditor")
    assert {client.get(path).status_code for path in pages} == {200}
    assert {client.get(path).status_code for path in KEPT} == {403}
    assert new_post(client, office).status_code == 403
    assert "Register a post" not in client.get("/office/posts/").text


def test_members_and_offices_of_other_units_see_nothing(
    client: FlaskClient, login: Login, office: Office
) -> None:
    pages = filled(office)
    login(client, "wang")
    assert {client.get(path).status_code for path in (*pages, *KEPT)} == {403}
    office.grant("zhao", "organizer", "PHY")
    login(client, "zhao")
    for path in pages:
        answer = client.get(path)
        if re.search(r"/\d+$", path):
            assert answer.status_code == 404, path
        else:
            assert "李雷".encode() not in answer.data


def test_a_post_from_register_to_leaving(
    client: FlaskClient, login: Login, office: Office, session: Session
) -> None:
    login(client, "organizer")
    assert new_post(client, office).status_code == 302
    post = only(session, Post)
    assert post.risks == "载体管理\n对外交流"
    put = {"person": "li", "on_from": TODAY.isoformat()}
    client.post(f"/office/posts/{post.id}/holders", data=put)
    holder_id = only(session, PostHolder).id
    base = f"/office/posts/holders/{holder_id}"
    assert "Screening before the post" in client.get(base).text
    for step in ("on_screening", "on_training", "on_letter"):
        data = {"step": step, "done_on": TODAY.isoformat(), "note": "", **pdf()}
        answer = client.post(f"{base}/steps", data=data, follow_redirects=True)
        assert "The step is recorded." in answer.text
    for what in ("enter", "leave"):
        client.post(f"{base}/stage", data={"what": what, "day": TODAY.isoformat()})
    holder = only(session, PostHolder)
    assert (holder.stage, holder.control_until.isoformat()) == ("off_post", "2029-03-01")
    page = client.get(base).text
    [first, *_] = re.findall(rf"{base}/files/\d+", page)
    file = client.get(first)
    assert file.data == PDF
    assert file.headers["Content-Disposition"].startswith("attachment")
    blocked = client.post(f"{base}/stage", data={"what": "finish"}, follow_redirects=True)
    assert "“Reminder talk” is missing" in blocked.text


def test_faults_of_a_post_stand_at_their_fields(
    client: FlaskClient, login: Login, office: Office, session: Session
) -> None:
    login(client, "organizer")
    answer = new_post(
        client,
        office,
        name="",
        unit=str(office.school.units["PHY-1"]),
        secrecy="x",
        hours="many",
        valid_from="1.1.2026",
    )
    assert answer.status_code == 400
    for name in ("name", "unit", "secrecy", "hours", "valid_from"):
        assert f'id="{name}-error"' in answer.text, name
    early = new_post(client, office, valid_to="2025-01-01")
    assert "The last day is before the first day." in early.text
    assert session.scalars(select(Post)).all() == []


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"person": "", "on_from": "2026-03-02"}, "Please fill this in."),
        ({"person": "nobody", "on_from": "2026-03-02"}, "There is no such person."),
        ({"person": "zhao", "on_from": "2026-03-02"}, "There is no such person."),
        ({"person": "li", "on_from": "soon"}, "This is not a date."),
        ({"person": "li", "on_from": "2026-03-03"}, "This day is still to come"),
        ({"person": "organizer", "on_from": "2026-03-02"}, "Nobody decides in their own case"),
    ],
)
def test_what_is_wrong_with_a_holder_is_said(
    client: FlaskClient, login: Login, office: Office, data: dict[str, str], message: str
) -> None:
    post_id = office.post()
    login(client, "organizer")
    path = f"/office/posts/{post_id}/holders"
    assert message in client.post(path, data=data, follow_redirects=True).text


def test_a_name_that_two_have_is_asked_back(
    client: FlaskClient, login: Login, office: Office, session: Session
) -> None:
    post_id = office.post()
    with writing(session):
        session.get_one(Person, office.id("wang")).name = "李雷"
    login(client, "organizer")
    path = f"/office/posts/{post_id}/holders"
    put = {"person": "李雷", "on_from": TODAY.isoformat()}
    assert "fits several people" in client.post(path, data=put, follow_redirects=True).text
    put["person"] = "li · 李雷 · 教工第一支部"
    assert client.post(path, data=put).headers["Location"].startswith("/office/posts/holders/")


def test_forged_steps_and_stages_are_refused(
    client: FlaskClient, login: Login, office: Office
) -> None:
    holder_id = assign(office.act(), office.post(), office.id("li"), TODAY)
    file_id = file_journey(office.act(), office.id("li"), office.journey())
    login(client, "organizer")
    day = TODAY.isoformat()
    stage = client.post(f"/office/posts/holders/{holder_id}/stage", data={"what": "x", "day": day})
    step = client.post(f"/office/outbound/{file_id}/step", data={"what": "x"})
    assert (stage.status_code, step.status_code) == (400, 400)
    for path in ("/office/posts/holders.pdf", "/office/outbound/list.exe"):
        assert client.get(path).status_code == 404


def test_terms_are_set_and_checked(client: FlaskClient, login: Login, office: Office) -> None:
    login(client, "organizer")
    names = ("core_months", "important_months", "general_months")
    days = ("pass_days", "watch_days", "talk_days", "refresher_days")
    good = {**dict.fromkeys(names, "30"), **dict.fromkeys(days, "20")}
    unit = office.school.units["CS"]
    saved = client.post(f"/office/posts/terms?unit={unit}", data=good, follow_redirects=True)
    assert "The periods are saved." in saved.text
    bad = client.post(f"/office/posts/terms?unit={unit}", data={**good, "core_months": "-1"})
    assert (bad.status_code, 'id="core_months-error"' in bad.text) == (400, True)
    other = client.post(f"/office/posts/terms?unit={office.school.units['HQ']}", data=good)
    assert other.status_code == 404


def test_a_letter_is_set_signed_and_counted(
    client: FlaskClient, login: Login, office: Office, session: Session
) -> None:
    office.appoint("CS-1", "li")
    login(client, "organizer")
    data = {
        "unit": str(office.school.units["CS"]),
        "year": "2026",
        "level": "3",
        "title": "支部责任书",
        "body": "一、负总责。\r\n二、抓落实。",
    }
    assert client.post("/office/letters/text", data={**data, "body": " "}).status_code == 400
    assert client.post("/office/letters/text", data=data).status_code == 302
    again = client.post("/office/letters/text", data=data, follow_redirects=True)
    assert "This text is in force already." in again.text
    text = only(session, LetterText)
    assert "一、负总责。" in client.get(f"/office/letters/texts/{text.id}").text
    assert "一、负总责。" in client.get("/office/letters/text?level=3").text
    login(client, "li")
    unit_id = office.school.units["CS-1"]
    path = f"/my/letters/{unit_id}/2026"
    assert path in client.get("/my/").text
    assert client.post(path, data={"text": text.id}).status_code == 400
    signed = client.post(path, data={"text": text.id, "agree": "yes"}, follow_redirects=True)
    assert "Signed. Thank you." in signed.text
    assert path not in client.get("/my/").text
    session.rollback()
    assert own_letters(session, office.id("li"), 2026)[0].signed_at is not None
    login(client, "wang")
    assert client.get(path).status_code == 404
    login(client, "organizer")
    file = client.get("/office/letters/list.xlsx?year=2026&state=signed")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(file.data)).get_sheet_by_index(0).to_python()
    assert [row[1] for row in rows[1:]] == ["CS-1"]


def test_a_text_of_another_branch_of_the_tree_is_not_shown(
    client: FlaskClient, login: Login, office: Office, session: Session
) -> None:
    login(client, "organizer")
    data = {"unit": str(office.school.units["CS"]), "year": "2026", "level": "3"}
    client.post("/office/letters/text", data={**data, "title": "责任书", "body": "正文"})
    text = only(session, LetterText)
    office.grant("zhao", "organizer", "PHY")
    login(client, "zhao")
    assert client.get(f"/office/letters/texts/{text.id}").status_code == 404


def test_a_journey_without_and_with_a_pass(
    client: FlaskClient, login: Login, office: Office, session: Session
) -> None:
    login(client, "organizer")
    assert new_journey(client).status_code == 302
    file = only(session, OutboundFile)
    page = client.get("/office/outbound/").text
    assert "Act now" in page
    step = f"/office/outbound/{file.id}/step"
    blocked = client.post(step, data={"what": "clear"}, follow_redirects=True).text
    assert "No outbound exam has been passed." in blocked
    office.passed("li")
    cleared = client.post(step, data={"what": "clear"}, follow_redirects=True).text
    assert "The journey is cleared." in cleared
    assert "Act now" not in client.get("/office/outbound/").text
    day = TODAY.isoformat()
    for what in ("leave", "return", "talk", "refresher"):
        client.post(step, data={"what": what, "day": day, "text": "", **pdf()})
    client.post(step, data={"what": "close"})
    assert only(session, OutboundFile).state == "closed"


def test_faults_of_a_journey_stand_at_their_fields(
    client: FlaskClient, login: Login, office: Office
) -> None:
    login(client, "organizer")
    answer = new_journey(
        client, person="zhao", kind="x", destination="", departs_on="", returns_on="2026-99-01"
    )
    assert answer.status_code == 400
    for name in ("person", "kind", "destination", "departs_on", "returns_on"):
        assert f'id="{name}-error"' in answer.text, name
    back = new_journey(client, returns_on="2026-03-01")
    assert "The return is before the departure." in back.text
    new_journey(client)
    assert "is filed already" in new_journey(client).text


def test_other_dates_of_a_journey_are_told_in_its_history(
    client: FlaskClient, login: Login, office: Office
) -> None:
    file_id = file_journey(office.act(), office.id("li"), office.journey())
    login(client, "organizer")
    data = {
        "kind": "private",
        "destination": "日本东京",
        "purpose": "探亲",
        "departs_on": "2026-03-20",
        "returns_on": "2026-03-25",
    }
    path = f"/office/outbound/{file_id}/change"
    assert client.get(path).status_code == 200
    page = client.post(path, data=data, follow_redirects=True).text
    assert "Dates changed from 7 Mar 2026 – 17 Mar 2026 to 20 Mar 2026 – 25 Mar 2026." in page


def test_a_traveller_sees_the_own_journey_alone(
    client: FlaskClient, login: Login, office: Office
) -> None:
    file_id = file_journey(office.act(), office.id("li"), office.journey())
    login(client, "li")
    assert f"/my/journeys/{file_id}" in client.get("/my/").text
    page = client.get(f"/my/journeys/{file_id}")
    assert "No outbound exam has been passed." in page.text
    assert "日本东京" in client.get("/my/duties").text
    login(client, "wang")
    assert client.get(f"/my/journeys/{file_id}").status_code == 404


def test_an_incident_with_its_appeal(
    client: FlaskClient, login: Login, office: Office, session: Session
) -> None:
    login(client, "organizer")
    assert new_incident(client, office, **pdf()).status_code == 302
    base = f"/office/incidents/{only(session, Incident).id}"
    day = TODAY.isoformat()
    held = {"person": "li", "liability": "direct", "sanction": "warning", "note": ""}
    for path, data in (
        ("liable", held),
        ("steps", {"done_on": day, "what": "撤回邮件。"}),
        ("report", {"reported_at": "2026-03-01T12:00"}),
    ):
        client.post(f"{base}/{path}", data=data)
    page = client.get(base).text
    assert "撤回邮件。" in page
    assert client.get(re.findall(rf"{base}/files/\d+", page)[0]).data == PDF
    login(client, "li")
    own = re.findall(r"/my/incidents/\d+", client.get("/my/duties").text)[0]
    assert client.get(base).status_code == 403
    assert (
        "appeal is in" in client.post(own, data={"grounds": "已解密。"}, follow_redirects=True).text
    )
    login(client, "wang")
    assert client.get(own).status_code == 404
    appeal_id = only(session, IncidentAppeal).id
    verdict = {
        "outcome": "changed",
        "reason": "情节轻微。",
        "severity": "slight",
        "liability": "direct",
        "sanction": "talk",
    }
    login(client, "organizer")
    assert f"/appeals/{appeal_id}" not in client.get(base).text
    assert client.post(f"{base}/appeals/{appeal_id}", data=verdict).status_code == 403
    login(client, "cs-admin")
    decided = client.post(f"{base}/appeals/{appeal_id}", data=verdict, follow_redirects=True)
    assert "The decision is recorded." in decided.text
    assert "The handling is closed." in client.post(f"{base}/close", follow_redirects=True).text
    assert only(session, Incident).severity == "slight"
    login(client, "li")
    assert "情节轻微。" in client.get(own).text


def test_incidents_stay_with_those_who_handle_them(
    client: FlaskClient, login: Login, office: Office, session: Session
) -> None:
    login(client, "organizer")
    new_incident(client, office)
    incident_id = only(session, Incident).id
    hold_liable(office.act(), incident_id, office.id("li"), "main", "talk")
    office.grant("zhao", "organizer", "PHY")
    login(client, "zhao")
    assert client.get(f"/office/incidents/{incident_id}").status_code == 404
    assert "文件误发" not in client.get("/office/incidents/").text
    foreign = client.post(f"/office/incidents/{incident_id}/close")
    assert foreign.status_code == 404
    login(client, "auditor")
    assert client.get(f"/office/incidents/{incident_id}").status_code == 403


def test_faults_of_an_incident_stand_at_their_fields(
    client: FlaskClient, login: Login, office: Office
) -> None:
    login(client, "organizer")
    answer = new_incident(client, office, title="", what="", kind="x", found_at="now")
    assert answer.status_code == 400
    for name in ("title", "what", "kind", "found_at"):
        assert f'id="{name}-error"' in answer.text, name
    early = new_incident(client, office, found_at="2026-02-01T10:00")
    assert "before it happened" in early.text


def test_exports_keep_numbers_of_people_as_text(
    client: FlaskClient, login: Login, office: Office, session: Session
) -> None:
    with writing(session):
        session.get_one(Person, office.id("li")).staff_no = "000020260000000017"
    file_journey(office.act(), office.id("li"), office.journey())
    login(client, "organizer")
    file = client.get("/office/outbound/list.xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(file.data)).get_sheet_by_index(0).to_python()
    assert "000020260000000017" in rows[1]
    departs = TODAY + timedelta(days=5)
    assert any(getattr(cell, "day", None) == departs.day for cell in rows[1])
    assert office.now.astimezone(ZONE).date() == TODAY


def test_entries_are_told_in_words(client: FlaskClient, login: Login, office: Office) -> None:
    post_id = office.post()
    assign(office.act(), post_id, office.id("li"), TODAY)
    file_journey(office.act(), office.id("li"), office.journey())
    login(client, "admin")
    page = client.get("/ledger/").text
    assert f"Classified post no. {post_id} registered: level Important" in page
    assert f"Began entering post no. {post_id} (Important)." in page
    assert "abroad filed, from 2026-03-07 to 2026-03-17." in page
    assert "can&#39;t be read" not in page

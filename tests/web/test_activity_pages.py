"""Pages of activities, surveys and ballots: whole courses, who gets in, and what is never shown."""

from __future__ import annotations

import hashlib
import io
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from office import Office
from python_calamine import CalamineWorkbook
from school import School
from sqlalchemy import select
from sqlalchemy.orm import Session
from website import Clock

from quizengine.storage.models import (
    Activity,
    ActivityEntry,
    ActivitySheet,
    Ballot,
    BallotVote,
    Survey,
)

Login = Callable[..., FlaskClient]
PDF = b"%PDF-1.7 poster"


@pytest.fixture
def office(session: Session, school: School, now: Any) -> Office:
    return Office(session, school, now)


def only(session: Session, model: Any) -> Any:
    session.rollback()
    return session.scalars(select(model)).one()


def local(at: datetime) -> str:
    """As the browser sends a time of Shanghai."""
    return (at + timedelta(hours=8)).strftime("%Y-%m-%dT%H:%M")


def new_activity(client: FlaskClient, office: Office, **changes: str) -> Any:
    values = {
        "title": "保密宣传标语征集",
        "type": "slogan",
        "unit": str(office.school.units["CS"]),
        "entrants": "person",
        "task": "每条不超过20字。",
        "closes_at": local(office.now + timedelta(days=1)),
        "judged_by": local(office.now + timedelta(days=5)),
        "criterion-0": "立意",
        "most-0": "60",
        "criterion-2": "表达",
        "most-2": "40",
        "judge-0": "孙丽",
        "judge-3": "cs-admin",
        "declared-3": "与参赛支部同属一院，已说明",
        "rule": "trimmed",
        "blind": "yes",
        **changes,
    }
    return client.post("/office/activities/new", data=values)


def test_an_activity_from_its_form_to_a_corrected_result(
    client: FlaskClient, login: Login, office: Office, session: Session, clock: Clock
) -> None:
    login(client, "organizer")
    for wrong, message in (
        ({"title": ""}, "Please fill this in."),
        ({"criterion-0": "", "criterion-2": ""}, "1 to 12 criteria"),
        ({"judge-3": ""}, "2 to 15 judges"),
        ({"judge-3": "nobody"}, "There is no such person."),
        ({"most-0": "x"}, "A number from 1 to 1000."),
        ({"closes_at": "2026-01-01T00:00"}, "has to be in the future"),
    ):
        answer = new_activity(client, office, **wrong)
        assert answer.status_code == 400
        assert message in answer.text, wrong
        assert "每条不超过20字。" in answer.text
    page = new_activity(client, office).headers["Location"]
    activity_id = only(session, Activity).id
    assert client.get(page).status_code == 200
    assert client.get(f"{page}/change").status_code == 200

    login(client, "li")
    assert "保密宣传标语征集" in client.get("/my/activities/").text
    own = f"/my/activities/{activity_id}"
    files = {"files": (io.BytesIO(PDF), "海报.pdf")}
    assert client.post(own, data={"title": "", "text": "x"}).status_code == 400
    assert client.post(own, data={"title": "守口如瓶", "text": "", **files}).status_code == 302
    assert "守口如瓶" in client.get(own).text
    entry_id = only(session, ActivityEntry).id
    address = rf"/office/activities/entries/{entry_id}/files/(\d+)"
    file_id = re.search(address, client.get(own).text)
    assert file_id
    assert client.get(file_id.group(0)).data == PDF
    assert client.get(f"/office/activities/{activity_id}").status_code == 403
    assert login(client, "wang").get(file_id.group(0)).status_code == 404
    assert login(client, "zhao").get(own).status_code == 404
    assert client.get("/my/activities/judging").status_code == 200

    clock.advance(24 * 3600)
    login(client, "organizer")
    assert "Begin the judging of" in client.get("/my/").text
    assert "Begin the judging" in client.get(page).text
    client.post(f"{page}/steps", data={"step": "judge"})
    for name, points in (("organizer", ("50", "30")), ("cs-admin", ("55", "35.5"))):
        login(client, name)
        assert "2 judges" not in client.get(page).text
        listed = client.get("/my/activities/judging").text
        # Judged without the name.
        assert "守口如瓶" in listed
        assert "李雷" not in listed
        judge = f"/my/activities/judging/{entry_id}"
        assert "李雷" not in client.get(judge).text
        bad = client.post(judge, data={"points-1": "61", "points-2": "1"})
        assert (bad.status_code, "A number from 0 to 60" in bad.text) == (400, True)
        sent = {"points-1": points[0], "points-2": points[1], "remark": "简洁"}
        assert client.post(judge, data=sent).status_code == 302
        # Once more: it says that they are sent, and nothing changes.
        again = client.post(judge, data=sent, follow_redirects=True)
        assert "You have sent the points for this entry already." in again.text
    assert "Publish the results" in client.get(page).text
    client.post(f"{page}/steps", data={"step": "publish"})
    entry = client.get(f"/office/activities/entries/{entry_id}")
    assert "85.25" in entry.text
    sheet_id = session.scalars(select(ActivitySheet.id)).first()
    correct = f"{page}/points/{sheet_id}"
    assert client.get(correct).status_code == 200
    sent = {"points-1": "40", "points-2": "30"}
    assert client.post(correct, data={**sent, "reason": ""}).status_code == 400
    done = client.post(correct, data={**sent, "reason": "录入有误"}, follow_redirects=True)
    assert "Results that changed: 1." in done.text
    session.rollback()
    assert len(office.entries("activity-result")) == 2
    book = CalamineWorkbook.from_filelike(
        io.BytesIO(client.get("/office/activities/list.xlsx").data)
    )
    assert book.get_sheet_by_index(0).to_python()[1][-3:] == [80.25, 100.0, 1.0]
    shown = login(client, "li").get(own).text
    assert "80.25" in shown
    assert "简洁" in shown
    assert "孙丽" not in shown


def test_a_survey_asked_answered_and_shown(
    client: FlaskClient, login: Login, office: Office, session: Session, clock: Clock
) -> None:
    login(client, "organizer")
    values = {
        "unit": str(office.school.units["CS"]),
        "tier": "*",
        "title": "保密教育需求调查",
        "intro": "约两分钟。",
        "closes_at": local(office.now + timedelta(days=3)),
        "least_answers": "3",
        "kind-0": "choice",
        "text-0": "最需要的形式",
        "options-0": "讲座\n演练\n",
        "kind-1": "rating",
        "text-1": "总体评价",
        "kind-2": "text",
        "text-2": "建议",
    }
    page = client.get("/office/surveys/new").text
    everyone = re.search(r'<option value="([^"]+)" selected>Everybody', page)
    assert everyone
    values["tier"] = everyone.group(1)
    wrong = client.post("/office/surveys/new", data={**values, "options-0": "讲座"})
    assert (wrong.status_code, "At least two options" in wrong.text) == (400, True)
    wrong = client.post("/office/surveys/new", data={**values, "least_answers": "1"})
    assert "A number from 3 to 1000." in wrong.text
    where = client.post("/office/surveys/new", data=values).headers["Location"]
    survey_id = only(session, Survey).id
    assert client.get(f"{where}/change").status_code == 200
    client.post(f"{where}/steps", data={"step": "open"})
    own = f"/my/surveys/{survey_id}"
    assert login(client, "zhao").get(own).status_code == 404
    for name, form in (("li", "0"), ("wang", "1"), ("organizer", "1")):
        login(client, name)
        assert "Answer the survey" in client.get("/my/").text
        assert client.post(own, data={}).status_code == 400
        assert client.post(own, data={"q0": "7"}).status_code == 400
        assert client.post(own, data={"q0": form, "q1": "4", "q2": f"<b>{form}"}).status_code == 302
        assert "You have answered. Thank you." in client.get(own).text
        assert client.post(own, data={"q0": form}).status_code == 409
    assert "总体评价" in client.get(where).text
    assert "66 %" not in client.get(where).text
    assert client.get(f"{where}/results.xlsx").status_code == 409
    clock.advance(3 * 24 * 3600)
    client.post(f"{where}/steps", data={"step": "close"})
    results = client.get(where).text
    assert "66 %" in results
    assert "&lt;b&gt;0" in results
    book = CalamineWorkbook.from_filelike(io.BytesIO(client.get(f"{where}/results.xlsx").data))
    assert len(book.get_sheet_by_index(0).to_python()) == 1 + 2 + 5 + 3
    assert login(client, "auditor").get(where).status_code == 200
    assert client.post(f"{where}/steps", data={"step": "open"}).status_code == 403


def test_a_ballot_whose_list_anybody_counts_again(
    client: FlaskClient, login: Login, office: Office, session: Session, clock: Clock
) -> None:
    login(client, "organizer")
    values = {
        "unit": str(office.school.units["CS"]),
        "about": "colleagues",
        "title": "党员民主评议",
        "closes_at": local(office.now + timedelta(days=3)),
        "quorum": "50",
        "colleagues": "li\n王芳",
    }
    for wrong, message in (
        ({"colleagues": "zhao"}, "zhao: There is no such person."),
        ({"colleagues": ""}, "Please fill this in."),
        ({"quorum": "0"}, "A number from 1 to 100."),
        ({"options": "同意"}, "2 to 6 options"),
    ):
        answer = client.post("/office/ballots/new", data={**values, **wrong})
        assert (answer.status_code, message in answer.text) == (400, True), wrong
    where = client.post("/office/ballots/new", data=values).headers["Location"]
    ballot_id = only(session, Ballot).id
    assert client.get(f"{where}/change").status_code == 200
    client.post(f"{where}/steps", data={"step": "open"})
    own = f"/my/ballots/{ballot_id}"
    receipts = {}
    for name, choices in (("li", ("excellent", "basic")), ("wang", ("competent", "basic"))):
        login(client, name)
        assert "Vote: “党员民主评议”" in client.get("/my/").text
        page = client.get(own)
        assert page.headers["Cache-Control"] == "no-store"
        found = re.search(r'name="receipt" value="([^"]+)"', page.text)
        assert found
        receipts[name] = found.group(1)
        form = {"receipt": receipts[name], "choice-1": choices[0]}
        incomplete = client.post(own, data=form)
        assert (incomplete.status_code, "Choose an option" in incomplete.text) == (400, True)
        assert receipts[name] in incomplete.text
        form["choice-2"] = choices[1]
        # Sent twice by a nervous finger: the receipt is shown each time, the vote counts once.
        for _ in range(2):
            assert receipts[name] in client.post(own, data=form).text
        assert receipts[name] not in client.get(own).text
        assert "You have voted." in client.get(own).text
        assert client.get(f"{own}/recount").status_code == 409
    assert len(session.scalars(select(BallotVote)).all()) == 4
    login(client, "organizer")
    running = client.get(where).text
    assert "Quorum reached" in running
    assert "Count the votes" not in running
    clock.advance(3 * 24 * 3600)
    client.post(f"{where}/steps", data={"step": "count"})
    assert client.get(where).status_code == 200

    login(client, "li")
    listed = client.get(f"{own}/votes.json").data
    [entry] = office.entries("ballot-counted")
    assert hashlib.sha256(listed).hexdigest() == entry["data"]["proof_sha256"]
    assert entry["data"]["proof_sha256"] in client.get(f"{own}/recount").text
    # The commands of the page, without the site: the own line stands in the file.
    plain = receipts["li"].replace("-", "")
    mine = hashlib.sha256(f"quizengine-ballot:{ballot_id}:1:{plain}".encode()).hexdigest()
    assert f'{{"choice":"excellent","number":1,"receipt":"{mine}"}}'.encode() in listed
    looked = client.post(f"{own}/recount", data={"receipt": receipts["li"].lower()}).text
    assert mine in looked
    other = client.post(f"{own}/recount", data={"receipt": "0" * 25}).text
    assert "This receipt does not stand in the list." in other
    assert client.post(f"{own}/recount", data={"receipt": "?"}).status_code == 400
    # Other units' members see neither the ballot nor its list; the office and the auditor do.
    login(client, "chen")
    assert {client.get(f"{own}{more}").status_code for more in ("", "/recount", "/votes.json")} == {
        404
    }
    assert login(client, "auditor").get(f"{own}/recount").status_code == 200
    assert client.get("/office/ballots/list.csv").status_code == 200
    client.set_cookie("language", "zh_CN")
    for path in (where, f"{own}/recount", "/office/ballots/", "/my/ballots/"):
        assert client.get(path).status_code == 200

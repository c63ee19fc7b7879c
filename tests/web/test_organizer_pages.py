"""The organizer's pages: for the right role, within the subtree, and with what they promise."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from examroom import ExamRoom, wrong
from flask.testing import FlaskClient
from python_calamine import CalamineWorkbook
from sqlalchemy import select
from sqlalchemy.orm import Session
from website import Clock

from quizengine.services import printed
from quizengine.storage.engine import writing
from quizengine.storage.models import (
    Adjustment,
    CurrentQuestion,
    Exam,
    LateAnswer,
    Paper,
    Repair,
    Sitting,
)

Login = Callable[..., FlaskClient]
FILL = "leaving-fill-1"


@pytest.fixture
def exam(room: ExamRoom) -> Exam:
    """Audience: wang (sat, failed), cs1 (sat, passed), chen (absent)."""
    room.add_member("cs1", "CS-1", "graduate")
    exam = room.open("quick")
    room.sit("wang", exam, wrong)
    room.sit("cs1", exam, {FILL: ["保密期"]})
    return exam


def pages(room: ExamRoom, exam: Exam, session: Session) -> list[str]:
    sitting = session.scalars(select(Sitting).order_by(Sitting.id)).first()
    assert sitting is not None
    ref = re.search(rf'"ref":(\d+),"id":"{FILL}"', sitting.paper.items)
    assert ref
    base = f"/organize/exams/{exam.id}"
    return [
        base,
        f"{base}/live",
        f"{base}/distribution.svg",
        f"{base}/people",
        f"{base}/people/{room.school.persons['wang']}",
        f"{base}/sittings/{sitting.id}",
        f"{base}/questions",
        f"{base}/questions/{ref.group(1)}",
        f"{base}/late",
        f"{base}/settings",
        f"{base}/results.xlsx",
        f"{base}/results.csv",
        f"{base}/missing.xlsx",
    ]


def test_all_pages_open_for_an_admin_in_both_languages(
    client: FlaskClient, login: Login, session: Session, room: ExamRoom, exam: Exam
) -> None:
    login(client, "admin")
    for language in ("en", "zh_CN"):
        client.set_cookie("language", language)
        for path in pages(room, exam, session):
            assert client.get(path).status_code == 200, path


def test_an_auditor_reads_but_sees_no_right_answers_and_changes_nothing(
    client: FlaskClient, login: Login, session: Session, room: ExamRoom, exam: Exam
) -> None:
    login(client, "auditor")
    for path in pages(room, exam, session):
        hidden = "/questions" in path or "/sittings/" in path
        assert client.get(path).status_code == (403 if hidden else 200), path
    page = client.get(f"/organize/exams/{exam.id}/settings").text
    assert "read only" in page
    main = page.split("<main", 1)[1].split("</main>", 1)[0]
    assert "<form" not in main
    assert client.get("/organize/exams/new").status_code == 403
    base = f"/organize/exams/{exam.id}"
    for act in ("window", "cancellation", "papers", "print", "release"):
        assert client.post(f"{base}/{act}").status_code == 403, act
    assert client.post(f"{base}/late/1", data={"reason": "x"}).status_code == 403
    person = f"{base}/people/{room.school.persons['wang']}/adjustment"
    assert client.post(person, data={"reason": "x"}).status_code == 403


def test_papers_are_printed_in_the_language_of_the_page(
    client: FlaskClient,
    login: Login,
    room: ExamRoom,
    exam: Exam,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Fonts are what takes time in a PDF; tests of the pages themselves make one.
    monkeypatch.delitem(printed.DRAW, "pdf")
    login(client, "admin")
    path = f"/organize/exams/{exam.id}"
    client.set_cookie("language", "zh_CN")
    assert f'action="{path}/print"' in client.get(f"{path}/settings").text
    answer = client.post(f"{path}/print")
    assert answer.mimetype == "application/zip" and answer.headers["Cache-Control"] == "no-store"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.namelist() == ["A卷.docx", "B卷.docx", "参考答案.docx"]
        document = zipfile.ZipFile(io.BytesIO(archive.read("A卷.docx"))).read("word/document.xml")
    assert "离校测验" in document.decode()
    assert client.post("/organize/exams/999/print").status_code == 404


def test_an_organizer_below_sees_the_own_subtree_and_can_not_change_the_exam(
    client: FlaskClient, login: Login, room: ExamRoom, exam: Exam
) -> None:
    login(client, "organizer")
    base = f"/organize/exams/{exam.id}"
    board = client.get(base).text
    assert "计算机学院" in board
    assert "物理学院" not in board
    people = client.get(f"{base}/people").text
    assert "王芳" in people
    assert "陈晨" not in people
    assert client.get(f"{base}/people/{room.school.persons['chen']}").status_code == 404
    assert client.get(f"{base}/people/{room.school.persons['wang']}").status_code == 200
    assert client.get(f"{base}/questions").status_code == 403
    assert client.post(f"{base}/cancellation").status_code == 403
    assert client.post(f"{base}/print").status_code == 403
    assert "陈晨" not in client.get(f"{base}/missing.csv").get_data(as_text=True)


def test_an_exam_outside_of_the_subtree_is_refused(
    client: FlaskClient, login: Login, session: Session, room: ExamRoom
) -> None:
    exam = room.open("quick", "PHY")
    room.sit("chen", exam)
    login(client, "organizer")
    paths = pages_of_chen(room, exam, session)
    for path in paths:
        assert client.get(path).status_code == 403, path
    assert "离校测验" not in client.get("/organize/").text
    assert client.get("/organize/exams/999").status_code == 404


def pages_of_chen(room: ExamRoom, exam: Exam, session: Session) -> list[str]:
    return [
        p.replace(str(room.school.persons["wang"]), str(room.school.persons["chen"]))
        if "/people/" in p
        else p
        for p in pages(room, exam, session)
    ]


@pytest.mark.parametrize("name", ["li", "grader"])
def test_members_and_graders_have_no_business_here(
    client: FlaskClient, login: Login, session: Session, room: ExamRoom, exam: Exam, name: str
) -> None:
    login(client, name)
    for path in ["/organize/", "/organize/exams/new", *pages(room, exam, session)]:
        assert client.get(path).status_code == 403, path


def test_every_change_needs_the_token_against_forgery(
    client: FlaskClient, login: Login, session: Session, room: ExamRoom, exam: Exam
) -> None:
    login(client, "admin")
    del client.environ_base["HTTP_X_CSRFTOKEN"]
    base = f"/organize/exams/{exam.id}"
    for path in (
        "/organize/exams/new",
        "/organize/exams/check",
        f"{base}/window",
        f"{base}/cancellation",
        f"{base}/papers",
        f"{base}/release",
        f"{base}/late/1",
        f"{base}/questions/1/repair",
        f"{base}/people/1/adjustment",
    ):
        assert client.post(path).status_code == 400, path
    session.rollback()
    assert exam.cancelled_at is None


def test_the_board_shows_what_it_counts(client: FlaskClient, login: Login, exam: Exam) -> None:
    page = login(client, "admin").get(f"/organize/exams/{exam.id}").text
    assert "2 of 3" in page
    assert "Participation 66.7 %" in page
    assert "33.3 % of the audience" in page
    assert 'alt="Distribution of scores: 0–10 %: 1; 80–90 %: 1"' in page


def test_the_picture_names_no_host_and_says_what_it_shows(
    client: FlaskClient, login: Login, exam: Exam
) -> None:
    login(client, "admin")
    response = client.get(f"/organize/exams/{exam.id}/distribution.svg")
    picture = response.text
    assert response.mimetype == "image/svg+xml"
    assert set(re.findall(r"https?://[^\s\"'<>]+", picture)) == {"http://www.w3.org/2000/svg"}
    assert "<script" not in picture
    assert "<title>" in picture
    assert "<desc>0–10 %: 1; 80–90 %: 1</desc>" in picture
    assert response.headers["Content-Security-Policy"].startswith("default-src 'none'")


def test_people_are_filtered(client: FlaskClient, login: Login, exam: Exam) -> None:
    login(client, "admin")
    base = f"/organize/exams/{exam.id}/people"
    assert "王芳" not in client.get(f"{base}?state=passed").text
    assert "陈晨" in client.get(f"{base}?state=absent").text
    assert "陈晨" not in client.get(f"{base}?text=王").text
    assert client.get(f"{base}?state=nonsense&unit=x&page=99").status_code == 200


def test_the_files_open_and_are_named_after_the_exam(
    client: FlaskClient, login: Login, exam: Exam
) -> None:
    login(client, "admin")
    response = client.get(f"/organize/exams/{exam.id}/results.xlsx")
    rows = CalamineWorkbook.from_filelike(io.BytesIO(response.data)).get_sheet_by_index(0)
    assert len(rows.to_python()) == 4
    assert "filename*=UTF-8''Leaving%20test" in response.headers["Content-Disposition"]
    table = client.get(f"/organize/exams/{exam.id}/missing.csv")
    assert table.data.startswith(b"\xef\xbb\xbf")
    assert "陈晨" in table.data.decode("utf-8-sig")
    assert client.get(f"/organize/exams/{exam.id}/people.xlsx").status_code == 404
    assert client.get(f"/organize/exams/{exam.id}/results.pdf").status_code == 404


def test_a_member_gets_extra_time_with_a_reason(
    client: FlaskClient, login: Login, session: Session, room: ExamRoom, exam: Exam
) -> None:
    login(client, "admin")
    path = f"/organize/exams/{exam.id}/people/{room.school.persons['chen']}/adjustment"
    fields = {"extra_minutes": "15", "extra_attempts": "1", "opens_at": "", "closes_at": ""}
    missing = client.post(path, data=fields)
    assert missing.status_code == 400
    assert "Please fill this in." in missing.text
    assert client.post(path, data={**fields, "reason": "视力"}).status_code == 302
    session.rollback()
    row = session.scalars(select(Adjustment)).one()
    assert (row.extra_s, row.extra_attempts, row.reason) == (900, 1, "视力")
    assert (
        client.post(path, data={**fields, "extra_minutes": "-1", "reason": "x"}).status_code == 400
    )
    assert "adjusted" in client.get(f"/organize/exams/{exam.id}/people").text


def test_the_window_is_moved_in_the_time_of_the_site(
    client: FlaskClient, login: Login, session: Session, exam: Exam, clock: Clock
) -> None:
    login(client, "admin")
    path = f"/organize/exams/{exam.id}/window"
    assert client.post(path, data={"closes_at": "2026-03-09T18:00"}).status_code == 302
    session.rollback()
    assert exam.closes_at.isoformat() == "2026-03-09T10:00:00+00:00"
    for wrong_time in ("2026-03-01T18:00", "", "soon"):
        assert client.post(path, data={"closes_at": wrong_time}).status_code == 400
    clock.advance(60)
    moved = client.post(
        path, data={"opens_at": "2026-03-03T08:00", "closes_at": "2026-03-09T18:00"}
    )
    assert moved.status_code == 400


def test_an_exam_that_somebody_began_is_not_cancelled(
    client: FlaskClient, login: Login, session: Session, room: ExamRoom, exam: Exam
) -> None:
    login(client, "admin")
    assert client.post(f"/organize/exams/{exam.id}/cancellation").status_code == 409
    other = room.open("quick", "PHY")
    assert client.post(f"/organize/exams/{other.id}/cancellation").status_code == 302
    session.rollback()
    assert other.cancelled_at is not None
    page = client.get(f"/organize/exams/{other.id}/settings").text
    assert "Cancelled" in page


def test_papers_that_nobody_began_are_drawn_anew(
    client: FlaskClient, login: Login, session: Session, exam: Exam
) -> None:
    before = set(session.scalars(select(Paper.id)))
    assert login(client, "admin").post(f"/organize/exams/{exam.id}/papers").status_code == 302
    session.rollback()
    after = set(session.scalars(select(Paper.id)))
    assert len(after) == len(before) == 3
    assert len(after & before) == 2, "two are begun"


def test_release_goes_from_scores_to_answers(
    client: FlaskClient, login: Login, session: Session, exam: Exam
) -> None:
    login(client, "admin")
    client.post(f"/organize/exams/{exam.id}/release", data={"what": "scores"})
    session.rollback()
    assert (exam.scores_released_at is not None, exam.answers_released_at) == (True, None)
    client.post(f"/organize/exams/{exam.id}/release", data={"what": "answers"})
    session.rollback()
    assert exam.answers_released_at is not None


def test_a_late_answer_is_accepted_with_a_reason(
    client: FlaskClient, login: Login, session: Session, room: ExamRoom, exam: Exam
) -> None:
    sitting = session.scalars(select(Sitting).order_by(Sitting.id.desc())).first()
    assert sitting is not None
    room.save(sitting, FILL, ["脱密期"], 5)
    late = session.scalars(select(LateAnswer)).one()
    login(client, "admin")
    page = client.get(f"/organize/exams/{exam.id}/late").text
    assert "脱密期" in page
    assert "保密期" in page
    path = f"/organize/exams/{exam.id}/late/{late.id}"
    assert client.post(path, data={"decision": "accept", "reason": ""}).status_code == 400
    assert client.post(path, data={"decision": "accept", "reason": "断网"}).status_code == 302
    session.rollback()
    assert (late.decision, sitting.score) == ("accepted", Decimal("10.00"))
    assert "断网" in client.get(f"/organize/exams/{exam.id}/late").text


def test_a_repair_is_shown_before_it_is_made(
    client: FlaskClient, login: Login, session: Session, room: ExamRoom, exam: Exam
) -> None:
    login(client, "admin")
    page = next(p for p in pages(room, exam, session) if re.search(r"/questions/\d+$", p))
    assert "保密期" in client.get(page).text
    form = {"action": "accept", "answer-0": "保密期", "reason": "教材两种说法"}
    shown = client.post(f"{page}/repair", data=form)
    assert shown.status_code == 200
    assert "Attempts to be graded again: 2 (exams: 1). Results that change: 1." in shown.text
    assert session.scalars(select(Repair)).all() == []
    for faulty in ({**form, "answer-0": ""}, {**form, "reason": ""}, {**form, "action": "x"}):
        assert client.post(f"{page}/repair", data=faulty).status_code == 400
    done = client.post(f"{page}/repair", data={**form, "confirmed": "yes"})
    assert done.status_code == 302
    session.rollback()
    row = session.scalars(select(Repair)).one()
    assert (row.action, row.answer, row.reason) == ("accept", '["保密期"]', "教材两种说法")
    assert "教材两种说法" in client.get(page).text


def test_the_live_part_asks_for_a_sign_in_when_it_has_ended(
    client: FlaskClient, exam: Exam
) -> None:
    assert client.get(f"/organize/exams/{exam.id}/live").status_code == 302


def test_a_closed_exam_is_not_polled(
    client: FlaskClient, login: Login, room: ExamRoom, exam: Exam, clock: Clock
) -> None:
    login(client, "admin")
    assert "live.js" in client.get(f"/organize/exams/{exam.id}").text
    room.conclude(exam)
    clock.now = room.now + timedelta(minutes=1)
    page = client.get(f"/organize/exams/{exam.id}").text
    assert "live.js" not in page
    assert "Missed" in page


def test_a_pool_that_became_too_small_shows_on_the_settings_page(
    client: FlaskClient, login: Login, session: Session, exam: Exam
) -> None:
    login(client, "admin")
    with writing(session):
        session.delete(session.get_one(CurrentQuestion, FILL))
        exam.drawn_at = None
    page = client.get(f"/organize/exams/{exam.id}/settings").text
    assert "type=fill: 1 needed, but the pool has only 0; 1 short." in page

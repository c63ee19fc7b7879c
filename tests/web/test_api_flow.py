"""The API from sign-in to result, as a program uses it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from apiclient import Api
from examroom import ExamRoom
from flask import Flask
from school import School
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from website import Clock

from quizengine.domain.answers import correct_answer
from quizengine.domain.blueprints import ReleasePolicy
from quizengine.services.passwords import hash_password
from quizengine.storage.engine import writing
from quizengine.storage.models import LedgerEntry, Person, Sitting

PASSWORD = "correct horse battery"
ApiOf = Callable[[str], Api]


def right_answers(room: ExamRoom, sitting_id: int) -> dict[str, Any]:
    room.session.rollback()  # see what the application has written since
    sitting = room.session.get_one(Sitting, sitting_id)
    return {question.id: correct_answer(question) for question in room.questions(sitting)}


def test_a_member_signs_in_commits_sits_and_reads_the_result(
    app: Flask, session: Session, school: School, room: ExamRoom, clock: Clock
) -> None:
    exam = room.open("all-types", release=ReleasePolicy(scores="at_once", answers="after_close"))
    with writing(session):
        person = session.get_one(Person, school.persons["li"])
        person.password_hash, person.must_change = hash_password(PASSWORD), False
    stranger = Api(app.test_client())
    signed_in = stranger.post("/tokens", {"login": "li", "password": PASSWORD})
    assert signed_in.status_code == 201
    api = Api(app.test_client(), signed_in.json["token"])

    [line] = api.get("/exams").json["items"]
    assert (line["id"], line["title"], line["state"]) == (exam.id, "Exam for new members", "open")
    assert (line["attempts_left"], line["needs_commitment"], line["sitting_id"]) == (2, True, None)

    refused = api.post(f"/exams/{exam.id}/sittings")
    assert (refused.status_code, refused.json["code"]) == (409, "commitment-needed")
    letter = api.get(f"/exams/{exam.id}/commitment").json
    assert (letter["title"], letter["signed"]) == ("Commitment", False)
    assert api.post(f"/exams/{exam.id}/commitment").status_code == 201
    assert api.post(f"/exams/{exam.id}/commitment").status_code == 200

    started = api.post(f"/exams/{exam.id}/sittings")
    assert started.status_code == 201
    assert started.headers["Location"] == f"/api/v1/sittings/{started.json['id']}"
    clock.advance(60)
    again = api.post(f"/exams/{exam.id}/sittings")
    assert again.status_code == 200
    assert {**again.json, "server_now": ""} == {**started.json, "server_now": ""}
    sitting = started.json["id"]
    assert api.get(f"/sittings/{sitting}").json == again.json
    [line] = api.get("/exams").json["items"]
    assert (line["attempts_left"], line["sitting_id"], line["result"]) == (1, sitting, None)

    for question_id, answer in right_answers(room, sitting).items():
        assert api.save(sitting, question_id, answer).status_code == 200
    handed_in = api.post(f"/sittings/{sitting}/submit")
    # The short answer waits for a grader.
    assert handed_in.json == {
        "state": "submitted",
        "score": None,
        "max_score": 40,
        "passed": None,
    }
    assert api.post(f"/sittings/{sitting}/submit").json == handed_in.json
    result = api.get(f"/sittings/{sitting}/result").json
    assert (result["state"], result["score"], result["answers_released"]) == (
        "pending",
        None,
        False,
    )


def test_a_quick_exam_gives_its_score_at_once(room: ExamRoom, api: ApiOf) -> None:
    exam = room.open("quick")
    chen = api("chen")
    sitting = chen.post(f"/exams/{exam.id}/sittings").json["id"]
    answers = right_answers(room, sitting)
    wrong = next(iter(answers))
    for question_id, answer in answers.items():
        chen.save(sitting, question_id, [] if question_id == wrong else answer)
    assert chen.post(f"/sittings/{sitting}/submit").json == {
        "state": "graded",
        "score": 7,
        "max_score": 10,
        "passed": True,
    }
    [line] = chen.get("/exams").json["items"]
    assert line["result"]["score"] == 7
    assert (line["attempts_left"], line["sittings"]) == (0, [sitting])
    again = chen.post(f"/exams/{exam.id}/sittings")
    assert (again.status_code, again.json["code"]) == (409, "no-attempts-left")


def test_before_release_there_is_no_score_anywhere(room: ExamRoom, api: ApiOf) -> None:
    exam = room.open("quick", release=ReleasePolicy(scores="manual", answers="manual"))
    chen = api("chen")
    sitting = chen.post(f"/exams/{exam.id}/sittings").json["id"]
    for question_id, answer in right_answers(room, sitting).items():
        chen.save(sitting, question_id, answer)
    submitted = chen.post(f"/sittings/{sitting}/submit").json
    assert submitted == {"state": "graded", "score": None, "max_score": None, "passed": None}
    assert chen.get(f"/sittings/{sitting}").json["state"] == "graded"
    refused = chen.get(f"/sittings/{sitting}/result")
    assert (refused.status_code, refused.json["code"]) == (403, "not-released")
    assert chen.get("/exams").json["items"][0]["result"] is None
    entry = chen.get("/ledger/entries", subject="me").json["items"][-1]
    assert (entry["kind"], entry["leaf_hash"]) == ("exam-result", None)
    assert entry["withheld"] == ["max_score", "passed", "score"]


def test_a_sitting_is_no_ones_but_its_members(room: ExamRoom, api: ApiOf) -> None:
    exam = room.open("all-types", commitment=False)
    sitting = api("li").post(f"/exams/{exam.id}/sittings").json["id"]
    question = next(iter(right_answers(room, sitting)))
    wang = api("wang")
    for response in (
        wang.get(f"/sittings/{sitting}"),
        wang.get(f"/sittings/{sitting}/result"),
        wang.post(f"/sittings/{sitting}/submit"),
        wang.put(f"/sittings/{sitting}/marks", {"flags": [], "at": 1}),
        wang.save(sitting, question, ["a"]),
    ):
        assert (response.status_code, response.json["code"]) == (404, "unknown-sitting")
    for response in (
        api("chen").post(f"/exams/{exam.id}/sittings"),
        api("auditor").get(f"/exams/{exam.id}/commitment"),
        api("grader").post(f"/exams/{exam.id}/commitment"),
    ):
        assert (response.status_code, response.json["code"]) == (404, "unknown-exam")


def test_an_exam_that_is_coming_or_over_is_not_started(
    room: ExamRoom, api: ApiOf, clock: Clock, now: datetime
) -> None:
    exam = room.open("quick")
    chen = api("chen")
    clock.now = now - timedelta(minutes=1)
    assert chen.get("/exams").json["items"][0]["state"] == "coming"
    assert chen.post(f"/exams/{exam.id}/sittings").json["code"] == "exam-coming"
    clock.now = exam.closes_at
    assert chen.get("/exams").json["items"][0]["state"] == "closed"
    assert chen.post(f"/exams/{exam.id}/sittings").json["code"] == "exam-closed"


def test_flags_and_place_come_back_on_another_device(room: ExamRoom, api: ApiOf) -> None:
    exam = room.open("quick")
    chen = api("chen")
    sitting = chen.post(f"/exams/{exam.id}/sittings").json
    flagged = sitting["questions"][2]["id"]
    path = f"/sittings/{sitting['id']}/marks"
    assert chen.put(path, {"flags": [flagged, "forged-1"], "at": 3}).status_code == 204
    assert chen.get(f"/sittings/{sitting['id']}").json["marks"] == {"flags": [flagged], "at": 3}


def test_own_ledger_entries_come_page_by_page(room: ExamRoom, api: ApiOf) -> None:
    room.sit("li", room.open("all-types"))
    room.sit("wang", room.open("all-types"))
    li = api("li")
    first = li.get("/ledger/entries", subject="me", limit=1).json
    assert [entry["kind"] for entry in first["items"]] == ["commitment-signed"]
    rest = li.get("/ledger/entries", after=first["next"]).json
    assert [entry["kind"] for entry in rest["items"]] == ["exam-handed-in"]
    assert rest["next"] is None
    assert api("chen").get("/ledger/entries").json == {"items": [], "next": None}


def test_the_ledger_shows_nobody_elses_entries(
    session: Session, room: ExamRoom, api: ApiOf
) -> None:
    room.sit("li", room.open("all-types"))
    digest = session.scalars(select(LedgerEntry.subject)).first()
    assert api("li").get("/ledger/entries", subject=digest).status_code == 200
    for name in ("wang", "admin"):
        refused = api(name).get("/ledger/entries", subject=digest)
        assert (refused.status_code, refused.json["code"]) == (403, "forbidden")


def test_handing_in_twice_enters_one_result(session: Session, room: ExamRoom, api: ApiOf) -> None:
    exam = room.open("quick")
    chen = api("chen")
    sitting = chen.post(f"/exams/{exam.id}/sittings").json["id"]
    bodies = [chen.post(f"/sittings/{sitting}/submit").json for _ in range(3)]
    assert bodies[0] == bodies[1] == bodies[2]
    session.rollback()
    assert session.scalar(select(func.count()).select_from(LedgerEntry)) == 1


@pytest.mark.parametrize("language", ["zh-CN,zh;q=0.9,en;q=0.5", "en"])
def test_messages_and_titles_follow_the_language_of_the_request(
    app: Flask, session: Session, school: School, room: ExamRoom, api: ApiOf, language: str
) -> None:
    room.open("quick")
    with writing(session):
        session.get_one(Person, school.persons["chen"]).language = "zh_CN"
    chen = api("chen")
    listed = chen.call("GET", "/exams", headers={"Accept-Language": language})
    chinese = language.startswith("zh")
    assert listed.json["items"][0]["title"] == ("离校测验" if chinese else "Leaving test")

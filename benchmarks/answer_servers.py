"""What `benchmarks.answers` measures beside `quizengine serve`, on the same server program.

`python -m benchmarks.answer_servers NAME PORT`: `hello` answers with a word and does nothing else;
`orm` saves answers as a plain Flask-SQLAlchemy handler does, with the checks that ours makes;
`commit` saves them unchecked, by the driver itself, with a commit for each request.
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask, abort, request
from flask_login import LoginManager, UserMixin, current_user, login_required
from flask_sqlalchemy import SQLAlchemy
from granian.constants import Interfaces
from granian.server import Server
from sqlalchemy import event, select

from quizengine.cli.serve import THREADS
from quizengine.domain.answers import validate_answer
from quizengine.domain.questions import question_from_json
from quizengine.storage.models import Answer, ApiToken, Base, Exam, Paper, Person, Revision, Sitting

FOLDER = "QUIZENGINE_INSTANCE"
_RULE = "/api/v1/sittings/<int:sitting_id>/answers/<question_id>"


def hello() -> Flask:
    """The least that a server does for a request."""
    app = Flask("hello")

    @app.put("/<path:_path>")
    def _hello(_path: str) -> str:
        return "hello"

    return app


class _User(UserMixin):  # type: ignore[misc]
    def __init__(self, person: Person) -> None:
        self.id = person.id


def orm() -> Flask:
    """As the tutorials of its libraries have it: load, check, change, commit."""
    app = Flask("orm")
    app.config["SQLALCHEMY_DATABASE_URI"] = f"sqlite:///{_file()}"
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {"pool_size": THREADS}
    db = SQLAlchemy(app, metadata=Base.metadata)
    login = LoginManager(app)
    with app.app_context():

        @event.listens_for(db.engine, "connect")
        def _durable(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA busy_timeout = 15000")
            connection.execute("PRAGMA synchronous = FULL")

    @login.request_loader
    def _load(_request: Any) -> _User | None:
        return _bearer(db)

    @app.put(_RULE)
    @login_required
    def _save(sitting_id: int, question_id: str) -> Any:
        return _stored(db, sitting_id, question_id)

    return app


def _bearer(db: SQLAlchemy) -> _User | None:
    given = request.authorization
    token = hashlib.sha256(((given and given.token) or "").encode()).hexdigest()
    found = db.session.scalar(select(ApiToken).where(ApiToken.token_hash == token))
    if found is None or found.expires_at <= datetime.now(UTC):
        return None
    person = db.session.get(Person, found.person_id)
    if person is None or not person.active or person.session_version != found.session_version:
        return None
    return _User(person)


def _stored(db: SQLAlchemy, sitting_id: int, question_id: str) -> dict[str, Any]:
    now = datetime.now(UTC)
    sitting = db.session.get(Sitting, sitting_id)
    if sitting is None or sitting.person_id != current_user.id:
        abort(404)
    exam = db.session.get_one(Exam, sitting.exam_id)
    if exam.cancelled_at or sitting.state != "open" or now > sitting.deadline:
        abort(409)
    paper = db.session.get_one(Paper, sitting.paper_id)
    items = json.loads(paper.items)["items"]
    item = next((item for item in items if item["id"] == question_id), None)
    if item is None:
        abort(404)
    given = request.get_json()
    revision = db.session.get_one(Revision, item["ref"])
    validate_answer(question_from_json(revision.content), given["answer"])
    stored = db.session.get(Answer, (sitting_id, question_id))
    if stored is None:
        stored = Answer(sitting_id=sitting_id, question_id=question_id, seq=-1)
        db.session.add(stored)
    if given["seq"] > stored.seq:
        stored.answer, stored.seq = json.dumps(given["answer"]), given["seq"]
        stored.saved_at = now
    db.session.commit()
    return {"seq": stored.seq, "saved_at": stored.saved_at.isoformat()}


def commit() -> Flask:
    """The same statement as ours, in a transaction of its own."""
    app = Flask("commit")
    local = threading.local()
    statement = (
        "INSERT INTO answers (sitting_id, question_id, answer, seq, saved_at)"
        " VALUES (?, ?, ?, ?, ?) ON CONFLICT (sitting_id, question_id) DO UPDATE"
        " SET answer = excluded.answer, seq = excluded.seq, saved_at = excluded.saved_at"
        " WHERE excluded.seq > answers.seq"
    )
    # As in ours: SQLite itself lets writers poll.
    turn = threading.Lock()

    def connected() -> sqlite3.Connection:
        if not hasattr(local, "connection"):
            local.connection = sqlite3.connect(_file(), isolation_level=None, timeout=15)
            local.connection.execute("PRAGMA synchronous = FULL")
        connection: sqlite3.Connection = local.connection
        return connection

    @app.put(_RULE)
    def _save(sitting_id: int, question_id: str) -> Any:
        given = request.get_json()
        at = str(datetime.now(UTC).replace(tzinfo=None))
        answer = json.dumps(given["answer"])
        with turn:
            connected().execute(statement, (sitting_id, question_id, answer, given["seq"], at))
        return {"seq": given["seq"], "saved_at": at}

    return app


def _file() -> Path:
    return Path(os.environ[FOLDER]) / "quizengine.db"


def main() -> None:
    """Serve one of them, as `quizengine serve` serves ours."""
    name, port = sys.argv[1:]
    server = Server(
        f"benchmarks.answer_servers:{name}",
        factory=True,
        port=int(port),
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        log_enabled=False,
        websockets=False,
    )
    server.serve()


if __name__ == "__main__":
    main()

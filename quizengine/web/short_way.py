"""The short way of what everybody does at the same hour: saving an answer.

It stands in front of Flask and takes a request only if all about it is as usual: then the answer is
saved by `quizengine.services.answer_desk`. Everything else goes on to Flask untouched, whose
replies and refusals are the rule. So this way may be stricter than Flask's, but never laxer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from hmac import compare_digest
from io import BytesIO
from typing import TYPE_CHECKING, cast

from flask import Flask, Request, Response
from flask.sessions import SessionMixin
from itsdangerous import BadData, URLSafeTimedSerializer
from pydantic import ValidationError
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from quizengine.domain.text import Refused
from quizengine.services.answer_desk import AnswerDesk
from quizengine.services.sittings import Saved
from quizengine.web.api.document import PREFIX
from quizengine.web.api.schemas import AnswerBody, SavedView
from quizengine.web.clock import CLOCK
from quizengine.web.headers import FIXED
from quizengine.web.identity import User, user_of_cookie, user_of_token

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# The longest answer may be longer; it takes the long way.
LARGEST = 32 * 1024
_PATH = re.compile(rf"{PREFIX}/sittings/([0-9]{{1,18}})/answers/([A-Za-z0-9._-]{{1,80}})")
_HEADERS = (
    ("Content-Type", "application/json"),
    *FIXED.items(),
    # No part of a page: nothing in it is ever run or shown in a frame.
    ("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'"),
    ("Cache-Control", "no-store"),
)


class ShortWay:
    """A WSGI application: usual answers are saved, all else is `rest`, that of `app`."""

    def __init__(self, app: Flask, rest: WSGIApplication, engine: Engine) -> None:
        self._app, self._rest, self._engine = app, rest, engine
        self._failures = (engine.dialect.loaded_dbapi.Error,)
        self._desk = AnswerDesk(engine)
        self._forgery = URLSafeTimedSerializer(cast(str, app.secret_key), salt="wtf-csrf-token")

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """As PEP 3333 has it."""
        found = environ["REQUEST_METHOD"] == "PUT" and _PATH.fullmatch(environ["PATH_INFO"])
        body = _body(environ) if found else None
        if not found or body is None:
            return self._rest(environ, start_response)
        try:
            reply = self._reply(environ, int(found[1]), found[2], body)
        except (Refused, ValidationError, SQLAlchemyError, *self._failures):
            # Flask tries again and says what is wrong.
            reply = None
        if reply is None:
            return self._rest(environ, start_response)
        text, headers = reply
        start_response("200 OK", [*headers, ("Content-Length", str(len(text)))])
        return [text]

    def _reply(
        self, environ: WSGIEnvironment, sitting_id: int, question_id: str, body: bytes
    ) -> tuple[bytes, list[tuple[str, str]]] | None:
        at: datetime = self._app.extensions[CLOCK]()
        session = None if "HTTP_AUTHORIZATION" in environ else self._session(environ)
        user = self._user(environ, session, at)
        if user is None or user.must_change:
            return None
        given = AnswerBody.model_validate_json(body)
        saved = self._desk.save(
            at, user.person_id, sitting_id, question_id, given.answer, given.seq
        )
        if saved is None:
            return None
        return _shown(saved), [*_HEADERS, *self._renewed(session)]

    def _user(
        self, environ: WSGIEnvironment, session: SessionMixin | None, at: datetime
    ) -> User | None:
        if session is None:
            scheme, _, token = environ["HTTP_AUTHORIZATION"].partition(" ")
            return user_of_token(self._engine, at, token) if scheme.lower() == "bearer" else None
        user_id = session.get("_user_id")
        if not isinstance(user_id, str) or not self._own_page(environ, session):
            return None
        return user_of_cookie(self._engine, user_id)

    def _session(self, environ: WSGIEnvironment) -> SessionMixin:
        session = self._app.session_interface.open_session(self._app, Request(environ))
        assert session is not None  # without a secret key there is no application
        return session

    def _own_page(self, environ: WSGIEnvironment, session: SessionMixin) -> bool:
        """Whether the request carries the token against forgery of this session.

        As in `flask_wtf.csrf`: signed by us, in the header, and sent from a page of this host.
        """
        if environ["wsgi.url_scheme"] == "https":
            page = f"https://{environ.get('HTTP_HOST')}/"
            if not environ.get("HTTP_REFERER", "").startswith(page):
                return False
        try:
            token = self._forgery.loads(environ.get("HTTP_X_CSRFTOKEN", ""))
        except BadData:
            return False
        expected = session.get("csrf_token")
        return (
            isinstance(expected, str) and isinstance(token, str) and compare_digest(expected, token)
        )

    def _renewed(self, session: SessionMixin | None) -> list[tuple[str, str]]:
        """The cookie, whose time begins anew with each request."""
        if session is None:
            return []
        response = Response()
        response.headers.clear()
        self._app.session_interface.save_session(self._app, session, response)
        return list(response.headers)


def _body(environ: WSGIEnvironment) -> bytes | None:
    """The JSON that was sent; it can be read again."""
    length = environ.get("CONTENT_LENGTH", "")
    kind = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
    if kind != "application/json" or not length.isdecimal() or int(length) > LARGEST:
        return None
    body: bytes = environ["wsgi.input"].read(int(length))
    environ["wsgi.input"] = BytesIO(body)
    return body


def _shown(saved: Saved) -> bytes:
    view = SavedView(seq=saved.seq, saved_at=saved.saved_at, stored=saved.answer)
    return view.model_dump_json().encode()

"""What a person or a program gets when something can't be done."""

from __future__ import annotations

import secrets
from http import HTTPStatus
from typing import Any, cast

from flask import Flask, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import AnonymousUserMixin
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, InternalServerError

from quizengine.domain.text import N_, Refused
from quizengine.web.first_alone import FirstAlone
from quizengine.web.i18n import translated
from quizengine.web.identity import is_api_request
from quizengine.web.problems import problem, problem_response

_TITLES = {
    400: N_("This request can't be read"),
    401: N_("Please sign in"),
    403: N_("No access"),
    404: N_("Not found"),
    405: N_("This can't be done that way"),
    409: N_("This is not possible now"),
    413: N_("The file is too large"),
    429: N_("Too many requests"),
    500: N_("Something went wrong"),
}
_DETAILS = {
    400: N_("The server could not make sense of what the browser sent."),
    401: N_("You need to be signed in for this."),
    403: N_("You have no right to see this page."),
    404: N_("There is no page at this address. It may have been moved or removed."),
    405: N_("The address exists, but not for this kind of request."),
    413: N_("Please choose a file of at most 16 MB."),
    429: N_("Please wait a moment and try again."),
    500: N_("The fault has been recorded. Please try again; if it stays, tell your administrator."),
}
_OTHER = N_("The request was refused")


class Site(Flask):
    """Flask, with an id for each unforeseen exception that the log and the page share.

    The first request for each view goes alone: see `quizengine.web.first_alone`.
    """

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self._first = FirstAlone()

    def dispatch_request(self) -> ResponseReturnValue:
        """The view's reply; sign-in and the token against forgery have been checked by now."""
        with self._first.turn(f"{request.method} {request.endpoint}"):
            return super().dispatch_request()

    def log_exception(self, exc_info: Any) -> None:
        """Log the exception under a new id, kept in `g.error_id`; no form values, no query."""
        g.error_id = secrets.token_hex(4)
        self.logger.error("error %s", g.error_id, exc_info=exc_info)


def register_errors(app: Flask) -> None:
    """Handlers for refusals, HTTP errors and unforeseen exceptions."""
    app.register_error_handler(Refused, _refused)
    app.register_error_handler(CSRFError, _stale_page)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(InternalServerError, _unforeseen)


def _page(status: int, detail: str, **context: Any) -> ResponseReturnValue:
    title = _(_TITLES.get(status, _OTHER))
    page = render_template("error.html", status=status, title=title, detail=detail, **context)
    return page, status


def _refused(error: Exception) -> ResponseReturnValue:
    refused = cast(Refused, error)
    if is_api_request():
        return problem_response(refused)
    return _page(refused.status, translated(refused.text))


def _stale_page(_error: Exception) -> ResponseReturnValue:
    detail = _("Your page is out of date. Go back, reload it, and send the form again.")
    if is_api_request():
        return problem(400, "csrf", detail)
    return _page(400, detail, stale=True)


def _http_error(error: Exception) -> ResponseReturnValue:
    http = cast(HTTPException, error)
    status = http.code or 500
    if http.response is not None or status < 400:
        return http
    default = HTTPStatus(status).phrase
    detail = _(_DETAILS[status]) if status in _DETAILS else default
    if is_api_request():
        if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
            # The text for pages is about files, for which the limit is another one.
            detail = default
        response = problem(status, default.lower().replace(" ", "-"), detail)
    else:
        response = make_response(_page(status, detail))
    # Keep what the exception carries, such as Allow or Retry-After.
    for name, value in http.get_headers():
        if name.lower() not in ("content-type", "content-length"):
            response.headers[name] = value
    return response


def _unforeseen(_error: Exception) -> ResponseReturnValue:
    # The page must come up even when the database is what failed.
    g._login_user = AnonymousUserMixin()
    g.pop("actor", None)
    detail = _(_DETAILS[500])
    if is_api_request():
        return problem(500, "internal", detail, error_id=g.get("error_id"))
    return _page(500, detail, error_id=g.get("error_id"))

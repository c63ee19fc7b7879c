"""Who makes the request, and which pages are open to whom.

Every page needs a sign-in unless its view is marked `@public`: a forgotten decorator closes a page
instead of opening it. Whether the person may act on a certain unit is for the services to decide.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import Request, current_app, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import UserMixin, current_user, login_user, logout_user
from sqlalchemy import Engine

from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor, load_actor, require_anywhere
from quizengine.services.signed_in import SignedIn, person_for_session, person_for_token
from quizengine.web.clock import now
from quizengine.web.extensions import csrf, db

P = ParamSpec("P")
R = TypeVar("R")

# Where someone who still has to choose a password may go.
_BEFORE_PASSWORD = {"auth.change_password", "auth.sign_out", "auth.choose_language"}


@dataclass(frozen=True, eq=False)
class User(UserMixin):  # type: ignore[misc]
    """What a request needs to know of the person signed in."""

    person_id: int
    name: str
    login: str
    language: str | None
    must_change: bool
    has_password: bool
    session_version: int

    def get_id(self) -> str:
        """The id kept in the cookie: a change of password makes older ones invalid."""
        return f"{self.person_id}:{self.session_version}"


def _user(found: SignedIn | None) -> User | None:
    return None if found is None else User(*found)


def bearer_token() -> str | None:
    """The token of the Authorization header (RFC 6750), if the request carries one."""
    given = request.authorization
    return given.token if given is not None and given.type == "bearer" else None


def load_user(user_id: str) -> User | None:
    """Flask-Login's loader: the user of a cookie, unless the session was ended since."""
    # One proof per request: beside a token the cookie counts for nothing, so that the check
    # against forged requests may be left out there.
    return None if bearer_token() is not None else user_of_cookie(db.engine, user_id)


def user_of_cookie(engine: Engine, user_id: str) -> User | None:
    """The user with the id that a cookie carries (`User.get_id`), unless that has ended."""
    person_id, _sep, version = user_id.partition(":")
    if not (person_id.isdecimal() and version.isdecimal()):
        return None
    return _user(person_for_session(engine, int(person_id), int(version)))


def load_bearer(_request: Request) -> User | None:
    """Flask-Login's loader for requests without a cookie: the user of an API token."""
    token = bearer_token()
    if token is None or not is_api_request():
        return None
    user = user_of_token(db.engine, now(), token)
    # A program says its language with each request; the person's choice is for pages.
    return replace(user, language=None) if user and request.accept_languages else user


def user_of_token(engine: Engine, at: datetime, token: str) -> User | None:
    """The user whose API token this is, unless that has ended."""
    return _user(person_for_token(engine, at, token))


def start_session(found: SignedIn) -> None:
    """Sign the person in with a fresh session that ends without use."""
    # Nothing that an earlier visitor left, nor a planted CSRF token, goes into the session.
    session.clear()
    session.permanent = True
    g.pop("actor", None)
    login_user(_user(found))


def end_session() -> None:
    """Sign out here; other devices stay signed in."""
    logout_user()
    session.clear()
    g.pop("actor", None)


def signed_in_user() -> User | None:
    """The user as the request began, or None."""
    # Flask-Login's proxy would follow a change of session within the request.
    user = current_user._get_current_object()
    return user if isinstance(user, User) else None


def current_actor() -> Actor:
    """The person signed in with all grants, loaded once per request.

    Raises Refused `sign-in-needed` (401) when nobody is signed in.
    """
    if "actor" not in g:
        user = signed_in_user()
        if user is None:
            raise sign_in_needed()
        g.actor = load_actor(db.session, user.person_id)
    return cast(Actor, g.actor)


def sign_in_needed() -> Refused:
    """The refusal for a request without a valid sign-in."""
    return Refused("sign-in-needed", N_("Please sign in."), status=401)


def public(view: Callable[P, R]) -> Callable[P, R]:
    """Mark a view as open to everybody."""
    view.quizengine_public = True  # type: ignore[attr-defined]
    return view


def roles_required(*roles: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Let only people with one of `roles` in some unit see the page; services check the unit."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def guarded(*args: P.args, **kwargs: P.kwargs) -> R:
            require_anywhere(current_actor(), *roles)
            return view(*args, **kwargs)

        return guarded

    return decorate


def guard() -> ResponseReturnValue | None:
    """Before each request: sign-in where it is needed, then a password of one's own."""
    endpoint = request.endpoint
    if endpoint is None or endpoint == "static" or endpoint.endswith(".static"):
        return None
    user = signed_in_user()
    if user is None:
        if getattr(current_app.view_functions[endpoint], "quizengine_public", False):
            return None
        return _ask_to_sign_in()
    if user.must_change and endpoint not in _BEFORE_PASSWORD:
        if is_api_request():
            raise Refused(
                "password-change-needed", N_("Choose a password of your own first."), status=403
            )
        return redirect(url_for("auth.change_password"))
    return None


def check_csrf() -> None:
    """Before each request: forms and scripts that rely on the cookie carry the page's token."""
    if bearer_token() is None:
        csrf.protect(apply_exemptions=True)


def here() -> str:
    """The address to come back to, for forms in the page head."""
    return request.full_path.rstrip("?") if request.method == "GET" else url_for("auth.home")


def _ask_to_sign_in() -> ResponseReturnValue:
    if is_api_request():
        raise sign_in_needed()
    if request.method != "GET":
        flash(_("Your sign-in has ended. Please sign in again."), "warning")
        return redirect(url_for("auth.sign_in"))
    target = request.full_path.rstrip("?")
    if target == "/":
        return redirect(url_for("auth.sign_in"))
    return redirect(url_for("auth.sign_in", next=target))


def is_api_request() -> bool:
    """Whether the request is answered in JSON."""
    return request.path.startswith("/api/")


def safe_target(target: str | None) -> str | None:
    """`target` if it is a path on this site, else None (no open redirect)."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return None
    return None if any(ord(char) < 32 or char == "\\" for char in target) else target


def has_role(*roles: str) -> bool:
    """For templates: whether the person signed in has one of `roles` in some unit."""
    if not current_user.is_authenticated:
        return False
    return any(current_actor().has(role) for role in roles)

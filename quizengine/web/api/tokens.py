"""Tokens: how a program signs in."""

from __future__ import annotations

from flask import Response

from quizengine.domain.text import N_, Refused
from quizengine.services import auth
from quizengine.web.api.reading import read_body
from quizengine.web.api.replies import nothing, reply
from quizengine.web.api.schemas import Credentials, TokenView
from quizengine.web.clock import now, site_settings
from quizengine.web.extensions import db
from quizengine.web.identity import bearer_token, public


@public
def create_token() -> Response:
    """Sign in. Repeated failures lock the account for a while."""
    given = read_body(Credentials)
    token = auth.issue_token(db.session, now(), site_settings(), given.login, given.password)
    return reply(TokenView(token=token.token, expires_at=token.expires_at), 201)


def end_token() -> Response:
    """End the token that the request carries."""
    token = bearer_token()
    if token is None:
        raise Refused("no-token", N_("This request carries no token."), status=400)
    auth.revoke_token(db.session, token)
    return nothing()

"""Own entries of the ledger."""

from __future__ import annotations

from flask import Response

from quizengine.services.member_ledger import own_entries
from quizengine.web.api.reading import read_query
from quizengine.web.api.replies import person, reply
from quizengine.web.api.schemas import LedgerQuery
from quizengine.web.extensions import db


def list_entries() -> Response:
    """Entries about oneself, the oldest first."""
    query = read_query(LedgerQuery)
    return reply(own_entries(db.session, person(), query.subject, query.after, query.limit))

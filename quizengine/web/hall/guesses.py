"""Who tries codes that open nothing has to wait after a while."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from flask import request

from quizengine.domain.text import Refused
from quizengine.services.guesses import GuessLimit, count_guess, refuse_guesser
from quizengine.web.clock import now, site_settings
from quizengine.web.extensions import db

# Among 10^11 codes so few find nothing in a lifetime. The pause is short: devices of a hall may
# share one address, and none of them may keep the others out for long.
STAFF_CODES = GuessLimit("hall-staff", most=40, minutes=2)
# A whole hall types this one.
AUDIENCE_CODES = GuessLimit("hall-audience", most=600, minutes=2)


@contextmanager
def guarded(limit: GuessLimit) -> Iterator[None]:
    """Look a code up in here; Refused `too-many-guesses` (429), or what the look-up refuses."""
    source = limit.source(site_settings().secret_key, request.remote_addr or "")
    refuse_guesser(db.session, now(), limit, source)
    try:
        yield
    except Refused as refused:
        if refused.code == "unknown-code":
            count_guess(db.session, now(), limit, source)
        raise

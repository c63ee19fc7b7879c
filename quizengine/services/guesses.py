"""Limits on guessing: so many wrong codes from one address, then a pause."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError

from quizengine.domain.text import N_, Refused
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import LookupFailure

_HOUR = 60


@dataclass(frozen=True)
class GuessLimit:
    """At most so many wrong ones of a `kind` from one address in a period of so many minutes."""

    kind: str
    most: int
    minutes: int

    def source(self, secret: str, address: str) -> str:
        """Stands for an address, so that no list of visitors is kept."""
        return hashlib.sha256(f"{secret}\n{self.kind}\n{address}".encode()).hexdigest()

    def period(self, now: datetime) -> int:
        """When the period began, in minutes since 1970."""
        minute = int(now.timestamp()) // 60
        return minute - minute % self.minutes


def refuse_guesser(session: SessionLike, now: datetime, limit: GuessLimit, source: str) -> None:
    """Refused `too-many-guesses` (429), for right ones too, once there were too many wrong ones."""
    failures = session.get(LookupFailure, (source, limit.period(now)))
    if failures is not None and failures.count >= limit.most:
        raise Refused(
            "too-many-guesses",
            N_("Too many wrong numbers or codes. Please try again in %(minutes)s minutes."),
            status=429,
            minutes=limit.minutes,
        )


def count_guess(session: SessionLike, now: datetime, limit: GuessLimit, source: str) -> None:
    """Note a wrong one, in a transaction of its own."""
    try:
        _count(session, source, limit.period(now))
    except IntegrityError:
        # Another request was the first of the period.
        _count(session, source, limit.period(now))


def _count(session: SessionLike, source: str, period: int) -> None:
    with writing(session):
        row = session.get(LookupFailure, (source, period), with_for_update=True)
        if row is None:
            # What is over is forgotten.
            session.execute(delete(LookupFailure).where(LookupFailure.period < period - _HOUR))
            session.add(LookupFailure(source=source, period=period, count=1))
        else:
            row.count += 1

"""网络竞赛: begin an attempt, with a fresh paper."""

from __future__ import annotations

import secrets
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from quizengine.domain.mass_attempts import Allowance, allowance
from quizengine.domain.text import N_, Refused
from quizengine.services.closing import close_sitting
from quizengine.services.exams import window_for
from quizengine.services.ledger import LedgerWriter
from quizengine.services.mass_freeze import freeze_due_now, freeze_if_due
from quizengine.services.mass_locks import hold_contest
from quizengine.services.mass_lookup import (
    find_contest,
    is_member,
    limits_of,
    unknown_contest,
)
from quizengine.services.papers import paper_for
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import MassContest, MassEntry, Person, Sitting
from quizengine.storage.queries import lock_person

_BARRED = {
    "day": N_("You have no attempts left today. Come back tomorrow."),
    "week": N_("You have no attempts left this week. Come back next week."),
    "all": N_("You have no attempts left."),
}


def begin(
    session: SessionLike, now: datetime, zone: ZoneInfo, person_id: int, contest_id: int
) -> tuple[Sitting, bool]:
    """The person's open sitting in the contest, and whether it is new.

    An attempt belongs to the day on which it begins. Refused: `unknown-contest` (404),
    `contest-coming`, `contest-closed`, `no-attempts-left` (409).
    """
    contest = find_contest(session, contest_id)
    with writing(session):
        person = lock_person(session, person_id)
        attempts = _attempts(session, person_id, contest)
        latest = attempts[-1] if attempts else None
        if latest is not None and latest.state == "open":
            if now <= latest.deadline:
                return latest, False
            with LedgerWriter(session) as log:
                close_sitting(session, now, latest, "server", log)
        contest = _held(session, now, contest.id)
        if not is_member(session, zone, person_id, contest):
            raise unknown_contest()
        _require_open(now, contest)
        left = allowance(limits_of(contest), [each.started_at for each in attempts], now, zone)
        if left.barred_by is not None:
            raise Refused("no-attempts-left", _BARRED[left.barred_by])
        sitting = new_attempt(session, now, zone, person, contest, len(attempts) + 1)
    return sitting, True


def _attempts(session: SessionLike, person_id: int, contest: MassContest) -> list[Sitting]:
    query = (
        select(Sitting)
        .where(Sitting.exam_id == contest.exam_id, Sitting.person_id == person_id)
        .order_by(Sitting.attempt)
        .with_for_update(of=Sitting, key_share=True)
    )
    return list(session.scalars(query))


def _held(session: SessionLike, now: datetime, contest_id: int) -> MassContest:
    """The contest, which nobody can cancel or move until the end of the transaction.

    People who begin don't wait for each other, but for the one who freezes it.
    """
    due = freeze_due_now(now, session.get_one(MassContest, contest_id))
    contest = hold_contest(session, contest_id, shared=not due)
    freeze_if_due(session, now, contest)
    return contest


def _require_open(now: datetime, contest: MassContest) -> None:
    state = window_for(contest.exam, None).state(now)
    if state == "coming":
        raise Refused("contest-coming", N_("The contest has not opened yet."))
    if state == "closed" or contest.exam.concluded_at is not None:
        raise Refused("contest-closed", N_("The contest is over."))


def new_attempt(
    session: SessionLike,
    now: datetime,
    zone: ZoneInfo,
    person: Person,
    contest: MassContest,
    attempt: int,
) -> Sitting:
    """Store an attempt that may be begun, within the caller's transaction."""
    exam = contest.exam
    sitting = Sitting(
        exam_id=exam.id,
        person_id=person.id,
        paper=paper_for(session, now, zone, exam, person.id, attempt),
        attempt=attempt,
        unit_id=person.unit_id,
        started_at=now,
        deadline=window_for(exam, None).deadline(now),
        state="open",
    )
    session.add(sitting)
    entry = session.get(MassEntry, (contest.id, person.id))
    if entry is None:
        entry = MassEntry(
            contest_id=contest.id,
            person_id=person.id,
            # What stands for the person where lots are drawn: nobody can tell who it is.
            token=secrets.token_hex(6).upper(),
            unit_id=person.unit_id,
            # Until the closing is kept: who begins in its last moment was of the audience.
            member=True,
        )
        session.add(entry)
    entry.attempts = attempt
    return sitting


def attempts_left(
    session: SessionLike, now: datetime, zone: ZoneInfo, person_id: int, contest: MassContest
) -> Allowance:
    """How often the person may still begin."""
    starts = session.scalars(
        select(Sitting.started_at).where(
            Sitting.exam_id == contest.exam_id, Sitting.person_id == person_id
        )
    )
    return allowance(limits_of(contest), starts, now, zone)

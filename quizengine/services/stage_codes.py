"""Codes that open the screens of a contest: random, and easy to read out and to type."""

from __future__ import annotations

import secrets

from sqlalchemy import ColumnElement, or_, select

from quizengine.services.access import Actor
from quizengine.services.details import clean_text
from quizengine.services.stage_access import managed_contest, unknown_team
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import Contest, ContestTeam

# Without what is mistaken for something else: 0 and O, 1, I and L.
ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
# Characters of a code: one that a whole hall types, and one that gives rights.
AUDIENCE_CODE = 6
STAFF_CODE = 8


def tidy_code(text: str) -> str:
    """A code as it is stored, however it was typed."""
    return clean_text(text).replace(" ", "").replace("-", "").upper()


def fresh_codes(session: SessionLike, count: int, length: int) -> list[str]:
    """So many codes that open nothing yet; within the caller's transaction."""
    codes: list[str] = []
    while len(codes) < count:
        code = "".join(secrets.choice(ALPHABET) for _ in range(length))
        if code not in codes and not _taken(session, code):
            codes.append(code)
    return codes


def _taken(session: SessionLike, code: str) -> bool:
    of_contest = select(Contest.id).where(or_(*_columns(code)))
    of_team = select(ContestTeam.id).where(ContestTeam.code == code)
    return any(session.scalar(query.limit(1)) is not None for query in (of_contest, of_team))


def _columns(code: str) -> list[ColumnElement[bool]]:
    columns = (Contest.screen_code, Contest.judge_code, Contest.join_code)
    return [column == code for column in columns]


def renew_codes(session: SessionLike, actor: Actor, contest_id: int) -> Contest:
    """New codes for screens, judge and audience; what was opened with the old ones is closed."""
    managed_contest(session, actor, contest_id)
    with writing(session):
        contest = session.get_one(Contest, contest_id, with_for_update=True, populate_existing=True)
        contest.screen_code, contest.judge_code = fresh_codes(session, 2, STAFF_CODE)
        (contest.join_code,) = fresh_codes(session, 1, AUDIENCE_CODE)
        contest.codes_version += 1
    return contest


def renew_team_code(
    session: SessionLike, actor: Actor, contest_id: int, team_id: int
) -> ContestTeam:
    """A new code for a team; the device that has its seat is out. Refused `unknown-team` (404)."""
    managed_contest(session, actor, contest_id)
    with writing(session):
        team = session.get(ContestTeam, team_id, with_for_update=True, populate_existing=True)
        if team is None or team.contest_id != contest_id:
            raise unknown_team()
        (team.code,) = fresh_codes(session, 1, STAFF_CODE)
        team.seat += 1
    return team

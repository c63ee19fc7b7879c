"""The result of a contest goes into the ledger: for its people, its units, and the log itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import Any

from sqlalchemy import select

from quizengine.domain.contest.fold import Play, replay
from quizengine.domain.contest.ranking import Record, member_records, team_record
from quizengine.domain.contest.state import Place
from quizengine.services.ledger import LedgerWriter
from quizengine.services.ledger_words import read_body
from quizengine.services.stage_access import rules_of
from quizengine.services.stage_log import contest_log, log_lines
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import Contest, ContestMember, ContestTeam, LedgerEntry, Person, Unit


@dataclass(frozen=True)
class _Line:
    """What is to stand in the ledger; `name` tells it from the contest's other lines."""

    kind: str
    name: str
    data: dict[str, Any]
    person_id: int | None = None
    unit: str | None = None


def record_result(session: SessionLike, now: datetime, contest_id: int) -> int:
    """Enter the result of a finished contest into the ledger; how many entries were added.

    Again, it adds nothing. If the contest was taken up again and ended otherwise, what has changed
    is corrected. A rehearsal leaves no trace.
    """
    with writing(session):
        contest = session.get_one(Contest, contest_id, with_for_update=True, populate_existing=True)
        if contest.rehearsal or contest.state != "finished":
            return 0
        play = replay(rules_of(contest), contest_log(session, contest_id))
        with LedgerWriter(session) as ledger:
            lines = [
                *_result_lines(session, ledger, contest, play),
                _log_line(session, contest, play),
            ]
            added = sum(_enter(session, ledger, now, contest_id, line) for line in lines)
        if added or contest.recorded_at is None:
            contest.recorded_at = now
    return added


def _enter(
    session: SessionLike, ledger: LedgerWriter, now: datetime, contest_id: int, line: _Line
) -> bool:
    """Add a line, or correct what stands there; whether anything had to be written."""
    entered = list(_entered(session, f"contest:{contest_id}:{line.name}"))
    corrects, body = entered[-1] if entered else (None, "")
    if read_body(body).get("data") == line.data:
        return False
    ledger.append(
        now,
        line.kind,
        f"contest:{contest_id}:{line.name}:{len(entered) + 1}",
        person_id=line.person_id,
        unit=line.unit,
        data=line.data,
        corrects=corrects,
    )
    return True


def _entered(session: SessionLike, source: str) -> Iterator[tuple[int, str]]:
    """Number and body of the entry, and of those that correct it."""
    for number in count(1):
        query = select(LedgerEntry.seq, LedgerEntry.body)
        row = session.execute(query.where(LedgerEntry.source == f"{source}:{number}")).first()
        if row is None:
            return
        yield row.seq, row.body


def _log_line(session: SessionLike, contest: Contest, play: Play) -> _Line:
    """What proves later that nothing of the log was changed."""
    digest = hashlib.sha256()
    for text in log_lines(session, contest.id):
        digest.update(text.encode())
    data = {
        **_head(contest),
        "events": play.seq,
        "sha256": digest.hexdigest(),
        "rules": contest.rules_id,
        "rules_digest": contest.rules_digest,
    }
    return _Line("contest-log", "log", data, unit=contest.unit.code)


def _result_lines(
    session: SessionLike, ledger: LedgerWriter, contest: Contest, play: Play
) -> Iterator[_Line]:
    units = _codes(session, contest)
    for place in play.state.ranking:
        data = {**_head(contest), **_placed(play, place)}
        record = team_record(play.rules, play.state, place.team)
        own = {**data, **_counts(record), "rounds": _rounds(play, record)}
        if place.team in units:
            yield _Line("contest-team-result", f"team:{place.team}", own, unit=units[place.team])
        records = member_records(play.rules, play.state, place.team)
        for member, person, code in _people(session, place.team):
            yield _Line(
                "contest-result",
                f"member:{ledger.subject(person)}",
                {**own, "alone": _counts(records[member])},
                person_id=person,
                unit=code,
            )


def _head(contest: Contest) -> dict[str, Any]:
    return {
        "contest_kind": "stage",
        "contest": contest.id,
        "title": {"zh": contest.title_zh, "en": contest.title_en},
    }


def _placed(play: Play, place: Place) -> dict[str, Any]:
    prize = None if place.prize is None else play.rules.prizes[place.prize]
    return {
        "team": play.state.team(place.team).name,
        "rank": place.rank,
        "teams": len(play.state.teams),
        "score": str(place.score),
        "prize": None if prize is None else {"zh": prize.title.zh, "en": prize.title.en},
    }


def _counts(record: Record) -> dict[str, int]:
    return {
        "right": record.right,
        "partial": record.partial,
        "wrong": record.wrong,
        "late": record.late,
    }


def _rounds(play: Play, record: Record) -> list[dict[str, str]]:
    return [
        {"id": round_.id, "points": str(points)}
        for round_, points in zip(play.rules.rounds, record.points, strict=True)
    ]


def _codes(session: SessionLike, contest: Contest) -> dict[int, str]:
    """Codes of the units that teams stand for, by team."""
    rows = session.execute(
        select(ContestTeam.id, Unit.code)
        .join(Unit, Unit.id == ContestTeam.unit_id)
        .where(ContestTeam.contest_id == contest.id)
    )
    return {row.id: row.code for row in rows}


def _people(session: SessionLike, team_id: int) -> Iterator[tuple[int, int, str]]:
    """Known members of a team: their index in it, who they are, and the code of their unit."""
    rows = session.execute(
        select(ContestMember.number, Person.id, Unit.code)
        .join(Person, Person.id == ContestMember.person_id)
        .join(Unit, Unit.id == Person.unit_id)
        .where(ContestMember.team_id == team_id)
        .order_by(ContestMember.number)
    )
    for number, person_id, code in rows:
        yield number - 1, person_id, code

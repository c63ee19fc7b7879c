"""The log of a contest: its events are written here, read, and given out as JSON Lines."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, insert, select, update
from sqlalchemy.exc import IntegrityError

from quizengine.domain.contest.events import Event
from quizengine.domain.text import N_, Refused
from quizengine.services.stage_draw import begin_data
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import Contest, ContestEvent

# Past the mapper: whoever gave a command waits for each millisecond of it.
_insert = insert(cast(Table, ContestEvent.__table__))
_STATES = {"lobby": "preparing", "finished": "finished"}


def append_events(
    session: SessionLike, contest_id: int, lines: Sequence[tuple[Event, str]], phase: str
) -> None:
    """Write events, each with the id of its command; they are on disk when this returns.

    `phase` is that of the contest after them, from which the contest's own state follows. Refused
    `log-conflict`, with nothing written, if another has written an event of one of these numbers
    or commands, `contest-changed` if it is not the contest as it stands that begins, and
    `contest-cancelled`.
    """
    rows = [_row(contest_id, event, command) for event, command in lines]
    try:
        with writing(session):
            _enter_state(session, contest_id, lines, _STATES.get(phase, "running"))
            session.execute(_insert, rows)
    except IntegrityError as error:
        raise Refused("log-conflict", N_("Somebody else was faster.")) from error


def _enter_state(
    session: SessionLike, contest_id: int, lines: Sequence[tuple[Event, str]], state: str
) -> None:
    """The contest's own row is read each time, so that it is locked, but seldom written."""
    columns = Contest.state, Contest.started_at, Contest.finished_at
    query = select(*columns).where(Contest.id == contest_id).with_for_update()
    before, started_at, finished_at = session.execute(query).one()
    if before == "cancelled":
        raise Refused("contest-cancelled", N_("The contest has been cancelled."))
    if before == state:
        return
    if lines[0][0].type == "begin":
        _check_begin(session, contest_id, lines[0][0].data)
    if state != "preparing":
        started_at = started_at or lines[0][0].at
    finished_at = lines[-1][0].at if state == "finished" else None
    session.execute(
        update(Contest)
        .where(Contest.id == contest_id)
        .values(state=state, started_at=started_at, finished_at=finished_at)
    )


def _check_begin(session: SessionLike, contest_id: int, data: Mapping[str, Any]) -> None:
    """Teams and questions may have been changed since the host's page was told of them."""
    if data != begin_data(session, session.get_one(Contest, contest_id)):
        raise Refused(
            "contest-changed",
            N_("Teams or questions were changed just now: look at them, then begin."),
        )


def _row(contest_id: int, event: Event, command: str) -> dict[str, object]:
    data = event.to_data()
    return {
        "contest_id": contest_id,
        "seq": event.seq,
        "at": data["at"],
        "by_role": event.by.role,
        "by_id": event.by.id,
        "by_name": event.by.name,
        "type": event.type,
        "data": json.dumps(data["data"], ensure_ascii=False, separators=(",", ":")),
        "command": command,
    }


def contest_log(session: SessionLike, contest_id: int, after: int = 0) -> Iterator[Event]:
    """The events in order, those after number `after`."""
    return (event for event, _ in commanded_events(session, contest_id, after))


def commanded_events(
    session: SessionLike, contest_id: int, after: int = 0
) -> Iterator[tuple[Event, str]]:
    """The same, each with the id of the command that it came from."""
    query = (
        select(ContestEvent)
        .where(ContestEvent.contest_id == contest_id, ContestEvent.seq > after)
        .order_by(ContestEvent.seq)
    )
    for row in session.scalars(query):
        by = {"role": row.by_role, "id": row.by_id, "name": row.by_name}
        line = {
            "seq": row.seq,
            "at": row.at,
            "by": by,
            "type": row.type,
            "data": json.loads(row.data),
        }
        yield Event.from_data(line), row.command


def log_lines(session: SessionLike, contest_id: int) -> Iterator[str]:
    """The log as JSON Lines, each with its line break; the same text every time."""
    for event in contest_log(session, contest_id):
        yield json.dumps(event.to_data(), ensure_ascii=False, separators=(",", ":")) + "\n"


def mark_alive(session: SessionLike, now: datetime, contest_id: int) -> None:
    """Note that a process runs the contest's clock; the gap tells how long it stood still."""
    with writing(session):
        session.execute(update(Contest).where(Contest.id == contest_id).values(alive_at=now))


def running_contests(session: SessionLike) -> list[int]:
    """Ids of the contests that have begun and are not over."""
    return list(session.scalars(select(Contest.id).where(Contest.state == "running")))

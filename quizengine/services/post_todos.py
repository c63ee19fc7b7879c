"""What holders of posts have to do, or wait for."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from quizengine.domain.text import N_, Text
from quizengine.services.office_access import local_day
from quizengine.services.post_holders import HolderRow, own_holdings
from quizengine.services.post_steps import STEP_DAYS, Lack, step_name
from quizengine.services.todo_item import Todo
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import PostHolder

# Their holders take part themselves; an office does the rest.
_OWN = ("on_training", "on_letter", "off_talk", "off_carriers", "off_letter", "hours", "classes")


def post_todos(session: SessionLike, now: datetime, zone: ZoneInfo, person_id: int) -> list[Todo]:
    """Steps that are missing on the person's posts."""
    today = local_day(now, zone)
    holdings = own_holdings(session, zone, person_id, today)
    return [todo for row in holdings for todo in _of(row, today)]


def _of(row: HolderRow, today: date) -> Iterator[Todo]:
    for lack in row.lacks:
        values = {"post": row.holder.post.name, "step": Text(step_name(lack.step))}
        yield Todo(
            Text(N_("%(step)s: post “%(post)s”"), values),
            "duties.index",
            {},
            due_of(row.holder, lack, today),
            waits=lack.step not in _OWN,
        )


def due_of(holder: PostHolder, lack: Lack, today: date) -> date:
    """The last day for a step: at the end of the year for what is due each year."""
    began = holder.off_from if holder.stage == "off_post" else holder.on_from
    if holder.stage == "in_post" or began is None:
        return date(today.year, 12, 31)
    return began + timedelta(days=STEP_DAYS)

"""Training as a member sees it, and what members and organizers have to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from quizengine.domain.text import N_, Text
from quizengine.services.access import load_actor, subtree
from quizengine.services.office_access import local_day
from quizengine.services.post_holders import own_holdings
from quizengine.services.post_steps import Trained, training_of
from quizengine.services.todo_item import Todo
from quizengine.services.training_batches import ends_at, unknown_batch
from quizengine.services.training_feedback import feedback_until, may_answer
from quizengine.services.training_signs import EARLY
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import (
    PostHolder,
    TrainingBatch,
    TrainingClass,
    TrainingMark,
    TrainingPlace,
    TrainingSession,
    Unit,
)

# How long after its last session a batch is to be closed.
CLOSE_WITHIN = timedelta(days=7)


@dataclass(frozen=True)
class OwnSession:
    """A session with one's own mark; `open`: one may sign in now."""

    session: TrainingSession
    mark: TrainingMark | None
    open: bool


@dataclass(frozen=True)
class OwnBatch:
    """A batch that one is invited to or came to."""

    place: TrainingPlace
    sessions: Sequence[OwnSession]
    feedback_until: datetime | None

    @property
    def batch(self) -> TrainingBatch:
        """The batch itself."""
        return self.place.batch


@dataclass(frozen=True)
class OwnYear:
    """Training of a year by the ledger, and the posts that demand some."""

    year: int
    trained: Trained
    posts: Sequence[PostHolder]


def own_batches(session: SessionLike, now: datetime, person_id: int) -> list[OwnBatch]:
    """All batches of the person that were not cancelled, the latest first."""
    places = session.scalars(
        select(TrainingPlace)
        .join(TrainingBatch, TrainingBatch.id == TrainingPlace.batch_id)
        .where(TrainingPlace.person_id == person_id, TrainingBatch.cancelled_at.is_(None))
        .options(
            joinedload(TrainingPlace.batch).joinedload(TrainingBatch.training),
            joinedload(TrainingPlace.batch)
            .selectinload(TrainingBatch.sessions)
            .joinedload(TrainingSession.teacher),
            selectinload(TrainingPlace.marks),
        )
        .order_by(TrainingBatch.starts_at.desc(), TrainingBatch.id.desc())
    )
    return [_own(place, now) for place in places]


def own_batch(session: SessionLike, now: datetime, person_id: int, batch_id: int) -> OwnBatch:
    """One of them; Refused `batch-unknown` (404)."""
    for own in own_batches(session, now, person_id):
        if own.place.batch_id == batch_id:
            return own
    raise unknown_batch()


def own_year(session: SessionLike, zone: ZoneInfo, person_id: int, today: date) -> OwnYear:
    """What the person attended this year, beside what the person's posts demand."""
    trained = training_of(session, zone, [person_id], today.year).get(person_id, Trained())
    rows = own_holdings(session, zone, person_id, today)
    posts = [row.holder for row in rows if row.holder.left_at is None]
    return OwnYear(today.year, trained, posts)


def training_todos(
    session: SessionLike, now: datetime, zone: ZoneInfo, person_id: int
) -> list[Todo]:
    """Signing in, feedback, and for organizers batches to be closed."""
    found = []
    for own in own_batches(session, now, person_id):
        title = {"title": own.batch.training.title}
        args = {"batch_id": own.batch.id}
        if any(one.open and one.mark is None for one in own.sessions):
            text = Text(N_("Check in to the class “%(title)s”"), title)
            found.append(Todo(text, "my_training.batch", args, local_day(now, zone)))
        if own.feedback_until is not None:
            text = Text(N_("Give feedback on the class “%(title)s”"), title)
            due = local_day(own.feedback_until, zone)
            found.append(Todo(text, "my_training.feedback", args, due))
    return found + _to_close(session, now, zone, person_id)


def _to_close(session: SessionLike, now: datetime, zone: ZoneInfo, person_id: int) -> list[Todo]:
    scopes = load_actor(session, person_id).scopes("organizer")
    if not scopes:
        return []
    batches = session.scalars(
        select(TrainingBatch)
        .join(TrainingClass, TrainingClass.id == TrainingBatch.class_id)
        .join(Unit, Unit.id == TrainingClass.unit_id)
        .where(
            TrainingBatch.closed_at.is_(None),
            TrainingBatch.cancelled_at.is_(None),
            TrainingBatch.starts_at <= now,
            subtree(*scopes),
        )
        .options(joinedload(TrainingBatch.training), selectinload(TrainingBatch.sessions))
        .order_by(TrainingBatch.starts_at)
    ).all()
    found = []
    for batch in batches:
        ended = max(ends_at(one) for one in batch.sessions)
        if ended <= now:
            values = {"title": batch.training.title, "batch": batch.name}
            text = Text(N_("Close the batch “%(batch)s” of “%(title)s”"), values)
            due = local_day(ended + CLOSE_WITHIN, zone)
            found.append(Todo(text, "training.batch", {"batch_id": batch.id}, due))
    return found


def _own(place: TrainingPlace, now: datetime) -> OwnBatch:
    marks = {mark.session_id: mark for mark in place.marks}
    running = place.batch.closed_at is None
    sessions = [
        OwnSession(
            one,
            marks.get(one.id),
            running and one.starts_at - EARLY <= now <= ends_at(one),
        )
        for one in place.batch.sessions
    ]
    until = feedback_until(place.batch) if may_answer(place, now) else None
    return OwnBatch(place, sessions, until)

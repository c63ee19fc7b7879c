"""签到与考勤: members sign in by the code on the screen; offices mark by hand, with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from quizengine.domain.text import N_, Refused
from quizengine.domain.training import ATTENDED, code_fits, mark_at
from quizengine.services.details import clean_text
from quizengine.services.history import note
from quizengine.services.office_access import Act, managed_person
from quizengine.services.training_batches import (
    ends_at,
    not_cancelled,
    place_for,
    record_of,
    refuse_over,
    unknown_batch,
)
from quizengine.services.training_closing import correct_outcome
from quizengine.services.training_words import MARK_NAMES
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import (
    Person,
    TrainingBatch,
    TrainingMark,
    TrainingPlace,
    TrainingSession,
)

# How long before a session its code is taken.
EARLY = timedelta(minutes=60)


@dataclass(frozen=True)
class Signed:
    """What came of signing in; `again`: the person had signed in before, which still holds."""

    batch_id: int
    topic: str
    state: str
    again: bool


def scanned(session: SessionLike, now: datetime, session_id: int, code: str) -> int:
    """The batch whose code was scanned at `now`; who it is that scanned is not asked yet.

    Refused: `code-stale` (400) for one that the screen shows no longer, `batch-unknown` (404).
    """
    found = _session(session, session_id)
    if not code_fits(found.batch.secret, session_id, now, clean_text(code).upper()):
        raise Refused(
            "code-stale",
            N_("This code is no longer valid: scan the one that is on the screen now."),
            status=400,
        )
    return found.batch_id


def sign_in(
    session: SessionLike, now: datetime, person_id: int, session_id: int, at: datetime
) -> Signed:
    """Sign the person in, who had the right code before the eyes at `at`.

    Somebody who is not on the list comes in as a guest. Refused: `batch-unknown` (404),
    `batch-closed`, `batch-cancelled`, `sign-early`, `sign-late` (409).
    """
    with writing(session):
        found = _session(session, session_id)
        batch = session.get_one(TrainingBatch, found.batch_id, with_for_update=True)
        refuse_over(batch)
        state = _state_at(found, at)
        place = _place(session, batch.id, person_id)
        if place is None:
            place = place_for(batch, session.get_one(Person, person_id), "guest")
            session.flush()
        before = _mark(session, place, found.id)
        if before is not None and (before.how != "rule" or before.state in ATTENDED):
            return Signed(batch.id, found.topic, before.state, True)
        _set(session, place, found, before, (state, "scan", "", person_id), at)
        return Signed(batch.id, found.topic, state, False)


def mark(act: Act, batch_id: int, session_id: int, place_id: int, state: str, reason: str) -> bool:
    """Mark a person by hand; False if this holds already. After closing it is a correction.

    Refused: `batch-unknown`, `place-unknown` (404), `forbidden`, `own-case` (403), `mark-faults`,
    `reason-missing` (400), `batch-cancelled` (409).
    """
    reason = clean_text(reason)[:200]
    if state not in MARK_NAMES:
        raise Refused("mark-faults", N_("Choose what holds for the person."), status=400)
    if not reason:
        raise Refused("reason-missing", N_("Please say why."), status=400)
    with writing(act.session):
        batch = not_cancelled(act, batch_id)
        place, found = _of_batch(act, batch, place_id, session_id)
        _refuse_own(act, place)
        before = _mark(act.session, place, found.id)
        if before is not None and (before.state, before.note) == (state, reason):
            return False
        _set(
            act.session,
            place,
            found,
            before,
            (state, "hand", reason, act.actor.person_id),
            act.now,
        )
        names = {"name": place.person.name, "topic": found.topic, "mark": state, "reason": reason}
        note(act.session, act.now, act.actor.person_id, record_of(batch), "batch-mark", **names)
        if batch.closed_at is not None:
            correct_outcome(act, place)
        return True


def add_person(act: Act, batch_id: int, person_id: int) -> None:
    """Put a person on the list of a batch, also of a closed one: marks then say what holds.

    Refused: `batch-unknown`, `person-unknown` (404), `forbidden` (403), `batch-cancelled`,
    `place-taken` (409).
    """
    with writing(act.session):
        batch = not_cancelled(act, batch_id)
        person = managed_person(act.session, act.actor, person_id)
        if _place(act.session, batch.id, person_id) is not None:
            raise Refused("place-taken", N_("%(name)s is on the list already."), name=person.name)
        place_for(batch, person, "named")
        detail = {"name": person.name}
        note(act.session, act.now, act.actor.person_id, record_of(batch), "batch-added", **detail)


def set_mark(
    act: Act, place: TrainingPlace, found: TrainingSession, state: str, remark: str
) -> None:
    """The mark of a list that was imported, within the caller's transaction."""
    before = next((one for one in place.marks if one.session_id == found.id), None)
    values = (state, "list", remark[:200], act.actor.person_id)
    _set(act.session, place, found, before, values, act.now)


def _set(
    session: SessionLike,
    place: TrainingPlace,
    found: TrainingSession,
    before: TrainingMark | None,
    values: tuple[str, str, str, int],
    at: datetime,
) -> None:
    mark = before
    if mark is None:
        mark = TrainingMark(session_id=found.id)
        place.marks.append(mark)
    mark.state, mark.how, mark.note, mark.by_id = values
    mark.at = at
    session.flush()


def _state_at(found: TrainingSession, at: datetime) -> str:
    if at < found.starts_at - EARLY:
        raise Refused("sign-early", N_("Checking in begins an hour before the session."))
    training = found.batch.training
    state = mark_at(found.starts_at, at, training.late_after, training.absent_after)
    if state == "absent" or at > ends_at(found):
        raise Refused("sign-late", N_("It is too late to check in: please speak to the organizer."))
    return state


def _session(session: SessionLike, session_id: int) -> TrainingSession:
    found = session.get(TrainingSession, session_id)
    if found is None:
        raise unknown_batch()
    return found


def _place(session: SessionLike, batch_id: int, person_id: int) -> TrainingPlace | None:
    return session.scalar(
        select(TrainingPlace).where(
            TrainingPlace.batch_id == batch_id, TrainingPlace.person_id == person_id
        )
    )


def _mark(session: SessionLike, place: TrainingPlace, session_id: int) -> TrainingMark | None:
    return session.scalar(
        select(TrainingMark).where(
            TrainingMark.place_id == place.id, TrainingMark.session_id == session_id
        )
    )


def _of_batch(
    act: Act, batch: TrainingBatch, place_id: int, session_id: int
) -> tuple[TrainingPlace, TrainingSession]:
    place = act.session.get(TrainingPlace, place_id)
    found = act.session.get(TrainingSession, session_id)
    if place is None or found is None or {place.batch_id, found.batch_id} != {batch.id}:
        raise Refused("place-unknown", N_("This person is not on the list."), status=404)
    return place, found


def _refuse_own(act: Act, place: TrainingPlace) -> None:
    if place.person_id == act.actor.person_id:
        raise Refused(
            "own-case",
            N_("Nobody marks their own attendance: check in by code, or let somebody else do it."),
            status=403,
        )

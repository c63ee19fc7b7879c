"""Closing a batch: each person's attendance enters the ledger, later corrections too."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from quizengine.domain.text import N_, Refused
from quizengine.domain.training import Verdict, verdict
from quizengine.services.history import note
from quizengine.services.ledger import LedgerWriter
from quizengine.services.office_access import Act, told_on
from quizengine.services.training_batches import open_batch, record_of
from quizengine.storage.engine import writing
from quizengine.storage.models import (
    Erasure,
    PersonTier,
    TrainingBatch,
    TrainingMark,
    TrainingPlace,
)

KINDS = {"attended": "training-attended", "missed": "training-missed"}


def close_batch(act: Act, batch_id: int) -> None:
    """The batch was held: who did not sign in was absent, and everybody's result enters the ledger.

    Refused: `batch-unknown` (404), `forbidden` (403), `batch-closed`, `batch-cancelled`,
    `batch-running` (409) before the last session has begun.
    """
    with writing(act.session):
        batch = open_batch(act, batch_id)
        if act.now < max(session.starts_at for session in batch.sessions):
            raise Refused("batch-running", N_("The last session has not begun yet."))
        places = list(
            act.session.scalars(
                select(TrainingPlace)
                .where(TrainingPlace.batch_id == batch.id)
                .options(selectinload(TrainingPlace.marks), selectinload(TrainingPlace.person))
                .order_by(TrainingPlace.id)
            )
        )
        # Who has left and never came is no participant who stayed away.
        for place in [one for one in places if not (one.person.active or one.marks)]:
            batch.places.remove(place)
            places.remove(place)
        for place in places:
            _mark_absent(act, batch, place)
            # Who moved meanwhile counts where the person is now.
            place.unit = place.person.unit
        batch.closed_at = act.now
        with LedgerWriter(act.session) as log:
            log.expect([place.person_id for place in places])
            for place in places:
                _settle(place, _verdict(place))
            _enter_held(act, log, batch)
            tiers = _tiers(act, batch, places)
            erased = _erased(act, places)
            for place in places:
                if place.person_id not in erased:
                    _enter(act, log, place, tiers.get(place.person_id), None)
        detail = {"count": sum(place.outcome == "attended" for place in places)}
        note(act.session, act.now, act.actor.person_id, record_of(batch), "batch-closed", **detail)


def correct_outcome(act: Act, place: TrainingPlace) -> None:
    """After a mark of a closed batch was changed: new entries, within the caller's transaction.

    Where a class turns out to be attended after all (or not), the old entry is taken back by one
    that corrects it, and a new one tells what holds, on the day of the class.

    Refused `erased` (409).
    """
    if _erased(act, [place]):
        raise Refused("erased", N_("This person's data were erased: nothing is entered any more."))
    act.session.refresh(place, ["marks"])
    before = place.outcome
    wanted = _verdict(place)
    if (before, place.hours, place.excused) == _columns(wanted):
        return
    _settle(place, wanted)
    batch = place.batch
    with LedgerWriter(act.session) as log:
        tier = _tiers(act, batch, [place]).get(place.person_id)
        if place.outcome == before:
            _enter(act, log, place, tier, place.entry_seq)
            return
        if before is not None:
            _take_back(act, log, place, before)
        _enter(act, log, place, tier, None)
        _enter_held(act, log, batch)


def _erased(act: Act, places: Sequence[TrainingPlace]) -> set[int]:
    """Those of whom nothing may be entered any more: a new digest would be theirs again."""
    ids = [place.person_id for place in places]
    found: set[int] = set()
    for start in range(0, len(ids), 500):
        query = select(Erasure.person_id).where(Erasure.person_id.in_(ids[start : start + 500]))
        found.update(act.session.scalars(query))
    return found


def held_on(act: Act, batch: TrainingBatch) -> date:
    """The day of the last session."""
    return max(session.starts_at for session in batch.sessions).astimezone(act.zone).date()


def _mark_absent(act: Act, batch: TrainingBatch, place: TrainingPlace) -> None:
    marked = {mark.session_id for mark in place.marks}
    for session in batch.sessions:
        if session.id not in marked:
            place.marks.append(
                TrainingMark(session_id=session.id, state="absent", how="rule", note="", at=act.now)
            )


def _verdict(place: TrainingPlace) -> Verdict:
    hours = {session.id: session.hours for session in place.batch.sessions}
    marks = {mark.session_id: mark.state for mark in place.marks}
    return verdict(hours, marks, place.batch.training.share)


def _columns(found: Verdict) -> tuple[str, Decimal, bool]:
    return "attended" if found.attended else "missed", found.hours, found.excused


def _settle(place: TrainingPlace, found: Verdict) -> None:
    place.outcome, place.hours, place.excused = _columns(found)


def _tiers(act: Act, batch: TrainingBatch, places: Iterable[TrainingPlace]) -> dict[int, str]:
    """Of each person the first tier of the batch's audience that the person has on the day."""
    order = [row.tier for row in batch.audience]
    day = held_on(act, batch)
    ids = [place.person_id for place in places]
    found: dict[int, str] = {}
    for start in range(0, len(ids), 500):
        query = select(PersonTier).where(
            PersonTier.person_id.in_(ids[start : start + 500]), PersonTier.tier.in_(order)
        )
        held = [tier for tier in act.session.scalars(query) if tier.holds_on(day)]
        for tier in sorted(held, key=lambda one: order.index(one.tier)):
            found.setdefault(tier.person_id, tier.tier)
    return found


def _enter_held(act: Act, log: LedgerWriter, batch: TrainingBatch) -> None:
    batch.entries += 1
    # Counted here, as a correction knows the one place alone that it changed.
    act.session.flush()
    places = act.session.execute(
        select(TrainingPlace.outcome).where(TrainingPlace.batch_id == batch.id)
    ).all()
    batch.entry_seq = log.append(
        act.now,
        "training-held",
        f"{record_of(batch)}:{batch.entries}",
        unit=batch.training.unit.code,
        data={
            "class": batch.class_id,
            "batch": batch.id,
            "hours": _text(sum((s.hours for s in batch.sessions), Decimal(0))),
            "programme": [
                {
                    "topic": session.topic,
                    "on": session.starts_at.astimezone(act.zone).date().isoformat(),
                    "hours": _text(session.hours),
                }
                for session in batch.sessions
            ],
            "invited": len(places),
            "participants": sum(row.outcome == "attended" for row in places),
        },
        corrects=batch.entry_seq or None,
        on=told_on(held_on(act, batch), act.today),
        by=act.actor.person_id,
    )


def _enter(
    act: Act, log: LedgerWriter, place: TrainingPlace, tier: str | None, corrects: int | None
) -> None:
    place.entries += 1
    place.entry_seq = log.append(
        act.now,
        KINDS[place.outcome or "missed"],
        f"training-place:{place.id}:{place.entries}",
        person_id=place.person_id,
        unit=place.unit.code,
        data={
            "class": place.batch.class_id,
            "batch": place.batch_id,
            "hours": _text(place.hours or Decimal(0)),
            "tier": tier,
            "topics": [session.topic for session in place.batch.sessions],
            "excused": place.excused,
        },
        corrects=corrects,
        on=told_on(held_on(act, place.batch), act.today),
        by=act.actor.person_id,
    )


def _take_back(act: Act, log: LedgerWriter, place: TrainingPlace, outcome: str) -> None:
    place.entries += 1
    log.append(
        act.now,
        KINDS[outcome],
        f"training-place:{place.id}:{place.entries}",
        person_id=place.person_id,
        unit=place.unit.code,
        data={"class": place.batch.class_id, "batch": place.batch_id, "void": True},
        corrects=place.entry_seq,
        on=told_on(held_on(act, place.batch), act.today),
        by=act.actor.person_id,
    )


def _text(hours: Decimal) -> str:
    return f"{hours.normalize():f}"

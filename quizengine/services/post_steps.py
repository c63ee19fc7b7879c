"""What each stage on a post demands, and what of it is missing. Changes nothing."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import select

from quizengine.domain.appraisal.facts import FactReader
from quizengine.domain.text import N_
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import LedgerEntry, LedgerSubject, PostHolder

# Implementing regulation of 2024: screening before the post and regular review (art. 50); talk,
# letter, handing back and end of access before leaving (art. 53).
DEMANDED = {
    "on_post": ("on_screening", "on_training", "on_letter"),
    "in_post": (),
    "off_post": ("off_talk", "off_carriers", "off_access", "off_letter"),
}
REVIEW = "in_review"
STEP_NAMES = {
    "on_screening": N_("Screening before the post"),
    "on_training": N_("Training before the post"),
    "on_letter": N_("Commitment letter of the post"),
    "in_review": N_("Review of the year"),
    "off_talk": N_("Reminder talk"),
    "off_carriers": N_("Carriers and devices handed back"),
    "off_access": N_("Access to secret systems ended"),
    "off_letter": N_("Commitment letter on leaving"),
    "hours": N_("Training hours of the year"),
    "classes": N_("Training classes of the year"),
}
# How many days a person has for the steps of entering and leaving.
STEP_DAYS = 30
_TRAINED = "training-attended"


@dataclass(frozen=True)
class Trained:
    """Training that a person attended in a year, by the ledger."""

    hours: Decimal = Decimal(0)
    classes: int = 0


@dataclass(frozen=True)
class Lack:
    """A demanded step that is missing; `has` and `needs` are figures of training, else 0."""

    step: str
    has: Decimal = Decimal(0)
    needs: Decimal = Decimal(0)


def demanded(holder: PostHolder, today: date) -> tuple[str, ...]:
    """The steps that the holder's stage demands as of `today`."""
    if holder.stage == "in_post":
        came = holder.in_from
        # The screening counts as the review of the year in which somebody came.
        return (f"{REVIEW}:{today.year}",) if came and came.year < today.year else ()
    return DEMANDED[holder.stage]


def lacks(holder: PostHolder, trained: Trained, today: date) -> list[Lack]:
    """What is missing; nothing for somebody who has left for good."""
    if holder.left_at is not None:
        return []
    taken = {step.step for step in holder.steps}
    missing = [Lack(step) for step in demanded(holder, today) if step not in taken]
    if holder.stage == "in_post":
        post = holder.post
        if trained.hours < post.hours:
            missing.append(Lack("hours", trained.hours, post.hours))
        if trained.classes < post.classes:
            missing.append(Lack("classes", Decimal(trained.classes), Decimal(post.classes)))
    return missing


def step_name(step: str) -> str:
    """The name of a step, marked for translation."""
    return STEP_NAMES[step.partition(":")[0]]


def training_of(
    session: SessionLike, zone: ZoneInfo, person_ids: Iterable[int], year: int
) -> Mapping[int, Trained]:
    """What each person attended in the year, after all corrections; nothing for the others."""
    subjects = {
        row.digest: row.person_id
        for row in session.execute(
            select(LedgerSubject.digest, LedgerSubject.person_id).where(
                LedgerSubject.person_id.in_(set(person_ids))
            )
        )
    }
    entries = session.scalars(
        select(LedgerEntry.body)
        .where(LedgerEntry.subject.in_(list(subjects)), LedgerEntry.kind.startswith("training-"))
        .order_by(LedgerEntry.seq)
    )
    reader = FactReader({_TRAINED}, zone, year)
    for body in entries:
        reader.add(json.loads(body))
    hours: dict[int, Decimal] = defaultdict(Decimal)
    classes: dict[int, set[object]] = defaultdict(set)
    for fact in reader.facts().facts:
        person_id = subjects[fact.subject or ""]
        hours[person_id] += Decimal(str(fact.data.get("hours", 0)))
        classes[person_id].add(fact.data.get("class"))
    return {person_id: Trained(hours[person_id], len(classes[person_id])) for person_id in hours}

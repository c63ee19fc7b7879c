"""责任书: the year's text for each level, signed by the heads of units down the levels."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from quizengine.domain.text import N_, Refused, Text
from quizengine.services.access import Actor
from quizengine.services.details import clean_text
from quizengine.services.ledger import LedgerWriter
from quizengine.services.office_access import local_day, managed_unit
from quizengine.services.todo_item import Todo
from quizengine.storage.engine import REGISTERS, SessionLike, writing
from quizengine.storage.models import LetterSignature, LetterText, Unit
from quizengine.storage.queries import lock_person

LONGEST = 20_000
# Letters of a year are due at the end of its first quarter, unless they came later.
DUE_MONTH, DUE_DAY = 3, 31


@dataclass(frozen=True)
class LetterPlan:
    """What an office sets: the text for heads of units of `level` in the unit's subtree."""

    unit_id: int
    year: int
    level: int
    title: str
    body: str


@dataclass(frozen=True)
class OwnLetter:
    """A letter that a head is asked for; `signed_at` is None until it is signed as it is now."""

    unit: Unit
    above: Unit | None
    text: LetterText
    signed_at: datetime | None


def letter_digest(title: str, body: str) -> str:
    """SHA-256 (hex) of the text as it is signed."""
    return hashlib.sha256(f"{title}\n\n{body}".encode()).hexdigest()


def set_text(session: SessionLike, now: datetime, actor: Actor, plan: LetterPlan) -> bool:
    """Set the text; a changed one is a new version, to be signed again. False: it is the same.

    Refused: `unit-unknown` (404), `forbidden` (403), `letter-faults` (400).
    """
    with writing(session, REGISTERS):
        unit = managed_unit(session, actor, plan.unit_id)
        title, body = clean_text(plan.title), _clean_body(plan.body)
        _refuse_faults(unit, plan, title, body)
        digest = letter_digest(title, body)
        newest = session.scalar(
            select(LetterText)
            .where(
                LetterText.unit_id == unit.id,
                LetterText.year == plan.year,
                LetterText.level == plan.level,
            )
            .order_by(LetterText.version.desc())
            .limit(1)
        )
        if newest is not None and newest.digest == digest:
            return False
        session.add(
            LetterText(
                unit_id=unit.id,
                year=plan.year,
                level=plan.level,
                version=newest.version + 1 if newest else 1,
                title=title,
                body=body,
                digest=digest,
                by_id=actor.person_id,
                at=now,
            )
        )
        return True


def sign_letter(
    session: SessionLike, now: datetime, person_id: int, unit_id: int, text_id: int
) -> bool:
    """Sign as the unit's head; False if it was signed before: twice is one signature.

    Refused: `letter-unknown` (404) for another's unit or text, `letter-outdated` (409) when a newer
    text is in force.
    """
    with writing(session, REGISTERS):
        lock_person(session, person_id)
        unit = session.get(Unit, unit_id)
        text = session.get(LetterText, text_id)
        if unit is None or text is None or unit.head_id != person_id:
            raise _unknown()
        if text.level != unit.level or not unit.path.startswith(text.unit.path):
            raise _unknown()
        if text_for(year_texts(session, text.year), unit) is not text:
            raise Refused(
                "letter-outdated", N_("A newer text is in force: reload the page and read it.")
            )
        if _signature(session, unit_id, text_id, person_id) is not None:
            return False
        session.add(
            LetterSignature(text_id=text_id, unit_id=unit_id, person_id=person_id, signed_at=now)
        )
        _enter(session, now, person_id, unit, text)
        return True


def own_letters(session: SessionLike, person_id: int, year: int) -> list[OwnLetter]:
    """The letters that the head of units has to sign, or has signed, in the year."""
    units = list(
        session.scalars(
            select(Unit)
            .where(Unit.head_id == person_id)
            .options(joinedload(Unit.parent))
            .order_by(Unit.path)
        )
    )
    if not units:
        return []
    texts = year_texts(session, year)
    found = []
    for unit in units:
        text = text_for(texts, unit)
        if text is not None:
            signed = _signature(session, unit.id, text.id, person_id)
            found.append(OwnLetter(unit, unit.parent, text, signed.signed_at if signed else None))
    return found


def own_letter(session: SessionLike, person_id: int, unit_id: int, year: int) -> OwnLetter:
    """The letter of a unit for its head; Refused `letter-unknown` (404)."""
    for letter in own_letters(session, person_id, year):
        if letter.unit.id == unit_id:
            return letter
    raise _unknown()


def year_texts(session: SessionLike, year: int) -> Sequence[LetterText]:
    """All texts of a year, older versions first."""
    query = select(LetterText).where(LetterText.year == year)
    return session.scalars(
        query.options(joinedload(LetterText.unit)).order_by(LetterText.version)
    ).all()


def text_for(texts: Iterable[LetterText], unit: Unit) -> LetterText | None:
    """The text in force for a unit's head: the newest one of the nearest office upwards."""
    fits = [
        text for text in texts if text.level == unit.level and unit.path.startswith(text.unit.path)
    ]
    return max(fits, key=lambda text: (len(text.unit.path), text.version), default=None)


def letter_todos(session: SessionLike, now: datetime, zone: ZoneInfo, person_id: int) -> list[Todo]:
    """Letters that the person has to sign."""
    today = local_day(now, zone)
    return [
        Todo(
            Text(N_("Sign the responsibility letter of %(unit)s"), {"unit": letter.unit.name}),
            "duties.letter",
            {"unit_id": letter.unit.id, "year": letter.text.year},
            due_day(letter.text, zone),
        )
        for letter in own_letters(session, person_id, today.year)
        if letter.signed_at is None
    ]


def due_day(text: LetterText, zone: ZoneInfo) -> date:
    """By when the text is to be signed."""
    usual = date(text.year, DUE_MONTH, DUE_DAY)
    set_on = local_day(text.at, zone)
    return max(usual, date.fromordinal(set_on.toordinal() + 30))


def _signature(
    session: SessionLike, unit_id: int, text_id: int, person_id: int
) -> LetterSignature | None:
    return session.scalar(
        select(LetterSignature).where(
            LetterSignature.unit_id == unit_id,
            LetterSignature.text_id == text_id,
            LetterSignature.person_id == person_id,
        )
    )


def _enter(
    session: SessionLike, now: datetime, person_id: int, unit: Unit, text: LetterText
) -> None:
    with LedgerWriter(session) as log:
        log.append(
            now,
            "responsibility-signed",
            f"letter:{text.id}:{unit.id}:{log.subject(person_id)}",
            person_id=person_id,
            unit=unit.code,
            data={
                "year": text.year,
                "version": text.version,
                "text_sha256": text.digest,
                "to_unit": unit.parent.code if unit.parent else None,
                "level": text.level,
            },
        )


def _clean_body(body: str) -> str:
    lines = (line.rstrip() for line in body.replace("\r\n", "\n").split("\n"))
    return "\n".join(lines).strip()


def _refuse_faults(unit: Unit, plan: LetterPlan, title: str, body: str) -> None:
    faults = (
        (not 2000 <= plan.year <= 2100, N_("This is not a year.")),
        (not title or len(title) > 200, N_("A letter needs a title of at most 200 characters.")),
        (not body or len(body) > LONGEST, N_("A letter needs a text of at most 20000 characters.")),
        (
            not unit.level <= plan.level <= 3,
            N_("An office sets letters for its own level and those below."),
        ),
    )
    for wrong, message in faults:
        if wrong:
            raise Refused("letter-faults", message, status=400)


def _unknown() -> Refused:
    return Refused("letter-unknown", N_("There is no such letter for you to sign."), status=404)

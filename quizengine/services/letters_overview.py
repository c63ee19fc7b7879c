"""责任书: who has signed and who has not, unit by unit."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from quizengine.domain.text import N_
from quizengine.services.access import Actor
from quizengine.services.letters import text_for, year_texts
from quizengine.services.office_access import in_reach
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import (
    LetterSignature,
    LetterText,
    Person,
    SignedCommitment,
    Unit,
)

SIGNED, UNSIGNED, OUTDATED, NO_HEAD, NO_TEXT = (
    "signed",
    "unsigned",
    "outdated",
    "no-head",
    "no-text",
)
LETTER_STATES = {
    SIGNED: N_("Signed"),
    UNSIGNED: N_("Not signed"),
    OUTDATED: N_("To be signed again"),
    NO_HEAD: N_("No responsible person"),
    NO_TEXT: N_("No text yet"),
}


@dataclass(frozen=True)
class LetterRow:
    """A unit with its letter.

    `outdated`: an older text was signed, or somebody signed who is no longer the head; then
    `signature` is that one. `pledged` of the `members` right in the unit signed a commitment letter
    in the year: the fourth level.
    """

    unit: Unit
    head: str | None
    text: LetterText | None
    signature: LetterSignature | None
    state: str
    members: int
    pledged: int


def letter_overview(
    session: SessionLike,
    zone: ZoneInfo,
    actor: Actor,
    year: int,
    unit_id: int | None = None,
    state: str | None = None,
) -> list[LetterRow]:
    """Units within reach (below `unit_id`, of one `state`) in the order of the tree."""
    units = session.scalars(
        select(Unit)
        .where(in_reach(actor, unit_id))
        .options(joinedload(Unit.head), joinedload(Unit.parent))
    ).all()
    texts = year_texts(session, year)
    signatures = _signatures(session, year)
    members, pledged = _members(session), _pledged(session, zone, year)
    rows = []
    for unit in sorted(units, key=lambda u: _steps(u.path)):
        text = text_for(texts, unit)
        given = signatures.get(unit.id, [])
        head = unit.head.name if unit.head else None
        found, signature = _state(unit, text, given)
        if state is None or found == state:
            rows.append(
                LetterRow(unit, head, text, signature, found, members[unit.id], pledged[unit.id])
            )
    return rows


def state_counts(rows: Sequence[LetterRow]) -> Counter[str]:
    """How many units there are of each state."""
    return Counter(row.state for row in rows)


def _state(
    unit: Unit, text: LetterText | None, given: Sequence[LetterSignature]
) -> tuple[str, LetterSignature | None]:
    latest = given[-1] if given else None
    if text is None:
        return NO_TEXT, latest
    for signature in given:
        if signature.text_id == text.id and signature.person_id == unit.head_id:
            return SIGNED, signature
    if unit.head_id is None:
        return NO_HEAD, latest
    return (OUTDATED, latest) if latest else (UNSIGNED, None)


def _signatures(session: SessionLike, year: int) -> Mapping[int, list[LetterSignature]]:
    query = (
        select(LetterSignature)
        .join(LetterText, LetterText.id == LetterSignature.text_id)
        .where(LetterText.year == year)
        .options(joinedload(LetterSignature.text), joinedload(LetterSignature.person))
        .order_by(LetterSignature.id)
    )
    found: dict[int, list[LetterSignature]] = {}
    for signature in session.scalars(query):
        found.setdefault(signature.unit_id, []).append(signature)
    return found


def _members(session: SessionLike) -> Counter[int]:
    query = select(Person.unit_id, func.count()).where(Person.active).group_by(Person.unit_id)
    return Counter({row[0]: row[1] for row in session.execute(query)})


def _pledged(session: SessionLike, zone: ZoneInfo, year: int) -> Counter[int]:
    first = datetime(year, 1, 1, tzinfo=zone)
    query = (
        select(Person.unit_id, func.count(Person.id.distinct()))
        .join(SignedCommitment, SignedCommitment.person_id == Person.id)
        .where(
            Person.active,
            SignedCommitment.signed_at >= first,
            SignedCommitment.signed_at < first.replace(year=year + 1),
        )
        .group_by(Person.unit_id)
    )
    return Counter({row[0]: row[1] for row in session.execute(query)})


def _steps(path: str) -> list[int]:
    return [int(step) for step in path.strip("/").split("/")]

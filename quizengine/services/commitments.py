"""保密承诺书: the letter of an exam's tier, signed before starting."""

from __future__ import annotations

import hashlib
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from quizengine.domain.registry import Commitment
from quizengine.domain.text import N_, Refused
from quizengine.services.audience import exam_for_member
from quizengine.services.bank import served_registry
from quizengine.services.exams import blueprint_of
from quizengine.services.ledger import LedgerWriter
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import Exam, Person, SignedCommitment, Unit
from quizengine.storage.queries import lock_person


def letter_for(session: SessionLike, exam: Exam) -> Commitment | None:
    """The letter that the exam asks for; None if it asks for none."""
    blueprint = blueprint_of(exam)
    if not blueprint.commitment:
        return None
    return served_registry(session).commitments.get(blueprint.tier)


def letter_digest(letter: Commitment) -> str:
    """SHA-256 (hex) of the text in both languages, as it is signed."""
    return hashlib.sha256(f"{letter.text.zh}\n\n{letter.text.en}".encode()).hexdigest()


def commitment_missing(session: SessionLike, exam: Exam, person_id: int) -> bool:
    """Whether the member still has to sign."""
    return letter_for(session, exam) is not None and _signed(session, exam, person_id) is None


def _signed(session: SessionLike, exam: Exam, person_id: int) -> SignedCommitment | None:
    return session.scalar(
        select(SignedCommitment).where(
            SignedCommitment.exam_id == exam.id, SignedCommitment.person_id == person_id
        )
    )


def sign(session: SessionLike, now: datetime, zone: ZoneInfo, person_id: int, exam_id: int) -> bool:
    """Sign the letter; False if it was signed before: signing twice is one signature.

    Refused: `unknown-exam` (404), `no-commitment` (409) when the exam asks for none.
    """
    with writing(session):
        lock_person(session, person_id)
        exam = exam_for_member(session, zone, person_id, exam_id)
        letter = letter_for(session, exam)
        if letter is None:
            raise Refused("no-commitment", N_("This exam asks for no commitment letter."))
        if _signed(session, exam, person_id) is not None:
            return False
        with LedgerWriter(session) as log:
            enter_signature(session, now, person_id, exam, letter, log)
    return True


def enter_signature(
    session: SessionLike,
    now: datetime,
    person_id: int,
    exam: Exam,
    letter: Commitment,
    log: LedgerWriter,
) -> None:
    """Store a signature and its entry, within the caller's write transaction."""
    digest = letter_digest(letter)
    session.add(
        SignedCommitment(
            person_id=person_id,
            exam_id=exam.id,
            tier=letter.tier,
            version=letter.version,
            text_digest=digest,
            signed_at=now,
        )
    )
    unit = session.scalar(
        select(Unit.code).join(Person, Person.unit_id == Unit.id).where(Person.id == person_id)
    )
    log.append(
        now,
        "commitment-signed",
        f"exam:{exam.id}:commitment:{log.subject(person_id)}",
        person_id=person_id,
        unit=unit,
        data={
            "exam": exam.id,
            "tier": letter.tier,
            "version": letter.version,
            "text_sha256": digest,
        },
    )

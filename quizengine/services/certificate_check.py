"""Checking a certificate without an account: by number and code, and by proof."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from quizengine.domain.checkpoint import Checkpoint, parse_checkpoint
from quizengine.domain.note import encode_base64
from quizengine.domain.text import N_, Refused
from quizengine.services.certificate_results import standings
from quizengine.services.certificates import facts_of
from quizengine.services.guesses import GuessLimit, count_guess, refuse_guesser
from quizengine.services.ledger_tree import prove
from quizengine.services.office_access import local_day
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import Certificate, LedgerCheckpoint, LedgerEntry

VALID, EXPIRED, REVOKED, ERASED = "valid", "expired", "revoked", "erased"
PROOF_FORMAT = "quizengine-proof/1"
# From one address: a person who mistypes never gets there, and 30 a quarter of an hour find
# nothing among 10^23 codes.
GUESSES = GuessLimit("certificate", most=30, minutes=15)


@dataclass(frozen=True)
class Proof:
    """That an entry is in the tree of a signed checkpoint; `hashes` lead from it to the root."""

    seq: int
    entry: str
    hashes: list[bytes]
    note: str
    checkpoint: Checkpoint
    signed_at: datetime


@dataclass(frozen=True)
class Checked:
    """A certificate that exists: how it stands, what its paper says, and the proof.

    `facts` is empty for an erased person. `proof` is None as long as no checkpoint covers the
    entry, and if the ledger does not hold any more what the checkpoint says (`broken`).
    """

    state: str
    certificate: Certificate
    facts: Mapping[str, Any]
    proof: Proof | None
    broken: bool


def tidy(text: str) -> str:
    """A code or number as it is stored: in capitals, without the gaps that make it readable."""
    return "".join(text.upper().split())[:40]


def check(
    session: SessionLike, now: datetime, zone: ZoneInfo, source: str, number: str, code: str
) -> Checked:
    """The certificate with this number and code.

    `source` is where the question comes from, by `GUESSES.source`. Refused:
    `certificate-unknown` (404) for a wrong number and a wrong code alike, `too-many-guesses` (429).
    """
    refuse_guesser(session, now, GUESSES, source)
    found = session.scalar(select(Certificate).where(Certificate.number == tidy(number)))
    stored = found.code if found is not None else "-"
    given = tidy(code).replace("-", "")
    if not secrets.compare_digest(stored.encode(), given.encode()) or found is None:
        count_guess(session, now, GUESSES, source)
        raise Refused(
            "certificate-unknown",
            N_("There is no certificate with this number and code."),
            status=404,
        )
    proof, broken = _proof(session, found.entry_seq)
    state = state_of(session, zone, found, local_day(now, zone))
    return Checked(state, found, facts_of(found), proof, broken)


def state_of(session: SessionLike, zone: ZoneInfo, found: Certificate, today: date) -> str:
    """How a certificate stands on a day; a correction counts before the clock has seen it."""
    if found.erased_at is not None:
        return ERASED
    if found.revoked_at is not None or not _stands(session, zone, found):
        return REVOKED
    return EXPIRED if found.valid_until is not None and found.valid_until < today else VALID


def _stands(session: SessionLike, zone: ZoneInfo, found: Certificate) -> bool:
    return any(
        standing.latest == found.standing_seq
        for standing in standings(session, zone, found.person_id)
    )


def _proof(session: SessionLike, seq: int) -> tuple[Proof | None, bool]:
    signed = session.scalar(
        select(LedgerCheckpoint)
        .where(LedgerCheckpoint.size >= seq)
        .order_by(LedgerCheckpoint.id.desc())
        .limit(1)
    )
    entry = session.scalar(select(LedgerEntry.body).where(LedgerEntry.seq == seq))
    if signed is None or entry is None:
        return None, entry is None
    checkpoint = parse_checkpoint(signed.note)
    hashes = prove(session, seq, checkpoint)
    if hashes is None:
        return None, True
    return Proof(seq, entry, hashes, signed.note, checkpoint, signed.at), False


def proof_file(checked: Checked) -> dict[str, Any]:
    """The proof for `verify_ledger.py --proof`: what the paper says, its entry, and the way up.

    Refused `no-proof` (409) while there is none.
    """
    proof = checked.proof
    if proof is None:
        raise Refused("no-proof", N_("There is no proof yet: the next signed checkpoint makes it."))
    return {
        "format": PROOF_FORMAT,
        "code": checked.certificate.code,
        "facts": dict(checked.facts),
        "entry": proof.entry,
        "index": proof.seq - 1,
        "hashes": [encode_base64(one) for one in proof.hashes],
        "checkpoint": proof.note,
    }

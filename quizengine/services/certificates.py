"""证书: issued for a result in the ledger, printed, and listed."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select

from quizengine.domain.canonical import canonical_json
from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor
from quizengine.services.certificate_results import Certifiable, certifiable
from quizengine.services.checkpoints import latest_checkpoint, make_checkpoint
from quizengine.services.ledger import LedgerWriter
from quizengine.services.office_access import local_day
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import Certificate, Person, Unit

ISSUED = "certificate-issued"
# Why an office revokes. After the first two nobody but the office issues the result anew.
ERROR, MISUSE, LOST = "error", "misuse", "lost"
WITHHELD = (ERROR, MISUSE)
CODE_LENGTH = 16
# Neither 0, 1, I, L, O nor U: about 78 bits, which nobody guesses and everybody can type.
CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


@dataclass(frozen=True)
class Offer:
    """A result with its certificate, if one was issued that still holds.

    `withheld`: the office revoked one, and the person can't have another without it.
    """

    result: Certifiable
    certificate: Certificate | None
    withheld: bool = False


def offers(session: SessionLike, zone: ZoneInfo, person_id: int) -> list[Offer]:
    """The results of a person for which a certificate can be had, the latest first."""
    held: dict[int, Certificate] = {}
    withheld = set()
    of_person = select(Certificate).where(Certificate.person_id == person_id)
    for certificate in session.scalars(of_person):
        if certificate.revoked_at is None:
            held[certificate.standing_seq] = certificate
        elif certificate.revoked_for in WITHHELD:
            withheld.add(certificate.standing_seq)
    return [
        Offer(result, held.get(result.latest), result.latest in withheld - held.keys())
        for result in certifiable(session, zone, person_id)
    ]


def refuse_stranger(session: SessionLike, actor: Actor, person_id: int) -> None:
    """Refused `person-unknown` (404) unless it is oneself or somebody whom one looks after."""
    person = session.get(Person, person_id)
    if person is None or not (
        actor.person_id == person_id or actor.can("organizer", person.unit.path)
    ):
        raise Refused("person-unknown", N_("There is no such person."), status=404)


def issue(
    session: SessionLike,
    now: datetime,
    zone: ZoneInfo,
    instance: Path,
    actor: Actor,
    person_id: int,
    result_seq: int,
) -> Certificate:
    """The certificate for the result that entry `result_seq` said first; a new one if need be.

    Several clicks make one certificate. A signed checkpoint covers its entry afterwards. Refused:
    `person-unknown`, `no-certificate` (404) where no result holds that may be told,
    `certificate-withheld` (403) for the person where the office revoked it.
    """
    refuse_stranger(session, actor, person_id)
    with writing(session), LedgerWriter(session) as log:
        offer = _offer(session, zone, person_id, result_seq)
        if offer.withheld and actor.person_id == person_id:
            raise Refused(
                "certificate-withheld",
                N_("The office revoked this certificate. Please ask the office about it."),
                status=403,
            )
        certificate = offer.certificate or _new(session, now, zone, log, actor, person_id, offer)
    signed = latest_checkpoint(session)
    if signed is None or signed.size < certificate.entry_seq:
        make_checkpoint(session, now, instance)
    return certificate


def _offer(session: SessionLike, zone: ZoneInfo, person_id: int, result_seq: int) -> Offer:
    for offer in offers(session, zone, person_id):
        if offer.result.first == result_seq:
            return offer
    raise Refused(
        "no-certificate",
        N_("There is no certificate for this: no passed result holds."),
        status=404,
    )


def _new(
    session: SessionLike,
    now: datetime,
    zone: ZoneInfo,
    log: LedgerWriter,
    actor: Actor,
    person_id: int,
    offer: Offer,
) -> Certificate:
    result, today = offer.result, local_day(now, zone)
    # The writer holds the ledger's lock: the number of the entry is nobody else's.
    number = f"{today.year}-{log.size + 1:06d}"
    code = "".join(secrets.choice(CODE_SIGNS) for _ in range(CODE_LENGTH))
    facts = _facts(number, session.get_one(Person, person_id).name, result, today)
    entry_seq = log.append(
        now,
        ISSUED,
        f"certificate:{number}",
        unit=session.get_one(Unit, result.unit_id).code,
        data={
            "number": number,
            "result": result.first,
            "valid_until": _day_text(result.valid_until),
            "facts_sha256": facts_digest(code, facts),
        },
    )
    certificate = Certificate(
        number=number,
        code=code,
        person_id=person_id,
        unit_id=result.unit_id,
        facts=json.dumps(facts, ensure_ascii=False),
        result_seq=result.first,
        standing_seq=result.latest,
        entry_seq=entry_seq,
        issued_at=now,
        issued_by_id=actor.person_id,
        valid_until=result.valid_until,
    )
    session.add(certificate)
    session.flush()
    return certificate


def _facts(number: str, name: str, result: Certifiable, today: date) -> dict[str, Any]:
    return {
        "number": number,
        "name": name,
        "unit": result.unit,
        "kind": result.kind,
        "title": dict(result.title),
        "result": dict(result.result),
        "on": result.day.isoformat(),
        "issued": today.isoformat(),
        "valid_until": _day_text(result.valid_until),
    }


def _day_text(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def facts_digest(code: str, facts: Mapping[str, Any]) -> str:
    """Hex SHA-256 over the code, a line end, and the facts as canonical JSON."""
    return hashlib.sha256(f"{code}\n".encode() + canonical_json(facts)).hexdigest()


def facts_of(certificate: Certificate) -> dict[str, Any]:
    """All that the paper says; empty once the person was erased."""
    facts: dict[str, Any] = json.loads(certificate.facts or "{}")
    return facts


def certificates_of(session: SessionLike, person_id: int) -> Sequence[Certificate]:
    """All certificates of a person, the latest first."""
    query = select(Certificate).where(Certificate.person_id == person_id)
    return session.scalars(query.order_by(Certificate.id.desc())).all()


def printable(session: SessionLike, actor: Actor, number: str) -> Certificate:
    """A certificate to print, for the person or the office.

    Refused: `certificate-unknown` (404), `certificate-revoked` (409).
    """
    found = session.scalar(select(Certificate).where(Certificate.number == number))
    if found is None or found.erased_at is not None:
        raise _unknown()
    try:
        refuse_stranger(session, actor, found.person_id)
    except Refused as refused:
        raise _unknown() from refused
    if found.revoked_at is not None:
        raise Refused(
            "certificate-revoked",
            N_("This certificate was revoked. A new one has a number of its own."),
        )
    return found


def _unknown() -> Refused:
    return Refused("certificate-unknown", N_("There is no such certificate."), status=404)

"""撤销证书: when a correction takes the result away, or an office says why."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import select

from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor
from quizengine.services.certificates import ERROR, LOST, MISUSE
from quizengine.services.ledger import LedgerWriter, corrects_another
from quizengine.services.ledger_words import corrects_of, read_body
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import Certificate, LedgerEntry, Person, SharingWatch, Unit

REVOKED, CORRECTED = "certificate-revoked", "corrected"
REASONS = {
    ERROR: N_("It was issued by mistake."),
    MISUSE: N_("The result came about unfairly, or the paper was misused."),
    LOST: N_("The paper was lost, or came into other hands."),
}
"""Why an office revokes a certificate."""

_WATCH = "certificates"
_AT_ONCE = 500


def revoke_by_office(
    session: SessionLike, now: datetime, actor: Actor, number: str, reason: str
) -> None:
    """Revoke a certificate of somebody whom the actor looks after, with one of `REASONS`.

    Refused: `certificate-unknown` (404), `revoke-reason` (400), `certificate-revoked` (409) for one
    that was revoked already, by somebody else or twice by the same form.
    """
    with writing(session), LedgerWriter(session) as log:
        query = select(Certificate).where(Certificate.number == number)
        found = session.scalar(query.with_for_update())
        if found is None or found.erased_at is not None or not _kept(session, actor, found):
            text = N_("There is no such certificate.")
            raise Refused("certificate-unknown", text, status=404)
        if reason not in REASONS:
            raise Refused("revoke-reason", N_("Please choose a reason."), status=400)
        if found.revoked_at is not None:
            raise Refused("certificate-revoked", N_("This certificate was revoked already."))
        _revoke(session, now, log, found, reason, actor.person_id)


def _kept(session: SessionLike, actor: Actor, certificate: Certificate) -> bool:
    """Whether the actor looks after the person, as of today."""
    person = session.get_one(Person, certificate.person_id)
    return actor.can("organizer", person.unit.path)


def revoke_due(session: SessionLike, now: datetime) -> int:
    """Revoke the certificates whose results were corrected since the last call; how many.

    The clock asks each second: the ledger is locked only if one is concerned, or once so many
    entries came that looking again at all of them would take longer.
    """
    query = select(SharingWatch.seq).where(SharingWatch.purpose == _WATCH)
    seen = session.scalar(query) or 0
    newest = session.scalar(select(LedgerEntry.seq).order_by(LedgerEntry.seq.desc()).limit(1)) or 0
    corrected, upto = _corrections(session, seen, newest)
    if newest - seen < _AT_ONCE and not _holding(session, corrected):
        return 0
    with writing(session), LedgerWriter(session) as log:
        watch = session.get(SharingWatch, _WATCH)
        if watch is None:
            watch = SharingWatch(purpose=_WATCH, seq=0)
            session.add(watch)
        if watch.seq != seen:
            return 0  # another clock was here meanwhile
        found = _holding(session, corrected)
        for certificate in found:
            _revoke(session, now, log, certificate, CORRECTED)
        watch.seq = upto
    return len(found)


def _corrections(session: SessionLike, seen: int, newest: int) -> tuple[list[int], int]:
    """Numbers of the entries that were corrected since `seen`, and up to which entry this holds."""
    rows = session.execute(
        select(LedgerEntry.seq, LedgerEntry.body)
        .where(LedgerEntry.seq > seen, LedgerEntry.seq <= newest, corrects_another())
        .order_by(LedgerEntry.seq)
        .limit(_AT_ONCE)
    ).all()
    corrected = [seq for row in rows if (seq := corrects_of(read_body(row[1]))) is not None]
    return corrected, rows[-1][0] if len(rows) == _AT_ONCE else newest


def _holding(session: SessionLike, results: Collection[int]) -> list[Certificate]:
    """Certificates that hold by one of these entries."""
    if not results:
        return []
    query = select(Certificate).where(
        Certificate.standing_seq.in_(results), Certificate.revoked_at.is_(None)
    )
    return list(session.scalars(query.order_by(Certificate.id)))


def _revoke(
    session: SessionLike,
    now: datetime,
    log: LedgerWriter,
    certificate: Certificate,
    reason: str,
    by: int | None = None,
) -> None:
    certificate.revoked_at, certificate.revoked_for = now, reason
    log.append(
        now,
        REVOKED,
        f"certificate:{certificate.number}:revoked",
        unit=session.get_one(Unit, certificate.unit_id).code,
        data={"number": certificate.number, "reason": reason},
        corrects=certificate.entry_seq,
        by=by,
    )

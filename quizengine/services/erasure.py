"""清除个人信息: a person's data go, the ledger and its proofs stay.

What is hashed holds no personal data: once salt and number are gone, a digest is nobody's. The
row of the person stays, empty, since others' records refer to it.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    cast,
    delete,
    literal,
    select,
    update,
)

from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor, forbidden
from quizengine.services.codes import covers, grants_of
from quizengine.services.details import clean_login
from quizengine.services.erasure_due import kept_until, latest_record
from quizengine.services.erasure_places import BLANKED, DELETED, EVIDENCE, NAME, own_findings
from quizengine.services.ledger import LedgerWriter
from quizengine.services.office_access import local_day
from quizengine.services.outbound import OPEN
from quizengine.settings import Settings
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import (
    AppraisalCase,
    Certificate,
    Erasure,
    Evidence,
    EvidenceContent,
    Finding,
    IncidentAppeal,
    IncidentLiable,
    LedgerSubject,
    OutboundFile,
    Person,
    PostHolder,
    RecordEvent,
    Sitting,
    Unit,
)

ERASED = "person-erased"
RETENTION, REQUEST, MISTAKE = "retention", "request", "mistake"
REASONS: dict[str, str] = {
    RETENTION: N_("The records were kept as long as the rule asks."),
    REQUEST: N_("The person asked for it."),
    MISTAKE: N_("The record was made by mistake."),
}


def erase_person(
    session: SessionLike,
    now: datetime,
    settings: Settings,
    actor: Actor,
    person_id: int,
    reason: str,
) -> int:
    """Erase somebody's personal data; the number of the ledger entry about it.

    Can't be undone. For admins of the unit who administer all roles of the person. Refused:
    `person-unknown` (404), `forbidden` (403), `erase-self`, `erase-reason` (400), `erase-open` for
    what is not finished yet, `erase-early` before the retention rule allows it, `erased-already`.
    """
    with writing(session), LedgerWriter(session) as log:
        person = _person(session, actor, person_id, reason)
        for problem in unfinished(session, person_id):
            raise Refused("erase-open", problem)
        if reason == RETENTION:
            _refuse_early(session, now, settings, person_id)
        digest = session.scalar(
            select(LedgerSubject.digest).where(LedgerSubject.person_id == person_id)
        )
        by = log.subject(actor.person_id) if actor.person_id else None
        seq = log.append(
            now,
            ERASED,
            f"erasure:{log.size + 1}",
            unit=person.unit.code,
            data={"reason": reason, "digest": digest, "by": by},
        )
        _erase_records(session, person)
        _erase_certificates(session, now, person_id)
        _erase_row(session, person)
        session.add(
            Erasure(
                person_id=person_id,
                at=now,
                by_id=actor.person_id or None,
                reason=reason,
                entry_seq=seq,
            )
        )
    return seq


def erase_login(
    session: SessionLike,
    now: datetime,
    settings: Settings,
    actor: Actor,
    login: str,
    reason: str,
) -> int:
    """The same for the person with this login."""
    query = select(Person.id).where(Person.login == clean_login(login))
    return erase_person(session, now, settings, actor, session.scalar(query) or 0, reason)


def erasure_of(session: SessionLike, person_id: int) -> Erasure | None:
    """That a person was erased; None if not."""
    return session.get(Erasure, person_id)


def _person(session: SessionLike, actor: Actor, person_id: int, reason: str) -> Person:
    person = session.get(Person, person_id, with_for_update=True)
    if person is None or not actor.can("admin", person.unit.path):
        raise Refused("person-unknown", N_("There is no such person."), status=404)
    if not covers(actor, grants_of(session, [person_id]).get(person_id, ())):
        raise forbidden()
    if person_id == actor.person_id:
        raise Refused("erase-self", N_("You can't erase your own data: ask another admin."))
    if reason not in REASONS:
        raise Refused("erase-reason", N_("Please choose a reason."), status=400)
    if session.get(Erasure, person_id) is not None:
        raise Refused("erased-already", N_("This person's data were erased already."))
    return person


def unfinished(session: SessionLike, person_id: int) -> list[str]:
    """What is not finished yet about a person, in words: it stands against erasing."""
    own: tuple[tuple[Select[Any], str], ...] = (
        (
            select(Sitting.id).where(Sitting.person_id == person_id, Sitting.state != "graded"),
            N_("An exam of this person is still open, or waits to be marked."),
        ),
        (
            select(OutboundFile.id).where(
                OutboundFile.person_id == person_id, OutboundFile.state.in_(OPEN)
            ),
            N_("A journey of this person is not closed yet."),
        ),
        (
            select(PostHolder.id).where(
                PostHolder.person_id == person_id, PostHolder.left_at.is_(None)
            ),
            N_("This person has not left a classified post yet."),
        ),
        (
            select(IncidentAppeal.id)
            .join(IncidentLiable, IncidentLiable.id == IncidentAppeal.liable_id)
            .where(IncidentLiable.person_id == person_id, IncidentAppeal.outcome.is_(None)),
            N_("An appeal of this person is not decided yet."),
        ),
        (
            select(AppraisalCase.id).where(
                AppraisalCase.person_id == person_id, AppraisalCase.decision.is_(None)
            ),
            N_("An objection of this person is not decided yet."),
        ),
        (
            select(Finding.id).where(Finding.owner_id == person_id, Finding.state != "closed"),
            N_("A finding that this person has to answer is not closed: hand it over first."),
        ),
    )
    return [text for query, text in own if session.scalar(query.limit(1)) is not None]


def _refuse_early(session: SessionLike, now: datetime, settings: Settings, person_id: int) -> None:
    last = latest_record(session, person_id)
    if last is None:
        return
    until = kept_until(local_day(last, settings.zone), settings.retention_years)
    if local_day(now, settings.zone) < until:
        raise Refused(
            "erase-early",
            N_("The latest record of this person is kept until %(day)s."),
            day=until.isoformat(),
        )


def _erase_records(session: SessionLike, person: Person) -> None:
    records = [record for find in EVIDENCE for record in session.scalars(find(person.id))]
    _erase_files(session, Evidence.record.in_(records))
    _erase_files(session, Evidence.record.in_(session.scalars(own_findings(person.id)).all()))
    session.execute(delete(RecordEvent).where(RecordEvent.record.in_(records)))
    # Files of an appeal stand with the incident, which others are part of too.
    incidents = select(literal("incident:") + cast(IncidentLiable.incident_id, String)).where(
        IncidentLiable.person_id == person.id
    )
    own = Evidence.record.in_(list(session.scalars(incidents)))
    _erase_files(session, own & (Evidence.by_id == person.id))
    _erase_name(session, person.name)
    for model, condition, values in BLANKED:
        session.execute(update(model).where(condition(person.id)).values(**values))
    for model, condition in DELETED:
        session.execute(delete(model).where(condition(person.id)))


def _erase_name(session: SessionLike, name: str) -> None:
    """Histories of records that others are part of say the name."""
    query = select(RecordEvent).where(RecordEvent.detail.contains(name, autoescape=True))
    for event in session.scalars(query):
        detail = json.loads(event.detail)
        told = {key: _unnamed(value, name) for key, value in detail.items()}
        event.detail = json.dumps(told, ensure_ascii=False)


def _unnamed(value: Any, name: str) -> Any:
    if isinstance(value, list):
        # Rows of a list that was imported, as in '5 李雷'.
        return [NAME if str(one).endswith(name) else one for one in value]
    return NAME if value == name else value


def _erase_files(session: SessionLike, condition: ColumnElement[bool]) -> None:
    digests = set(session.scalars(select(Evidence.digest).where(condition)))
    session.execute(delete(Evidence).where(condition))
    kept = set(session.scalars(select(Evidence.digest).where(Evidence.digest.in_(digests))))
    gone = digests - kept
    session.execute(delete(EvidenceContent).where(EvidenceContent.digest.in_(gone)))


def _erase_certificates(session: SessionLike, now: datetime, person_id: int) -> None:
    session.execute(
        update(Certificate)
        .where(Certificate.person_id == person_id)
        .values(facts="", erased_at=now)
    )


def _erase_row(session: SessionLike, person: Person) -> None:
    session.execute(update(Unit).where(Unit.head_id == person.id).values(head_id=None))
    session.execute(delete(LedgerSubject).where(LedgerSubject.person_id == person.id))
    person.tiers.clear()
    person.roles.clear()
    person.login, person.name = f"erased-{person.id}", NAME
    person.staff_no = person.id_no = person.phone = ""
    person.active, person.must_change = False, True
    person.password_hash = person.code_hash = person.code_expires_at = None
    person.language = person.locked_until = None
    person.session_version += 1

"""Objections to an appraisal, and reviews of a closed one: opened, decided with a reason, kept.

Neither ever alters a closed result. What was wrong is put right in the record itself, by a
correction; the decision says what follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select

from quizengine.domain.appraisal.record import sha256_of
from quizengine.domain.appraisal.rules import AppraisalRules
from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor, forbidden
from quizengine.services.appraisal import appraised, rules_of
from quizengine.services.appraisal_words import DECISIONS
from quizengine.services.details import clean_text
from quizengine.services.evidence import attach
from quizengine.services.ledger import LedgerWriter
from quizengine.services.uploads import Upload
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import (
    OBJECTION,
    AppraisalCase,
    LedgerSubject,
    Person,
    Unit,
)

OBJECTED = "appraisal-objection"
OBJECTION_DECIDED = "appraisal-objection-decided"
REVIEW_DECIDED = "appraisal-review-decided"
LONGEST = 4000


def record_of(case_id: int) -> str:
    """The record to which a case's files are attached."""
    return f"appraisal-case:{case_id}"


def object_to_number(
    session: SessionLike,
    now: datetime,
    actor: Actor,
    year: int,
    code: str,
    about: str,
    text: str,
    files: Sequence[Upload] = (),
) -> int:
    """A unit objects to a number of its own; by whoever organizes there. The case's id.

    `about` is 'total', 'task:ID', 'adjustment:ID' or 'veto:ID'. Refused: `forbidden` (403),
    `unknown-unit`, `unknown-number`, `unknown-year` (404), `text-needed` (400), and what
    `evidence.attach` refuses.
    """
    unit = session.scalar(select(Unit).where(Unit.code == code))
    if unit is None or appraised(session, now, year).result.unit(code) is None:
        raise unknown_unit()
    if not actor.can("organizer", unit.path):
        raise forbidden()
    if about not in numbers_of(rules_of(session, year)):
        raise unknown_number()
    case = AppraisalCase(
        kind=OBJECTION,
        year=year,
        unit=code,
        about=about,
        text=checked_text(text),
        by_id=actor.person_id,
        at=now,
    )
    return _open(session, now, case, files)


def object_to_listing(
    session: SessionLike,
    now: datetime,
    person_id: int,
    year: int,
    list_id: str,
    text: str,
    files: Sequence[Upload] = (),
) -> int:
    """Somebody who is on a list objects; the case's id.

    Refused: `not-listed`, `unknown-year` (404), `text-needed` (400), and what `evidence.attach`
    refuses.
    """
    found = appraised(session, now, year)
    digest = session.scalar(
        select(LedgerSubject.digest).where(LedgerSubject.person_id == person_id)
    )
    if found.closed is None or digest not in found.result.people.get(list_id, ()):
        raise Refused("not-listed", N_("You are not on this list."), status=404)
    person = session.get_one(Person, person_id)
    case = AppraisalCase(
        kind=OBJECTION,
        year=year,
        unit=person.unit.code,
        about=f"list:{list_id}",
        person_id=person_id,
        text=checked_text(text),
        by_id=person_id,
        at=now,
    )
    return _open(session, now, case, files)


def numbers_of(rules: AppraisalRules) -> set[str]:
    """What a unit can object to."""
    return {
        "total",
        *(f"task:{task.id}" for task in rules.tasks),
        *(f"adjustment:{adjustment.id}" for adjustment in rules.adjustments),
        *(f"veto:{veto.id}" for veto in rules.vetoes),
    }


def _open(session: SessionLike, now: datetime, case: AppraisalCase, files: Sequence[Upload]) -> int:
    with writing(session), LedgerWriter(session) as log:
        sent_before = session.scalar(
            select(AppraisalCase.id).where(
                AppraisalCase.year == case.year,
                AppraisalCase.unit == case.unit,
                AppraisalCase.about == case.about,
                AppraisalCase.by_id == case.by_id,
                AppraisalCase.text == case.text,
                AppraisalCase.decision.is_(None),
            )
        )
        if sent_before is not None:
            # A form that was sent twice is one objection.
            return sent_before
        case.opened_seq = 0
        session.add(case)
        session.flush()
        by = case.by_id or 0
        digests = attach(session, now, by, record_of(case.id), files)
        case.opened_seq = log.append(
            now,
            OBJECTED,
            f"{OBJECTED}:{case.id}",
            person_id=case.person_id,
            unit=case.unit,
            data={
                "year": case.year,
                "objection": case.id,
                "about": case.about,
                "text_sha256": sha256_of(case.text),
                "files": digests,
                "by": log.subject(by),
            },
        )
        return case.id


def decide(
    session: SessionLike, now: datetime, actor: Actor, case_id: int, decision: str, reason: str
) -> None:
    """Decide a case, with the reason.

    Refused: `unknown-case` (404), `forbidden` (403), `own-case` (403), `case-decided`,
    `unknown-decision`, `text-needed` (400).
    """
    with writing(session), LedgerWriter(session) as log:
        case = session.get(AppraisalCase, case_id, with_for_update=True)
        if case is None:
            raise unknown_case()
        refuse_decider(session, actor, case)
        if case.decision is not None:
            raise Refused("case-decided", N_("This was decided already."))
        if decision not in DECISIONS[case.kind]:
            raise Refused("unknown-decision", N_("Please choose a decision."), status=400)
        case.reason = checked_text(reason)
        case.decision, case.decided_at = decision, now
        case.decided_by_id = actor.person_id or None
        is_objection = case.kind == OBJECTION
        kind = OBJECTION_DECIDED if is_objection else REVIEW_DECIDED
        by = {"by": log.subject(actor.person_id)} if actor.person_id else {}
        case.decided_seq = log.append(
            now,
            kind,
            f"{kind}:{case.id}",
            person_id=case.person_id,
            unit=case.unit,
            data={
                "year": case.year,
                case.kind: case.id,
                "opened": case.opened_seq,
                "decision": decision,
                "reason_sha256": sha256_of(case.reason),
                **by,
            },
        )


def refuse_decider(session: SessionLike, actor: Actor, case: AppraisalCase) -> None:
    """Refused unless the actor may decide the case.

    A unit's objection is for those above the unit; one to a list for those over the person's
    unit; a review, which touches the year of all, for those over all units. Nobody decides on
    what they brought themselves: `own-case` (403); else `forbidden` (403).
    """
    if actor.person_id and actor.person_id in (case.by_id, case.person_id):
        raise Refused(
            "own-case",
            N_("Nobody decides in their own case: somebody else has to record this."),
            status=403,
        )
    if not may_decide(session, actor, case):
        raise forbidden()


def may_decide(session: SessionLike, actor: Actor, case: AppraisalCase) -> bool:
    """Whether the actor stands over the unit that the case is about."""
    if actor.everywhere("organizer"):
        return True
    unit = session.scalar(select(Unit).where(Unit.code == case.unit))
    if case.kind != OBJECTION or unit is None:
        return False
    # What a unit brings is not for the unit itself to decide.
    listed = case.about.startswith("list:")
    above = unit.path if listed else unit.path.removesuffix(f"{unit.id}/")
    return actor.can("organizer", above)


def checked_text(text: str) -> str:
    """A text that was asked for; Refused `text-needed` (400)."""
    cleaned = "\n".join(clean_text(line) for line in text.strip().splitlines())
    if not cleaned or len(cleaned) > LONGEST:
        raise Refused(
            "text-needed",
            N_("Please give your reasons, in at most %(most)s characters."),
            status=400,
            most=LONGEST,
        )
    return cleaned


def unknown_unit() -> Refused:
    """The refusal for a unit that is not there, or out of sight."""
    return Refused("unknown-unit", N_("There is no such unit in this year."), status=404)


def unknown_number() -> Refused:
    """The refusal for a number that the rules don't have."""
    return Refused("unknown-number", N_("The rules have no such number."), status=404)


def unknown_case() -> Refused:
    """The refusal for a case that is not there, or out of sight."""
    return Refused("unknown-case", N_("There is no such objection or review."), status=404)

"""Objections and reviews as their pages show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import joinedload

from quizengine.domain.text import Refused
from quizengine.services.access import READERS, Actor, require_anywhere
from quizengine.services.appraisal_cases import record_of, refuse_decider, unknown_case
from quizengine.services.appraisal_seen import codes_in_sight
from quizengine.services.evidence import EvidenceFile, evidence_file, evidence_of
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import AppraisalCase, Evidence, Person


@dataclass(frozen=True)
class WantedCases:
    """Which cases; None or "" leaves a condition out."""

    year: int | None = None
    kind: str = ""
    undecided: bool = False


def list_cases(
    session: SessionLike,
    actor: Actor,
    wanted: WantedCases,
    *,
    offset: int = 0,
    size: int = 25,
) -> tuple[list[AppraisalCase], int]:
    """Cases of the actor's units, undecided ones first, then the latest; and how many fit.

    Refused `forbidden` (403).
    """
    require_anywhere(actor, *READERS)
    chosen = _chosen(session, actor, wanted)
    total = session.scalar(select(func.count()).select_from(chosen.subquery())) or 0
    query = chosen.order_by(AppraisalCase.decided_at.is_not(None), AppraisalCase.id.desc())
    return list(session.scalars(query.offset(offset).limit(size))), total


def count_undecided(session: SessionLike, actor: Actor, year: int | None = None) -> int:
    """How many cases of the actor's units wait for a decision."""
    chosen = _chosen(session, actor, WantedCases(year=year, undecided=True))
    return session.scalar(select(func.count()).select_from(chosen.subquery())) or 0


def _chosen(session: SessionLike, actor: Actor, wanted: WantedCases) -> Select[AppraisalCase]:
    query = select(AppraisalCase).where(_in_sight(session, actor))
    if wanted.year is not None:
        query = query.where(AppraisalCase.year == wanted.year)
    if wanted.kind:
        query = query.where(AppraisalCase.kind == wanted.kind)
    if wanted.undecided:
        query = query.where(AppraisalCase.decision.is_(None))
    return query


def _in_sight(session: SessionLike, actor: Actor) -> ColumnElement[bool]:
    codes = codes_in_sight(session, actor)
    return true() if codes is None else AppraisalCase.unit.in_(codes)


@dataclass(frozen=True)
class CasePage:
    """A case with what its page shows; names are None where nobody did it, or was erased."""

    case: AppraisalCase
    person: str | None
    by: str | None
    decided_by: str | None
    files: Sequence[Evidence]
    may_decide: bool


def case_page(session: SessionLike, actor: Actor, case_id: int) -> CasePage:
    """A case of the actor's units, or one's own. Refused `unknown-case` (404).

    Whose listing an objection is about is told to those who look after the person.
    """
    case = _seen_case(session, actor, case_id)
    names = {
        row.id: row.name
        for row in session.execute(
            select(Person.id, Person.name).where(
                Person.id.in_([case.person_id, case.by_id, case.decided_by_id])
            )
        )
    }
    if case.person_id is not None and not _knows_person(session, actor, case.person_id):
        names.pop(case.person_id, None)
    return CasePage(
        case,
        names.get(case.person_id or 0),
        names.get(case.by_id or 0),
        names.get(case.decided_by_id or 0),
        evidence_of(session, record_of(case.id)),
        case.decision is None and _decides(session, actor, case),
    )


def case_file(session: SessionLike, actor: Actor, case_id: int, file_id: int) -> EvidenceFile:
    """A file of a case; Refused `unknown-case`, `unknown-evidence` (404)."""
    case = _seen_case(session, actor, case_id)
    return evidence_file(session, record_of(case.id), file_id)


def own_cases(session: SessionLike, person_id: int) -> list[AppraisalCase]:
    """What a person objected to, the latest first."""
    query = select(AppraisalCase).where(AppraisalCase.person_id == person_id)
    return list(session.scalars(query.order_by(AppraisalCase.id.desc())))


def _seen_case(session: SessionLike, actor: Actor, case_id: int) -> AppraisalCase:
    case = session.get(AppraisalCase, case_id)
    if case is None:
        raise unknown_case()
    own = actor.person_id in (case.by_id, case.person_id)
    reader = any(actor.has(role) for role in READERS)
    codes = codes_in_sight(session, actor) if reader else frozenset()
    if not own and codes is not None and case.unit not in codes:
        raise unknown_case()
    return case


def _knows_person(session: SessionLike, actor: Actor, person_id: int) -> bool:
    person = session.get(Person, person_id, options=[joinedload(Person.unit)])
    return person is not None and (
        person_id == actor.person_id or actor.can("organizer", person.unit.path)
    )


def _decides(session: SessionLike, actor: Actor, case: AppraisalCase) -> bool:
    try:
        refuse_decider(session, actor, case)
    except Refused:
        return False
    return True

"""自查自评: a unit answers the year's checklist with evidence, and hands it in."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from decimal import Decimal

from sqlalchemy import select

from quizengine.domain.canonical import canonical_json
from quizengine.domain.selfchecks import (
    Answered,
    Checklist,
    missing,
    number_of,
    points_fault,
    usual_points,
)
from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor, forbidden
from quizengine.services.bank import served_checklists
from quizengine.services.details import one_line
from quizengine.services.evidence import attach, evidence_of
from quizengine.services.history import note
from quizengine.services.inspection_access import directing_path
from quizengine.services.ledger import LedgerWriter
from quizengine.services.office_access import Act, sees
from quizengine.services.uploads import Upload
from quizengine.storage.engine import REGISTERS, SessionLike, writing
from quizengine.storage.models import CHOICES, SelfCheck, SelfCheckAnswer, Unit


def may_fill(actor: Actor, unit: Unit) -> bool:
    """Whether the actor answers for the unit: its head, or an organizer of it."""
    return unit.head_id == actor.person_id or actor.can("organizer", unit.path)


def may_review(actor: Actor, found: SelfCheck) -> bool:
    """Whether the actor reviews it: an organizer of the level above who didn't hand it in."""
    own = {found.submitted_by_id, found.unit.head_id}
    return actor.can("organizer", directing_path(found.unit)) and actor.person_id not in own


def seen_unit(act: Act, unit_id: int) -> Unit:
    """A unit in reach, or that the actor heads; Refused `unit-unknown` (404)."""
    unit = act.session.get(Unit, unit_id)
    if unit is None or not (sees(act.actor, unit.path) or unit.head_id == act.actor.person_id):
        raise Refused("unit-unknown", N_("There is no such unit."), status=404)
    return unit


def checklist_of(session: SessionLike, found: SelfCheck | None, year: int) -> Checklist:
    """The checklist that the unit began with, else the one served; `checklist-unknown` (404)."""
    if found is not None:
        return Checklist.model_validate_json(found.checklist)
    checklist = served_checklists(session).get(year)
    if checklist is None:
        raise Refused(
            "checklist-unknown", N_("There is no checklist for %(year)s."), status=404, year=year
        )
    return checklist


def selfcheck_of(session: SessionLike, unit_id: int, year: int) -> SelfCheck | None:
    """The unit's self-assessment of the year; None before it began."""
    return session.scalar(
        select(SelfCheck).where(SelfCheck.unit_id == unit_id, SelfCheck.year == year)
    )


def save_answers(
    act: Act,
    unit_id: int,
    year: int,
    answers: Mapping[str, Answered],
    files: Mapping[str, Sequence[Upload]] | None = None,
) -> None:
    """Keep answers and files by item; what is not named stays as it is.

    Refused: `unit-unknown`, `checklist-unknown` (404), `forbidden` (403), `selfcheck-faults`,
    faults of files (400), `selfcheck-early`, `selfcheck-state` (409).
    """
    session = act.session
    with writing(session, REGISTERS):
        found = _draft(act, unit_id, year)
        checklist = checklist_of(session, found, year)
        known = {answer.item: answer for answer in found.answers}
        for name, given in answers.items():
            _answer(checklist, found, known, name, given)
        session.flush()
        for name, sent in (files or {}).items():
            if name in checklist.items:
                record = item_record(found, name)
                attach(session, act.now, act.actor.person_id, record, sent)
        _note(act, found, "selfcheck-saved")


def submit(act: Act, unit_id: int, year: int) -> None:
    """Hand it in: from now on the level above has it.

    Refused as `save_answers`; `selfcheck-unfinished` (409) while an answer or a file is missing.
    """
    session = act.session
    with writing(session, REGISTERS):
        found = _draft(act, unit_id, year)
        checklist = checklist_of(session, found, year)
        _refuse_unfinished(session, found, checklist)
        found.state, found.submitted_at = "submitted", act.now
        found.submitted_by_id = act.actor.person_id
        found.own_score = sum((answer.points for answer in found.answers), Decimal(0))
        late = act.today > checklist.due
        _note(act, found, "selfcheck-submitted", score=str(found.own_score))
        enter(act, found, "selfcheck-submitted", found.own_score, late=late)


def enter(act: Act, found: SelfCheck, kind: str, score: Decimal, **data: object) -> None:
    """The entry of a step, within the caller's transaction."""
    found.entries += 1
    with LedgerWriter(act.session) as log:
        log.append(
            act.now,
            kind,
            f"{record_of(found)}:{found.entries}",
            unit=found.unit.code,
            data={
                "checklist": found.id,
                "checklist_sha256": hashlib.sha256(found.checklist.encode()).hexdigest(),
                "year": found.year,
                "score": str(score),
                "max_score": str(found.max_score),
                **data,
            },
            by=act.actor.person_id,
        )


def record_of(found: SelfCheck) -> str:
    """The self-assessment's record, for its history."""
    return f"selfcheck:{found.id}"


def item_record(found: SelfCheck, item: str) -> str:
    """An item's record, for its evidence."""
    return f"selfcheck:{found.id}:{item}"


def points_now(answer: SelfCheckAnswer) -> Decimal:
    """Points of an answer: the reviewer's, else the unit's."""
    return answer.points if answer.reviewed_points is None else answer.reviewed_points


def _draft(act: Act, unit_id: int, year: int) -> SelfCheck:
    """The unit's draft, begun now if need be; nobody else begins one at the same time."""
    unit = seen_unit(act, unit_id)
    if not may_fill(act.actor, unit):
        raise forbidden()
    found = selfcheck_of(act.session, unit_id, year)
    if found is not None:
        if found.state != "draft":
            raise Refused(
                "selfcheck-state", N_("It has been handed in: nothing can be changed any more.")
            )
        return found
    checklist = checklist_of(act.session, None, year)
    if unit.level not in checklist.levels:
        raise Refused(
            "selfcheck-level", N_("This checklist is not for units of this level."), status=400
        )
    if act.today < checklist.opens:
        raise Refused(
            "selfcheck-early", N_("It can be answered from %(day)s on."), day=checklist.opens
        )
    found = SelfCheck(
        unit=unit,
        year=year,
        checklist=canonical_json(checklist.model_dump(mode="json", by_alias=True)).decode(),
        state="draft",
        max_score=checklist.total,
    )
    act.session.add(found)
    act.session.flush()
    return found


def _answer(
    checklist: Checklist,
    found: SelfCheck,
    known: Mapping[str, SelfCheckAnswer],
    name: str,
    given: Answered,
) -> None:
    item = checklist.items.get(name)
    if item is None or given.choice not in CHOICES:
        raise _fault(N_("Answer each item by yes, partly or no."))
    points = usual_points(item, given.choice) if given.points is None else given.points
    if points_fault(item, given.choice, points):
        raise _fault(
            N_("Item %(number)s: from 0 to %(most)s points, and none for a no."),
            number=number_of(checklist, name),
            most=item.points,
        )
    row = known.get(name)
    if row is None:
        row = SelfCheckAnswer(item=name)
        found.answers.append(row)
    row.choice, row.points = given.choice, points
    row.remark = one_line(given.remark)[:500]
    # A new answer is reviewed anew.
    row.reviewed_points, row.reason = None, ""


def _refuse_unfinished(session: SessionLike, found: SelfCheck, checklist: Checklist) -> None:
    answers = {row.item: Answered(row.choice, row.points) for row in found.answers}
    without = missing(checklist, answers)
    if without:
        raise Refused(
            "selfcheck-unfinished",
            N_("Not answered yet: %(count)s items."),
            count=len(without),
        )
    for name, item in checklist.items.items():
        shown = evidence_of(session, item_record(found, name))
        if item.evidence and answers[name].choice != "no" and not shown:
            raise Refused(
                "selfcheck-unfinished",
                N_("Item %(number)s needs evidence: attach a file."),
                number=number_of(checklist, name),
            )


def _fault(message: str, **params: object) -> Refused:
    return Refused("selfcheck-faults", message, status=400, **params)


def _note(act: Act, found: SelfCheck, what: str, **detail: str) -> None:
    note(act.session, act.now, act.actor.person_id, record_of(found), what, **detail)

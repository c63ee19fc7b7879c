"""检查发现的问题: opened by an inspector, answered by its owner, confirmed by somebody else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from quizengine.domain import findings as course_of
from quizengine.domain.findings import Course
from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor, forbidden
from quizengine.services.details import one_line
from quizengine.services.evidence import attach
from quizengine.services.history import note
from quizengine.services.inspection_access import may_work, worked_inspection
from quizengine.services.ledger import LedgerWriter
from quizengine.services.office_access import Act, local_day, sees
from quizengine.services.uploads import Upload
from quizengine.storage.engine import REGISTERS, SessionLike, writing
from quizengine.storage.models import (
    FINDING_SEVERITIES,
    Finding,
    FindingAnswer,
    Inspection,
    Person,
    Unit,
)

LONGEST = 5000


@dataclass(frozen=True)
class FindingPlan:
    """What an inspector writes down: the owner has to answer by `due_on`."""

    what: str
    severity: str
    owner_id: int
    due_on: date


def open_finding(
    act: Act, inspection_id: int, plan: FindingPlan, files: Sequence[Upload] = ()
) -> int:
    """Open a finding; its id. It is about the owner's unit, at or below the inspected one.

    Refused: `inspection-unknown`, `person-unknown` (404), `forbidden` (403), `finding-faults`,
    faults of files (400), `inspection-state` (409) for a cancelled inspection.
    """
    what = one_line(plan.what)
    if not what or len(what) > 1000:
        raise _fault(N_("Say what was found, in at most 1000 characters."))
    if plan.severity not in FINDING_SEVERITIES:
        raise _fault(N_("Choose how serious it is."))
    if plan.due_on < act.today:
        raise _fault(N_("The day due is past already."))
    session = act.session
    with writing(session, REGISTERS):
        inspection = worked_inspection(session, act.actor, inspection_id, "planned", "held")
        owner = _owner(session, inspection.unit, plan.owner_id)
        finding = Finding(
            inspection=inspection,
            unit=owner.unit,
            what=what,
            severity=plan.severity,
            owner=owner,
            first_due_on=plan.due_on,
            due_on=plan.due_on,
            opened_by_id=act.actor.person_id,
            opened_at=act.now,
        )
        session.add(finding)
        session.flush()
        attach(session, act.now, act.actor.person_id, record_of(finding), files)
        _note(act, finding, "finding-opened", name=owner.name, due=plan.due_on.isoformat())
        _enter(act, finding, "finding-opened")
        return finding.id


def answer_finding(act: Act, finding_id: int, text: str, files: Sequence[Upload] = ()) -> None:
    """The owner, or an organizer of the unit, says what was done, with evidence.

    Refused: `finding-unknown` (404), `forbidden` (403), `finding-faults` (400), `finding-state`
    (409), faults of files (400); without any file `finding-evidence` (400).
    """
    text = text.strip()
    if not text or len(text) > LONGEST:
        raise _fault(N_("Say what was done, in at most 5000 characters."))
    if not files:
        raise Refused(
            "finding-evidence",
            N_("Attach evidence: a photo, a document, a list. Nothing is closed without it."),
            status=400,
        )
    session = act.session
    with writing(session, REGISTERS):
        finding = seen_finding(session, act.actor, finding_id)
        if not may_answer(act.actor, finding):
            raise forbidden()
        course = course_of.answer(_course(act, finding), act.actor.person_id, act.today)
        row = FindingAnswer(finding=finding, text=text, by_id=act.actor.person_id, at=act.now)
        session.add(row)
        session.flush()
        attach(session, act.now, act.actor.person_id, answer_record(row), files)
        _keep(finding, course)
        _note(act, finding, "finding-answered")
        _enter(act, finding, "finding-answered", on_time=course.on_time)


def confirm_finding(act: Act, finding_id: int) -> None:
    """The answer is enough: closed, for good.

    Refused: `finding-unknown` (404), `forbidden` (403) for who neither inspected nor directs,
    `own-case` (403) for the owner and who answered, `finding-state` (409).
    """
    with writing(act.session, REGISTERS):
        finding = _judged(act, finding_id)
        course = course_of.confirm(_course(act, finding), act.actor.person_id)
        _judge(act, finding, enough=True)
        _keep(finding, course)
        finding.closed_by_id, finding.closed_at = act.actor.person_id, act.now
        finding.on_time = course.on_time
        _note(act, finding, "finding-closed")
        _enter(act, finding, "finding-closed", on_time=course.on_time)


def send_back(act: Act, finding_id: int, reason: str, due_on: date | None = None) -> None:
    """The answer is not enough: the finding is open again, by another day if one is given.

    Refused as `confirm_finding`; `reason-missing` (400), `finding-due` (409).
    """
    reason = _reason(reason)
    with writing(act.session, REGISTERS):
        finding = _judged(act, finding_id)
        course = course_of.send_back(_course(act, finding), act.actor.person_id, act.today, due_on)
        _judge(act, finding, enough=False, reason=reason)
        _keep(finding, course)
        _note(act, finding, "finding-sent-back", reason=reason, due=course.due.isoformat())


def extend_finding(act: Act, finding_id: int, due_on: date, reason: str) -> None:
    """More time, before the day due. Refused as `send_back`."""
    reason = _reason(reason)
    with writing(act.session, REGISTERS):
        finding = _judged(act, finding_id)
        before = finding.due_on
        course = course_of.extend(_course(act, finding), act.actor.person_id, act.today, due_on)
        _keep(finding, course)
        detail = {"before": before.isoformat(), "due": due_on.isoformat(), "reason": reason}
        _note(act, finding, "finding-extended", **detail)


def hand_over(act: Act, finding_id: int, owner_id: int) -> None:
    """Somebody else has to answer. Refused as `send_back`; `person-unknown` (404)."""
    with writing(act.session, REGISTERS):
        finding = _judged(act, finding_id)
        owner = _owner(act.session, finding.inspection.unit, owner_id)
        course = course_of.hand_over(_course(act, finding), act.actor.person_id, owner.id)
        _keep(finding, course)
        _note(act, finding, "finding-handed-over", name=owner.name)


def seen_finding(session: SessionLike, actor: Actor, finding_id: int) -> Finding:
    """A finding that the actor owns, inspected, or has in reach; `finding-unknown` (404)."""
    finding = session.get(Finding, finding_id)
    known = finding is not None and (
        finding.owner_id == actor.person_id
        or may_work(actor, finding.inspection)
        or sees(actor, finding.unit.path)
    )
    if finding is None or not known:
        raise Refused("finding-unknown", N_("There is no such finding."), status=404)
    return finding


def may_answer(actor: Actor, finding: Finding) -> bool:
    """Whether the actor owns the finding, or is an organizer of its unit.

    Who may confirm the answer, and owns nothing, had better not give it.
    """
    if finding.owner_id == actor.person_id:
        return True
    own = actor.can("organizer", finding.unit.path)
    return own and not may_work(actor, finding.inspection)


def may_judge(actor: Actor, finding: Finding) -> bool:
    """Whether the actor confirms answers: inspected or directs, and neither owns nor answered."""
    answered = finding.state == "answered" and latest(finding)
    concerned = {finding.owner_id, answered.by_id if answered else None}
    return may_work(actor, finding.inspection) and actor.person_id not in concerned


def latest(finding: Finding) -> FindingAnswer | None:
    """The latest answer."""
    return finding.answers[-1] if finding.answers else None


def record_of(finding: Finding) -> str:
    """The finding's record, for history and evidence."""
    return f"finding:{finding.id}"


def answer_record(answer: FindingAnswer) -> str:
    """An answer's record, for its evidence."""
    return f"finding-answer:{answer.id}"


def _course(act: Act, finding: Finding) -> Course:
    given = latest(finding) if finding.state != "open" else None
    return Course(
        owner=finding.owner_id,
        due=finding.due_on,
        state=finding.state,
        answered_by=given.by_id if given else None,
        answered_on=local_day(given.at, act.zone) if given else None,
    )


def _keep(finding: Finding, course: Course) -> None:
    finding.state, finding.due_on, finding.owner_id = course.state, course.due, course.owner


def _judged(act: Act, finding_id: int) -> Finding:
    finding = seen_finding(act.session, act.actor, finding_id)
    if not may_work(act.actor, finding.inspection):
        raise forbidden()
    return finding


def _judge(act: Act, finding: Finding, *, enough: bool, reason: str = "") -> None:
    given = latest(finding)
    assert given is not None, "an answered finding has an answer"
    given.enough, given.reason = enough, reason
    given.judged_by_id, given.judged_at = act.actor.person_id, act.now


def _owner(session: SessionLike, unit: Unit, person_id: int) -> Person:
    person = session.get(Person, person_id)
    if person is None or not person.active or not person.unit.path.startswith(unit.path):
        raise Refused("person-unknown", N_("There is no such person."), status=404)
    return person


def _reason(text: str) -> str:
    text = one_line(text)[:1000]
    if not text:
        raise Refused("reason-missing", N_("Please say why."), status=400)
    return text


def _fault(message: str) -> Refused:
    return Refused("finding-faults", message, status=400)


def _note(act: Act, finding: Finding, what: str, **detail: str) -> None:
    note(act.session, act.now, act.actor.person_id, record_of(finding), what, **detail)


def _enter(act: Act, finding: Finding, kind: str, **data: object) -> None:
    inspection: Inspection = finding.inspection
    finding.entries += 1
    with LedgerWriter(act.session) as log:
        log.append(
            act.now,
            kind,
            f"{record_of(finding)}:{finding.entries}",
            unit=finding.unit.code,
            data={
                "finding": finding.id,
                "inspection": inspection.id,
                "severity": finding.severity,
                "due": finding.due_on.isoformat(),
                **data,
            },
            by=act.actor.person_id,
        )

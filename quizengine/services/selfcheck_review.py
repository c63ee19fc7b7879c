"""自评审核: the level above agrees, changes points with reasons, or gives it back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from quizengine.domain.selfchecks import Checklist, number_of
from quizengine.domain.text import N_, Refused
from quizengine.services.access import forbidden
from quizengine.services.details import one_line
from quizengine.services.history import note
from quizengine.services.office_access import Act, sees
from quizengine.services.selfchecks import enter, may_review, points_now, record_of
from quizengine.storage.engine import REGISTERS, writing
from quizengine.storage.models import SelfCheck, SelfCheckAnswer


@dataclass(frozen=True)
class Change:
    """Points of the reviewer for an item, and why."""

    points: Decimal
    reason: str


def seen_selfcheck(act: Act, selfcheck_id: int) -> SelfCheck:
    """A self-assessment in reach, or of a unit that the actor heads; `selfcheck-unknown` (404)."""
    found = act.session.get(SelfCheck, selfcheck_id)
    if found is None or not (
        sees(act.actor, found.unit.path) or found.unit.head_id == act.actor.person_id
    ):
        raise Refused("selfcheck-unknown", N_("There is no such self-assessment."), status=404)
    return found


def review(act: Act, selfcheck_id: int, changes: Mapping[str, Change], remark: str = "") -> None:
    """The verdict: agreed without changes, else changed; each change has a reason.

    Refused: `selfcheck-unknown` (404), `forbidden` (403) for the unit itself,
    `selfcheck-state` (409), `selfcheck-faults` (400).
    """
    with writing(act.session, REGISTERS):
        found = _submitted(act, selfcheck_id)
        checklist = Checklist.model_validate_json(found.checklist)
        changed = [
            _change(checklist, answer, changes[answer.item])
            for answer in found.answers
            if answer.item in changes and changes[answer.item].points != answer.points
        ]
        found.state, found.verdict = "reviewed", "changed" if changed else "agreed"
        found.reviewed_by_id, found.reviewed_at = act.actor.person_id, act.now
        found.remark = one_line(remark)[:1000]
        found.score = sum((points_now(answer) for answer in found.answers), Decimal(0))
        _note(act, found, "selfcheck-reviewed", verdict=found.verdict, score=str(found.score))
        enter(
            act,
            found,
            "selfcheck-reviewed",
            found.score,
            own_score=str(found.own_score),
            verdict=found.verdict,
            changed=len(changed),
        )


def give_back(act: Act, selfcheck_id: int, reason: str) -> None:
    """The unit has to answer again. Refused as `review`; `reason-missing` (400)."""
    reason = one_line(reason)[:1000]
    if not reason:
        raise Refused("reason-missing", N_("Please say why."), status=400)
    with writing(act.session, REGISTERS):
        found = _submitted(act, selfcheck_id)
        found.state, found.remark = "draft", reason
        _note(act, found, "selfcheck-given-back", reason=reason)


def _submitted(act: Act, selfcheck_id: int) -> SelfCheck:
    found = seen_selfcheck(act, selfcheck_id)
    if not may_review(act.actor, found):
        raise forbidden()
    if found.state != "submitted":
        raise Refused(
            "selfcheck-state", N_("The self-assessment is at another step: reload the page.")
        )
    return found


def _change(checklist: Checklist, answer: SelfCheckAnswer, change: Change) -> str:
    item, number = checklist.items[answer.item], number_of(checklist, answer.item)
    reason = one_line(change.reason)[:500]
    if not 0 <= change.points <= item.points or change.points != round(change.points, 2):
        raise _fault(N_("Item %(number)s: from 0 to %(most)s points."), number, item.points)
    if not reason:
        raise _fault(N_("Item %(number)s: other points need a reason."), number)
    answer.reviewed_points, answer.reason = change.points, reason
    return answer.item


def _fault(message: str, number: int, most: Decimal | None = None) -> Refused:
    return Refused("selfcheck-faults", message, status=400, number=number, most=most)


def _note(act: Act, found: SelfCheck, what: str, **detail: str) -> None:
    note(act.session, act.now, act.actor.person_id, record_of(found), what, **detail)

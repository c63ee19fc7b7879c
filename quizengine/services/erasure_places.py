"""Where free text and details about a person stand, beside the person's own row.

A table that gets free text about people is named here: see docs/ledger.md, "Erasing".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, String, cast, literal, or_, select

from quizengine.storage.models import (
    Activity,
    ActivityEntry,
    ActivityJudge,
    Adjustment,
    Answer,
    ApiToken,
    AppraisalCase,
    ContestMember,
    ContestPlayer,
    Finding,
    FindingAnswer,
    IncidentAppeal,
    IncidentLiable,
    ItemScore,
    LateAnswer,
    Mark,
    MarkingTask,
    OutboundFile,
    PlanMark,
    PostHolder,
    PostStep,
    Sitting,
    SpotPerson,
    TrainingMark,
    TrainingPlace,
)

NAME = "——"
"""What stands in place of the name."""

Condition = Callable[[int], ColumnElement[bool]]


def _sittings(column: Any) -> Condition:
    """Rows of the person's sittings."""
    return lambda person_id: column.in_(select(Sitting.id).where(Sitting.person_id == person_id))


def _within(column: Any, owner: Any) -> Condition:
    """Rows whose owner, which `column` names, is the person's."""
    return lambda person_id: column.in_(select(owner.id).where(owner.person_id == person_id))


def _own(column: Any) -> Condition:
    return lambda person_id: column == person_id


def _own_entry(person_id: int) -> ColumnElement[bool]:
    """Entries of the person; what was handed in for a unit is the unit's."""
    personal = select(Activity.id).where(Activity.entrants == "person")
    return (ActivityEntry.person_id == person_id) & ActivityEntry.activity_id.in_(personal)


def _answers(person_id: int) -> ColumnElement[bool]:
    """Answers that the person gave, or that others gave to what the person had to answer."""
    owned = select(Finding.id).where(Finding.owner_id == person_id)
    return or_(FindingAnswer.by_id == person_id, FindingAnswer.finding_id.in_(owned))


BLANKED: tuple[tuple[Any, Condition, Mapping[str, Any]], ...] = (
    (
        OutboundFile,
        _own(OutboundFile.person_id),
        {"destination": "", "purpose": "", "escort": "", "approval": "", "talk_note": ""},
    ),
    (PostStep, _within(PostStep.holder_id, PostHolder), {"note": ""}),
    (
        IncidentAppeal,
        _within(IncidentAppeal.liable_id, IncidentLiable),
        {"grounds": "", "reason": ""},
    ),
    (IncidentLiable, _own(IncidentLiable.person_id), {"note": ""}),
    (ActivityEntry, _own_entry, {"title": NAME, "text": ""}),
    (ActivityJudge, _own(ActivityJudge.person_id), {"declared": ""}),
    (
        AppraisalCase,
        lambda p: or_(AppraisalCase.person_id == p, AppraisalCase.by_id == p),
        {"text": "", "reason": None},
    ),
    (Adjustment, _own(Adjustment.person_id), {"reason": ""}),
    (ContestMember, _own(ContestMember.person_id), {"name": NAME}),
    (ContestPlayer, _own(ContestPlayer.person_id), {"name": NAME}),
    (Finding, _own(Finding.owner_id), {"what": NAME}),
    (FindingAnswer, _answers, {"text": "", "reason": ""}),
    (SpotPerson, _own(SpotPerson.person_id), {"excuse": ""}),
    # Title and goal of a task are the unit's; what somebody said to be done is told by that person.
    (PlanMark, _own(PlanMark.by_id), {"note": ""}),
    (TrainingMark, _within(TrainingMark.place_id, TrainingPlace), {"note": ""}),
)
"""Model, which rows, and what the columns hold afterwards."""

DELETED: tuple[tuple[Any, Condition], ...] = (
    (Mark, _sittings(Mark.sitting_id)),
    (MarkingTask, _sittings(MarkingTask.sitting_id)),
    (LateAnswer, _sittings(LateAnswer.sitting_id)),
    (Answer, _sittings(Answer.sitting_id)),
    # Without them no later repair grades the sitting anew, and enters something about nobody.
    (ItemScore, _sittings(ItemScore.sitting_id)),
    (ApiToken, _own(ApiToken.person_id)),
)
"""Model, and which rows go."""


def _records(prefix: str, model: Any) -> Callable[[int], Select[Any]]:
    """Names of the records of the person, as files are attached to them."""
    return lambda person_id: select(literal(prefix) + cast(model.id, String)).where(
        model.person_id == person_id
    )


def own_findings(person_id: int) -> Select[Any]:
    """Names of the findings whose files go; who closed them and when stays the unit's history."""
    return select(literal("finding:") + cast(Finding.id, String)).where(
        Finding.owner_id == person_id
    )


EVIDENCE: tuple[Callable[[int], Select[Any]], ...] = (
    lambda person_id: select(literal("activity-entry:") + cast(ActivityEntry.id, String)).where(
        _own_entry(person_id)
    ),
    lambda person_id: select(literal("finding-answer:") + cast(FindingAnswer.id, String)).where(
        _answers(person_id)
    ),
    _records("outbound:", OutboundFile),
    _records("post-holder:", PostHolder),
    _records("appraisal-case:", AppraisalCase),
)
"""Records of the person alone, whose files and history go."""

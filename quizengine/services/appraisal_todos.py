"""Objections and reviews of closed years that wait for somebody to decide."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from quizengine.domain.text import N_, Text
from quizengine.services.access import load_actor
from quizengine.services.appraisal_cases import may_decide
from quizengine.services.todo_item import Todo
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import OBJECTION, AppraisalCase, Unit

_TEXTS = {
    True: N_("Decide about an objection to the appraisal %(year)s: %(unit)s"),
    False: N_("Decide about a review of the appraisal %(year)s: %(unit)s"),
}


def appraisal_todos(
    session: SessionLike, now: datetime, zone: ZoneInfo, person_id: int
) -> list[Todo]:
    """Cases without a decision, for those who may decide them and are not concerned."""
    cases = session.execute(
        select(AppraisalCase, Unit.name)
        .outerjoin(Unit, Unit.code == AppraisalCase.unit)
        .where(AppraisalCase.decision.is_(None))
        .order_by(AppraisalCase.id)
    ).all()
    if not cases:
        return []
    actor = load_actor(session, person_id)
    return [
        Todo(
            Text(
                _TEXTS[case.kind == OBJECTION],
                {"year": case.year, "unit": name or case.unit or "—"},
            ),
            "appraisal.case",
            {"case_id": case.id},
        )
        for case, name in cases
        if person_id not in (case.by_id, case.person_id) and may_decide(session, actor, case)
    ]

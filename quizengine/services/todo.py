"""待办: what a person has to do, from all modules; shown at the top of the home page.

A module adds a function of its own to `_SOURCES`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from zoneinfo import ZoneInfo

from quizengine.services.activity_own import activity_todos
from quizengine.services.appraisal_todos import appraisal_todos
from quizengine.services.ballot_votes import ballot_todos
from quizengine.services.duties import duty_todos
from quizengine.services.finding_list import finding_todos
from quizengine.services.letters import letter_todos
from quizengine.services.outbound_own import outbound_todos
from quizengine.services.plan_todos import plan_todos
from quizengine.services.post_todos import post_todos
from quizengine.services.selfcheck_list import selfcheck_todos
from quizengine.services.survey_answers import survey_todos
from quizengine.services.todo_item import Todo
from quizengine.services.training_own import training_todos
from quizengine.storage.engine import SessionLike

Source = Callable[[SessionLike, datetime, ZoneInfo, int], list[Todo]]

_SOURCES: tuple[Source, ...] = (
    activity_todos,
    appraisal_todos,
    ballot_todos,
    duty_todos,
    finding_todos,
    letter_todos,
    outbound_todos,
    plan_todos,
    post_todos,
    selfcheck_todos,
    survey_todos,
    training_todos,
)


def todos(session: SessionLike, now: datetime, zone: ZoneInfo, person_id: int) -> list[Todo]:
    """What the person has to do, the most urgent first."""
    found = [todo for source in _SOURCES for todo in source(session, now, zone, person_id)]
    return sorted(found, key=lambda todo: (todo.waits, todo.due or date.max))

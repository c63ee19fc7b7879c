"""Training classes for tests: made, held, and signed in to, beside the office of `office.py`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from office import Office

from quizengine.services.training import ClassPlan, make_class
from quizengine.services.training_batches import BatchPlan, SessionPlan, make_batch
from quizengine.services.training_closing import close_batch
from quizengine.services.training_signs import sign_in
from quizengine.storage.models import EVERYONE, TrainingBatch


@dataclass
class TrainingRoom:
    """An office whose organizer of CS makes classes; everybody of CS is invited."""

    office: Office
    # For a test that looks at one batch many times.
    kept: TrainingBatch | None = None

    def make(self, **changes: Any) -> int:
        """A class of CS."""
        values: dict[str, Any] = {
            "unit_id": self.office.school.units["CS"],
            "title": "保密形势与常识",
            **changes,
        }
        return make_class(self.office.act(), ClassPlan(**values))

    def plan(self, sessions: Sequence[timedelta] = (timedelta(0),), **changes: Any) -> BatchPlan:
        """A batch whose sessions of two hours begin so long after now."""
        values: dict[str, Any] = {
            "name": "第一期",
            "sessions": [
                SessionPlan(f"专题{number}", "报告厅", self.office.now + begins, Decimal(2))
                for number, begins in enumerate(sessions, start=1)
            ],
            "audience": [(EVERYONE, self.office.school.units["CS"])],
            **changes,
        }
        return BatchPlan(**values)

    def batch(self, class_id: int | None = None, plan: BatchPlan | None = None) -> TrainingBatch:
        """A batch of a class."""
        made = make_batch(self.office.act(), class_id or self.make(), plan or self.plan())
        return self.office.session.get_one(TrainingBatch, made)

    def sign(self, batch: TrainingBatch, login: str, number: int = 0, minutes: int = 0) -> str:
        """Somebody signs in to a session so many minutes after now."""
        at: datetime = self.office.now + timedelta(minutes=minutes)
        session_id = batch.sessions[number].id
        person_id = self.office.id(login)
        return sign_in(self.office.session, at, person_id, session_id, at).state

    def held(self, *logins: str, **changes: Any) -> TrainingBatch:
        """A closed batch to which these people came."""
        batch = self.batch(self.make(**changes))
        for login in logins:
            self.sign(batch, login)
        close_batch(self.office.act("cs-admin"), batch.id)
        return batch

    def outcomes(self, batch: TrainingBatch) -> dict[str, str | None]:
        """By login what came of it."""
        return {place.person.login: place.outcome for place in batch.places}

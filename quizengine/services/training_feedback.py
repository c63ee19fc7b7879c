"""学员反馈: given once by each participant, without a name; shown once it is concluded."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from quizengine.domain.text import N_, Refused
from quizengine.domain.training import RATINGS, Rated, rate, together
from quizengine.services.history import note
from quizengine.services.ledger import LedgerWriter
from quizengine.services.office_access import Act
from quizengine.services.training_batches import managed_batch, record_of, unknown_batch
from quizengine.services.training_words import FIXED_ASKED, FIXED_RATED
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import (
    TrainingAnswer,
    TrainingBatch,
    TrainingClass,
    TrainingPlace,
)

LONGEST = 1000


@dataclass(frozen=True)
class Question:
    """A question of the form; `own`: written by the office, so that it is never translated."""

    key: str
    text: str
    own: bool


@dataclass(frozen=True)
class Results:
    """What came in. Without `shown`, `rated` and `texts` are empty: too few, or not concluded."""

    answers: int
    invited: int
    concluded: bool
    shown: bool
    rated: Sequence[tuple[Question, Rated]] = ()
    texts: Sequence[tuple[Question, Sequence[str]]] = ()

    @property
    def overall(self) -> Rated:
        """All ratings together."""
        return together([rated for _, rated in self.rated])

    def mean_of(self, key: str) -> Rated | None:
        """The ratings of one question."""
        return next((rated for question, rated in self.rated if question.key == key), None)


def rated_questions(found: TrainingClass) -> list[Question]:
    """Questions to be rated from 1 to 5: the fixed ones, then the class's own."""
    fixed = [Question(key, text, False) for key, text in FIXED_RATED.items()]
    own = enumerate(found.rated.splitlines(), start=1)
    return fixed + [Question(f"own{number}", text, True) for number, text in own]


def asked_questions(found: TrainingClass) -> list[Question]:
    """Questions to be answered in words: the class's own, then the fixed one."""
    own = enumerate(found.asked.splitlines(), start=1)
    fixed = [Question(key, text, False) for key, text in FIXED_ASKED.items()]
    return [Question(f"ask{number}", text, True) for number, text in own] + fixed


def feedback_until(batch: TrainingBatch) -> datetime | None:
    """Until when feedback is taken; None before the batch is closed."""
    if batch.closed_at is None:
        return None
    return batch.closed_at + timedelta(days=batch.training.feedback_days)


def may_answer(place: TrainingPlace, now: datetime) -> bool:
    """Whether the person may give feedback now."""
    until = feedback_until(place.batch)
    return (
        place.outcome == "attended"
        and not place.answered
        and until is not None
        and now < until
        and place.batch.feedback_closed_at is None
    )


def give_feedback(
    session: SessionLike,
    now: datetime,
    person_id: int,
    batch_id: int,
    ratings: Mapping[str, int],
    texts: Mapping[str, str],
) -> None:
    """Take a participant's feedback. That it was given is kept with the person; what it says isn't.

    Refused: `batch-unknown` (404), `feedback-given`, `feedback-over` (409), `feedback-faults` (400)
    with a question that is not rated, or a text that is too long.
    """
    with writing(session):
        place = session.scalar(
            select(TrainingPlace)
            .where(TrainingPlace.batch_id == batch_id, TrainingPlace.person_id == person_id)
            .with_for_update()
        )
        if place is None:
            raise unknown_batch()
        if place.answered:
            raise Refused("feedback-given", N_("You have given your feedback already. Thank you."))
        if not may_answer(place, now):
            raise Refused("feedback-over", N_("Feedback on this class is not taken now."))
        content = _content(place.batch.training, ratings, texts)
        place.answered = True
        session.add(TrainingAnswer(id=secrets.token_hex(16), batch_id=batch_id, content=content))


def conclude(act: Act, batch_id: int) -> None:
    """End the feedback of a batch; its results may be seen from now on, and the mean is entered.

    Refused: `batch-unknown` (404), `forbidden` (403), `feedback-early`, `feedback-concluded` (409).
    """
    with writing(act.session):
        batch = managed_batch(act, batch_id)
        if batch.closed_at is None:
            raise Refused("feedback-early", N_("The batch has to be closed first."))
        if batch.feedback_closed_at is not None:
            raise Refused("feedback-concluded", N_("The feedback has been concluded already."))
        batch.feedback_closed_at = act.now
        found = results(act.session, batch)
        mean = found.overall.mean
        batch.entries += 1
        with LedgerWriter(act.session) as log:
            log.append(
                act.now,
                "training-feedback",
                f"{record_of(batch)}:{batch.entries}",
                unit=batch.training.unit.code,
                data={
                    "class": batch.class_id,
                    "batch": batch.id,
                    "answers": found.answers,
                    "participants": found.invited,
                    "mean": str(mean) if mean is not None else None,
                },
                by=act.actor.person_id,
            )
        detail = {"answers": found.answers}
        note(
            act.session, act.now, act.actor.person_id, record_of(batch), "batch-feedback", **detail
        )


def results(session: SessionLike, batch: TrainingBatch) -> Results:
    """Figures and texts of a concluded feedback with enough answers; else how many there are.

    Results that grew with each answer would give away what the last one said.
    """
    rows = session.scalars(
        select(TrainingAnswer.content)
        .where(TrainingAnswer.batch_id == batch.id)
        .order_by(TrainingAnswer.id)
    ).all()
    invited = sum(place.outcome == "attended" for place in batch.places)
    concluded = batch.feedback_closed_at is not None
    if not concluded or len(rows) < batch.training.least_answers:
        return Results(len(rows), invited, concluded, False)
    answers = [json.loads(row) for row in rows]
    rated = [
        (
            question,
            rate([a["ratings"][question.key] for a in answers if question.key in a["ratings"]]),
        )
        for question in rated_questions(batch.training)
    ]
    texts = [
        (question, [a["texts"][question.key] for a in answers if a["texts"].get(question.key)])
        for question in asked_questions(batch.training)
    ]
    return Results(len(rows), invited, concluded, True, rated, texts)


def _content(found: TrainingClass, ratings: Mapping[str, int], texts: Mapping[str, str]) -> str:
    wanted = [question.key for question in rated_questions(found)]
    if any(ratings.get(key) not in RATINGS for key in wanted):
        raise _fault(N_("Please rate each statement from 1 to 5."))
    said = {
        question.key: texts.get(question.key, "").strip() for question in asked_questions(found)
    }
    if any(len(text) > LONGEST for text in said.values()):
        raise _fault(N_("At most 1000 characters for each answer."))
    kept = {"ratings": {key: ratings[key] for key in wanted}, "texts": said}
    return json.dumps(kept, ensure_ascii=False)


def _fault(message: str) -> Refused:
    return Refused("feedback-faults", message, status=400)

"""结业考试: how participants of a class did in its closing exam."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from quizengine.domain.text import Refused
from quizengine.services.boards import Tally, overall
from quizengine.services.office_access import Act
from quizengine.services.reach import reach
from quizengine.services.standings import Standing, standings
from quizengine.storage.models import Exam, TrainingBatch, TrainingClass


@dataclass(frozen=True)
class ClassExam:
    """The exam with the standing of each participant whom the actor may see.

    `tally` counts participants of closed batches who attended; who is not in the exam's audience is
    counted as missing.
    """

    exam: Exam
    tally: Tally
    standings: Mapping[int, Standing]


def class_exam(
    act: Act, found: TrainingClass, batches: Iterable[TrainingBatch]
) -> ClassExam | None:
    """Results of the closing exam for participants; None without one, or out of reach."""
    if found.exam_id is None:
        return None
    try:
        seen = reach(act.session, act.actor, found.exam_id)
    except Refused:
        return None
    by_person = {
        one.person_id: one
        for one in standings(act.session, act.zone, seen)
        if one.person_id is not None
    }
    attended = {
        place.person_id: place.unit_id
        for batch in batches
        for place in batch.places
        if place.outcome == "attended"
    }
    members = [
        by_person.get(person_id, Standing(person_id, unit_id, "absent"))
        for person_id, unit_id in attended.items()
    ]
    return ClassExam(seen.exam, overall(members), by_person)

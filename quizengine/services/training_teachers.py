"""师资库: who teaches, about what, and how it went."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload

from quizengine.domain.text import N_, Refused
from quizengine.domain.training import Rated, together
from quizengine.services.access import Actor, require
from quizengine.services.details import clean_text
from quizengine.services.history import note
from quizengine.services.office_access import Act, in_reach, managed_unit, sees
from quizengine.services.training_feedback import results
from quizengine.storage.engine import REGISTERS, SessionLike, writing
from quizengine.storage.models import TrainingBatch, TrainingSession, TrainingTeacher, Unit


@dataclass(frozen=True)
class TeacherPlan:
    """What an office fills in; `topics` are lines of text, `fee` is a text."""

    unit_id: int
    name: str
    employer: str
    topics: Sequence[str]
    fee: str = ""
    note: str = ""
    active: bool = True


@dataclass(frozen=True)
class TeacherRow:
    """A teacher with what was taught in closed batches, and what participants thought of it."""

    teacher: TrainingTeacher
    sessions: Sequence[TrainingSession]
    rated: Rated

    @property
    def classes(self) -> int:
        """In how many classes."""
        return len({session.batch.class_id for session in self.sessions})

    @property
    def hours(self) -> Decimal:
        """How many hours."""
        return sum((session.hours for session in self.sessions), Decimal(0))


def add_teacher(act: Act, plan: TeacherPlan) -> int:
    """Put a teacher into the pool of a unit; the id.

    Refused: `unit-unknown` (404), `forbidden` (403), `teacher-faults` (400), `teacher-taken` (409).
    """
    _refuse_faults(plan)
    with writing(act.session, REGISTERS):
        unit = managed_unit(act.session, act.actor, plan.unit_id)
        _refuse_taken(act, plan, None)
        teacher = TrainingTeacher(unit_id=unit.id, **_columns(plan))
        act.session.add(teacher)
        act.session.flush()
        note(act.session, act.now, act.actor.person_id, record_of(teacher), "teacher-added")
        return teacher.id


def change_teacher(act: Act, teacher_id: int, plan: TeacherPlan) -> bool:
    """Change a teacher; False if nothing is different. Refused as `add_teacher`; `teacher-unknown`
    (404).
    """
    _refuse_faults(plan)
    with writing(act.session, REGISTERS):
        teacher = seen_teacher(act.session, act.actor, teacher_id)
        require(act.actor, "organizer", teacher.unit.path)
        _refuse_taken(act, plan, teacher)
        wanted = _columns(plan)
        if all(getattr(teacher, key) == value for key, value in wanted.items()):
            return False
        for key, value in wanted.items():
            setattr(teacher, key, value)
        note(act.session, act.now, act.actor.person_id, record_of(teacher), "teacher-changed")
        return True


def seen_teacher(session: SessionLike, actor: Actor, teacher_id: int) -> TrainingTeacher:
    """A teacher within reach; Refused `teacher-unknown` (404)."""
    teacher = session.get(TrainingTeacher, teacher_id)
    if teacher is None or not sees(actor, teacher.unit.path):
        raise Refused("teacher-unknown", N_("There is no such teacher."), status=404)
    return teacher


def list_teachers(act: Act, unit_id: int | None = None, text: str = "") -> list[TeacherRow]:
    """Teachers within reach by name, those who teach no longer last."""
    query = (
        select(TrainingTeacher)
        .join(Unit, Unit.id == TrainingTeacher.unit_id)
        .where(in_reach(act.actor, unit_id))
        .options(joinedload(TrainingTeacher.unit))
        .order_by(TrainingTeacher.active.desc(), TrainingTeacher.name, TrainingTeacher.id)
    )
    text = clean_text(text)
    if text:
        columns = (TrainingTeacher.name, TrainingTeacher.topics, TrainingTeacher.employer)
        query = query.where(or_(*(column.contains(text, autoescape=True) for column in columns)))
    return rows_of(act.session, list(act.session.scalars(query)))


def rows_of(session: SessionLike, teachers: Sequence[TrainingTeacher]) -> list[TeacherRow]:
    """Teachers with what they taught and how it was rated."""
    sessions = session.scalars(
        select(TrainingSession)
        .join(TrainingBatch, TrainingBatch.id == TrainingSession.batch_id)
        .where(
            TrainingSession.teacher_id.in_([teacher.id for teacher in teachers]),
            TrainingBatch.closed_at.is_not(None),
        )
        .options(joinedload(TrainingSession.batch).joinedload(TrainingBatch.training))
        .order_by(TrainingSession.starts_at.desc())
    ).all()
    rated = {
        batch.id: results(session, batch).mean_of("teacher")
        for batch in {one.batch_id: one.batch for one in sessions}.values()
    }
    found = []
    for teacher in teachers:
        own = [one for one in sessions if one.teacher_id == teacher.id]
        marks = [rated[batch_id] for batch_id in dict.fromkeys(one.batch_id for one in own)]
        found.append(TeacherRow(teacher, own, together([one for one in marks if one is not None])))
    return found


def record_of(teacher: TrainingTeacher) -> str:
    """The teacher's record, for its history."""
    return f"training-teacher:{teacher.id}"


def _columns(plan: TeacherPlan) -> dict[str, object]:
    return {
        "name": clean_text(plan.name),
        "employer": clean_text(plan.employer),
        "topics": "\n".join(line for text in plan.topics if (line := clean_text(text)[:200])),
        "fee": clean_text(plan.fee),
        "note": clean_text(plan.note),
        "active": plan.active,
    }


def _refuse_taken(act: Act, plan: TeacherPlan, teacher: TrainingTeacher | None) -> None:
    unit_id = teacher.unit_id if teacher else plan.unit_id
    twins = act.session.scalars(
        select(TrainingTeacher).where(
            TrainingTeacher.unit_id == unit_id,
            TrainingTeacher.name == clean_text(plan.name),
            TrainingTeacher.employer == clean_text(plan.employer),
        )
    )
    if any(teacher is None or twin.id != teacher.id for twin in twins):
        raise Refused(
            "teacher-taken", N_("%(name)s is in this pool already."), name=clean_text(plan.name)
        )


def _refuse_faults(plan: TeacherPlan) -> None:
    name = clean_text(plan.name)
    faults = (
        (not name or len(name) > 100, N_("A teacher needs a name of at most 100 characters.")),
        (len(plan.employer) > 200, N_("At most 200 characters.")),
        (len(plan.topics) > 50, N_("At most 50 topics.")),
        (len(plan.fee) > 60, N_("At most 60 characters for the fee.")),
        (len(plan.note) > 500, N_("At most 500 characters.")),
    )
    for wrong, message in faults:
        if wrong:
            raise Refused("teacher-faults", message, status=400)

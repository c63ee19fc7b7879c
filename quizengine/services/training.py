"""教育培训: classes, and who may see and keep them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.orm import joinedload, selectinload

from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor, require
from quizengine.services.details import clean_text
from quizengine.services.history import note
from quizengine.services.office_access import Act, in_reach, managed_unit, sees
from quizengine.services.reach import reach
from quizengine.storage.engine import REGISTERS, SessionLike, writing
from quizengine.storage.models import TrainingBatch, TrainingClass, Unit

MOST_QUESTIONS = 10
LEAST_ANSWERS = 3


@dataclass(frozen=True)
class ClassPlan:
    """What an office fills in; minutes, per cent and days as in `TrainingClass`.

    `rated` and `asked` are own questions for the feedback.
    """

    unit_id: int
    title: str
    aims: str = ""
    exam_id: int | None = None
    late_after: int = 10
    absent_after: int = 30
    share: int = 60
    least_answers: int = 5
    feedback_days: int = 14
    rated: Sequence[str] = ()
    asked: Sequence[str] = ()


@dataclass(frozen=True)
class ClassFilter:
    """What to look for; None leaves a condition out. `state` is 'open', 'closed' or 'all'."""

    unit_id: int | None = None
    year: int | None = None
    state: str = "all"
    text: str = ""


def make_class(act: Act, plan: ClassPlan) -> int:
    """A new class without batches; its id.

    Refused: `unit-unknown`, `unknown-exam` (404), `forbidden` (403), `training-faults` (400).
    """
    _refuse_faults(plan)
    with writing(act.session, REGISTERS):
        unit = managed_unit(act.session, act.actor, plan.unit_id)
        _check_exam(act, plan)
        made = TrainingClass(
            unit_id=unit.id, by_id=act.actor.person_id, at=act.now, **_columns(plan)
        )
        act.session.add(made)
        act.session.flush()
        note(act.session, act.now, act.actor.person_id, record_of(made), "training-made")
        return made.id


def change_class(act: Act, class_id: int, plan: ClassPlan) -> bool:
    """Change a class; False if nothing is different. Its unit stays.

    Own questions stay as they are once somebody has answered them. Refused as `make_class`, and
    `class-unknown` (404), `feedback-begun` (409).
    """
    _refuse_faults(plan)
    with writing(act.session, REGISTERS):
        found = managed_class(act.session, act.actor, class_id)
        if plan.exam_id != found.exam_id:
            _check_exam(act, plan)
        wanted = _columns(plan)
        changed = {key for key, value in wanted.items() if getattr(found, key) != value}
        if not changed:
            return False
        if changed & {"rated", "asked"} and _has_answers(found):
            raise Refused(
                "feedback-begun",
                N_("The feedback has begun: its questions stay as they are."),
            )
        for key, value in wanted.items():
            setattr(found, key, value)
        note(act.session, act.now, act.actor.person_id, record_of(found), "training-changed")
        return True


def seen_class(session: SessionLike, actor: Actor, class_id: int) -> TrainingClass:
    """A class within reach; Refused `class-unknown` (404)."""
    found = session.get(TrainingClass, class_id)
    if found is None or not sees(actor, found.unit.path):
        raise Refused("class-unknown", N_("There is no such class."), status=404)
    return found


def managed_class(session: SessionLike, actor: Actor, class_id: int) -> TrainingClass:
    """A class that the actor keeps; Refused `class-unknown` (404), `forbidden` (403)."""
    found = seen_class(session, actor, class_id)
    require(actor, "organizer", found.unit.path)
    return found


def list_classes(act: Act, wanted: ClassFilter) -> list[TrainingClass]:
    """Classes within reach that fit, the newest first; `year` is that of a batch."""
    query = (
        select(TrainingClass)
        .join(Unit, Unit.id == TrainingClass.unit_id)
        .where(in_reach(act.actor, wanted.unit_id))
        .options(
            joinedload(TrainingClass.unit),
            selectinload(TrainingClass.batches).selectinload(TrainingBatch.sessions),
        )
        .order_by(TrainingClass.id.desc())
    )
    text = clean_text(wanted.text)
    if text:
        title = TrainingClass.title.contains(text, autoescape=True)
        query = query.where(or_(title, TrainingClass.aims.contains(text, autoescape=True)))
    found = list(act.session.scalars(query))
    if wanted.year is not None:
        found = [one for one in found if wanted.year in years_of(one, act.zone)]
    if wanted.state != "all":
        found = [one for one in found if is_open(one) == (wanted.state == "open")]
    return found


def years_of(found: TrainingClass, zone: ZoneInfo) -> set[int]:
    """Years in which the class was or is held; that of its making while there is no batch."""
    years = {batch.starts_at.astimezone(zone).year for batch in live_batches(found)}
    return years or {found.at.astimezone(zone).year}


def is_open(found: TrainingClass) -> bool:
    """Whether something is still to come: a batch that is not closed, or the first one."""
    batches = live_batches(found)
    return not batches or any(batch.closed_at is None for batch in batches)


def live_batches(found: TrainingClass) -> list[TrainingBatch]:
    """Batches that were not cancelled."""
    return [batch for batch in found.batches if batch.cancelled_at is None]


def batch_state(batch: TrainingBatch, now: datetime) -> str:
    """'cancelled', 'closed', 'coming', or 'running' from the first session on."""
    if batch.cancelled_at is not None:
        return "cancelled"
    if batch.closed_at is not None:
        return "closed"
    return "coming" if now < batch.starts_at else "running"


def record_of(found: TrainingClass) -> str:
    """The class's record, for its history."""
    return f"training:{found.id}"


def _has_answers(found: TrainingClass) -> bool:
    return any(place.answered for batch in found.batches for place in batch.places)


def _check_exam(act: Act, plan: ClassPlan) -> None:
    """An exam to link is one that the actor may look into; Refused `unknown-exam`, `forbidden`."""
    if plan.exam_id is not None:
        reach(act.session, act.actor, plan.exam_id)


def _columns(plan: ClassPlan) -> dict[str, object]:
    return {
        "title": clean_text(plan.title),
        "aims": plan.aims.strip(),
        "exam_id": plan.exam_id,
        "late_after": plan.late_after,
        "absent_after": plan.absent_after,
        "share": plan.share,
        "least_answers": plan.least_answers,
        "feedback_days": plan.feedback_days,
        "rated": _lines(plan.rated),
        "asked": _lines(plan.asked),
    }


def _lines(texts: Sequence[str]) -> str:
    return "\n".join(line for text in texts if (line := clean_text(text)[:200]))


def _refuse_faults(plan: ClassPlan) -> None:
    title = clean_text(plan.title)
    faults = (
        (not title or len(title) > 200, N_("A class needs a title of at most 200 characters.")),
        (len(plan.aims) > 2000, N_("At most 2000 characters.")),
        (
            not 0 <= plan.late_after <= plan.absent_after <= 600,
            N_("Who is absent comes after who is late: at most 600 minutes."),
        ),
        (not 1 <= plan.share <= 100, N_("From 1 to 100 per cent of the hours.")),
        (
            not LEAST_ANSWERS <= plan.least_answers <= 100,
            N_("Results are shown from 3 answers on at the earliest, so that nobody is known."),
        ),
        (not 1 <= plan.feedback_days <= 90, N_("Feedback is given within 1 to 90 days.")),
        (
            max(len(plan.rated), len(plan.asked)) > MOST_QUESTIONS,
            N_("At most 10 own questions of each kind."),
        ),
    )
    for wrong, message in faults:
        if wrong:
            raise Refused("training-faults", message, status=400)

"""考试: open a blueprint to an audience for a window, and what a member may do in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import select

from quizengine.domain.assembly import Assembler
from quizengine.domain.blueprints import Blueprint
from quizengine.domain.candidates import Candidate, drawable
from quizengine.domain.registry import Title
from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor, require
from quizengine.services.bank import current_questions, served_registry
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import (
    EXAM,
    Adjustment,
    Exam,
    ExamAudience,
    ExamPerson,
    Sitting,
    Unit,
)
from quizengine.storage.queries import adjustment


@dataclass(frozen=True)
class ExamPlan:
    """What an organiser fills in to open an exam.

    `audience` are (tier, unit id) pairs; `blueprint` already carries the organiser's changes.
    `named` are ids of people, for the audience `NAMED`.
    """

    blueprint: Blueprint
    title: Title
    unit_id: int
    audience: Sequence[tuple[str, int]]
    opens_at: datetime
    closes_at: datetime
    named: Sequence[int] = ()


@dataclass(frozen=True)
class Window:
    """When one member may sit, how long, and how often."""

    opens_at: datetime
    closes_at: datetime
    duration_s: int
    extra_s: int
    attempts: int

    def deadline(self, started_at: datetime) -> datetime:
        """Working time ends after the duration or with the window; extra time comes on top."""
        end = min(started_at + timedelta(seconds=self.duration_s), self.closes_at)
        return end + timedelta(seconds=self.extra_s)

    def state(self, now: datetime) -> str:
        """'coming', 'open' or 'closed'."""
        if now < self.opens_at:
            return "coming"
        return "open" if now < self.closes_at else "closed"


def window_for(exam: Exam, adjusted: Adjustment | None) -> Window:
    """The window of a member with this adjustment."""
    if adjusted is None:
        return Window(exam.opens_at, exam.closes_at, exam.duration_s, 0, exam.attempts)
    return Window(
        adjusted.opens_at or exam.opens_at,
        adjusted.closes_at or exam.closes_at,
        exam.duration_s,
        adjusted.extra_s,
        exam.attempts + adjusted.extra_attempts,
    )


@lru_cache(maxsize=256)
def parse_blueprint(text: str) -> Blueprint:
    """The blueprint that an exam keeps."""
    return Blueprint.model_validate_json(text)


def blueprint_of(exam: Exam) -> Blueprint:
    """The blueprint that the exam was opened with."""
    return parse_blueprint(exam.blueprint)


def assembler_for(session: SessionLike, blueprint: Blueprint, day: date) -> Assembler:
    """An assembler over the questions served now; `Infeasible` if the pool is short."""
    candidates = [
        Candidate.of(ref, question)
        for ref, question in current_questions(session).items()
        if drawable(question, blueprint, day)
    ]
    return Assembler(blueprint, candidates, served_registry(session))


def open_exam(
    session: SessionLike, now: datetime, zone: ZoneInfo, actor: Actor, plan: ExamPlan
) -> Exam:
    """Open an exam; papers are drawn afterwards (`quizengine.services.papers.draw_papers`).

    Refused: `forbidden`, `window`, `audience`, `blueprint-pool`, `pass-mark`, `exam-exists`, and
    `infeasible` with every quota that the pool can't satisfy.
    """
    check_exam(session, now, zone, actor, plan)
    with writing(session):
        return add_exam(session, now, actor, plan)


def check_exam(
    session: SessionLike, now: datetime, zone: ZoneInfo, actor: Actor, plan: ExamPlan
) -> None:
    """Refused as `open_exam` for what can be seen before writing."""
    units = {u.id: u for u in session.scalars(select(Unit).where(Unit.id.in_(_units(plan))))}
    _check_plan(plan, now, units, actor)
    assembler_for(session, plan.blueprint, plan.opens_at.astimezone(zone).date())


def add_exam(session: SessionLike, now: datetime, actor: Actor, plan: ExamPlan) -> Exam:
    """Add an exam whose plan was checked, within the caller's transaction; `exam-exists`."""
    _refuse_double(session, plan)
    exam = Exam(
        title_zh=plan.title.zh,
        title_en=plan.title.en,
        unit_id=plan.unit_id,
        created_by_id=actor.person_id,
        created_at=now,
        blueprint=plan.blueprint.model_dump_json(by_alias=True),
        opens_at=plan.opens_at,
        closes_at=plan.closes_at,
        duration_s=plan.blueprint.duration_s,
        attempts=plan.blueprint.attempts,
        audience=[ExamAudience(tier=t, unit_id=u) for t, u in dict.fromkeys(plan.audience)],
    )
    session.add(exam)
    session.flush()
    session.add_all(ExamPerson(exam_id=exam.id, person_id=i) for i in dict.fromkeys(plan.named))
    return exam


def _refuse_double(session: SessionLike, plan: ExamPlan) -> None:
    """A form that is sent twice opens one exam."""
    same = select(Exam.id).where(
        Exam.unit_id == plan.unit_id,
        Exam.title_zh == plan.title.zh,
        Exam.opens_at == plan.opens_at,
        Exam.closes_at == plan.closes_at,
        Exam.cancelled_at.is_(None),
    )
    if session.scalar(same.limit(1)) is not None:
        raise Refused("exam-exists", N_("There is already an exam with this title and window."))


def _units(plan: ExamPlan) -> set[int]:
    return {plan.unit_id, *(unit_id for _, unit_id in plan.audience)}


def _check_plan(plan: ExamPlan, now: datetime, units: dict[int, Unit], actor: Actor) -> None:
    if len(units) < len(_units(plan)):
        raise Refused("audience", N_("A unit of the audience does not exist."), status=400)
    for unit in units.values():
        require(actor, "organizer", unit.path)
    if not plan.audience:
        raise Refused("audience", N_("Choose at least one tier and one unit."), status=400)
    if plan.closes_at <= plan.opens_at:
        raise Refused("window", N_("The exam must close after it opens."), status=400)
    if plan.closes_at <= now:
        raise Refused("window", N_("The exam would close in the past."), status=400)
    if plan.blueprint.pool == "contest":
        raise Refused(
            "blueprint-pool",
            N_("An exam may not draw what contests show: choose another blueprint."),
            status=400,
        )
    if plan.blueprint.pass_mark > plan.blueprint.total:
        raise Refused(
            "pass-mark",
            N_("The pass mark %(mark)s is more than the paper's %(total)s points."),
            status=400,
            mark=str(plan.blueprint.pass_mark),
            total=str(plan.blueprint.total),
        )


def managed_exam(session: SessionLike, actor: Actor, exam_id: int, *roles: str) -> Exam:
    """The exam, if the actor has one of `roles` (organizer if none is named) over its unit."""
    exam = session.get(Exam, exam_id)
    if exam is None or exam.purpose != EXAM:
        raise Refused("unknown-exam", N_("There is no such exam."), status=404)
    require(actor, roles or ("organizer",), exam.unit.path)
    return exam


def change_window(
    session: SessionLike,
    now: datetime,
    actor: Actor,
    exam_id: int,
    opens_at: datetime,
    closes_at: datetime,
) -> None:
    """Move the window of an exam that is not over; open sittings get their new deadline."""
    exam = managed_exam(session, actor, exam_id)
    with writing(session):
        exam = session.get_one(Exam, exam_id)
        if exam.concluded_at or exam.cancelled_at:
            raise Refused("exam-over", N_("The exam is over."))
        if exam.opens_at <= now and opens_at != exam.opens_at:
            raise Refused(
                "window", N_("The exam is already open: its start can't be changed."), status=400
            )
        if closes_at <= max(opens_at, now):
            raise Refused("window", N_("The exam must close after it opens."), status=400)
        exam.opens_at, exam.closes_at = opens_at, closes_at
        session.flush()
        for sitting in open_sittings(session, exam_id):
            adjusted = adjustment(session, exam_id, sitting.person_id)
            sitting.deadline = window_for(exam, adjusted).deadline(sitting.started_at)


def cancel_exam(session: SessionLike, now: datetime, actor: Actor, exam_id: int) -> None:
    """Take an exam back that nobody has started."""
    managed_exam(session, actor, exam_id)
    with writing(session):
        exam = session.get_one(Exam, exam_id)
        if exam.concluded_at is not None:
            raise Refused("exam-over", N_("The exam is over."))
        if session.scalar(select(Sitting.id).where(Sitting.exam_id == exam_id).limit(1)):
            raise Refused("exam-started", N_("Members have begun: the exam can't be cancelled."))
        exam.cancelled_at = exam.cancelled_at or now


def open_sittings(session: SessionLike, exam_id: int) -> list[Sitting]:
    """Sittings of the exam that are going on."""
    query = select(Sitting).where(Sitting.exam_id == exam_id, Sitting.state == "open")
    return list(session.scalars(query))


def release(
    session: SessionLike, now: datetime, actor: Actor, exam_id: int, *, answers: bool
) -> None:
    """Release scores by hand, and with `answers` also right answers and explanations."""
    managed_exam(session, actor, exam_id)
    with writing(session):
        exam = session.get_one(Exam, exam_id)
        exam.scores_released_at = exam.scores_released_at or now
        if answers:
            exam.answers_released_at = exam.answers_released_at or now


def scores_released(exam: Exam) -> bool:
    """Whether members see their scores. 'after_close' waits until the last sitting is closed."""
    return _released(blueprint_of(exam).release.scores, exam, exam.scores_released_at)


def answers_released(exam: Exam) -> bool:
    """Whether members see right answers; never before they see scores."""
    policy = blueprint_of(exam).release.answers
    return scores_released(exam) and _released(policy, exam, exam.answers_released_at)


def _released(policy: str, exam: Exam, by_hand: datetime | None) -> bool:
    if by_hand is not None or policy == "at_once":
        return True
    return policy == "after_close" and exam.concluded_at is not None

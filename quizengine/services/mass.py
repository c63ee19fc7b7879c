"""网络竞赛: make a contest, change its times, take it back."""

from __future__ import annotations

import json
import secrets
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select

from quizengine.domain.mass_lottery import commitment
from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor, require
from quizengine.services.exams import assembler_for, open_sittings, window_for
from quizengine.services.mass_locks import hold_contest
from quizengine.services.mass_lookup import CONTESTS, managed_contest
from quizengine.services.mass_plans import (
    MOST_ATTEMPTS,
    LotteryPlan,
    MassPlan,
    check_rules,
    check_window,
    engine_blueprint,
)
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import (
    CHALLENGE,
    CONTEST,
    Exam,
    ExamAudience,
    MassContest,
    MassLottery,
    Sitting,
    Unit,
)


def create_contest(
    session: SessionLike, now: datetime, zone: ZoneInfo, actor: Actor, plan: MassPlan
) -> MassContest:
    """Make a contest that opens by itself.

    Refused (400 if not said otherwise): `forbidden` (403), `audience`, `window`, `freeze`,
    `attempts`, `question-time`, `blueprint-pool`, `blueprint-commitment`, `question-types`,
    `prizes`, `threshold`, `contest-exists` (409), and `infeasible` with every quota that the pool
    can't satisfy.
    """
    check_plan(session, now, zone, actor, plan)
    with writing(session):
        _refuse_double(session, plan)
        return add_contest(session, now, zone, actor.person_id, plan)


def check_plan(
    session: SessionLike, now: datetime, zone: ZoneInfo, actor: Actor, plan: MassPlan
) -> None:
    """Refused, as by `create_contest`, if the plan can't be carried out."""
    ids = {plan.unit_id, *(unit_id for _, unit_id in plan.audience)}
    units = list(session.scalars(select(Unit).where(Unit.id.in_(ids))))
    if len(units) < len(ids):
        raise Refused("audience", N_("A unit of the audience does not exist."), status=400)
    for unit in units:
        require(actor, "organizer", unit.path)
    if not plan.audience:
        raise Refused("audience", N_("Choose at least one unit."), status=400)
    check_window(plan.opens_at, plan.closes_at, plan.freeze_at, now)
    check_rules(plan)
    assembler_for(session, plan.blueprint, plan.opens_at.astimezone(zone).date())


def add_contest(
    session: SessionLike,
    now: datetime,
    zone: ZoneInfo,
    author_id: int,
    plan: MassPlan,
    *,
    series: tuple[int, int] | None = None,
) -> MassContest:
    """Store a checked plan, within the caller's transaction; `series` is its id and the number."""
    blueprint = engine_blueprint(plan)
    exam = Exam(
        purpose=CHALLENGE if plan.mode == "challenge" else CONTEST,
        title_zh=plan.title.zh,
        title_en=plan.title.en,
        unit_id=plan.unit_id,
        created_by_id=author_id,
        created_at=now,
        blueprint=blueprint.model_dump_json(by_alias=True),
        opens_at=plan.opens_at,
        closes_at=plan.closes_at,
        duration_s=blueprint.duration_s,
        attempts=plan.limits.in_all or MOST_ATTEMPTS,
        audience=[ExamAudience(tier=t, unit_id=u) for t, u in dict.fromkeys(plan.audience)],
    )
    contest = MassContest(
        exam=exam,
        series_id=series[0] if series else None,
        number=series[1] if series else None,
        first_day=plan.opens_at.astimezone(zone).date(),
        last_day=plan.closes_at.astimezone(zone).date(),
        per_day=plan.limits.per_day,
        per_week=plan.limits.per_week,
        in_all=plan.limits.in_all,
        question_s=plan.question_s if plan.mode == "challenge" else None,
        freeze_at=plan.freeze_at,
        award=plan.award.model_dump_json() if plan.award else "",
    )
    session.add(contest)
    session.flush()
    if plan.lottery is not None:
        session.add(_lottery(contest.id, plan.lottery))
    return contest


def _lottery(contest_id: int, plan: LotteryPlan) -> MassLottery:
    seed = secrets.token_hex(32)
    return MassLottery(
        contest_id=contest_id,
        threshold=None if plan.threshold is None else int(plan.threshold * 100),
        prizes=json.dumps([[p.title, p.count] for p in plan.prizes], ensure_ascii=False),
        seed=seed,
        commitment=commitment(seed),
        public_source=plan.public_source.strip()[:200],
    )


def _refuse_double(session: SessionLike, plan: MassPlan) -> None:
    """A form that is sent twice makes one contest."""
    same = select(Exam.id).where(
        Exam.purpose.in_(CONTESTS),
        Exam.unit_id == plan.unit_id,
        Exam.title_zh == plan.title.zh,
        Exam.opens_at == plan.opens_at,
        Exam.cancelled_at.is_(None),
    )
    if session.scalar(same.limit(1)) is not None:
        raise Refused(
            "contest-exists", N_("There is already a contest with this title and opening.")
        )


def change_times(
    session: SessionLike,
    now: datetime,
    zone: ZoneInfo,
    actor: Actor,
    contest_id: int,
    opens_at: datetime,
    closes_at: datetime,
    freeze_at: datetime | None,
) -> None:
    """Move the window and the freeze of a contest that is not over.

    What has begun stays: an opening or a freeze that is past can't be moved. In a series there is
    no freeze, since the board of the series moves with each contest. Refused: `window`,
    `freeze` (400), `contest-over` (409).
    """
    managed_contest(session, actor, contest_id)
    with writing(session):
        contest = hold_contest(session, contest_id)
        exam = contest.exam
        if freeze_at is not None and contest.series_id is not None:
            raise Refused(
                "freeze",
                N_("A contest of a series has no freeze: it counts for the series at once."),
                status=400,
            )
        if exam.cancelled_at or now >= exam.closes_at:
            raise Refused("contest-over", N_("The contest is over."))
        check_window(opens_at, closes_at, freeze_at, now)
        if exam.opens_at <= now and opens_at != exam.opens_at:
            raise Refused(
                "window", N_("The contest is open: its start can't be changed."), status=400
            )
        begun = contest.freeze_at is not None and contest.freeze_at <= now
        if freeze_at != contest.freeze_at and (begun or (freeze_at and freeze_at <= now)):
            raise Refused(
                "freeze", N_("A freeze can't be moved into or out of the past."), status=400
            )
        exam.opens_at, exam.closes_at, contest.freeze_at = opens_at, closes_at, freeze_at
        contest.first_day = opens_at.astimezone(zone).date()
        contest.last_day = closes_at.astimezone(zone).date()
        session.flush()
        for sitting in open_sittings(session, exam.id):
            sitting.deadline = window_for(exam, None).deadline(sitting.started_at)


def cancel_contest(session: SessionLike, now: datetime, actor: Actor, contest_id: int) -> None:
    """Take a contest back that nobody has begun; Refused `contest-begun`, `contest-over` (409)."""
    managed_contest(session, actor, contest_id)
    with writing(session):
        contest = hold_contest(session, contest_id)
        exam = contest.exam
        if exam.concluded_at is not None:
            raise Refused("contest-over", N_("The contest is over."))
        if session.scalar(select(Sitting.id).where(Sitting.exam_id == exam.id).limit(1)):
            raise Refused("contest-begun", N_("People have begun: it can't be cancelled."))
        exam.cancelled_at = exam.cancelled_at or now

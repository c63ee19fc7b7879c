"""网络竞赛: what an organiser may plan, and the contest's own form of a blueprint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Literal

from quizengine.domain.blueprints import Blueprint, Credit
from quizengine.domain.mass_attempts import Limits
from quizengine.domain.mass_lottery import Prize
from quizengine.domain.mass_stage import window_fault
from quizengine.domain.mass_units import AwardRule
from quizengine.domain.registry import Title
from quizengine.domain.text import N_, Refused

Mode = Literal["timed", "challenge"]
TYPES = ("single", "multiple", "true_false", "fill", "numeric", "order", "match")
"""Types of questions that a contest may ask: those that a machine grades."""

MOST_ATTEMPTS = 1000
QUESTION_S = (5, 600)
MOST_PRIZES = 1000


@dataclass(frozen=True)
class LotteryPlan:
    """Prizes by lot among those with `threshold` points or more; None asks for full marks.

    `public_source` says what public value, known only after the contest, goes into the draw.
    """

    prizes: Sequence[Prize]
    threshold: Decimal | None = None
    public_source: str = ""


@dataclass(frozen=True)
class MassPlan:
    """What an organiser fills in for a contest.

    `audience` are (tier or `EVERYONE`, unit id) pairs. `question_s` is the time for each question
    of a challenge, None for no limit but that of the whole.
    """

    blueprint: Blueprint
    title: Title
    unit_id: int
    audience: Sequence[tuple[str, int]]
    opens_at: datetime
    closes_at: datetime
    mode: Mode = "timed"
    limits: Limits = field(default_factory=Limits)
    question_s: int | None = None
    freeze_at: datetime | None = None
    award: AwardRule | None = None
    lottery: LotteryPlan | None = None


_FAULTS = {
    "order": ("window", N_("The contest must close after it opens.")),
    "past": ("window", N_("The contest would close in the past.")),
    "freeze": ("freeze", N_("The freeze must lie between the opening and the closing.")),
}


def check_window(
    opens_at: datetime, closes_at: datetime, freeze_at: datetime | None, now: datetime
) -> None:
    """Refused `window` or `freeze` (400) for times in a wrong order, or in the past."""
    fault = window_fault(opens_at, closes_at, freeze_at, now)
    if fault is not None:
        code, text = _FAULTS[fault]
        raise Refused(code, text, status=400)


def check_rules(plan: MassPlan) -> None:
    """Refused (400) for a blueprint, limits or prizes that no contest can have."""
    blueprint = plan.blueprint
    if blueprint.pool != "contest":
        raise Refused(
            "blueprint-pool",
            N_("Contests draw on the contest pool: choose a blueprint of that pool."),
            status=400,
        )
    if blueprint.commitment:
        raise Refused(
            "blueprint-commitment",
            N_("This blueprint asks for a commitment letter: it is meant for exams."),
            status=400,
        )
    if any(section.type not in TYPES for section in blueprint.sections):
        raise Refused(
            "question-types",
            N_("A contest can't ask for short answers or cases, which people mark."),
            status=400,
        )
    limits = (plan.limits.per_day, plan.limits.per_week, plan.limits.in_all)
    if any(limit is not None and not 1 <= limit <= MOST_ATTEMPTS for limit in limits):
        raise Refused(
            "attempts",
            N_("Attempts are a number from 1 to %(most)s, or empty for any number."),
            status=400,
            most=MOST_ATTEMPTS,
        )
    least, most = QUESTION_S
    if plan.question_s is not None and not least <= plan.question_s <= most:
        raise Refused(
            "question-time",
            N_("The time for a question is from %(least)s to %(most)s seconds."),
            status=400,
            least=least,
            most=most,
        )
    if plan.lottery is not None:
        _check_lottery(plan.lottery, engine_blueprint(plan).total)


def _check_lottery(lottery: LotteryPlan, total: Decimal) -> None:
    counts = [prize.count for prize in lottery.prizes]
    if not counts or min(counts) < 1 or sum(counts) > MOST_PRIZES:
        raise Refused(
            "prizes",
            N_("Name at least one prize, and at most %(most)s in all."),
            status=400,
            most=MOST_PRIZES,
        )
    if lottery.threshold is not None and not 0 <= lottery.threshold <= total:
        raise Refused(
            "threshold",
            N_("The score for the draw is from 0 to %(total)s points."),
            status=400,
            total=str(total),
        )


def engine_blueprint(plan: MassPlan) -> Blueprint:
    """The blueprint that the contest runs on.

    Own scores are seen at once. In a challenge each question is worth one point, and only a wholly
    right answer goes on.
    """
    release = plan.blueprint.release.model_copy(update={"scores": "at_once"})
    changes: dict[str, object] = {"release": release, "counts": "best", "commitment": False}
    if plan.mode == "challenge":
        rules = dict.fromkeys(Credit.model_fields, "all_or_nothing")
        changes |= {
            "sections": [
                section.model_copy(update={"points": Decimal(1)})
                for section in plan.blueprint.sections
            ],
            "credit": Credit.model_validate(rules),
            "pass_mark": Decimal(0),
        }
    return plan.blueprint.model_copy(update=changes)

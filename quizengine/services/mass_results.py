"""网络竞赛: keep each participant's best result, whatever happens to the sittings behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select

from quizengine.domain.blueprints import Blueprint
from quizengine.domain.mass_ranking import Result, hundredths
from quizengine.services.mass_freeze import closing_kept, freeze_if_due
from quizengine.services.mass_locks import hold_contest
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import (
    CHALLENGE,
    ItemScore,
    MassContest,
    MassEntry,
    MassStep,
    Sitting,
)

_MS = timedelta(milliseconds=1)


def count_sitting(
    session: SessionLike, now: datetime, sitting: Sitting, blueprint: Blueprint
) -> None:
    """Let the result of a closed sitting of a contest count, within the caller's transaction.

    After a repair or a late answer the best attempt may be another one, or worth less. What the
    boards show by then of a contest that is frozen has been kept before.
    """
    contest_id = session.scalars(
        select(MassContest.id).where(MassContest.exam_id == sitting.exam_id)
    ).one()
    contest = hold_contest(session, contest_id)
    freeze_if_due(session, now, contest)
    entry = session.get_one(MassEntry, (contest.id, sitting.person_id))
    attempts = session.scalars(
        select(Sitting).where(
            Sitting.exam_id == sitting.exam_id,
            Sitting.person_id == sitting.person_id,
            Sitting.score.is_not(None),
        )
    ).all()
    results = results_of(session, attempts, blueprint)
    # Of two that are equal to the millisecond the earlier attempt counts.
    best_id = min(results, key=lambda sitting_id: (results[sitting_id].key, sitting_id))
    _keep(entry, best_id, results[best_id])
    if now < contest.exam.closes_at or not closing_kept(session, contest):
        entry.unit_id = next(each.unit_id for each in attempts if each.id == best_id)
    if contest.published_at is not None:
        # The ledger has to be told.
        contest.recorded_at = None


def _keep(entry: MassEntry, sitting_id: int, result: Result) -> None:
    entry.sitting_id = sitting_id
    entry.score = result.score
    entry.duration_ms = result.duration_ms
    entry.handed_in_at = result.handed_in_at


def results_of(
    session: SessionLike, sittings: Sequence[Sitting], blueprint: Blueprint
) -> dict[int, Result]:
    """The results of graded sittings of one contest, by sitting id."""
    if sittings and sittings[0].exam.purpose == CHALLENGE:
        return _challenge_results(session, sittings)
    return {
        each.id: Result(
            hundredths(each.score or Decimal(0), each.max_score or Decimal(0), blueprint.total),
            (handed_in_at(each) - each.started_at) // _MS,
            handed_in_at(each),
        )
        for each in sittings
    }


def handed_in_at(sitting: Sitting) -> datetime:
    """When a closed sitting ended; one closed by the server ended at its deadline."""
    return min(sitting.closed_at or sitting.deadline, sitting.deadline)


def _challenge_results(session: SessionLike, sittings: Sequence[Sitting]) -> dict[int, Result]:
    """Points of the questions that were reached, and the time that their answers took.

    A repair that gives everybody a question's points gives them to those who came as far as it.
    """
    rows = session.execute(
        select(MassStep.sitting_id, MassStep.shown_at, MassStep.done_at, ItemScore.score)
        .join(
            ItemScore,
            (ItemScore.sitting_id == MassStep.sitting_id)
            & (ItemScore.question_id == MassStep.question_id),
        )
        .where(MassStep.sitting_id.in_([each.id for each in sittings]))
    )
    scores: defaultdict[int, Decimal] = defaultdict(Decimal)
    times: defaultdict[int, timedelta] = defaultdict(timedelta)
    for sitting_id, shown_at, done_at, score in rows:
        if done_at is not None:
            scores[sitting_id] += score
            times[sitting_id] += done_at - shown_at
    return {
        each.id: Result(int(scores[each.id] * 100), times[each.id] // _MS, handed_in_at(each))
        for each in sittings
    }

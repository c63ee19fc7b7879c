"""How the questions of an exam did: difficulty, discrimination, and what was chosen instead."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Float, Subquery, case, cast, func, select

from quizengine.domain.itemstats import Moments, OptionShare, option_shares
from quizengine.domain.questions import Fill, Match, Multiple, Numeric, Order, Question
from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor, forbidden
from quizengine.services.bank import questions_of
from quizengine.services.reach import Reach, refuse_examinee
from quizengine.storage.engine import SessionLike
from quizengine.storage.models import CHALLENGE, Answer, Exam, ItemScore, Repair, Sitting


@dataclass(frozen=True)
class ItemLine:
    """A question of an exam; `dropped` of its answers are out of the score by a repair."""

    revision_id: int
    question: Question
    moments: Moments
    dropped: int
    repairs: tuple[str, ...]


def item_statistics(session: SessionLike, actor: Actor, seen: Reach) -> list[ItemLine]:
    """Every question of the exam's graded first attempts, by id; a fixed number of statements.

    First attempts alone, as members learn from them. For those who may change the exam and can't
    take it any more: the lines show right answers. Refused: `forbidden`, `examinee` (403).
    """
    require_insight(session, actor, seen)
    table = _scores(seen.exam)
    x, y, counts = table.c.x, table.c.y, table.c.counts
    rows = session.execute(
        select(
            table.c.revision_id,
            func.sum(counts),
            *(func.sum(counts * value) for value in (x, y, x * x, y * y, x * y)),
            func.sum(1 - counts),
        ).group_by(table.c.revision_id)
    ).all()
    questions = questions_of(session, [row[0] for row in rows])
    repaired = _repairs(session, [q.id for q in questions.values()])
    lines = [
        ItemLine(
            revision_id,
            questions[revision_id],
            Moments(int(n), *map(float, sums)),
            int(dropped),
            repaired.get((questions[revision_id].id, questions[revision_id].revision), ()),
        )
        for revision_id, n, *sums, dropped in rows
    ]
    return sorted(lines, key=lambda line: (line.question.id, line.question.revision))


def require_insight(session: SessionLike, actor: Actor, seen: Reach) -> None:
    """Go on only for those who may change the exam and can't take it any more."""
    if not seen.manages:
        raise forbidden()
    refuse_examinee(session, actor, seen.exam)


def _scores(exam: Exam) -> Subquery:
    """Per answer: x of the item, y of the rest (see `Moments`), and 0 in `counts` if dropped."""
    score, most = cast(ItemScore.score, Float), cast(ItemScore.max_score, Float)
    total, total_most = cast(Sitting.score, Float), cast(Sitting.max_score, Float)
    rest = total_most - most
    return (
        select(
            ItemScore.revision_id,
            case((most > 0, score / func.nullif(most, 0)), else_=0.0).label("x"),
            case((rest > 0, (total - score) / func.nullif(rest, 0)), else_=0.0).label("y"),
            case((most > 0, 1), else_=0).label("counts"),
        )
        .join(Sitting, Sitting.id == ItemScore.sitting_id)
        .where(Sitting.exam_id == exam.id, Sitting.attempt == 1, Sitting.score.is_not(None))
        .where(*_reached(exam))
        .subquery()
    )


def _reached(exam: Exam) -> list[ColumnElement[bool]]:
    """Of a challenge only the questions that were answered: nobody came to the others."""
    if exam.purpose != CHALLENGE:
        return []
    given = select(Answer.sitting_id).where(
        Answer.sitting_id == ItemScore.sitting_id, Answer.question_id == ItemScore.question_id
    )
    return [given.exists()]


def _repairs(
    session: SessionLike, question_ids: list[str]
) -> dict[tuple[str, int], tuple[str, ...]]:
    rows = session.execute(
        select(Repair.question_id, Repair.number, Repair.action)
        .where(Repair.question_id.in_(question_ids))
        .order_by(Repair.id)
    )
    found: dict[tuple[str, int], tuple[str, ...]] = {}
    for question_id, number, action in rows:
        found[question_id, number] = (*found.get((question_id, number), ()), action)
    return found


@dataclass(frozen=True)
class ItemDetail:
    """One question with what was chosen.

    `common`: the most frequent answers with their counts, for types without options or texts.
    """

    line: ItemLine
    takers: int
    options: list[OptionShare]
    common: list[tuple[Any, int]]


MOST_COMMON = 8
_COMPARABLE = Fill | Numeric | Order | Match | Multiple


def item_detail(session: SessionLike, actor: Actor, seen: Reach, revision_id: int) -> ItemDetail:
    """One question of the exam; Refused 404 if it is none, else as `item_statistics`."""
    lines = item_statistics(session, actor, seen)
    line = next((ln for ln in lines if ln.revision_id == revision_id), None)
    if line is None:
        raise Refused("unknown-question", N_("There is no such question."), status=404)
    rows = session.execute(
        select(Answer.answer, func.count())
        .join(Sitting, Sitting.id == Answer.sitting_id)
        .join(
            ItemScore,
            (ItemScore.sitting_id == Answer.sitting_id)
            & (ItemScore.question_id == Answer.question_id),
        )
        .where(Sitting.exam_id == seen.exam.id, Sitting.attempt == 1, Sitting.score.is_not(None))
        .where(ItemScore.revision_id == revision_id)
        .group_by(Answer.answer)
        .order_by(func.count().desc(), Answer.answer)
    )
    answers = [(json.loads(text), count) for text, count in rows]
    takers = line.moments.n + line.dropped
    common = answers[:MOST_COMMON] if isinstance(line.question, _COMPARABLE) else []
    return ItemDetail(line, takers, option_shares(line.question, answers, takers), common)

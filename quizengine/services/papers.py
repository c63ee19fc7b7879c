"""试卷: drawn before the window opens, or on demand for late joiners and further attempts."""

from __future__ import annotations

import json
import random
import secrets
from collections import Counter
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Select, delete, func, insert, select

from quizengine.domain.assembly import Assembler
from quizengine.domain.papers import Paper as PaperContent
from quizengine.domain.text import N_, Refused
from quizengine.services.access import Actor
from quizengine.services.assemblers import kept_assembler
from quizengine.services.exams import assembler_for, blueprint_of, managed_exam
from quizengine.storage.engine import SessionLike, writing
from quizengine.storage.models import EXAM, Exam, Paper, Sitting
from quizengine.storage.queries import audience_query

# One write transaction draws this many, so that others get their turn.
BATCH = 500


@lru_cache(maxsize=4096)
def parse_paper(items: str) -> PaperContent:
    """The paper in the JSON that is stored."""
    return PaperContent.from_data(json.loads(items))


def audience_of(exam: Exam, zone: ZoneInfo) -> Select[int]:
    """The query for ids of members who may take the exam, as the roster stands."""
    days = (exam.opens_at.astimezone(zone).date(), exam.closes_at.astimezone(zone).date())
    pairs = [(row.tier, row.unit.path) for row in exam.audience]
    return audience_query(pairs, *days, exam.id)


def audience_ids(session: SessionLike, exam: Exam, zone: ZoneInfo) -> list[int]:
    """Members who may take the exam, as the roster stands."""
    return list(session.scalars(audience_of(exam, zone)))


def draw_papers(session: SessionLike, now: datetime, zone: ZoneInfo, exam_id: int) -> int:
    """Draw the first attempt's paper for each member of the audience who has none; how many."""
    exam = session.get_one(Exam, exam_id)
    assembler = assembler_for(session, blueprint_of(exam), exam.opens_at.astimezone(zone).date())
    has = set(session.scalars(select(Paper.person_id).where(Paper.exam_id == exam_id)))
    missing = [i for i in audience_ids(session, exam, zone) if i not in has]
    for start in range(0, len(missing), BATCH):
        rows = [
            _row(assembler, exam_id, person_id, 1, now)
            for person_id in missing[start : start + BATCH]
        ]
        with writing(session):
            # Somebody may have started meanwhile and drawn on demand.
            taken = set(
                session.scalars(
                    select(Paper.person_id).where(Paper.exam_id == exam_id, Paper.attempt == 1)
                )
            )
            fresh = [row for row in rows if row["person_id"] not in taken]
            if fresh:
                session.execute(insert(Paper), fresh)
    with writing(session):
        session.get_one(Exam, exam_id).drawn_at = now
    return len(missing)


def papers_drawn(session: SessionLike, exam_id: int) -> int:
    """How many papers the exam has."""
    count = select(func.count()).select_from(Paper)
    return session.scalar(count.where(Paper.exam_id == exam_id)) or 0


def draw_due(session: SessionLike, now: datetime, zone: ZoneInfo) -> int:
    """Draw for every exam that is waiting for it; how many papers.

    Not for contests: few of an audience take part in any one of them.
    """
    waiting = select(Exam.id).where(
        Exam.purpose == EXAM,
        Exam.drawn_at.is_(None),
        Exam.cancelled_at.is_(None),
        Exam.closes_at > now,
    )
    drawn = 0
    for exam_id in list(session.scalars(waiting)):
        try:
            drawn += draw_papers(session, now, zone, exam_id)
        except Refused:
            # The bank has changed since the exam was opened; organisers see it on its page, and
            # the next look tries again.
            session.rollback()
    return drawn


def redraw_papers(
    session: SessionLike, now: datetime, zone: ZoneInfo, actor: Actor, exam_id: int
) -> int:
    """Draw anew, from the bank as it is now, all papers that nobody has begun."""
    exam = managed_exam(session, actor, exam_id)
    if exam.cancelled_at is not None or now >= exam.closes_at:
        raise Refused("exam-over", N_("The exam is over."))
    # A pool that has become too small is noticed before any paper is gone.
    assembler_for(session, blueprint_of(exam), exam.opens_at.astimezone(zone).date())
    with writing(session):
        begun = select(Sitting.paper_id).where(Sitting.exam_id == exam_id)
        session.execute(delete(Paper).where(Paper.exam_id == exam_id, Paper.id.not_in(begun)))
        session.get_one(Exam, exam_id).drawn_at = None
    return draw_papers(session, now, zone, exam_id)


def paper_for(
    session: SessionLike, now: datetime, zone: ZoneInfo, exam: Exam, person_id: int, attempt: int
) -> Paper:
    """The member's paper for an attempt, drawn now if need be; within the caller's transaction."""
    paper = session.scalar(
        select(Paper).where(
            Paper.exam_id == exam.id, Paper.person_id == person_id, Paper.attempt == attempt
        )
    )
    if paper is None:
        assembler = kept_assembler(session, blueprint_of(exam), now.astimezone(zone).date())
        seen = _seen(session, person_id)
        paper = Paper(**_row(assembler, exam.id, person_id, attempt, now, seen))
        session.add(paper)
        session.flush()
    return paper


def _seen(session: SessionLike, person_id: int) -> Counter[int]:
    rows = session.scalars(select(Paper.items).where(Paper.person_id == person_id))
    return Counter(item.ref for items in rows for item in parse_paper(items).items)


def _row(
    assembler: Assembler,
    exam_id: int,
    person_id: int,
    attempt: int,
    now: datetime,
    seen: Counter[int] | None = None,
) -> dict[str, Any]:
    # A fresh seed for each paper, from the system: papers can't be foretold from one another.
    rng = random.Random(secrets.randbits(128))
    items = json.dumps(assembler.draw(rng, seen).to_data(), separators=(",", ":"))
    return {
        "exam_id": exam_id,
        "person_id": person_id,
        "attempt": attempt,
        "items": items,
        "drawn_at": now,
    }

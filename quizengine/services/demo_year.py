"""Last year in the demo: results that were carried over, the appraisal closed, two objections."""

from __future__ import annotations

import hashlib
import random
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from quizengine.services.access import Actor, load_actor
from quizengine.services.appraisal_cases import decide, object_to_number
from quizengine.services.appraisal_closing import close_year
from quizengine.services.bank import served_appraisals, served_blueprint
from quizengine.services.ledger import LedgerWriter
from quizengine.services.unit_snapshots import enter_snapshot
from quizengine.storage.engine import writing
from quizengine.storage.models import Exam, Person, Unit

_HALVES = (("上半年", "first half", 6, 18), ("下半年", "second half", 11, 20))
_PASS = Decimal(60)


def close_last_year(session: Session, now: datetime, zone: ZoneInfo) -> None:
    """Two exams of last year with their results in the ledger, then the year's appraisal."""
    year = now.astimezone(zone).year - 1
    if year not in served_appraisals(session):
        return
    admin = _actor(session, "admin")
    rng = random.Random(year)
    with writing(session), LedgerWriter(session) as log:
        first = datetime.combine(date(year, 1, 5), time(9), zone)
        enter_snapshot(session, first, log, f"units-snapshot:{year}-01")
        for name, english, month, day in _HALVES:
            at = datetime.combine(date(year, month, day), time(10), zone)
            exam = _exam(session, f"{year}年{name}保密知识考试", f"Exam {year}, {english}", at)
            _results(session, log, exam, at, rng)
    closed = datetime.combine(date(year + 1, 1, 16), time(10), zone)
    close_year(session, closed, admin, year)
    _objections(session, year, zone, admin)


def _exam(session: Session, title: str, english: str, at: datetime) -> Exam:
    """An exam on paper, of which the ledger alone has the results."""
    blueprint = served_blueprint(session, "new-member")
    organizer = session.scalars(select(Person.id).where(Person.login == "organizer")).one()
    exam = Exam(
        title_zh=title,
        title_en=english,
        unit_id=session.scalars(select(Unit.id).where(Unit.level == 1)).one(),
        created_by_id=organizer,
        created_at=at,
        blueprint=blueprint.model_dump_json(by_alias=True),
        opens_at=at,
        closes_at=at.replace(hour=12),
        duration_s=blueprint.duration_s,
        attempts=1,
        drawn_at=at,
        scores_released_at=at.replace(hour=18),
        answers_released_at=at.replace(hour=18),
        concluded_at=at.replace(hour=18),
    )
    session.add(exam)
    session.flush()
    return exam


def _results(
    session: Session, log: LedgerWriter, exam: Exam, at: datetime, rng: random.Random
) -> None:
    """Each member's result, letter or absence; branches differ as they do in life."""
    people = session.execute(
        select(Person.id, Unit.code)
        .join(Unit, Unit.id == Person.unit_id)
        .where(Unit.level == 3)
        .order_by(Person.id)
    ).all()
    level = {code: rng.uniform(74, 92) for code in sorted({row[1] for row in people})}
    log.expect(row[0] for row in people)
    digest = hashlib.sha256("保密承诺书".encode()).hexdigest()
    for person_id, code in people:
        source = f"paper-exam:{exam.id}:{log.subject(person_id)}"
        if rng.random() > 0.86 + level[code] / 1000:
            data: dict[str, object] = {"exam": exam.id, "tier": "new_member"}
            log.append(at, "exam-missed", source, person_id=person_id, unit=code, data=data)
            continue
        score = Decimal(min(100, max(30, round(rng.gauss(level[code], 9)))))
        data = {
            "exam": exam.id,
            "attempt": 1,
            "closed_by": "member",
            "score": f"{score}.00",
            "max_score": "100.00",
            "passed": score >= _PASS,
            "tier": "new_member",
        }
        log.append(at, "exam-result", source, person_id=person_id, unit=code, data=data)
        if rng.random() < 0.97:
            letter = {"exam": exam.id, "tier": "new_member", "version": 1, "text_sha256": digest}
            signed = f"{source}:letter"
            log.append(at, "commitment-signed", signed, person_id=person_id, unit=code, data=letter)


def _objections(session: Session, year: int, zone: ZoneInfo, admin: Actor) -> None:
    """One that was decided, and one that waits."""
    deputy = _actor(session, "organizer2")
    first = datetime.combine(date(year + 1, 1, 20), time(9), zone)
    text = "本单位承诺书均已签订，请核对下半年的签订记录。"
    code = session.scalars(select(Unit.code).where(Unit.id == deputy.unit_id)).one()
    case = object_to_number(session, first, deputy, year, code, "task:letters", text)
    reason = "经核对台账，有人员参加考试但未签订承诺书，原结果不变。"
    decide(session, first.replace(day=23), admin, case, "rejected", reason)
    waiting = "支部有人员年中调出，参考率按调出前人数计算，请复核。"
    later = first.replace(day=24)
    object_to_number(session, later, deputy, year, f"{code}-1", "task:present", waiting)


def _actor(session: Session, login: str) -> Actor:
    return load_actor(
        session, session.scalars(select(Person.id).where(Person.login == login)).one()
    )

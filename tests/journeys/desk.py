"""Opens special exams in the database of a running site, and looks up what became of them."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from livesite import Site
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from quizengine.domain.answers import correct_answer
from quizengine.domain.blueprints import Section
from quizengine.domain.questions import Question
from quizengine.domain.registry import Title
from quizengine.domain.translations import in_language
from quizengine.services.access import Actor, load_actor
from quizengine.services.adjustments import AdjustmentPlan, adjust
from quizengine.services.bank import questions_of, served_blueprint
from quizengine.services.exams import ExamPlan, change_window, open_exam
from quizengine.services.papers import draw_papers, parse_paper
from quizengine.services.passwords import hash_password
from quizengine.services.sittings import start
from quizengine.services.units import create_unit
from quizengine.storage.engine import writing
from quizengine.storage.models import (
    EXAM,
    Answer,
    Exam,
    LateAnswer,
    LedgerEntry,
    LedgerSubject,
    Paper,
    Person,
    PersonTier,
    Sitting,
    Unit,
)

ZONE = ZoneInfo("Asia/Shanghai")
PASSWORD = "journeys-through-2026"
_HASH = hash_password(PASSWORD)
_numbers = itertools.count(1)

# Points of each question in exams of the desk.
POINTS = Decimal(5)
MACHINE_GRADED = ("single", "multiple", "true_false", "fill", "numeric", "order", "match", "case")


@dataclass(frozen=True)
class Member:
    """Somebody of a branch of their own, who takes the exams opened to that branch."""

    id: int
    login: str
    name: str
    unit_id: int


@dataclass(frozen=True)
class Shown:
    """A question of a paper, and the right answer."""

    question: Question
    right: Any

    def read_in(self, language: str) -> Shown:
        """As a page in this language shows it."""
        return Shown(in_language(self.question, language), self.right)


@dataclass
class Desk:
    """What journeys do behind the pages' back, by the services that the pages use."""

    site: Site
    tier: str = "new_member"
    blueprint: str = "new-member"

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session; closed at the end."""
        with self.site.session() as session:
            yield session

    def member(self) -> Member:
        """A new member in a new branch, with an own password already."""
        number = next(_numbers)
        with self.session() as session:
            above = session.scalars(select(Unit).where(Unit.code == "xx-xxgc")).one().id
            unit_id = create_unit(
                session,
                self._actor(session, "admin"),
                code=f"journey-{number}",
                name=f"第{number}旅程支部",
                parent_id=above,
            )
            with writing(session):
                person = Person(
                    login=f"journey{number:03}",
                    name=f"旅人{number}",
                    unit_id=unit_id,
                    created_at=_now(),
                    password_hash=_HASH,
                    must_change=False,
                    tiers=[PersonTier(tier=self.tier)],
                )
                session.add(person)
            return Member(person.id, person.login, person.name, unit_id)

    def exam(
        self,
        *members: Member,
        types: tuple[str, ...] = ("single", "true_false", "single"),
        duration_s: int = 1800,
        **changes: Any,
    ) -> int:
        """Open an exam to the members' branches, from now for an hour; its id.

        One question of each of `types`, in this order; `changes` are fields of the blueprint.
        """
        with self.session() as session:
            drawn_up = served_blueprint(session, self.blueprint).model_copy(
                update={
                    "sections": [Section(type=t, count=1, points=POINTS) for t in types],  # type: ignore[arg-type]
                    "quotas": [],
                    "duration_s": duration_s,
                    "pass_mark": POINTS,
                    "commitment": False,
                    **changes,
                }
            )
            at = _now()
            number = next(_numbers)
            plan = ExamPlan(
                blueprint=drawn_up,
                title=Title(zh=f"旅程{number}", en=f"Journey {number}"),
                unit_id=members[0].unit_id,
                audience=[(self.tier, member.unit_id) for member in members],
                opens_at=at,
                closes_at=at + timedelta(hours=1),
            )
            exam = open_exam(session, at, ZONE, self._actor(session, "organizer"), plan)
            draw_papers(session, at, ZONE, exam.id)
            return exam.id

    def begin(self, member: Member, exam_id: int) -> int:
        """Start a sitting of the member; its id."""
        with self.session() as session:
            return start(session, _now(), ZONE, member.id, exam_id)[0].id

    def extra_time(self, member: Member, exam_id: int, seconds: int) -> None:
        """Give the member more time."""
        plan = AdjustmentPlan(extra_s=seconds, reason="旅程")
        with self.session() as session:
            actor = self._actor(session, "organizer")
            adjust(session, _now(), actor, exam_id, member.id, plan)

    def close_in(self, exam_id: int, seconds: int) -> None:
        """Let the window of an exam end soon; open sittings end with it."""
        with self.session() as session:
            opens_at = session.get_one(Exam, exam_id).opens_at
            at = _now()
            closes_at = at + timedelta(seconds=seconds)
            change_window(
                session, at, self._actor(session, "organizer"), exam_id, opens_at, closes_at
            )

    def is_closed(self, member: Member, exam_id: int) -> bool:
        """Whether the member's latest sitting is closed."""
        sitting = self.sitting(member, exam_id)
        return sitting is not None and sitting.state != "open"

    def place(self, member: Member, exam_id: int) -> int:
        """The question, from 0, that the member last looked at."""
        sitting = self.sitting(member, exam_id)
        return -1 if sitting is None else int(json.loads(sitting.marks)["at"])

    def paper(self, member: Member, exam_id: int) -> list[Shown]:
        """The questions of the member's latest paper, in the order of the paper."""
        with self.session() as session:
            paper = session.scalars(
                select(Paper)
                .where(Paper.exam_id == exam_id, Paper.person_id == member.id)
                .order_by(Paper.attempt.desc())
                .limit(1)
            ).one()
            refs = [item.ref for item in parse_paper(paper.items).items]
            found = questions_of(session, refs)
            return [Shown(found[ref], correct_answer(found[ref])) for ref in refs]

    def sitting(self, member: Member, exam_id: int) -> Sitting | None:
        """The member's latest sitting, detached; None before the start."""
        with self.session() as session:
            return session.scalar(
                select(Sitting)
                .where(Sitting.exam_id == exam_id, Sitting.person_id == member.id)
                .order_by(Sitting.attempt.desc())
                .limit(1)
            )

    def answers(self, member: Member, exam_id: int) -> dict[str, Any]:
        """What is on disk for the member's latest sitting, by question id."""
        sitting = self.sitting(member, exam_id)
        if sitting is None:
            return {}
        with self.session() as session:
            rows = session.scalars(select(Answer).where(Answer.sitting_id == sitting.id))
            return {row.question_id: json.loads(row.answer) for row in rows}

    def late(self, member: Member) -> list[tuple[str, str]]:
        """Question id and time of arrival of the member's late answers."""
        query = (
            select(LateAnswer)
            .join(Sitting, Sitting.id == LateAnswer.sitting_id)
            .where(Sitting.person_id == member.id)
            .order_by(LateAnswer.id)
        )
        with self.session() as session:
            return [(row.question_id, row.arrived) for row in session.scalars(query)]

    def entries(self, member: Member) -> list[tuple[str, dict[str, Any]]]:
        """Kind and data of the ledger's entries about the member."""
        query = (
            select(LedgerEntry)
            .join(LedgerSubject, LedgerSubject.digest == LedgerEntry.subject)
            .where(LedgerSubject.person_id == member.id)
            .order_by(LedgerEntry.seq)
        )
        with self.session() as session:
            return [(row.kind, json.loads(row.body)["data"]) for row in session.scalars(query)]

    def title(self, exam_id: int, language: str) -> str:
        """The exam's title."""
        with self.session() as session:
            exam = session.get_one(Exam, exam_id)
            return exam.title_zh if language == "zh_CN" else exam.title_en

    def newest_exam(self) -> int:
        """The id of the exam that was opened last."""
        with self.session() as session:
            return session.scalars(select(func.max(Exam.id)).where(Exam.purpose == EXAM)).one()

    def _actor(self, session: Session, login: str) -> Actor:
        person = session.scalars(select(Person).where(Person.login == login)).one()
        return load_actor(session, person.id)


def _now() -> datetime:
    return datetime.now(UTC)

"""Exams for tests: opened to the small school, and sat by people who know all or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from school import School
from sqlalchemy import select
from sqlalchemy.orm import Session

from quizengine.domain.answers import correct_answer
from quizengine.domain.questions import Question
from quizengine.domain.registry import Title
from quizengine.services.access import SYSTEM, Actor
from quizengine.services.bank import (
    questions_of,
    served_blueprint,
    stored_problems,
    sync_if_changed,
)
from quizengine.services.closing import close_due, conclude_due
from quizengine.services.commitments import letter_for, sign
from quizengine.services.exams import ExamPlan, open_exam
from quizengine.services.papers import draw_papers, parse_paper
from quizengine.services.sittings import save_answer, start, submit
from quizengine.storage.engine import writing
from quizengine.storage.models import Exam, Person, PersonTier, Sitting, Unit

ZONE = ZoneInfo("Asia/Shanghai")
GRACE = timedelta(seconds=30)
SMALL_BANK = Path(__file__).parent / "banks" / "small"

# What somebody answers: a question to an answer, None to leave it out.
Answering = Callable[[Question], Any]


def wrong(_question: Question) -> Any:
    """Leaves every question empty."""
    return None


@dataclass
class ExamRoom:
    """Opens exams in the small school and lets people sit them."""

    session: Session
    school: School
    now: datetime
    opened: int = 0

    def serve_bank(self) -> None:
        """Serve the small bank."""
        sync_if_changed(self.session, self.now, self.now.date(), SMALL_BANK)
        problems = stored_problems(self.session)
        assert [p for p in problems if p.severity == "error"] == []

    def add_member(self, login: str, unit: str, *tiers: str) -> int:
        """A further member of the school."""
        with writing(self.session):
            person = Person(
                login=login,
                name=f"成员{login}",
                staff_no=login,
                unit_id=self.school.units[unit],
                created_at=self.now,
                must_change=False,
                tiers=[PersonTier(tier=tier) for tier in tiers],
            )
            self.session.add(person)
            self.session.flush()
            self.school.persons[login] = person.id
        return self.school.persons[login]

    def open(
        self,
        blueprint_id: str = "quick",
        unit: str = "HQ",
        *,
        actor: Actor | None = None,
        **changes: Any,
    ) -> Exam:
        """Open a blueprint to its tier within `unit`, from now for two hours."""
        blueprint = served_blueprint(self.session, blueprint_id).model_copy(update=changes)
        if actor is None:
            # The system is no person; let the school's admin have made it.
            actor = Actor(self.school.persons["admin"], "", 0, "/", SYSTEM.roles)
        # Two exams of one window need two titles; the first one keeps the blueprint's.
        self.opened += 1
        number = "" if self.opened == 1 else f" ({self.opened})"
        plan = ExamPlan(
            blueprint=blueprint,
            title=Title(zh=f"{blueprint.title.zh}{number}", en=f"{blueprint.title.en}{number}"),
            unit_id=self.school.units[unit],
            audience=[(blueprint.tier, self.school.units[unit])],
            opens_at=self.now,
            closes_at=self.now + timedelta(hours=2),
        )
        exam = open_exam(self.session, self.now, ZONE, actor, plan)
        draw_papers(self.session, self.now, ZONE, exam.id)
        return exam

    def begin(self, login: str, exam: Exam) -> Sitting:
        """Sign if need be, and start."""
        person_id = self.school.persons[login]
        if letter_for(self.session, exam) is not None:
            sign(self.session, self.now, ZONE, person_id, exam.id)
        return start(self.session, self.now, ZONE, person_id, exam.id)[0]

    def sit(
        self,
        login: str,
        exam: Exam,
        answering: Answering | Mapping[str, Any] = correct_answer,
    ) -> Sitting:
        """Answer (by question id, the rest right) and hand in."""
        sitting = self.begin(login, exam)
        for question in self.questions(sitting):
            if isinstance(answering, Mapping):
                answer = answering.get(question.id, correct_answer(question))
            else:
                answer = answering(question)
            if answer is not None:
                self.save(sitting, question.id, answer)
        return submit(self.session, self.now, sitting.person_id, sitting.id)

    def save(self, sitting: Sitting, question_id: str, answer: Any, seq: int = 1) -> str:
        """Save one answer; the outcome."""
        args = (self.session, self.now, GRACE, sitting.person_id, sitting.id)
        return save_answer(*args, question_id, answer, seq).outcome

    def questions(self, sitting: Sitting) -> list[Question]:
        """The questions of the sitting's paper."""
        refs = [item.ref for item in parse_paper(sitting.paper.items).items]
        found = questions_of(self.session, refs)
        return [found[ref] for ref in refs]

    def conclude(self, exam: Exam) -> None:
        """Let the exam be over."""
        self.now = exam.closes_at + timedelta(hours=1)
        close_due(self.session, self.now)
        conclude_due(self.session, self.now, ZONE, GRACE)
        assert exam.concluded_at is not None

    def unit(self, code: str) -> Unit:
        """The unit with this code."""
        return self.session.scalars(select(Unit).where(Unit.code == code)).one()

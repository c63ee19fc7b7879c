"""Mass contests for tests: opened to everyone of the small school, and joined by its people."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from examroom import GRACE, ZONE
from school import School
from sqlalchemy import select
from sqlalchemy.orm import Session

from quizengine.domain.answers import correct_answer
from quizengine.domain.blueprints import Blueprint, Section
from quizengine.domain.questions import Question
from quizengine.domain.registry import Title
from quizengine.services.access import Actor, load_actor
from quizengine.services.bank import (
    questions_of,
    served_blueprint,
    stored_problems,
    sync_if_changed,
)
from quizengine.services.closing import close_due
from quizengine.services.mass import create_contest
from quizengine.services.mass_boards import (
    Board,
    PersonLine,
    UnitBoardLine,
    board_of,
    person_board,
    unit_board,
)
from quizengine.services.mass_challenge import answer_step, next_step
from quizengine.services.mass_closing import conclude_due
from quizengine.services.mass_freeze import freeze_due
from quizengine.services.mass_plans import MassPlan
from quizengine.services.mass_play import begin
from quizengine.services.mass_record import record_due
from quizengine.services.mass_run_view import RunView
from quizengine.services.mass_series import make_due
from quizengine.services.papers import parse_paper
from quizengine.services.sittings import save_answer, submit
from quizengine.storage.engine import writing
from quizengine.storage.models import (
    EVERYONE,
    LedgerEntry,
    MassContest,
    MassEntry,
    Person,
    Sitting,
)

# Four questions of 5 points each; the pool has 48 questions.
SECTIONS = (("single", 3), ("true_false", 1))
FULL = 2000


@dataclass
class MassRoom:
    """Opens contests in the small school, whose bank has a contest pool, and joins them."""

    session: Session
    school: School
    now: datetime
    folder: Path
    opened: int = field(default=0)

    def serve_bank(self) -> None:
        """Serve the bank in `folder` as it is now."""
        sync_if_changed(self.session, self.now, self.now.date(), self.folder)
        problems = stored_problems(self.session)
        assert [str(p) for p in problems if p.severity == "error"] == []

    def actor(self, login: str = "admin") -> Actor:
        """Somebody of the school; the admin organizes everywhere."""
        return load_actor(self.session, self.school.persons[login])

    def blueprint(self, *sections: tuple[str, int], **changes: Any) -> Blueprint:
        """A blueprint of the contest pool, by default of four questions."""
        asked = [
            Section(type=kind, count=count, points=Decimal(5))  # type: ignore[arg-type]
            for kind, count in sections or SECTIONS
        ]
        found = served_blueprint(self.session, "stage")
        return found.model_copy(update={"sections": asked, **changes})

    def plan(self, **changes: Any) -> MassPlan:
        """A plan for everyone, from now for a day."""
        self.opened += 1
        values: dict[str, Any] = {
            "blueprint": self.blueprint(),
            "title": Title(zh=f"答题{self.opened}", en=f"Quiz {self.opened}"),
            "unit_id": self.school.units["HQ"],
            "audience": [(EVERYONE, self.school.units["HQ"])],
            "opens_at": self.now,
            "closes_at": self.now + timedelta(days=1),
        }
        return MassPlan(**{**values, **changes})

    def open(self, **changes: Any) -> MassContest:
        """A contest for everyone, from now for a day."""
        plan = self.plan(**changes)
        return create_contest(self.session, self.now, ZONE, self.actor(), plan)

    def challenge(self, questions: int = 6, **changes: Any) -> MassContest:
        """A contest that goes on until the first mistake."""
        blueprint = self.blueprint(("single", questions))
        return self.open(**{"mode": "challenge", "blueprint": blueprint, **changes})

    # --- Taking part ---

    def begin(self, login: str, contest: MassContest) -> Sitting:
        """Begin, or go on."""
        return begin(self.session, self.now, ZONE, self.school.persons[login], contest.id)[0]

    def sit(
        self,
        login: str,
        contest: MassContest,
        right: int = 4,
        *,
        seconds: float = 60,
        wrong: Callable[[Question], Any] | None = None,
    ) -> Sitting:
        """Answer the first `right` questions right, and hand in after `seconds`."""
        sitting = self.begin(login, contest)
        self.answer_right(sitting, right, wrong)
        self.now += timedelta(seconds=seconds)
        return submit(self.session, self.now, sitting.person_id, sitting.id)

    def answer_right(
        self, sitting: Sitting, right: int, wrong: Callable[[Question], Any] | None = None
    ) -> None:
        """Answer the first `right` questions right, the others with what `wrong` gives, if any."""
        for number, question in enumerate(self.questions(sitting)):
            answer = correct_answer(question) if number < right else wrong and wrong(question)
            if answer:
                self.save(sitting, question.id, answer)

    def save(self, sitting: Sitting, question_id: str, answer: Any, seq: int = 1) -> str:
        """Save one answer; the outcome."""
        args = (self.session, self.now, GRACE, sitting.person_id, sitting.id)
        return save_answer(*args, question_id, answer, seq).outcome

    def questions(self, sitting: Sitting) -> list[Question]:
        """The questions of the sitting's paper."""
        refs = [item.ref for item in parse_paper(sitting.paper.items).items]
        found = questions_of(self.session, refs)
        return [found[ref] for ref in refs]

    def show(self, sitting: Sitting) -> RunView:
        """The next question of a challenge."""
        return next_step(self.session, self.now, sitting.person_id, sitting.id, "en")

    def answer(self, sitting: Sitting, number: int, *, right: bool = True) -> RunView:
        """Answer the question of a challenge."""
        question = self.questions(sitting)[number - 1]
        answer: Any = correct_answer(question)
        if not right:
            answer = [next(key for key in question.options if key not in answer)]  # type: ignore[union-attr]
        args = (self.session, self.now, sitting.person_id, sitting.id, number, answer, "en")
        return answer_step(*args)

    def run(self, login: str, contest: MassContest, right: int, *, seconds: float = 5) -> Sitting:
        """A run of a challenge with so many right answers and then a mistake, if one is left."""
        sitting = self.begin(login, contest)
        total = len(self.questions(sitting))
        for number in range(1, min(right + 1, total) + 1):
            self.show(sitting)
            self.now += timedelta(seconds=seconds)
            self.answer(sitting, number, right=number <= right)
        return sitting

    def add_member(self, login: str, unit: str) -> int:
        """A further person of the school."""
        with writing(self.session):
            person = Person(
                login=login,
                name=f"成员{login}",
                staff_no=login,
                unit_id=self.school.units[unit],
                created_at=self.now,
                must_change=False,
            )
            self.session.add(person)
            self.session.flush()
            self.school.persons[login] = person.id
        return self.school.persons[login]

    # --- What follows ---

    def tick(self, now: datetime | None = None) -> None:
        """The clock's work at `now`, which becomes the time."""
        self.now = now or self.now
        close_due(self.session, self.now)
        freeze_due(self.session, self.now)
        conclude_due(self.session, self.now, GRACE)
        record_due(self.session, self.now)
        make_due(self.session, self.now, ZONE)

    def conclude(self, contest: MassContest) -> None:
        """Let the contest be over."""
        self.tick(contest.exam.closes_at + timedelta(hours=1))
        assert contest.exam.concluded_at is not None

    def board(self, contest: MassContest) -> Board:
        """What everybody may see now."""
        return board_of(self.session, self.now, contest)

    def persons(self, contest: MassContest) -> list[PersonLine]:
        """The board of persons."""
        return person_board(self.session, self.board(contest), size=None)

    def units(self, contest: MassContest) -> dict[str, UnitBoardLine]:
        """The board of units by code."""
        return {line.code: line for line in unit_board(self.session, self.board(contest))}

    def entry(self, login: str, contest: MassContest) -> MassEntry:
        """What is kept of a participant."""
        self.session.expire_all()
        return self.session.get_one(MassEntry, (contest.id, self.school.persons[login]))

    def ledger(self, kind: str) -> list[dict[str, Any]]:
        """Bodies of the entries of a kind, the oldest first."""
        query = select(LedgerEntry.body).where(LedgerEntry.kind == kind).order_by(LedgerEntry.seq)
        return [json.loads(body) for body in self.session.scalars(query)]

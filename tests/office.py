"""An office for tests: its people act, and what they enter into the ledger can be read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from school import School
from sqlalchemy import select
from sqlalchemy.orm import Session

from quizengine.domain.blueprints import Blueprint, ReleasePolicy, Section
from quizengine.domain.registry import Title
from quizengine.services.access import load_actor
from quizengine.services.ledger import LedgerWriter
from quizengine.services.office_access import Act
from quizengine.services.outbound import OutboundPlan
from quizengine.services.posts import PostPlan, register_post
from quizengine.storage.engine import writing
from quizengine.storage.models import Exam, LedgerEntry, Paper, Person, PersonRole, Sitting, Unit

ZONE = ZoneInfo("Asia/Shanghai")
TODAY = date(2026, 3, 2)


@dataclass
class Office:
    """`act("organizer")` acts at `now`, Monday 2 March 2026 in Shanghai."""

    session: Session
    school: School
    now: datetime

    def act(self, login: str = "organizer") -> Act:
        """Somebody of the school acting now."""
        actor = load_actor(self.session, self.school.persons[login])
        return Act(self.session, self.now, ZONE, actor)

    def id(self, login: str) -> int:
        """The id of a person."""
        return self.school.persons[login]

    def appoint(self, unit: str, login: str | None) -> None:
        """Make somebody the head of a unit."""
        with writing(self.session):
            head_id = None if login is None else self.school.persons[login]
            self.session.get_one(Unit, self.school.units[unit]).head_id = head_id

    def grant(self, login: str, role: str, unit: str) -> None:
        """Give a role."""
        with writing(self.session):
            person = self.session.get_one(Person, self.school.persons[login])
            person.roles.append(PersonRole(role=role, unit_id=self.school.units[unit]))

    def post(self, unit: str = "CS-1", login: str = "organizer", **changes: Any) -> int:
        """Register a post of two hours and one class a year."""
        values: dict[str, Any] = {
            "unit_id": self.school.units[unit],
            "name": "涉密项目管理岗",
            "secrecy": "important",
            "risks": ["载体管理", "对外交流"],
            "hours": Decimal(2),
            "classes": 1,
            "valid_from": date(2025, 1, 1),
            **changes,
        }
        plan = PostPlan(**values)
        return register_post(self.session, self.now, ZONE, self.act(login).actor, plan)

    def journey(self, departs_in: int = 5, days: int = 10, **changes: Any) -> OutboundPlan:
        """A journey that begins in so many days."""
        departs_on = TODAY + timedelta(days=departs_in)
        values: dict[str, Any] = {
            "kind": "official",
            "destination": "日本东京",
            "purpose": "学术会议",
            "escort": "",
            "approval": "",
            "departs_on": departs_on,
            "returns_on": departs_on + timedelta(days=days),
            **changes,
        }
        return OutboundPlan(**values)

    def passed(
        self, login: str, days_ago: int = 1, *, tier: str = "outbound", released: bool = True
    ) -> int:
        """Somebody passed an exam of the tier; the id of the sitting."""
        at = self.now - timedelta(days=days_ago)
        blueprint = Blueprint(
            id="b",
            title=Title(zh="行前考试", en="Outbound exam"),
            tier=tier,
            duration_s=1800,
            pass_mark=Decimal(60),
            sections=[Section(type="single", count=1, points=Decimal(100))],
            release=ReleasePolicy(scores="at_once" if released else "manual", answers="manual"),
        )
        with writing(self.session):
            exam = Exam(
                title_zh="行前考试",
                title_en="Outbound exam",
                unit_id=self.school.units["HQ"],
                created_by_id=self.school.persons["admin"],
                created_at=at,
                blueprint=blueprint.model_dump_json(by_alias=True),
                opens_at=at - timedelta(hours=2),
                closes_at=at + timedelta(hours=2),
                duration_s=1800,
                attempts=1,
            )
            self.session.add(exam)
            self.session.flush()
            person_id = self.school.persons[login]
            paper = Paper(exam_id=exam.id, person_id=person_id, attempt=1, items="{}", drawn_at=at)
            sitting = Sitting(
                exam_id=exam.id,
                person_id=person_id,
                paper=paper,
                attempt=1,
                unit_id=self.session.get_one(Person, person_id).unit_id,
                started_at=at,
                deadline=at + timedelta(minutes=30),
                state="graded",
                closed_at=at,
                graded_at=at,
                score=Decimal(90),
                max_score=Decimal(100),
                passed=True,
            )
            self.session.add(sitting)
            self.session.flush()
            return sitting.id

    def trained(self, login: str, hours: str, number: int = 1, *, on: date | None = None) -> int:
        """Somebody attended a class; the number of the entry."""
        with writing(self.session), LedgerWriter(self.session) as log:
            return log.append(
                self.now,
                "training-attended",
                f"test-class:{number}:{log.subject(self.school.persons[login])}",
                person_id=self.school.persons[login],
                data={"class": number, "hours": hours},
                on=on,
                by=self.school.persons["admin"] if on else None,
            )

    def entries(self, *kinds: str) -> list[dict[str, Any]]:
        """Bodies of the entries of these kinds, or of all, in order."""
        bodies = self.session.scalars(select(LedgerEntry.body).order_by(LedgerEntry.seq))
        read = [json.loads(body) for body in bodies]
        return [body for body in read if not kinds or body["kind"] in kinds]

"""Stage contests for tests: a bank with a pool for them, and contests of the small school."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from examroom import SMALL_BANK, ZONE
from school import School
from sqlalchemy.orm import Session

from quizengine.domain.registry import Title
from quizengine.services.access import Actor, load_actor
from quizengine.services.bank import sync_bank
from quizengine.services.stage import ContestPlan, create_contest
from quizengine.services.stage_draw import draw_questions
from quizengine.services.stage_teams import MemberPlan, TeamPlan
from quizengine.storage.models import Contest

BLUEPRINT = """
schema: 1
id: stage
title: {zh: 竞赛题, en: Contest questions}
tier: new_member
pool: contest
duration_s: 600
pass_mark: 0
commitment: false
sections:
  - {type: single, count: 2, points: 10}
  - {type: true_false, count: 1, points: 10}
"""
# Everything that a contest can be, in few questions.
RULES = """
schema: 1
id: short
title: {zh: 短赛, en: Short contest}
base_score: 100
teams: {min: 2, max: 4, members: 3}
prizes:
  - {title: {zh: 一等奖, en: First prize}, count: 1}
  - {title: {zh: 二等奖, en: Second prize}, count: 1}
ties: [tie_break, more_right]
rounds:
  - kind: compulsory
    id: must
    title: {zh: 必答, en: In turn}
    blueprint: stage
    questions: 1
    spares: 1
  - kind: buzzer
    id: buzz
    title: {zh: 抢答, en: Buzzer}
    blueprint: stage
    questions: 2
    spares: 1
    early: {first: {effect: others_go_on, penalty: 10}}
  - kind: wager
    id: risk
    title: {zh: 风险, en: Wager}
    values: [{points: 10, blueprint: stage}, {points: 20, blueprint: stage}]
    spares: 1
  - kind: tie_break
    id: tie
    title: {zh: 加赛, en: Tie-break}
    blueprint: stage
    questions: 2
    spares: 0
"""
POOL_SIZE = 48


def write_bank(folder: Path) -> Path:
    """The small bank with 48 questions of the contest pool, the rules `short` and a blueprint."""
    shutil.copytree(SMALL_BANK, folder)
    for name, text in (
        ("blueprints/stage.yaml", BLUEPRINT),
        ("contests/short.yaml", RULES),
        ("stage/pool.yaml", _pool()),
    ):
        path = folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def _pool() -> str:
    lines = [
        "schema: 1",
        "defaults:",
        "  pool: contest",
        "  tiers: [new_member]",
        "  topics: [basics.scope]",
        '  basis: [{law: bmf-2024, article: "5", paragraph: "1"}]',
        "questions:",
    ]
    for number in range(1, POOL_SIZE + 1):
        lines += [
            f"  - id: stage-{number:02d}",
            f"    stem: 第{number}题",
            f"    difficulty: {number % 3 + 1}",
            f"    explanation: 说明{number}",
        ]
        if number % 3:
            options = ", ".join(
                f"{key}: 说法{number}{word}" for key, word in zip("abcd", "甲乙丙丁", strict=True)
            )
            right = "abcd"[number % 4]
            lines += ["    type: single", f"    options: {{{options}}}", f"    answer: [{right}]"]
        else:
            lines += ["    type: true_false", "    answer: true"]
    return "\n".join(lines) + "\n"


@dataclass
class StageRoom:
    """Prepares contests of the small school, whose bank it serves."""

    session: Session
    school: School
    now: datetime
    folder: Path

    def serve_bank(self) -> None:
        """Serve the bank in `folder` as it is now."""
        problems = sync_bank(self.session, self.now, self.now.date(), self.folder)
        assert [str(p) for p in problems if p.severity == "error"] == []

    def actor(self, login: str = "organizer") -> Actor:
        """Somebody of the school; the organizer has the unit CS."""
        return load_actor(self.session, self.school.persons[login])

    def plan(
        self, title: str = "知识竞赛", *, teams: Sequence[TeamPlan] | None = None
    ) -> ContestPlan:
        """A plan of the unit CS: a team of people, one of guests, and one of both."""
        return ContestPlan(
            "short",
            Title(zh=title, en=title),
            self.school.units["CS"],
            teams=self.teams() if teams is None else teams,
        )

    def teams(self) -> list[TeamPlan]:
        """Three teams; two of them stand for a unit."""
        units = self.school.units
        return [
            TeamPlan("甲队", [MemberPlan(person="li"), MemberPlan(person="wang")], units["CS-1"]),
            TeamPlan("乙队", [MemberPlan("客人一"), MemberPlan("客人二")]),
            TeamPlan("丙队", [MemberPlan("钱进", "cs-admin"), MemberPlan("客人三")], units["CS-2"]),
        ]

    def create(self, title: str = "知识竞赛", *, drawn: bool = True) -> Contest:
        """A contest of three teams, by default with its questions."""
        contest = create_contest(self.session, self.now, self.actor(), self.plan(title))
        if drawn:
            draw_questions(self.session, self.now, ZONE, self.actor(), contest.id)
        return contest

"""Stage contests for tests: a bank with a pool for them, and contests of the small school."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from examroom import SMALL_BANK, ZONE
from school import School
from sqlalchemy.orm import Session

from quizengine.domain.contest.actions import actions, team_can
from quizengine.domain.contest.due import due
from quizengine.domain.contest.events import Author, Event, EventType
from quizengine.domain.contest.fold import Play, replay
from quizengine.domain.registry import Title
from quizengine.services.access import Actor, load_actor
from quizengine.services.bank import stored_problems, sync_if_changed
from quizengine.services.stage import ContestPlan, create_contest
from quizengine.services.stage_access import rules_of
from quizengine.services.stage_draw import begin_data, draw_questions
from quizengine.services.stage_log import append_events, contest_log
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
        sync_if_changed(self.session, self.now, self.now.date(), self.folder)
        problems = stored_problems(self.session)
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


HOST = Author("host", "4", "孙丽")
CLOCK = Author("clock", "test")


class Stage:
    """Plays a contest event by event, as a live server would, in the database.

    Its time goes on by a second with each event.
    """

    def __init__(self, session: Session, contest: Contest, now: datetime) -> None:
        self._session = session
        self._contest = contest
        self._now = now
        self._lines: list[tuple[Event, str]] = []
        # Many events are written at once where nobody looks at the database in between.
        self._hurried = False
        self.play: Play = replay(rules_of(contest), contest_log(session, contest.id))

    def event(
        self, by: Author, kind: EventType, /, at: datetime | None = None, **data: Any
    ) -> None:
        """One more event, on disk."""
        self._now = at or self._now + timedelta(seconds=1)
        event = Event(self.play.seq + 1, self._now, by, kind, data)
        self.play = self.play.after(event)
        self._lines.append((event, f"test-{event.seq}"))
        if not self._hurried:
            self._save()

    def _save(self) -> None:
        append_events(self._session, self._contest.id, self._lines, self.play.state.phase)
        self._lines = []

    def host(self, kind: EventType, /, **data: Any) -> None:
        """A command of the host."""
        self.event(HOST, kind, **data)

    def begin(self) -> None:
        """The first event."""
        self.host("begin", **begin_data(self._session, self._contest))

    def finish(self, winner: str = "甲队") -> None:
        """On to the end: `winner` is right whenever it answers, all others are wrong."""
        if self.play.state.phase == "lobby":
            self.begin()
        self.until("finished", winner=winner)

    def until(self, *phases: str, winner: str = "甲队") -> None:
        """On, by at least one event, until one of these phases is reached."""
        self._hurried = True
        self._go_on(winner)
        while self.play.state.phase not in phases:
            self._go_on(winner)
        self._hurried = False
        self._save()

    def team(self, name: str) -> int:
        """The id of the team with this name."""
        return next(team.id for team in self.play.state.teams if team.name == name)

    def _go_on(self, winner: str) -> None:
        rules, state = self.play.rules, self.play.state
        action = actions(rules, state)[0] if actions(rules, state) else None
        match state.phase:
            case "choosing" if state.turn is not None:
                self.host("choose", team=state.turn.team, points=min(action.values))
            case "buzzing" if team_can(rules, state, self.team(winner)).buzz:
                self.buzz(winner)
            case "buzzing" | "settling" | "discussing":
                next_one = due(rules, state)
                self.event(CLOCK, next_one.type, at=max(next_one.at, self._now))
            case "starting" | "answering" | "judging" if state.question.answering:
                self._answer(state.question.answering[0], winner)
            case _:
                self.host(action.type)

    def buzz(self, name: str) -> None:
        """The team has buzzed."""
        team = self.team(name)
        arrived = round((self._now + timedelta(seconds=1)).timestamp() * 1e6)
        evidence = {"arrived_us": arrived, "sent_us": arrived - 400_000, "reaction_us": 350_000}
        self.event(Author("team", str(team), name), "buzz", team=team, evidence=evidence)

    def _answer(self, team: int, winner: str) -> None:
        """The team answers at its device, and the judge confirms it if the rules ask for that."""
        right, name = team == self.team(winner), self.play.state.team(team).name
        if self.play.state.phase == "starting":
            self.host("speak")
        if self.play.state.phase == "answering":
            given = {"answer": ["a"], "credit": "1" if right else "0"}
            self.event(Author("team", str(team), name), "answer", team=team, **given)
        if team in self.play.state.question.answering and self.play.state.phase == "judging":
            self.host("judge", team=team, verdict="right" if right else "wrong")

"""A site in a temporary folder with one contest of many buzzer questions, and its live server."""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from quizengine.domain.registry import Title
from quizengine.services.access import load_actor
from quizengine.services.bank import sync_bank
from quizengine.services.stage import ContestPlan, create_contest
from quizengine.services.stage_draw import draw_questions
from quizengine.services.stage_teams import MemberPlan, TeamPlan
from quizengine.services.stage_tickets import take_seat
from quizengine.services.tickets import Ticket, TicketRole, issue_ticket
from quizengine.storage.engine import writing
from quizengine.storage.migrate import upgrade
from quizengine.storage.models import Contest, ContestPlayer, Person, PersonRole, Unit
from quizengine.storage.site import open_database

ROOT = Path(__file__).parents[1]
SECRET = "benchmark"
TEAMS = 4
_NOW = datetime.now(UTC)
_BLUEPRINT = """
schema: 1
id: fanout
title: {zh: 测量, en: Measurement}
tier: new_member
pool: contest
duration_s: 600
pass_mark: 0
commitment: false
sections: [{type: single, count: 1, points: 10}]
"""
_RULES = """
schema: 1
id: fanout
title: {zh: 测量, en: Measurement}
teams: {min: 2, max: 4, members: 3}
ties: []
rounds:
"""
_ROUND = """
  - {kind: buzzer, id: round%d, title: {zh: 抢答, en: Buzzer}, blueprint: fanout, questions: 60,
     spares: 0, answers: spoken, times: {buzz_s: 600, answer_s: 600}}
"""


@dataclass
class StageSite:
    """`rounds` of 60 questions each, four teams."""

    folder: Path
    port: int = 0
    contest: int = 0
    host: str = ""
    teams: list[str] = field(default_factory=list)
    _server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the live server; returns when it can be connected to."""
        self._server = subprocess.Popen(
            [sys.executable, "-m", "quizengine", "live", "--bind", f"127.0.0.1:{self.port}"],
            cwd=ROOT,
            env={
                **os.environ,
                "QUIZENGINE_INSTANCE": str(self.folder),
                "QUIZENGINE_SECRET_KEY": SECRET,
            },
            start_new_session=True,
        )
        while not listens(self.port):
            if self._server.poll() is not None:
                raise RuntimeError("the live server has ended")
            time.sleep(0.02)
        while not self._children():
            time.sleep(0.02)

    def kill(self) -> None:
        """End the server with all its processes, as a power failure would."""
        if self._server is not None:
            os.killpg(self._server.pid, signal.SIGKILL)
            self._server.wait()
            self._server = None

    @property
    def worker(self) -> int:
        """The process that serves."""
        return self._children()[0]

    def ticket(self, role: TicketRole, number: int = 0, name: str = "") -> str:
        """For somebody who came by a code of the contest."""
        return issue_ticket(SECRET, Ticket(self.contest, role, number, 1, name))

    def audience(self, count: int) -> list[str]:
        """Tickets of that many who have joined."""
        engine, sessions = open_database(self._url)
        with sessions() as session:
            players = [
                ContestPlayer(contest_id=self.contest, name=f"观众{n}", joined_at=_NOW)
                for n in range(count)
            ]
            with writing(session):
                session.add_all(players)
                session.flush()
                found = [(player.id, player.name) for player in players]
        engine.dispose()
        return [self.ticket("audience", number, name) for number, name in found]

    @property
    def _url(self) -> str:
        return f"sqlite:///{self.folder / 'quizengine.db'}"

    def _children(self) -> list[int]:
        assert self._server is not None
        parent = self._server.pid
        text = Path(f"/proc/{parent}/task/{parent}/children").read_text(encoding="ascii")
        return [int(number) for number in text.split()]

    def fill(self, rounds: int) -> None:
        """Bank, people, contest, and a seat for each team."""
        bank = _write_bank(self.folder / "bank", rounds)
        engine, sessions = open_database(self._url)
        upgrade(engine)
        with sessions() as session:
            problems = sync_bank(session, _NOW, _NOW.date(), bank)
            errors = [str(problem) for problem in problems if problem.severity == "error"]
            if errors:
                raise RuntimeError("\n".join(errors))
            person = _organizer(session)
            actor = load_actor(session, person)
            plan = ContestPlan(
                "fanout",
                Title(zh="测量", en="Measurement"),
                actor.unit_id,
                teams=[TeamPlan(f"第{n}队", [MemberPlan("队员")]) for n in range(1, TEAMS + 1)],
            )
            contest = create_contest(session, _NOW, actor, plan)
            draw_questions(session, _NOW, ZoneInfo("Asia/Shanghai"), actor, contest.id)
            self.contest = contest.id
            self.host = issue_ticket(SECRET, Ticket(contest.id, "host", person, 0, "主持人"))
            codes = [team.code for team in session.get_one(Contest, contest.id).teams]
            self.teams = [issue_ticket(SECRET, take_seat(session, code)) for code in codes]
        engine.dispose()


@contextmanager
def stage_site(rounds: int) -> Iterator[StageSite]:
    """The site with its live server; nothing of it is left."""
    with tempfile.TemporaryDirectory(prefix="quizengine-bench-") as folder:
        site = StageSite(Path(folder), free_port())
        site.fill(rounds)
        site.start()
        try:
            yield site
        finally:
            site.kill()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def listens(port: int) -> bool:
    """Whether a connection is taken there."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _organizer(session: Session) -> int:
    with writing(session):
        unit = Unit(code="HQ", name="学校", parent=None, level=1)
        session.add(unit)
        session.flush()
        unit.path = f"/{unit.id}/"
        person = Person(
            login="host",
            name="主持人",
            staff_no="1",
            unit_id=unit.id,
            created_at=_NOW,
            roles=[PersonRole(role="organizer", unit_id=unit.id)],
        )
        session.add(person)
        session.flush()
        return person.id


def _write_bank(folder: Path, rounds: int) -> Path:
    shutil.copytree(ROOT / "question_bank" / "_registry", folder / "_registry")
    rules = _RULES + "".join(_ROUND % number for number in range(1, rounds + 1))
    for name, text in (
        ("blueprints/fanout.yaml", _BLUEPRINT),
        ("contests/fanout.yaml", rules),
        ("pool/pool.yaml", _pool(60 * rounds)),
    ):
        path = folder / name
        path.parent.mkdir()
        path.write_text(text, encoding="utf-8")
    return folder


def _pool(count: int) -> str:
    """Questions of the length that real ones have."""
    lines = [
        "schema: 1",
        "defaults:",
        "  pool: contest",
        "  tiers: [new_member]",
        "  topics: [basics.scope]",
        '  basis: [{law: bmf-2024, article: "5", paragraph: "1"}]',
        "questions:",
    ]
    for number in range(1, count + 1):
        stem = f"第{number}题：机关、单位对所产生的国家秘密事项，应当按照国家秘密及其密级的具体范围"
        options = {key: f"说法{number}{key}，依照规定办理审批手续后方可进行" for key in "甲乙丙丁"}
        named = ", ".join(
            f"{key}: {text}" for key, text in zip("abcd", options.values(), strict=True)
        )
        lines += [
            f"  - id: fanout-{number:04d}",
            "    type: single",
            f"    stem: {stem}作出以下哪一种处理？",
            f"    options: {{{named}}}",
            "    answer: [a]",
            f"    difficulty: {number % 3 + 1}",
            f"    explanation: 依照有关规定处理第{number}题所述事项。",
        ]
    return "\n".join(lines) + "\n"

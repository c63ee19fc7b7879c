"""A stage contest in a site that is served: its codes, and a host who gives commands."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from time import monotonic
from typing import Any
from zoneinfo import ZoneInfo

from livesite import Site
from serving import PATIENCE_S
from sqlalchemy import select
from websockets.sync.client import ClientConnection, connect

from quizengine.domain.answers import correct_answer
from quizengine.domain.contest.events import Event
from quizengine.domain.contest.fold import Play, replay
from quizengine.domain.registry import Title
from quizengine.services.access import load_actor
from quizengine.services.bank import questions_of
from quizengine.services.stage import ContestPlan, create_contest
from quizengine.services.stage_access import rules_of
from quizengine.services.stage_draw import draw_questions
from quizengine.services.stage_log import contest_log
from quizengine.services.stage_teams import MemberPlan, TeamPlan
from quizengine.services.stage_tickets import host_ticket
from quizengine.services.tickets import issue_ticket
from quizengine.storage.models import Contest, Person

ZONE = ZoneInfo("Asia/Shanghai")
TEAMS = {
    "文学院代表队": ("张三", "李思远", "王五"),
    "马克思主义学院代表队": ("赵明", "钱小雨", "孙丽"),
    "计算机科学与技术学院代表队": ("周强", "吴昊", "郑洁"),
    "机关党委代表队": ("冯雪", "陈晨", "褚卫国"),
}
TITLE = Title(zh="示例大学保密知识竞赛决赛", en="Confidentiality quiz of the university: final")


@dataclass
class Hall:
    """A contest, ready to begin, and the codes of its screens by team name and by page."""

    site: Site
    contest: int
    organizer: int
    screen: str
    join: str
    seats: dict[str, str]
    teams: dict[str, int]

    @classmethod
    def prepare(
        cls,
        site: Site,
        rules: str = "classic",
        rehearsal: bool = False,
        captains: Sequence[str] = (),
    ) -> Hall:
        """Make one of four teams, with its questions drawn.

        All members are guests, but for the first ones if `captains` names their logins.
        """
        now = datetime.now(UTC)
        plan = [
            TeamPlan(name, _members(who, n, captains))
            for n, (name, who) in enumerate(TEAMS.items())
        ]
        title = Title(zh=f"{TITLE.zh}{secrets.token_hex(2)}", en=TITLE.en)
        with site.session() as session:
            person = session.scalars(select(Person).where(Person.login == "organizer")).one()
            actor = load_actor(session, person.id)
            made = ContestPlan(rules, title, person.unit_id, rehearsal=rehearsal, teams=plan)
            contest = create_contest(session, now, actor, made)
            draw_questions(session, now, ZONE, actor, contest.id)
            return cls.of(site, contest)

    @classmethod
    def of(cls, site: Site, contest: Contest) -> Hall:
        """A contest that is there already."""
        return cls(
            site,
            contest.id,
            contest.created_by_id,
            contest.screen_code,
            contest.join_code,
            {team.name: team.code for team in contest.teams},
            {team.name: team.id for team in contest.teams},
        )

    def host(self) -> Host:
        """A host who has opened the console."""
        with self.site.session() as session:
            ticket = host_ticket(session, load_actor(session, self.organizer), self.contest)
        secret = (self.site.folder / "secret_key").read_text(encoding="utf-8").strip()
        return Host(self.site.live_port, issue_ticket(secret, ticket))

    def events(self) -> list[Event]:
        """The log as it is on disk."""
        with self.site.session() as session:
            return list(contest_log(session, self.contest))

    def play(self) -> Play:
        """The contest as its log has it."""
        return replay(rules_of(self.row()), self.events())

    def right(self) -> tuple[str, list[str]]:
        """The type of the question that is on, and the options that are right."""
        asking = self.play().state.question
        assert asking is not None
        with self.site.session() as session:
            (question,) = questions_of(session, [asking.slot.ref]).values()
        keys = correct_answer(question)
        assert isinstance(keys, list)
        return asking.slot.type, keys

    def row(self) -> Contest:
        """The contest as it is on disk."""
        with self.site.session() as session:
            return session.get_one(Contest, self.contest)


def _members(names: Sequence[str], team: int, captains: Sequence[str]) -> list[MemberPlan]:
    guests = [MemberPlan(name) for name in names]
    return [MemberPlan(person=captains[team]), *guests[1:]] if captains else guests


@dataclass
class Host:
    """The host's connection: not a page, so that tests of other pages don't depend on that one."""

    port: int
    ticket: str
    public: dict[str, Any] = field(default_factory=dict)
    own: dict[str, Any] = field(default_factory=dict)
    _socket: ClientConnection | None = None
    _open: ExitStack = field(default_factory=ExitStack)

    def do(self, kind: str, **data: Any) -> None:
        """Give a command, which has to be accepted; returns when its state has come."""
        reply = self.ask(kind, **data)
        assert reply["t"] == "ok", (kind, data, reply, self.public.get("phase"))
        self._hear(lambda message: message.get("t") == "own" and message["seq"] >= reply["seq"])

    def ask(self, kind: str, **data: Any) -> dict[str, Any]:
        """Give a command; the reply."""
        self.look()
        sign = secrets.token_hex(8)
        message = {"t": "do", "id": sign, "type": kind, "step": self.public["step"], "data": data}
        self._connected().send(json.dumps(message))
        return self._hear(lambda message: message.get("id") == sign)

    def mute(self, on: bool) -> None:
        """Sound of the big screens off or on."""
        self._connected().send(json.dumps({"t": "mute", "on": on}))

    def look(self) -> dict[str, Any]:
        """The present state, from a connection that is new."""
        self.leave()
        self._connected()
        self._hear(lambda message: message["t"] == "own")
        return self.public

    def until(self, *phases: str) -> dict[str, Any]:
        """Wait for one of these phases."""
        while self.look()["phase"] not in phases:
            self._hear(lambda message: message["t"] == "state")
        return self.public

    def leave(self) -> None:
        """Close the connection."""
        self._open.close()
        self._socket = None

    def _connected(self) -> ClientConnection:
        if self._socket is None:
            address = f"ws://127.0.0.1:{self.port}/"
            self._socket = self._open.enter_context(connect(address, compression=None))
            hello = {"t": "hello", "ticket": self.ticket, "lang": "en"}
            self._socket.send(json.dumps(hello))
        return self._socket

    def _hear(self, wanted: Callable[[dict[str, Any]], bool]) -> dict[str, Any]:
        end = monotonic() + PATIENCE_S
        while True:
            # It is asked for its clock again and again, also if nothing else happens.
            message = json.loads(self._connected().recv(max(0.0, end - monotonic())))
            if message["t"] == "ping":
                pong = {"t": "pong", "n": message["n"], "clock": monotonic() * 1000}
                self._connected().send(json.dumps(pong))
            elif message["t"] == "state":
                self.public = message["public"]
            elif message["t"] == "own":
                self.own = message["own"]
            if wanted(message):
                return dict(message)

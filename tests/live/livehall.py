"""A hall for tests: live processes on a real database, and pages that are connected to them."""

from __future__ import annotations

import asyncio
import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from school import School
from sqlalchemy.orm import Session
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed

from quizengine.domain.contest.events import Event
from quizengine.services.access import Actor, load_actor
from quizengine.services.stage_log import contest_log
from quizengine.services.stage_tickets import join_audience, take_seat
from quizengine.services.tickets import Ticket, TicketRole, issue_ticket, read_ticket
from quizengine.storage.models import Contest, ContestTeam
from quizengine.storage.site import open_database

ROOT = Path(__file__).parents[2]
SECRET = "not-secret"
# A busy machine is no fault of the server.
PATIENCE_S = 30.0
_NEVER = threading.Event()
_opened: list[Page] = []

T = TypeVar("T")


def perform(play: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run it to its end, and close all pages that it has opened."""

    async def whole() -> T:
        try:
            return await play()
        finally:
            await asyncio.gather(*(page.close() for page in _opened))
            _opened.clear()

    return asyncio.run(whole())


# Where util-linux is at hand, servers end with the tests, even if those are killed.
_TIED = ("setpriv", "--pdeathsig", "TERM") if shutil.which("setpriv") else ()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class LiveSite:
    """A database of its own, and the live servers on it, each at its port."""

    folder: Path
    school: School
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    _running: dict[int, subprocess.Popen[bytes]] = field(default_factory=dict)

    def start(self, port: int | None = None) -> None:
        """Start a server; returns when it can be connected to."""
        port = port or self.port
        with (self.folder / "live.log").open("ab") as log:
            self._running[port] = subprocess.Popen(
                [*_TIED, sys.executable, "-m", "quizengine", "live", "--bind", f"127.0.0.1:{port}"],
                env=self.environment(),
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        end = time.monotonic() + PATIENCE_S
        while not _listens(port):
            assert self._running[port].poll() is None, self.log()
            assert time.monotonic() < end, f"the live server does not start: {self.log()}"
            _NEVER.wait(0.05)

    def kill_worker(self, port: int | None = None) -> None:
        """Kill the process that serves; another one takes its place by itself."""
        os.kill(self.worker(port), signal.SIGKILL)

    def worker(self, port: int | None = None) -> int:
        """The process that serves."""
        parent = self._running[port or self.port].pid
        end = time.monotonic() + PATIENCE_S
        while not (found := Path(f"/proc/{parent}/task/{parent}/children").read_text().split()):
            assert time.monotonic() < end, "no process serves"
            _NEVER.wait(0.01)
        return int(found[0])

    def kill(self, port: int | None = None) -> None:
        """End a server with all its processes as a power failure would."""
        server = self._running.pop(port or self.port)
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()

    def stop(self, port: int | None = None) -> int:
        """End a server as `quizengine serve` does; its exit code."""
        server = self._running.pop(port or self.port)
        server.terminate()
        return server.wait(PATIENCE_S)

    def close(self) -> None:
        """End what is running."""
        for port in list(self._running):
            self.kill(port)

    def environment(self) -> dict[str, str]:
        """Of its processes."""
        own = {k: v for k, v in os.environ.items() if not k.startswith("QUIZENGINE_")}
        return {
            **own,
            "QUIZENGINE_INSTANCE": str(self.folder),
            "QUIZENGINE_SECRET_KEY": SECRET,
            "QUIZENGINE_LANGUAGE": "en",
            **self.settings,
        }

    def log(self) -> str:
        """What the processes have said."""
        return (self.folder / "live.log").read_text(encoding="utf-8")

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session on the database, beside the running processes."""
        engine, sessions = open_database(f"sqlite:///{self.folder / 'quizengine.db'}")
        try:
            with sessions() as session:
                yield session
        finally:
            engine.dispose()


@dataclass
class Hall:
    """A contest of the site."""

    site: LiveSite
    contest: int
    organizer: int

    @property
    def port(self) -> int:
        """Of the site's server."""
        return self.site.port

    def events(self) -> list[Event]:
        """The log as it is on disk."""
        with self.site.session() as session:
            return list(contest_log(session, self.contest))

    def row(self) -> Contest:
        """The contest as it is on disk."""
        with self.site.session() as session:
            return session.get_one(Contest, self.contest)

    def actor(self, session: Session) -> Actor:
        """The organizer."""
        return load_actor(session, self.organizer)

    def host(self) -> str:
        """The ticket of a host."""
        return self.signed("host", self.organizer, name="孙丽")

    def signed(self, role: TicketRole, number: int = 0, version: int = 0, name: str = "") -> str:
        """Any ticket of this contest."""
        return issue_ticket(SECRET, Ticket(self.contest, role, number, version, name))

    def by_code(self, role: TicketRole) -> str:
        """The ticket of a judge or a big screen that came by the code."""
        return self.signed(role, 0, self.row().codes_version)

    def seat(self, number: int) -> str:
        """The ticket of a device that takes the seat of the team with this number."""
        with self.site.session() as session:
            team = session.query(ContestTeam).filter_by(contest_id=self.contest, number=number)
            return issue_ticket(SECRET, take_seat(session, team.one().code))

    def join(self, name: str) -> str:
        """The ticket of somebody in the audience."""
        with self.site.session() as session:
            contest = session.get_one(Contest, self.contest)
            ticket = join_audience(session, contest.created_at, contest.join_code, name)
            return issue_ticket(SECRET, ticket)


@dataclass
class Page:
    """A page: it keeps what it was told last, and answers pings as soon as they come."""

    socket: ClientConnection
    public: dict[str, Any] = field(default_factory=dict)
    own: dict[str, Any] = field(default_factory=dict)
    seq: int = -1
    own_seq: int = -1
    bye: dict[str, Any] | None = None
    muted: bool | None = None
    closed: bool = False
    pong: bool = True
    heard: list[dict[str, Any]] = field(default_factory=list)
    _replies: dict[str, dict[str, Any]] = field(default_factory=dict)
    _news: asyncio.Condition = field(default_factory=asyncio.Condition)
    _reader: asyncio.Task[None] | None = None

    @classmethod
    async def open(cls, port: int, ticket: str, lang: str = "en", *, wait: bool = True) -> Page:
        """Connected, and by default shown the state."""
        page = cls(await connect(f"ws://127.0.0.1:{port}/", compression=None, ping_interval=None))
        _opened.append(page)
        page._reader = asyncio.create_task(page._read())
        await page.say({"t": "hello", "ticket": ticket, "lang": lang})
        if wait:
            await page.until(lambda: page.public)
            if read_ticket(SECRET, ticket).role != "screen":
                await page.until(lambda: page.own)
        return page

    async def say(self, message: dict[str, Any]) -> None:
        """Send a message."""
        await self.socket.send(json.dumps(message))

    async def do(
        self, kind: str, *, id: str | None = None, step: int | None = None, **data: Any
    ) -> dict[str, Any]:
        """Give a command; the reply."""
        id = id or secrets.token_hex(8)
        self._replies.pop(id, None)
        step = self.public["step"] if step is None else step
        await self.say({"t": "do", "id": id, "type": kind, "step": step, "data": data})
        return await self.reply(id)

    async def ok(self, kind: str, **data: Any) -> int:
        """Give a command that is accepted; the number of its event, once it is shown here."""
        reply = await self.do(kind, **data)
        assert reply["t"] == "ok", (kind, reply)
        await self.until(lambda: self.seq >= reply["seq"])
        return int(reply["seq"])

    async def answer(self, question: str, answer: Any, id: str | None = None) -> dict[str, Any]:
        """An answer of the audience; the reply."""
        id = id or secrets.token_hex(8)
        await self.say({"t": "audience", "id": id, "question": question, "answer": answer})
        return await self.reply(id)

    async def reply(self, id: str) -> dict[str, Any]:
        """The reply to the message with this id."""
        await self.until(lambda: id in self._replies)
        return self._replies[id]

    async def until(self, look: Callable[[], Any], seconds: float = PATIENCE_S) -> Any:
        """Wait until it is true."""
        async with asyncio.timeout(seconds), self._news:
            while not (found := look()):
                await self._news.wait()
        return found

    async def phase(self, *phases: str) -> None:
        """Wait until the contest is in one of these phases."""
        await self.until(lambda: self.public.get("phase") in phases)

    async def close(self) -> None:
        """Leave."""
        await self.socket.close()
        await self.socket.wait_closed()
        if self._reader:
            await self._reader

    async def _read(self) -> None:
        try:
            async for raw in self.socket:
                await self._hear(json.loads(raw))
        except ConnectionClosed:
            pass
        async with self._news:
            self.closed = True
            self._news.notify_all()

    async def _hear(self, message: dict[str, Any]) -> None:
        kind = message["t"]
        if kind == "ping" and self.pong:
            clock = time.perf_counter() * 1000
            await self.say({"t": "pong", "n": message["n"], "clock": clock})
        async with self._news:
            self.heard.append(message)
            match kind:
                case "state":
                    self.public, self.seq = message["public"], message["seq"]
                case "own":
                    self.own, self.own_seq = message["own"], message["seq"]
                case "ok" | "no":
                    self._replies[message["id"]] = message
                case "bye":
                    self.bye = message
                case "mute":
                    self.muted = message["on"]
            self._news.notify_all()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0

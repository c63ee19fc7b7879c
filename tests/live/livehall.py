"""A hall for tests: live processes on a real database, and pages that are connected to them."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from school import School
from serving import PATIENCE_S, ROOT, START_S, TIED, free_port, until
from sqlalchemy.orm import Session

from quizengine.domain.contest.events import Event
from quizengine.services.access import Actor, load_actor
from quizengine.services.stage_log import contest_log
from quizengine.services.stage_tickets import join_audience, take_seat
from quizengine.services.tickets import Ticket, TicketRole, issue_ticket
from quizengine.storage.models import Contest, ContestTeam
from quizengine.storage.site import open_database

SECRET = "not-secret"


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
                [*TIED, sys.executable, "-m", "quizengine", "live", "--bind", f"127.0.0.1:{port}"],
                env=self.environment(),
                cwd=ROOT,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        until(lambda: self._listens(port), "the live server to start", START_S)

    def _listens(self, port: int) -> bool:
        assert self._running[port].poll() is None, self.log()
        return _listens(port)

    def kill_worker(self, port: int | None = None) -> None:
        """Kill the process that serves; another one takes its place by itself."""
        os.kill(self.worker(port), signal.SIGKILL)

    def worker(self, port: int | None = None) -> int:
        """The process that serves."""
        parent = self._running[port or self.port].pid
        children = Path(f"/proc/{parent}/task/{parent}/children")
        return int(until(lambda: children.read_text().split(), "a process that serves")[0])

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
        own = f"sqlite:///{self.folder / 'quizengine.db'}"
        engine, sessions = open_database(self.settings.get("QUIZENGINE_DATABASE_URL", own))
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


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0

"""A real `quizengine serve` in processes of its own, on a folder of its own."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from serving import PATIENCE_S, ROOT, START_S, TIED, free_port, until
from sqlalchemy.orm import Session

from quizengine.storage.site import open_database

BANK = ROOT / "question_bank"


@dataclass
class Site:
    """A site whose own data are in `folder`; `settings` are named as in the environment."""

    folder: Path
    workers: int = 1
    settings: dict[str, str] = field(default_factory=dict)
    port: int = field(default_factory=free_port)
    live_port: int = field(default_factory=free_port)
    _server: subprocess.Popen[bytes] | None = None
    _others: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it is served."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def bank(self) -> Path:
        """Its bank folder."""
        return Path(self.settings.get("QUIZENGINE_BANK", BANK))

    def copied_to(self, folder: Path, **changes: str) -> Site:
        """A site of its own with the same data; this one must not be running."""
        assert self._server is None
        shutil.copytree(self.folder, folder)
        return Site(folder, settings={**self.settings, **changes})

    def command(self, *words: str) -> None:
        """Run a command of the site to its end."""
        with self._log() as log:
            subprocess.run(self._words(*words), check=True, **self._process(log))  # type: ignore[call-overload]

    def output(self, *words: str) -> str:
        """Run a command of the site to its end; what it has printed."""
        with self._log() as log:
            settings = {**self._process(log), "stdout": subprocess.PIPE, "stderr": log}
            done = subprocess.run(self._words(*words), check=True, text=True, **settings)  # type: ignore[call-overload]
        return str(done.stdout)

    def start(self) -> None:
        """Serve; returns when pages can be asked for."""
        place = ("--bind", f"127.0.0.1:{self.port}", "--workers", str(self.workers))
        self._server = self._begin("serve", *place)
        until(self._ready, "the server to start", START_S)

    def start_clock(self) -> None:
        """A further clock beside the server's own."""
        self._others.append(self._begin("clock"))

    def kill(self) -> None:
        """End the server with all its processes as a power failure would."""
        assert self._server is not None
        os.killpg(self._server.pid, signal.SIGKILL)
        self._server.wait()
        self._server = None

    def interrupt(self) -> int:
        """What Ctrl+C in the terminal does; the id of the group of processes that has ended."""
        assert self._server is not None
        group = self._server.pid
        os.killpg(group, signal.SIGINT)
        assert self._server.wait(PATIENCE_S) == 0
        self._server = None
        return group

    def close(self) -> None:
        """End what is running; nothing is left behind."""
        for process in filter(None, (self._server, *self._others)):
            process.terminate()
            try:
                process.wait(PATIENCE_S)
            finally:
                # Only what the test has killed in a way that nothing could end its helpers.
                _kill_group(process.pid)
        self._server = None
        self._others.clear()

    @contextmanager
    def session(self) -> Iterator[Session]:
        """A session on the site's database, beside the running server."""
        engine, sessions = open_database(f"sqlite:///{self.folder / 'quizengine.db'}")
        try:
            with sessions() as session:
                yield session
        finally:
            engine.dispose()

    def log_text(self) -> str:
        """What the server has said."""
        path = self.folder / "server.log"
        return path.read_text(encoding="utf-8") if path.exists() else ""

    def _begin(self, *words: str) -> subprocess.Popen[bytes]:
        with self._log() as log:
            return subprocess.Popen(
                [*TIED, *self._words(*words)],
                start_new_session=True,
                **self._process(log),  # type: ignore[call-overload]
            )

    def _words(self, *words: str) -> list[str]:
        return [sys.executable, "-m", "quizengine", *words]

    def _process(self, log: object) -> dict[str, object]:
        own = {k: v for k, v in os.environ.items() if not k.startswith("QUIZENGINE_")}
        environment = {
            **own,
            "QUIZENGINE_INSTANCE": str(self.folder),
            "QUIZENGINE_BANK": str(BANK),
            "QUIZENGINE_THEMES": str(ROOT / "themes"),
            "QUIZENGINE_LIVE_PORT": str(self.live_port),
            **self.settings,
        }
        return {"env": environment, "cwd": ROOT, "stdout": log, "stderr": subprocess.STDOUT}

    @contextmanager
    def _log(self) -> Iterator[object]:
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / "server.log").open("ab") as log:
            yield log

    def _ready(self) -> bool:
        assert self._server is not None
        assert self._server.poll() is None, self.log_text()
        try:
            with urllib.request.urlopen(f"{self.url}/readyz", timeout=PATIENCE_S) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError):
            return False


def _kill_group(leader: int) -> None:
    try:
        os.killpg(leader, signal.SIGKILL)
    except ProcessLookupError:
        return

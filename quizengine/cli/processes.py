"""Processes that `quizengine serve` keeps running beside itself, and the ports that they need."""

from __future__ import annotations

import socket
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import click

from quizengine.settings import Settings

# Before a process that has ended is started again.
AGAIN_S = 0.3
STOP_S = 10
_BACKLOG = 4096


@dataclass(frozen=True)
class Child:
    """A command of quizengine; `listening` is a socket that it takes over."""

    words: tuple[str, ...]
    listening: socket.socket | None = None

    def start(self) -> subprocess.Popen[bytes]:
        """Its standard input ends with this process, however that ends."""
        files = (self.listening.fileno(),) if self.listening else ()
        given = ("--fd", str(files[0])) if files else ()
        return subprocess.Popen(
            [sys.executable, "-m", "quizengine", *self.words, *given],
            stdin=subprocess.PIPE,
            pass_fds=files,
        )


@contextmanager
def kept_running(children: Sequence[Child]) -> Iterator[None]:
    """Each as a process of its own, started again should it end."""
    stopping = threading.Event()
    running: dict[int, subprocess.Popen[bytes]] = {}

    def watch(number: int, child: Child) -> None:
        while not stopping.is_set():
            with child.start() as process:
                running[number] = process
                process.wait()
            stopping.wait(AGAIN_S)

    threads = [
        threading.Thread(target=watch, args=pair, daemon=True) for pair in enumerate(children)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stopping.set()
        for process in list(running.values()):
            process.terminate()
        for thread in threads:
            thread.join(timeout=STOP_S)


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there; ends the command if the port can't be used.

    It is handed down to the processes that serve it. While one of them is started again, those
    who connect wait instead of being refused.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
        listening.listen(_BACKLOG)
    except (OSError, OverflowError) as error:
        listening.close()
        reason = error.strerror if isinstance(error, OSError) else error
        raise click.ClickException(
            f"Live contests: {host}:{port} can't be used: {reason}. "
            "The setting LIVE_PORT names another port."
        ) from error
    return listening


def require_redis(config: Settings, live_processes: int) -> None:
    """End the command if live processes could not hear of one another."""
    if live_processes > 1 and not config.redis_url:
        raise click.ClickException(
            "Several live processes need Redis to hear of one another: the setting REDIS_URL is "
            "empty."
        )


def address(bind: str | None, port: int) -> tuple[str, int]:
    """Host and port of `--bind`; this machine alone, at `port`, without one."""
    host, _, number = (bind or f"127.0.0.1:{port}").rpartition(":")
    if not number.isdigit():
        raise click.BadParameter("write HOST:PORT", param_hint="--bind")
    return host.strip("[]") or "127.0.0.1", int(number)

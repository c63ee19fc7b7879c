"""Processes that `quizengine serve` keeps running beside itself, and the ports that they need."""

from __future__ import annotations

import logging
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import click

from quizengine.settings import Settings

# Before a process that has ended is started again.
AGAIN_S = 0.3
STOP_S = 10
_BACKLOG = 4096


@contextmanager
def kept_running(work: Callable[[int], None]) -> Iterator[None]:
    """`work` in a process of its own, started again should it end.

    It gets a file that ends with this process, however that ends. The process is a fork: all that
    this one has loaded is there at once, and the memory of it is shared.
    """
    ours, theirs = os.pipe()
    # Held by one more process, the file would not end with this one. A process of that process
    # has nothing to let go: the number may stand for another file there.
    held = [theirs]
    os.register_at_fork(after_in_child=lambda: os.close(held.pop()) if held else None)
    stopping = threading.Event()
    running: list[int] = []

    def watch() -> None:
        while not stopping.is_set():
            running.append(_forked(work, ours))
            os.waitpid(running[-1], 0)
            running.pop()
            stopping.wait(AGAIN_S)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        stopping.set()
        for process in tuple(running):
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGTERM)
        thread.join(timeout=STOP_S)
        os.close(ours)


def _forked(work: Callable[[int], None], parent: int) -> int:
    process = os.fork()
    if process:
        return process
    code = 1
    try:
        work(parent)
        code = 0
    except Exception:
        logging.getLogger("quizengine").exception("a process beside the server has ended")
    finally:
        # Neither the clean-up of the server nor that of its thread is this process's business.
        os._exit(code)


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

"""`quizengine clock`: what happens at its time without anybody's act."""

from __future__ import annotations

import logging
import os
import signal
import threading

import click
from sqlalchemy.orm import Session, sessionmaker

from quizengine.cli.context import now, settings
from quizengine.services.checkpoint_sending import send_due
from quizengine.services.clock import tick
from quizengine.settings import Settings
from quizengine.storage.site import open_database

log = logging.getLogger("quizengine.clock")

TICK_S = 1.0
SEND_S = 20.0


@click.command()
def clock() -> None:
    """Close sittings whose time is up, enter absences, draw papers, reload the bank.

    `quizengine serve` runs one; several, also on several machines, do no harm.
    """
    keep_time(settings())


def keep_time(config: Settings, parent: int | None = None) -> None:
    """The rounds of the clock, until SIGTERM or SIGINT, or until the file `parent` ends."""
    logging.basicConfig(level=logging.INFO)
    stopping = threading.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        signal.signal(name, lambda *_: stopping.set())
    if parent is not None:
        threading.Thread(target=_end_with, args=(parent, stopping), daemon=True).start()
    engine, sessions = open_database(config.url)
    sender = threading.Thread(target=_send, args=(sessions, config, stopping), daemon=True)
    sender.start()
    while not stopping.is_set():
        try:
            tick(sessions, now(), config)
        except Exception:
            # Whatever it was (a busy database, a full disk): the clock must go on.
            log.exception("a round of the clock failed")
        stopping.wait(TICK_S)
    sender.join(SEND_S)
    engine.dispose()


def _end_with(parent: int, stopping: threading.Event) -> None:
    os.read(parent, 1)
    stopping.set()


def _send(sessions: sessionmaker[Session], config: Settings, stopping: threading.Event) -> None:
    """Send checkpoints, beside the clock: a mail server that hangs keeps no exam open."""
    while not stopping.is_set():
        try:
            with sessions() as session:
                send_due(session, now(), config)
        except Exception:
            log.exception("sending checkpoints failed")
        stopping.wait(SEND_S)

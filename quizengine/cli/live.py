"""`quizengine live`: the server of live contests."""

from __future__ import annotations

import logging
import socket

import click

from quizengine.cli.context import database, settings
from quizengine.cli.processes import address, listen
from quizengine.live.server import run
from quizengine.storage.site import open_database


@click.command()
@click.option("--bind", help="HOST:PORT; by default this machine alone, at the live port setting.")
@click.option("--fd", type=int, hidden=True, help="A listening socket that `serve` hands down.")
def live(bind: str | None, fd: int | None) -> None:
    """Serve live contests: `quizengine serve` runs one.

    Several share a contest if the setting REDIS_URL is there, also on several machines.
    """
    config = settings()
    logging.basicConfig(level=logging.INFO)
    with database(config):
        # The database is there, and of this version.
        pass
    if fd is None:
        listening = listen(*address(bind, config.live_port_used))
    else:
        listening = socket.socket(fileno=fd)
    engine, sessions = open_database(config.url)
    try:
        with listening:
            run(config, engine, sessions, listening, with_parent=fd is not None)
    finally:
        engine.dispose()

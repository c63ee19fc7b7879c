"""`quizengine live`: the server of live contests."""

from __future__ import annotations

import logging
import socket

import click

from quizengine.cli.context import database, settings
from quizengine.cli.processes import address, listen, require_redis
from quizengine.live.processes import Family
from quizengine.live.server import run
from quizengine.settings import Settings
from quizengine.storage.site import open_database


@click.command()
@click.option("--bind", help="HOST:PORT; by default this machine alone, at the live port setting.")
@click.option(
    "--processes",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Several share the port; they need Redis.",
)
def live(bind: str | None, processes: int) -> None:
    """Serve live contests: `quizengine serve` runs this.

    Several servers, also on several machines, share a contest if the setting REDIS_URL is there.
    """
    config = settings()
    require_redis(config, processes)
    logging.basicConfig(level=logging.WARNING)
    with database(config):
        # The database is there, and of this version.
        pass
    with listen(*address(bind, config.live_port_used)) as listening:
        serve_live(config, processes, listening)


def serve_live(
    config: Settings, processes: int, listening: socket.socket, above: tuple[int, ...] = ()
) -> None:
    """Serve live contests at a socket until told to end, or until one of the files `above` ends."""

    def work(parent: int) -> None:
        engine, sessions = open_database(config.url)
        run(config, engine, sessions, listening, (parent, *above))
        engine.dispose()

    Family(processes, work).run()

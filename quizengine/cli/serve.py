"""`quizengine serve`: the production server."""

from __future__ import annotations

import csv
import logging
import os
import signal
import socket
import threading
from collections.abc import Sequence
from dataclasses import replace
from functools import partial

import click
from granian.constants import Interfaces
from granian.server import Server

from quizengine.cli.clock import keep_time
from quizengine.cli.context import database, now, settings
from quizengine.cli.lazy import load
from quizengine.cli.live import serve_live
from quizengine.cli.processes import address, kept_running, listen, require_redis
from quizengine.domain.problems import Problem
from quizengine.services.bank import stored_problems, sync_bank, sync_if_changed
from quizengine.settings import PREFIX, Settings

# Answers of many members wait for the disk at once; threads are cheap while they wait.
THREADS = 64
APP = "quizengine.app"
DEMO_LOGINS = "demo-logins.csv"
DEMO_TOKEN = "demo-token.txt"
# What a worker is given to end; it may wait for ever once it has been told twice.
STOP_S = 5


@click.command()
@click.option("--bind", help="HOST:PORT; by default this machine alone, at the port setting.")
@click.option("--workers", default=1, show_default=True, help="Processes that serve pages.")
@click.option(
    "--live-processes",
    type=click.IntRange(1),
    default=1,
    show_default=True,
    help="Processes that serve live contests; several need Redis.",
)
def serve(bind: str | None, workers: int, live_processes: int) -> None:
    """Serve the site and its live contests, and run its clock."""
    config = settings()
    host, port = address(bind, config.port)
    _require_free(host, port)
    _require_theme(config)
    # The other processes of the site go by the settings of this one.
    config = replace(config, port=port)
    os.environ[f"{PREFIX}PORT"] = str(port)
    require_redis(config, live_processes)
    listening = listen(host, config.live_port_used)
    _migrate(config)
    # It warns of more threads than cores; ours wait for the disk, see THREADS.
    logging.getLogger("_granian").addFilter(lambda record: "Python threads" not in record.msg)
    server = Server(
        f"{APP}:create_app",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=THREADS,
        log_access=False,
        websockets=False,
        respawn_failed_workers=True,
        workers_kill_timeout=STOP_S,
    )
    _interrupt_alone()
    # Screens of a contest wait for the live server alone: it is there while the bank is read.
    live = partial(_live, config, live_processes, listening)
    with listening, kept_running(live):
        _serve_changed_bank(config)
        # Once for all: processes that serve pages are forks of this one.
        load(APP)
        with kept_running(partial(keep_time, config)):
            click.echo(f"quizengine: http://{host}:{port}")
            _tell_demo(config)
            server.serve()


def _live(config: Settings, processes: int, listening: socket.socket, parent: int) -> None:
    logging.basicConfig(level=logging.WARNING)
    serve_live(config, processes, listening, (parent,))


def _interrupt_alone() -> None:
    """Let Ctrl+C end this process alone, which then ends the others, each once.

    A terminal interrupts all of them at once. Called before anything else is started: threads and
    processes of this one inherit that they don't hear of it.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})

    def pass_on() -> None:
        signal.sigwait({signal.SIGINT})
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=pass_on, daemon=True).start()


def _require_theme(config: Settings) -> None:
    """End the command if there is no such theme: a worker that ends would be started for ever."""
    if not (config.themes / config.theme / "theme.yaml").is_file():
        raise click.ClickException(
            f"setting THEME: there is no theme {config.theme!r} in {config.themes}."
        )


def _require_free(host: str, port: int) -> None:
    """End the command if somebody listens there: two servers could share the port unnoticed."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        # As the server itself will do: a port that was closed a moment ago is free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise click.ClickException(f"{host}:{port} can't be used: {error.strerror}") from error


def _tell_demo(config: Settings) -> None:
    """Demo logins by role, if this site was filled by `quizengine demo`."""
    path = config.instance / DEMO_LOGINS
    if not path.exists():
        return
    with path.open(newline="", encoding="utf-8-sig") as file:
        first: dict[tuple[str, str], dict[str, str]] = {}
        for row in csv.DictReader(file):
            first.setdefault((row["role"], row["tiers"]), row)
    click.echo(f"demo logins (all of them: {path}):")
    for row in first.values():
        what = f"{row['role']} {row['tiers']}".strip()
        click.echo(f"  {row['login']:<12} {row['password']:<18} {what}")
    click.echo("demo contests: sign in as organizer and choose 竞赛 (Contests). On a stage, one is")
    click.echo("  ready to begin, all its screens linked on one page, and one can be replayed.")
    click.echo("  Online contests are open: m00001 finds them under 我的竞赛 (My contests).")
    click.echo(f"demo token for other offices' programs (docs/api.md): {path.parent / DEMO_TOKEN}")


def prepare(config: Settings) -> None:
    """Bring the database to this version and serve the bank folder."""
    _migrate(config)
    _serve_bank(config)


def _migrate(config: Settings) -> None:
    with database(config, migrate=True):
        pass


def _serve_bank(config: Settings) -> None:
    with database(config) as session:
        at = now()
        problems = sync_bank(session, at, at.astimezone(config.zone).date(), config.bank)
    _tell_errors(problems)


def _serve_changed_bank(config: Settings) -> None:
    """As `_serve_bank`, but a folder that was read today is not read again: a killed site is back
    sooner."""
    with database(config) as session:
        at = now()
        sync_if_changed(session, at, at.astimezone(config.zone).date(), config.bank)
        problems = stored_problems(session)
    _tell_errors(problems)


def _tell_errors(problems: Sequence[Problem]) -> None:
    errors = sum(problem.severity == "error" for problem in problems)
    if errors:
        click.echo(
            f"The bank has {errors} errors, so the last good one is served: see bank lint.",
            err=True,
        )


@click.command()
def upgrade() -> None:
    """Bring the database to this version, and serve the bank folder."""
    prepare(settings())

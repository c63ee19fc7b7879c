"""`quizengine demo`: a living site in an empty database."""

from __future__ import annotations

import csv
from datetime import timedelta
from pathlib import Path

import click

from quizengine.cli.context import database, now, refusals, settings
from quizengine.cli.serve import DEMO_LOGINS, DEMO_TOKEN, prepare
from quizengine.domain.text import Refused
from quizengine.services.demo import make_demo, require_empty
from quizengine.services.demo_certificates import demo_token, issue_certificates
from quizengine.services.demo_people import PASSWORD, DemoLogin
from quizengine.services.passwords import hash_password


@click.command()
@click.option("--members", default=300, show_default=True, type=click.IntRange(1, 100_000))
@click.option("--logins", type=click.Path(path_type=Path, dir_okay=False), help="CSV to write.")
@click.option("--if-empty", is_flag=True, help="Do nothing if there are people already.")
def demo(members: int, logins: Path | None, if_empty: bool) -> None:
    """Fill an empty database with invented people and exams."""
    config = settings()
    prepare(config)
    with database(config) as session:
        try:
            require_empty(session)
        except Refused:
            if if_empty:
                return
            raise
        paths = [path for path in (config.instance / DEMO_LOGINS, logins) if path is not None]
        with refusals():
            for path in paths:
                path.touch()
        make_demo(
            session,
            now(),
            config.zone,
            timedelta(seconds=config.grace_s),
            members,
            hash_password(PASSWORD),
            lambda step: click.echo(f"demo: {step} …", err=True),
            lambda made: _write(paths, made),
        )
        click.echo("demo: certificates, token …", err=True)
        issue_certificates(session, now(), config.zone, config.instance)
        token = config.instance / DEMO_TOKEN
        token.touch(mode=0o600)
        token.write_text(f"{demo_token(session, now())}\n", encoding="utf-8")


def _write(paths: list[Path], logins: list[DemoLogin]) -> None:
    # For programs: with a byte order mark, many would take it for a part of the first name.
    for path in paths:
        with path.open("w", newline="", encoding="utf-8") as file:
            writer = csv.writer(file)
            writer.writerow(["login", "password", "role", "unit", "tiers"])
            writer.writerows([e.login, e.password, e.role, e.unit, e.tiers] for e in logins)

"""The commands."""

from __future__ import annotations

import click

from quizengine import __version__
from quizengine.cli.appraisal import appraisal
from quizengine.cli.assemble import assemble
from quizengine.cli.backup import backup, restore
from quizengine.cli.bank import bank
from quizengine.cli.bench import bench
from quizengine.cli.contest import contest
from quizengine.cli.demo import demo
from quizengine.cli.grade import grade
from quizengine.cli.ledger import ledger
from quizengine.cli.live import live
from quizengine.cli.people import people
from quizengine.cli.serve import clock, serve, upgrade


@click.group()
@click.version_option(__version__)
def main() -> None:
    """Confidentiality education: banks, exams, ledger."""


for _command in (
    appraisal,
    assemble,
    backup,
    bank,
    bench,
    clock,
    contest,
    demo,
    grade,
    ledger,
    live,
    people,
    restore,
    serve,
    upgrade,
):
    main.add_command(_command)

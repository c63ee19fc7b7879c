"""`quizengine contest lottery-check`."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from quizengine.cli.context import translator
from quizengine.domain.mass_lottery import check
from quizengine.domain.text import N_, Text


@click.command("lottery-check")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
def lottery_check(file: Path) -> None:
    """Compute the draw in FILE again: the record that the page of an online contest offers.

    Needs no database: anybody can run it anywhere. Exit 1, with what is wrong, if seed, list and
    winners do not fit together.
    """
    try:
        record = json.loads(file.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError):
        record = None
    faults = check(record)
    for fault in faults:
        click.echo(fault.render(translator()), err=True)
    if faults:
        sys.exit(1)
    values = {"entries": len(record["entries"]), "winners": len(record["winners"])}
    text = Text(N_("The draw is right: %(winners)s winners out of %(entries)s entries."), values)
    click.echo(text.render(translator()))
    for number, winner in enumerate(record["winners"], start=1):
        prize = record["prizes"][winner["prize"]]["title"]
        click.echo(f"{number}. {winner['entry']}  {prize}")

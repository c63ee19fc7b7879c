"""`quizengine bench`: measure this machine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import click

# Measurements are no part of what is installed: they stand beside the package in a checkout.
_FOLDER = Path(__file__).parents[2] / "benchmarks"
_NAMES = {
    "answers": "answers",
    "assembly": "assembly",
    "bank": "bank",
    "fanout": "fanout",
    "buzzer": "buzzer_fairness",
    "ledger": "ledger",
    "stampede": "stampede",
}


@click.command()
@click.argument("name", type=click.Choice(sorted(_NAMES)))
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--members", type=click.IntRange(1), help="`stampede`: how many begin at once.")
def bench(name: str, as_json: bool, members: int | None) -> None:
    """Run one benchmark on this machine alone.

    `answers` (saving them), `assembly` (papers), `bank` (loading, twins), `fanout` (live
    contests), `buzzer` (fairness), `ledger` (writing, verifying, appraising), `stampede` (everybody
    begins an exam, everybody's time is up).

    Works in a checkout; nothing of the site is read or changed.
    """
    if not (_FOLDER / f"{_NAMES[name]}.py").is_file():
        raise click.ClickException("Benchmarks are not installed: run this in a checkout.")
    if members is not None and name != "stampede":
        raise click.UsageError("--members is for stampede.")
    words = [sys.executable, "-m", f"benchmarks.{_NAMES[name]}"]
    words += ["--json"] if as_json else []
    words += ["--members", str(members)] if members is not None else []
    sys.exit(subprocess.call(words, cwd=_FOLDER.parent))

"""`quizengine bank …`."""

from __future__ import annotations

import json
from pathlib import Path

import click

from quizengine.bank.jsonschema import (
    appraisal_schema,
    bank_schema,
    blueprint_schema,
    checklist_schema,
    contest_schema,
    duty_schema,
)
from quizengine.bank.loader import load_bank
from quizengine.bank.stats import bank_stats
from quizengine.cli.bank_content import laws, twins
from quizengine.cli.bank_exchange import export, import_
from quizengine.cli.bank_writing import diff, format_, new, watch
from quizengine.cli.context import database, now, settings
from quizengine.cli.problemlines import problem_line
from quizengine.domain.problems import Problem
from quizengine.services.bank import sync_bank

_path = click.argument(
    "path", type=click.Path(path_type=Path, file_okay=False), required=False, default=None
)


@click.group()
def bank() -> None:
    """The question bank."""


for command in (import_, export, format_, new, diff, watch, twins, laws):
    bank.add_command(command)


@bank.command()
@_path
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="Lines for people, or one JSON object.",
)
def lint(path: Path | None, form: str) -> None:
    """Check the bank in PATH; exit 1 if there is any error."""
    config = settings()
    today = now().astimezone(config.zone).date()
    problems = load_bank(path or config.bank, today).problems
    if form == "json":
        data = {"problems": [problem.to_data() for problem in problems]}
        click.echo(json.dumps(data, ensure_ascii=False, indent=1))
    else:
        for problem in problems:
            click.echo(problem_line(problem))
        click.echo(_summary(problems))
    if any(problem.severity == "error" for problem in problems):
        raise SystemExit(1)


def _summary(problems: list[Problem]) -> str:
    errors = sum(problem.severity == "error" for problem in problems)
    return f"{errors} errors, {len(problems) - errors} warnings"


@bank.command()
@_path
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="Lines for people, or one JSON object.",
)
def stats(path: Path | None, form: str) -> None:
    """Count the bank in PATH by tier, type, topic and legal basis."""
    config = settings()
    today = now().astimezone(config.zone).date()
    data = bank_stats(load_bank(path or config.bank, today), today)
    if form == "json":
        click.echo(json.dumps(data, ensure_ascii=False, indent=1))
        return
    for name, value in data.items():
        click.echo(f"{name}: {json.dumps(value, ensure_ascii=False)}")


@bank.command()
def sync() -> None:
    """Serve the bank folder, if it has no errors."""
    config = settings()
    with database(config) as session:
        at = now()
        problems = sync_bank(session, at, at.astimezone(config.zone).date(), config.bank)
    for problem in problems:
        click.echo(problem_line(problem))
    click.echo(_summary(problems))
    if any(problem.severity == "error" for problem in problems):
        raise SystemExit(1)


_SCHEMAS = {
    "questions": bank_schema,
    "blueprint": blueprint_schema,
    "contest": contest_schema,
    "duty": duty_schema,
    "checklist": checklist_schema,
    "appraisal": appraisal_schema,
}


@bank.command()
@click.argument("what", type=click.Choice(list(_SCHEMAS)), default="questions")
def schema(what: str) -> None:
    """Print the JSON Schema of a kind of YAML file of the bank, for editors."""
    click.echo(json.dumps(_SCHEMAS[what](), ensure_ascii=False, indent=2))

"""`quizengine appraisal …`."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import click

from quizengine.bank.appraisals import read_appraisal
from quizengine.cli.context import database, now, refusals, settings, translator
from quizengine.domain.appraisal.rules import AppraisalRules
from quizengine.domain.text import N_
from quizengine.services.access import SYSTEM
from quizengine.services.appraisal_closing import close_year
from quizengine.services.appraisal_package import file_year
from quizengine.services.appraisal_recompute import Recomputed, recompute, recompute_export

_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def appraisal() -> None:
    """The annual appraisal."""


@appraisal.command()
@click.argument("year", type=int)
@click.option("--entries", type=click.IntRange(min=1), help="From so many of the first entries.")
@click.option("--rules", "rules_file", type=_FILE, help="Rules in a file, not those of the site.")
@click.option("--ledger", "ledger_file", type=_FILE, help="An export of the ledger; with --rules.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object, with the whole result.")
def compute(
    year: int,
    entries: int | None,
    rules_file: Path | None,
    ledger_file: Path | None,
    as_json: bool,
) -> None:
    """Compute YEAR from the ledger; exit 1 if that is not the result that was closed."""
    rules = None if rules_file is None else _rules(rules_file, year)
    if ledger_file is None:
        with database(settings()) as session:
            found = recompute(session, year, entries, rules)
    else:
        if rules is None:
            raise click.UsageError("--ledger needs --rules")
        export = ledger_file
        with refusals():
            found = recompute_export(rules, lambda: _lines(export), entries)
    _report(found, as_json)
    if found.equal is False:
        raise SystemExit(1)


def _rules(file: Path, year: int) -> AppraisalRules:
    with refusals():
        rules, problems = read_appraisal(file)
    errors = [problem for problem in problems if problem.severity == "error"]
    for problem in errors:
        text = problem.text.render(translator())
        click.echo(f"{problem.file}:{problem.line}:{problem.column}: {text}", err=True)
    if errors or rules is None:
        raise click.ClickException(f"{file}: the rules can't be used")
    if rules.year != year:
        raise click.ClickException(f"{file}: the rules are those of {rules.year}, not of {year}")
    return rules


def _lines(file: Path) -> Iterator[str]:
    """The lines of an export, which may end in a carriage return where it was copied."""
    with file.open("rb") as lines:
        for line in lines:
            try:
                yield line.rstrip(b"\r\n").decode()
            except UnicodeDecodeError as error:
                raise click.ClickException(f"{file}: not an export of the ledger") from error


def _report(found: Recomputed, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(found.to_data(), ensure_ascii=False, indent=1))
        return
    gettext = translator()
    for unit in found.result["units"]:
        grade = unit["grade"] or ""
        click.echo(f"{unit['level']} {unit['rank']:>4} {unit['total']:>8} {grade} {unit['code']}")
    click.echo(f"entries: {found.entries}\nroot: {found.root}\nresult: {found.result_sha256}")
    if found.equal is None:
        click.echo(gettext(N_("The year is not closed: there is nothing to compare with.")))
    elif found.equal:
        click.echo(gettext(N_("This is the result that was closed, bit for bit.")))
    else:
        differs = ", ".join(found.differs)
        text = gettext(N_("This is NOT the result that was closed. Different: %(differs)s."))
        click.echo(text % {"differs": differs})


@appraisal.command()
@click.argument("year", type=int)
def close(year: int) -> None:
    """Close YEAR: its result enters the ledger, and never changes again."""
    with database(settings()) as session:
        closing = close_year(session, now(), SYSTEM, year)
    click.echo(f"#{closing.seq} {closing.data['result_sha256']}")


@appraisal.command()
@click.argument("year", type=int)
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def package(year: int, file: Path) -> None:
    """Write to FILE (zip) all that is needed to check the closed YEAR elsewhere."""
    config = settings()
    with refusals(), database(config) as session:
        file_year(session, now(), SYSTEM, year, config.instance, file)

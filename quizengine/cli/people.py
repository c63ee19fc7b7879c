"""`quizengine people`: rosters, sign-in codes, and the first admin of a site."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TextIO

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from quizengine.bank.registries import load_registry
from quizengine.cli.context import database, now, settings, translator
from quizengine.domain.problems import Problem
from quizengine.domain.registry import Tier
from quizengine.services.access import SYSTEM
from quizengine.services.codes import IssuedCode, issue_codes
from quizengine.services.details import clean_login
from quizengine.services.roster import apply, preview
from quizengine.services.roster_files import RosterTable, read_roster
from quizengine.services.roster_plan import RosterPlan
from quizengine.services.setup import set_up
from quizengine.settings import Settings
from quizengine.storage.models import Person


@click.group()
def people() -> None:
    """Rosters, sign-in codes, and the first admin."""


@people.command("import")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Say what would happen; change nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option("--good-rows-only", is_flag=True, help="Import the rows without faults.")
@click.option(
    "--codes-to",
    type=click.Path(path_type=Path, dir_okay=False),
    help="New CSV file for the sign-in codes of new people; printed without it.",
)
def import_roster(
    file: Path, dry_run: bool, as_json: bool, good_rows_only: bool, codes_to: Path | None
) -> None:
    """Create and update people by an XLSX or CSV file.

    Exits with 1 if rows have faults; nothing is imported then, except with --good-rows-only.
    """
    config = settings()
    with database(config) as session:
        table, tiers = read_roster(file.read_bytes()), _tiers(config)
        plan = preview(session, SYSTEM, tiers, table)
        faulty = bool(plan.faults or (plan.refused and not good_rows_only))
        codes: list[IssuedCode] = []
        if not dry_run and not faulty:
            with _new_file(codes_to) as output:
                plan, codes = _import(session, config, tiers, table, good_rows_only)
                if output is not None:
                    _write_codes(output, codes)
    report = _report(plan, imported=not dry_run and not faulty, dry_run=dry_run)
    if codes_to is None and codes:
        report["codes"] = [_code_row(code) for code in codes]
    _print(report, as_json)
    if faulty:
        raise SystemExit(1)


@people.command("code")
@click.argument("login")
def code(login: str) -> None:
    """Issue a sign-in code, which ends the password so far."""
    config = settings()
    with database(config) as session:
        person_id = session.scalar(select(Person.id).where(Person.login == clean_login(login)))
        if person_id is None:
            raise click.ClickException(f"There is no login {login}.")
        [issued] = issue_codes(session, now(), config, SYSTEM, [person_id])
    click.echo(f"{issued.login}\t{issued.code}")


@people.command("init")
@click.argument("login")
@click.argument("name")
@click.option("--unit", required=True, help="Name of the school committee.")
@click.option("--unit-code", default="HQ", show_default=True, help="Its code in rosters.")
def init(login: str, name: str, unit: str, unit_code: str) -> None:
    """Set up an empty site: the school committee and its first admin, whose code is printed."""
    config = settings()
    with database(config, migrate=True) as session:
        issued = set_up(
            session, now(), config, unit_code=unit_code, unit_name=unit, login=login, name=name
        )
    click.echo(f"{issued.login}\t{issued.code}")


def _tiers(config: Settings) -> Mapping[str, Tier]:
    problems: list[Problem] = []
    tiers = load_registry(config.bank, problems).tiers
    if not tiers:
        raise click.ClickException(f"The tiers can't be read from {config.bank}: see `bank lint`.")
    return tiers


def _import(
    session: Session,
    config: Settings,
    tiers: Mapping[str, Tier],
    table: RosterTable,
    good_rows_only: bool,
) -> tuple[RosterPlan, list[IssuedCode]]:
    result = apply(session, now(), config, SYSTEM, tiers, table, good_rows_only=good_rows_only)
    return result.plan, result.codes


def _report(plan: RosterPlan, *, imported: bool, dry_run: bool) -> dict[str, Any]:
    gettext = translator()
    refused = [
        {"row": row.row_no, "reasons": [reason.render(gettext) for reason in row.reasons]}
        for row in plan.refused
    ]
    if plan.faults:
        faults = [fault.render(gettext) for fault in plan.faults]
        refused.append({"row": plan.header_row, "reasons": faults})
    done = imported or dry_run
    counts = {
        "created": plan.count("create") if done else 0,
        "updated": plan.count("update") if done else 0,
        "unchanged": plan.count("unchanged") if done else 0,
    }
    return {
        "rows_in": plan.rows_in,
        "accepted": sum(counts.values()),
        "refused": refused,
        **counts,
        "ignored_columns": plan.ignored,
        "imported": imported,
    }


def _print(report: Mapping[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False))
        return
    names = ("rows_in", "accepted", "created", "updated", "unchanged")
    click.echo("  ".join(f"{name}: {report[name]}" for name in names))
    for header in report["ignored_columns"]:
        click.echo(f"ignored column: {header}")
    for row in report["refused"]:
        for reason in row["reasons"]:
            click.echo(f"row {row['row']}: {reason}")
    if not report["imported"]:
        click.echo("nothing was changed")
    for issued in report.get("codes", ()):
        click.echo("\t".join(issued.values()))


def _code_row(issued: IssuedCode) -> dict[str, str]:
    return {
        "login": issued.login,
        "name": issued.name,
        "unit": issued.unit,
        "code": issued.code,
    }


@contextmanager
def _new_file(path: Path | None) -> Iterator[TextIO | None]:
    """A new file that its owner alone can read; made before the import, gone if that fails.

    An existing file is never written over: it may hold the only copy of somebody's code.
    """
    if path is None:
        yield None
        return
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise click.ClickException(f"{path} can't be made: {error.strerror}.") from error
    try:
        # Excel takes a CSV file without a byte order mark for one in the system's own encoding.
        with os.fdopen(descriptor, "w", newline="", encoding="utf-8-sig") as file:
            yield file
    except BaseException:
        path.unlink()
        raise


def _write_codes(file: TextIO, codes: Sequence[IssuedCode]) -> None:
    writer = csv.DictWriter(file, ["login", "name", "unit", "code"])
    writer.writeheader()
    writer.writerows(_code_row(code) for code in codes)
    file.flush()

"""`quizengine ledger …`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import click

from quizengine.auditor import verify_ledger
from quizengine.cli.context import database, now, refusals, settings, translator
from quizengine.services.access import SYSTEM
from quizengine.services.checkpoints import (
    make_checkpoint,
    read_checkpoint,
    verifier_key,
)
from quizengine.services.checkpoints import verify_ledger as verify_here
from quizengine.services.erasure import REASONS, erase_login
from quizengine.storage.ledger_rows import body_texts


@click.group()
def ledger() -> None:
    """The assessment ledger."""


@ledger.command()
@click.option(
    "--checkpoint",
    "file",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    help="A signed checkpoint that was kept elsewhere.",
)
@click.option(
    "--key",
    help="The site's verifier key as the auditor keeps it; this site's own if left out.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="Lines for people, or one JSON object.",
)
def verify(file: Path | None, key: str | None, form: str) -> None:
    """Look for any change of the past; exit 1 if there is one."""
    config = settings()
    with database(config) as session:
        trusted = None
        if file is not None:
            text = file.read_text(encoding="utf-8")
            trusted = read_checkpoint(text, key or verifier_key(config.instance))
        report = verify_here(session, trusted)
    data = report.to_data(translator())
    if form == "json":
        click.echo(json.dumps(data, ensure_ascii=False, indent=1))
    else:
        click.echo(f"entries: {data['entries']}\nroot: {data['root']}\nok: {report.ok}")
        for problem in report.problems:
            where = f"#{problem.seq} " if problem.seq else ""
            click.echo(f"{where}{problem.code}: {problem.text.render(translator())}")
        for line in report.cannot_exclude:
            click.echo(f"- {line.render(translator())}")
    if not report.ok:
        raise SystemExit(1)


@ledger.command()
def checkpoint() -> None:
    """Sign the ledger as it stands, and print the checkpoint."""
    config = settings()
    with database(config) as session:
        click.echo(make_checkpoint(session, now(), config.instance), nl=False)


@ledger.command()
def key() -> None:
    """Print the public key that auditors keep to check checkpoints."""
    click.echo(verifier_key(settings().instance))


@ledger.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def export(file: Path) -> None:
    """Write all entries to FILE, one a line, as they were hashed."""
    config = settings()
    with refusals(), database(config) as session, file.open("w", encoding="utf-8") as lines:
        for text in body_texts(session):
            lines.write(f"{text}\n")


@ledger.command()
@click.argument("login")
@click.option(
    "--reason",
    type=click.Choice(list(REASONS)),
    required=True,
    help="Why: the retention rule, the person's request, or a mistake.",
)
@click.confirmation_option(prompt="This can't be undone. Erase the personal data?")
def erase(login: str, reason: str) -> None:
    """Erase the personal data of LOGIN; the entries and all proofs stay valid."""
    config = settings()
    with refusals(), database(config) as session:
        seq = erase_login(session, now(), config, SYSTEM, login, reason)
    click.echo(f"entry: {seq}")


@ledger.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def verifier(file: Path) -> None:
    """Write to FILE the program by which an auditor verifies an export elsewhere."""
    with refusals():
        shutil.copyfile(verify_ledger.__file__, file)

"""`quizengine backup` and `quizengine restore`."""

from __future__ import annotations

from pathlib import Path

import click

from quizengine.cli.context import now, refusals, settings, translator
from quizengine.domain.text import N_, Text
from quizengine.services.backup import KEPT_CONFIG, make_backup
from quizengine.services.backup import restore as restore_site
from quizengine.services.backup_archive import Manifest


@click.command()
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def backup(file: Path) -> None:
    """Write database, keys and settings to the new archive FILE (.tar.gz); the server may run.

    The question bank's folder is not part of it. FILE holds personal data and secret keys.
    """
    config = settings()
    with refusals():
        manifest = make_backup(config, now(), file)
    _tell(manifest)
    if not manifest.ledger.ok:
        _say(N_("Verifying the ledger found problems: run `quizengine ledger verify`."))


@click.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--force", is_flag=True, help="Put the data of a site that has people aside.")
def restore(file: Path, force: bool) -> None:
    """Put the backup FILE in place of the database and the keys; the server must not run.

    The archive is checked, its database brought to this version, and its ledger verified, before
    anything is changed. What was there is moved aside, never deleted. Exit 1 if the ledger has
    problems, which it then had when it was backed up.
    """
    config = settings()
    with refusals():
        restored = restore_site(config, now(), file, force=force)
    _tell(restored.manifest)
    if restored.aside.exists():
        _say(N_("The previous data are in %(path)s."), path=restored.aside)
    if restored.config_kept:
        _say(N_("Your config.py is kept; the one from the backup is %(path)s."), path=KEPT_CONFIG)
    for problem in restored.report.problems:
        click.echo(f"{problem.code}: {problem.text.render(translator())}", err=True)
    if not restored.report.ok:
        raise SystemExit(1)


def _tell(manifest: Manifest) -> None:
    click.echo(f"made at: {manifest.made_at:%Y-%m-%dT%H:%M:%SZ}")
    click.echo(f"entries: {manifest.ledger.entries}\nroot: {manifest.ledger.root}")
    for name, facts in manifest.files.items():
        click.echo(f"{facts.size:>12,}  {name}")


def _say(template: str, **params: object) -> None:
    click.echo(Text(template, params).render(translator()), err=True)

"""`quizengine bank format`, `new`, `diff` and `watch`: for those who edit the files."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import click

from quizengine.bank.differences import Differences, differences, question_data
from quizengine.bank.folder import bank_files
from quizengine.bank.formatting import NotFormatted, formatted
from quizengine.bank.loader import RESERVED, load_bank
from quizengine.bank.skeletons import commented_question
from quizengine.bank.sources import files_at
from quizengine.bank.templates import KINDS, law_to_cite, next_id
from quizengine.bank.watching import Report, Watched
from quizengine.cli.context import now, refusals, settings
from quizengine.cli.problemlines import problem_line
from quizengine.services.bank_files import locked, write_file

# Characters of a text that a line of `diff` shows.
_SHOWN = 60


@click.command("format")
@click.argument("path", type=click.Path(path_type=Path, exists=True), required=False)
@click.option("--check", is_flag=True, help="Write nothing; exit 1 if a file isn't in the style.")
def format_(path: Path | None, check: bool) -> None:
    """Put the question files of PATH, a folder or a file, into the one style; comments stay.

    A file that isn't valid YAML is left as it is and told; exit 1.
    """
    root = path or settings().bank
    names = sorted(_question_files(root)) if root.is_dir() else [root.name]
    folder = root if root.is_dir() else root.parent
    failed = other = 0
    with refusals(), locked(folder):
        for name in names:
            try:
                changed = _format_file(folder / name, name, check)
            except NotFormatted as refused:
                failed += 1
                for problem in refused.problems:
                    click.echo(problem_line(problem))
                continue
            if changed:
                other += 1
                click.echo(f"{'to format' if check else 'formatted'}: {name}")
    click.echo(f"{len(names)} files, {other} {'to format' if check else 'formatted'}")
    if failed or (check and other):
        raise SystemExit(1)


def _question_files(root: Path) -> Iterator[str]:
    return (name for name in bank_files(root) if Path(name).parts[0] not in RESERVED)


def _format_file(path: Path, name: str, check: bool) -> bool:
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{name}: not readable as UTF-8: {error.reason}") from error
    made = formatted(name, text)
    if made != text and not check:
        write_file(path, made)
    return made != text


@click.command()
@click.argument("kind", metavar="TYPE", type=click.Choice(KINDS))
@click.option(
    "--into",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Append it to this file of the bank; left out, it is printed.",
)
def new(kind: str, into: Path | None) -> None:
    """A commented draft of a question of TYPE with the next free id."""
    config = settings()
    today = _today()
    bank = load_bank(config.bank, today)
    text = into.read_text(encoding="utf-8") if into and into.exists() else ""
    stem = into.stem.lower() if into else "new"
    question_id = next_id(text, bank.sources, stem)
    made, line = commented_question(text, kind, question_id, law_to_cite(bank.registry, today))
    if into is None:
        click.echo(made, nl=False)
        return
    with refusals():
        write_file(into, made)
    click.echo(f"{into}:{line}: {question_id}")


@click.command()
@click.argument("before", metavar="A")
@click.argument("after", metavar="B")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def diff(before: str, after: str, as_json: bool) -> None:
    """Questions added, removed and changed from A to B, with their fields.

    A and B are folders, files, or REV:path of the git repository here. Exit 1 if they differ,
    2 if one of them can't be read.
    """
    with refusals():
        states = [question_data(files_at(where)) for where in (before, after)]
    unread = [problem for _, problems in states for problem in problems]
    for problem in unread:
        click.echo(problem_line(problem), err=True)
    if unread:
        raise SystemExit(2)
    found = differences(states[0][0], states[1][0])
    if as_json:
        click.echo(json.dumps(found.to_data(), ensure_ascii=False, indent=1))
    else:
        for line in _told(found):
            click.echo(line)
    raise SystemExit(1 if found else 0)


def _told(found: Differences) -> Iterator[str]:
    for sign, group in (("+", found.added), ("-", found.removed)):
        for name, data in group.items():
            yield f"{sign} {name} ({data.get('type')}): {_short(data.get('stem'))}"
    for name, changes in found.changed.items():
        yield f"~ {name}"
        for change in changes:
            yield f"    {change.field}: {_short(change.before)} -> {_short(change.after)}"
    yield (f"{len(found.added)} added, {len(found.removed)} removed, {len(found.changed)} changed")


def _short(value: Any) -> str:
    """A value in one line; of a long text its beginning."""
    if value is None:
        return "(none)"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"


@click.command()
@click.argument("path", type=click.Path(path_type=Path, file_okay=False), required=False)
@click.option(
    "--every", type=click.FloatRange(min=0.05), default=0.5, help="Seconds between two looks."
)
def watch(path: Path | None, every: float) -> None:
    """Lint the bank in PATH after each save and tell what it changed; Ctrl-C ends it."""
    root = path or settings().bank
    watched = Watched(root, _today())
    for problem in watched.problems:
        click.echo(problem_line(problem))
    click.echo(f"watching {root}: Ctrl-C to end")
    try:
        while True:
            time.sleep(every)
            report = watched.look(_today())
            if report:
                _tell(report)
    except KeyboardInterrupt:
        click.echo("")


def _tell(report: Report) -> None:
    for line in _told(report.questions):
        click.echo(line)
    for problem in report.went:
        click.echo(f"gone: {problem_line(problem)}")
    for problem in report.came:
        click.echo(f"new: {problem_line(problem)}")
    click.echo(f"{report.errors} errors, {report.warnings} warnings")


def _today() -> date:
    return now().astimezone(settings().zone).date()

"""`quizengine bank import` and `quizengine bank export`."""

from __future__ import annotations

from collections.abc import Container
from pathlib import Path

import click

from quizengine.bank.exchange.files import bank_text, file_stem, free_name, id_prefix
from quizengine.bank.exchange.formats import FORMATS, format_named
from quizengine.bank.exchange.importing import Choices, Importer
from quizengine.bank.exchange.report import Report
from quizengine.bank.loaded import LoadedBank
from quizengine.bank.loader import RESERVED, load_bank
from quizengine.cli.context import now, refusals, settings, translator
from quizengine.services.bank_files import locked, write_file

_FORMAT = click.Choice(list(FORMATS))
_file = click.Path(path_type=Path, dir_okay=False)
# Losses of so many questions are listed one by one.
_LISTED = 20


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--from", "form", type=_FORMAT, required=True, help="What FILE is.")
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="Folder of a bank in which a new file is made.",
)
@click.option(
    "--report",
    type=_file,
    help="Where to tell what was guessed and what was not read: .json, or .md for people.",
)
@click.option("--tier", "tiers", multiple=True, help="Audience of questions that name none.")
@click.option("--topic", "topics", multiple=True, help="Topic of questions that name none.")
@click.option(
    "--pool",
    type=click.Choice(["practice", "exam", "contest"]),
    default="exam",
    help="Pool of questions that name none.",
)
def import_(
    file: Path,
    form: str,
    folder: Path,
    report: Path | None,
    tiers: tuple[str, ...],
    topics: tuple[str, ...],
    pool: str,
) -> None:
    """Read the questions of FILE into a new file of drafts; nothing is dropped silently."""
    choices = Choices(tiers, topics, pool, id_prefix(file.name))
    model, target = _banks(folder)
    _known(tiers, model.registry.tiers, "--tier")
    _known(topics, model.registry.topics, "--topic")
    today = now().astimezone(settings().zone).date()
    importer = Importer(model, target, today, choices)
    with refusals():
        reading = importer.reading(format_named(form).read(file.read_bytes(), file.name))
        items = importer.items(reading)
        written = ""
        if any(item.fate == "new" for item in items):
            folder.mkdir(parents=True, exist_ok=True)
            with locked(folder):
                path = folder / free_name(folder, file_stem(file.name))
                write_file(path, bank_text(items, reading, file.name, translator()))
            written = str(path)
        told = Report(file.name, form, written, reading, items)
        if report is not None:
            as_text = told.markdown if report.suffix == ".md" else told.json
            write_file(report, as_text(translator()))
    _tell(told)


def _banks(folder: Path) -> tuple[LoadedBank, LoadedBank]:
    """The bank whose registries count, and the one in which the folder is."""
    config = settings()
    today = now().astimezone(config.zone).date()
    root = next((p for p in (folder, *folder.resolve().parents) if _is_bank(p)), None)
    if root is None:
        return load_bank(config.bank, today), load_bank(folder, today)
    place = folder.resolve().relative_to(root.resolve())
    if place.parts and place.parts[0] in RESERVED:
        raise click.ClickException(f"{folder}: this folder of the bank holds no questions.")
    bank = load_bank(root, today)
    return bank, bank


def _is_bank(folder: Path) -> bool:
    return (folder / "_registry").is_dir()


def _known(names: tuple[str, ...], known: Container[str], option: str) -> None:
    for name in names:
        if name not in known:
            raise click.ClickException(f"{option} {name}: not in the registry.")


def _tell(told: Report) -> None:
    counts = told.counts()
    if not counts["read"]:
        raise click.ClickException(
            f"{told.source}: no question was read; {counts['unread']} lines are unread."
            " Is it really of this format?"
        )
    click.echo(
        f"{counts['read']} questions read, {counts['written']} drafts written"
        + (f" to {told.file}" if told.file else "")
    )
    for name, words in (
        ("known", "are in the bank already"),
        ("held", "were held back: a second person must clear them first"),
        ("needs_person", "need a person before they can be used"),
        ("doubtful", "have doubtful guesses"),
        ("without_basis", "have no legal basis"),
    ):
        if counts[name]:
            click.echo(f"{counts[name]} questions {words}")
    for unread in told.reading.unread[:_LISTED]:
        at = f"{unread.line.part} {unread.line.number}".strip()
        click.echo(f"unread {at}: {unread.line.text[:80]} ({unread.why.render(translator())})")
    if counts["unread"] > _LISTED:
        click.echo(f"… {counts['unread']} unread lines in all; --report lists them.")


@click.command()
@click.option("--to", "form", type=_FORMAT, required=True, help="What FILE becomes.")
@click.argument("file", type=_file)
@click.option(
    "--bank",
    "folder",
    type=click.Path(path_type=Path, file_okay=False, exists=True),
    help="Another bank than that of the site.",
)
@click.option("--drafts", is_flag=True, help="With the drafts that nobody has reviewed yet.")
def export(form: str, file: Path, folder: Path | None, drafts: bool) -> None:
    """Write the questions of the bank to FILE, and name what the format can't hold."""
    config = settings()
    bank = load_bank(folder or config.bank, now().astimezone(config.zone).date())
    questions = [*bank.questions.values(), *(bank.drafts.values() if drafts else ())]
    if not questions:
        raise click.ClickException(f"{bank.root}: there is no question in this bank.")
    with refusals():
        written = format_named(form).write(questions, bank.registry)
        file.write_bytes(written.data)
    click.echo(f"{len(questions)} questions written to {file}")
    for loss in written.losses[:_LISTED]:
        click.echo(f"not held: {loss.question} {loss.field}: {loss.text.render(translator())}")
    if len(written.losses) > _LISTED:
        click.echo(f"… {len(written.losses)} fields in all are not held")

"""`quizengine bank twins` and `quizengine bank laws`: what the questions have in common."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click

from quizengine.bank.loaded import LoadedBank
from quizengine.bank.loader import load_bank
from quizengine.cli.context import now, settings
from quizengine.domain.lawmap import LawMap, law_map
from quizengine.domain.questioncheck import cited
from quizengine.domain.questions import Question
from quizengine.domain.twins import Twins
from quizengine.domain.twins import twins as find_twins

_path = click.argument(
    "path", type=click.Path(path_type=Path, file_okay=False), required=False, default=None
)
_as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")


@click.command()
@_path
@click.option(
    "--least",
    type=click.FloatRange(0.3, 1),
    default=0.6,
    show_default=True,
    help="Likeness of stems from which on two questions are twins.",
)
@_as_json
def twins(path: Path | None, least: float, as_json: bool) -> None:
    """Questions of the bank in PATH whose stems are nearly the same, the most alike first."""
    bank = load_bank(path or settings().bank, now().astimezone(settings().zone).date())
    questions = _all(bank)
    found = find_twins({name: question.stem for name, question in questions.items()}, least)
    if as_json:
        pairs = [_pair_data(bank, pair, questions) for pair in found]
        click.echo(
            json.dumps({"questions": len(questions), "pairs": pairs}, ensure_ascii=False, indent=1)
        )
        return
    for pair in found:
        click.echo(f"{pair.likeness:.2f}  {_place(bank, pair.one)}  {_place(bank, pair.other)}")
        for name in (pair.one, pair.other):
            click.echo(f"      {' '.join(questions[name].stem.split())}")
    click.echo(f"{len(questions)} questions, {len(found)} pairs")


def _all(bank: LoadedBank) -> dict[str, Question]:
    return bank.questions | bank.drafts


def _place(bank: LoadedBank, name: str) -> str:
    source = bank.sources[name]
    return f"{name} ({source.file}:{source.line})"


def _pair_data(bank: LoadedBank, pair: Twins, questions: dict[str, Question]) -> dict[str, Any]:
    def one(name: str) -> dict[str, Any]:
        source = bank.sources[name]
        stem = questions[name].stem
        return {"id": name, "file": source.file, "line": source.line, "stem": stem}

    return {"likeness": pair.likeness, "one": one(pair.one), "other": one(pair.other)}


@click.command()
@_path
@_as_json
def laws(path: Path | None, as_json: bool) -> None:
    """Which articles the questions of the bank in PATH rest on, which none does, what must move."""
    today = now().astimezone(settings().zone).date()
    bank = load_bank(path or settings().bank, today)
    found = law_map(_all(bank).values(), bank.registry, today)
    if as_json:
        click.echo(json.dumps(found.to_data(), ensure_ascii=False, indent=1))
        return
    for line in _law_lines(found):
        click.echo(line)


def _law_lines(found: LawMap) -> Iterator[str]:
    for law in found.laws:
        covered = len(law.articles) - len(law.uncovered)
        yield f"{law.law.id}: {covered} of {len(law.articles)} articles covered"
        if law.uncovered:
            yield f"    not covered: {', '.join(law.uncovered)}"
    for share in (found.total, *found.by_tier, *found.by_topic):
        yield f"in force: {share.key or 'all'}: {share.in_force} of {share.questions}"
    for task in found.tasks:
        places = ", ".join(map(cited, task.places)) or "nothing"
        yield f"to move: {task.question}: {cited(task.basis)} -> {places} ({task.change or '?'})"
    yield f"{len(found.tasks)} to move"

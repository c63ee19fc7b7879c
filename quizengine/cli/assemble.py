"""`quizengine assemble`: papers by a blueprint, straight from the bank folder."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path
from random import Random, SystemRandom
from typing import Any

import click

from quizengine.bank.blueprints import read_blueprint
from quizengine.bank.loaded import LoadedBank
from quizengine.bank.loader import load_bank
from quizengine.cli.context import language, now, settings, translator
from quizengine.domain.assembly import Assembler
from quizengine.domain.blueprints import Blueprint
from quizengine.domain.candidates import Candidate, drawable
from quizengine.domain.papers import Paper, PaperItem
from quizengine.domain.problems import Problem
from quizengine.domain.questions import Question
from quizengine.domain.shortages import Infeasible
from quizengine.domain.text import N_, Text
from quizengine.services.print_blocks import Printing
from quizengine.services.printed import printed_forms


@click.command()
@click.argument("blueprint")
@click.option("--count", type=click.IntRange(min=1), default=1, help="How many papers.")
@click.option("--seed", type=int, default=None, help="The same seed draws the same papers.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.option(
    "--print",
    "target",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A zip for the first paper to print: forms A and B, answer sheets, keys.",
)
def assemble(
    blueprint: str, count: int, seed: int | None, as_json: bool, target: Path | None
) -> None:
    """Draw papers by BLUEPRINT: a YAML file, or the id of a blueprint in the bank.

    Exit 1 if the bank can't satisfy it, with each quota that is short.
    """
    config = settings()
    today = now().astimezone(config.zone).date()
    bank = load_bank(config.bank, today)
    _stop_at_errors(bank.problems)
    plan = _blueprint(blueprint, bank)
    seed = SystemRandom().getrandbits(32) if seed is None else seed
    questions = list(bank.questions.values())
    try:
        papers = _drawn(plan, bank, questions, today, count, seed)
    except Infeasible as infeasible:
        _print_shortages(infeasible, as_json)
        raise SystemExit(1) from infeasible
    if target is not None:
        target.write_bytes(_printed(plan, papers[0], questions, seed))
    if as_json:
        listed = [_paper_data(paper, questions) for paper in papers]
        data = {"blueprint": plan.id, "seed": seed, "papers": listed}
        click.echo(json.dumps(data, ensure_ascii=False))
    else:
        _print_papers(papers, questions, seed)


def _blueprint(name: str, bank: LoadedBank) -> Blueprint:
    if name in bank.blueprints:
        return bank.blueprints[name]
    if not Path(name).is_file():
        known = ", ".join(sorted(bank.blueprints)) or "–"
        raise _failure(
            N_("%(name)s is neither a file nor a blueprint of the bank (%(known)s)."),
            name=name,
            known=known,
        )
    blueprint, problems = read_blueprint(Path(name), bank.registry)
    _stop_at_errors(problems)
    if blueprint is None:
        raise _failure(N_("%(name)s holds no blueprint."), name=name)
    return blueprint


def _stop_at_errors(problems: list[Problem]) -> None:
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors:
        first = errors[0]
        raise _failure(
            N_("Errors: %(errors)s, the first in %(file)s, line %(line)s: %(message)s"),
            errors=len(errors),
            file=first.file,
            line=first.line,
            message=first.text,
        )


def _failure(template: str, **params: object) -> click.ClickException:
    return click.ClickException(Text(template, params).render(translator()))


def _drawn(
    blueprint: Blueprint,
    bank: LoadedBank,
    questions: list[Question],
    today: date,
    count: int,
    seed: int,
) -> list[Paper]:
    """`count` papers whose items refer to `questions` by index."""
    candidates = [
        Candidate.of(ref, question)
        for ref, question in enumerate(questions)
        if drawable(question, blueprint, today)
    ]
    assembler = Assembler(blueprint, candidates, bank.registry)
    rng = Random(seed)
    return [assembler.draw(rng) for _ in range(count)]


def _printed(blueprint: Blueprint, paper: Paper, questions: list[Question], seed: int) -> bytes:
    """The zip to print; the same seed makes the same forms."""
    spoken = language()
    printing = Printing(blueprint.title.in_language(spoken), blueprint, spoken, translator())
    return printed_forms(printing, paper, dict(enumerate(questions)), Random(seed))


def _paper_data(paper: Paper, questions: list[Question]) -> dict[str, Any]:
    return {
        "questions": [_item_data(item, questions[item.ref]) for item in paper.items],
        "points": float(paper.points),
    }


def _item_data(item: PaperItem, question: Question) -> dict[str, Any]:
    data = {**item.to_data(), "options": item.options, "points": float(item.points)}
    del data["ref"]
    return {"id": question.id, "revision": question.revision, "type": question.type, **data}


def _print_papers(papers: list[Paper], questions: list[Question], seed: int) -> None:
    for number, paper in enumerate(papers, start=1):
        head = Text(
            N_("Paper %(number)s of seed %(seed)s: %(count)s questions, %(points)s points"),
            {"number": number, "seed": seed, "count": len(paper.items), "points": paper.points},
        )
        click.echo(head.render(translator()))
        for place, item in enumerate(paper.items, start=1):
            question = questions[item.ref]
            options = " ".join(item.options)
            line = f"{place:4}. {question.id} r{question.revision} {question.type}"
            click.echo(f"{line} {item.points} {options}".rstrip())


def _print_shortages(infeasible: Infeasible, as_json: bool) -> None:
    if not as_json:
        click.echo(infeasible.text.render(translator()), err=True)
        return
    shortages = [
        {
            "quota": shortage.quota,
            "needed": shortage.needed,
            "available": shortage.available,
            "short": shortage.short,
            "message": shortage.text.render(translator()),
        }
        for shortage in infeasible.shortages
    ]
    click.echo(json.dumps({"error": "infeasible", "shortages": shortages}, ensure_ascii=False))

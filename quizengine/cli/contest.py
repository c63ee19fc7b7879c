"""`quizengine contest …`."""

from __future__ import annotations

import json
import unicodedata
from pathlib import Path
from typing import Any

import click

from quizengine.bank.contests import read_contest
from quizengine.cli.context import database, language, refusals, settings, translator
from quizengine.cli.lottery import lottery_check
from quizengine.domain.contest.logbook import outcome, replay_log
from quizengine.domain.contest.rules import ContestRules
from quizengine.domain.text import N_, Refused, Text
from quizengine.services.stage_access import rules_of, unknown_contest
from quizengine.services.stage_log import log_lines
from quizengine.storage.models import Contest

_FOULS = {
    "early": N_("buzzed early"),
    "prompting": N_("prompting"),
    "conduct": N_("conduct"),
}
_FILE = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.group()
def contest() -> None:
    """Stage contests: their logs. Online contests: their draws."""


contest.add_command(lottery_check)


@contest.command()
@click.argument("rules", type=_FILE)
@click.argument("log", type=_FILE)
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def replay(rules: Path, log: Path, as_json: bool) -> None:
    """Play the contest again that LOG (JSON Lines) recorded under RULES (YAML or JSON).

    Prints scores, places and prizes, points by round, and fouls. Exit 1, with the line, if the
    rules hold an error, or the log has a line that is no event or that the rules do not allow.
    """
    with refusals():
        play = replay_log(_rules(rules), _text(log).splitlines())
    data = outcome(play)
    if as_json:
        click.echo(json.dumps(data, ensure_ascii=False))
        return
    for line in _lines(data):
        click.echo(line)


@contest.command("log")
@click.argument("number", type=int, metavar="ID")
def log_(number: int) -> None:
    """Print the log of contest ID as JSON Lines."""
    with database(settings()) as session:
        if session.get(Contest, number) is None:
            raise unknown_contest()
        for line in log_lines(session, number):
            click.echo(line, nl=False)


@contest.command("rules")
@click.argument("number", type=int, metavar="ID")
def rules_(number: int) -> None:
    """Print the rules of contest ID as JSON, as they were when it was made.

    `quizengine contest replay` reads them, as JSON is YAML.
    """
    with database(settings()) as session:
        found = session.get(Contest, number)
        if found is None:
            raise unknown_contest()
        data = rules_of(found).model_dump(mode="json", by_alias=True, exclude_none=True)
        click.echo(json.dumps(data, ensure_ascii=False, indent=1))


def _rules(path: Path) -> ContestRules:
    rules, problems = read_contest(path)
    errors = [problem for problem in problems if problem.severity == "error"]
    if errors or rules is None:
        lines = [f"{e.file}:{e.line}:{e.column}: {e.text.render(translator())}" for e in errors]
        raise click.ClickException("\n".join(lines))
    return rules


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise Refused(
            "log-line", N_("%(file)s is not UTF-8 text."), status=400, file=path.name
        ) from error


def _lines(data: dict[str, Any]) -> list[str]:
    """The outcome for people: a table of the places, then the fouls."""
    state = N_("finished") if data["finished"] else N_("not finished")
    head = Text(
        N_("%(title)s: %(events)s events, %(state)s"),
        {"title": data["title"][language()], "events": data["events"], "state": Text(state)},
    )
    return [
        head.render(translator()),
        "",
        *_table(_places(data)),
        *_fouls(data),
    ]


def _places(data: dict[str, Any]) -> list[list[str]]:
    names = [_say(N_("Place")), _say(N_("Team")), _say(N_("Points"))]
    rows = [[*names, *(one["title"][language()] for one in data["rounds"]), _say(N_("Prize"))]]
    points = [{p["team"]: p["points"] for p in one["points"]} for one in data["rounds"]]
    for score in data["scores"]:
        prize = score["prize"][language()] if score["prize"] else ""
        rows.append(
            [
                str(score["rank"]),
                f"{score['number']} {score['name']}",
                str(score["score"]),
                *(f"{one[score['team']]:+}" for one in points),
                prize,
            ]
        )
    return rows


def _fouls(data: dict[str, Any]) -> list[str]:
    teams = {score["team"]: score["name"] for score in data["scores"]}
    lines = [
        Text(
            N_("Foul of %(team)s: %(kind)s (event %(event)s), %(points)s"),
            {
                "team": teams[foul["team"]],
                "kind": Text(_FOULS[foul["kind"]]),
                "event": foul["event"],
                "points": f"{-foul['points']:+}",
            },
        ).render(translator())
        for foul in data["fouls"]
    ]
    return ["", *lines] if lines else []


def _table(rows: list[list[str]]) -> list[str]:
    """Columns side by side; a Chinese character is two wide."""
    widths = [max(map(_width, column)) for column in zip(*rows, strict=True)]
    return [
        "  ".join(
            cell + " " * (w - _width(cell)) for cell, w in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def _say(message: str) -> str:
    return translator()(message)

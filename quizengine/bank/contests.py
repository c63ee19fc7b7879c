"""Load and check the rule files of contests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path as FilePath
from random import Random

from quizengine.bank.loaded import LoadedBank, Source
from quizengine.bank.meant import as_meant, still_telling
from quizengine.bank.validate import validated
from quizengine.bank.yamlfile import YamlFile, read_file
from quizengine.domain.candidates import Candidate
from quizengine.domain.contest.drawing import TooFew, demands, draw
from quizengine.domain.contest.rulecheck import check_rules
from quizengine.domain.contest.rules import (
    AudienceRound,
    BuzzerRound,
    ContestRules,
    Round,
    WagerRound,
)
from quizengine.domain.problems import Finding, Path, Problem, Severity
from quizengine.domain.questions import Question
from quizengine.domain.text import N_, Text

# The lint says the same every time.
_SEED = 1
# What a device of a team or of the audience has fields for; it is small, and time is short.
DEVICE_TYPES = ("single", "multiple", "true_false", "fill", "numeric", "order", "match")


def load_contest(bank: LoadedBank, file: YamlFile, today: date) -> None:
    """Add the rules in `file` to `bank`, whose questions and blueprints are loaded already."""
    rules, meant = _read(file)
    if meant is not None:
        found = (*_blueprint_findings(bank, meant.rules), *_device_findings(bank, meant.rules))
        for finding in meant.telling(found):
            file.report(finding.code, file.place(finding.path), finding.text)
    if rules is not None:
        if not any(problem.severity == "error" for problem in file.problems):
            _check_pool(bank, file, rules, today)
        _add(bank, file, rules)
    bank.problems.extend(file.problems)


def _add(bank: LoadedBank, file: YamlFile, rules: ContestRules) -> None:
    first = bank.contest_sources.get(rules.id)
    if first is None:
        bank.contests[rules.id] = rules
        bank.contest_sources[rules.id] = Source(file.name, 1, 1)
        return
    message = Text(
        N_("The id %(id)s appears twice, first in %(file)s, line %(line)s."),
        {"id": rules.id, "file": first.file, "line": first.line},
    )
    file.report("duplicate-id", file.place(("id",)), message)


def read_contest(path: FilePath) -> tuple[ContestRules | None, list[Problem]]:
    """The rules in a file outside of a bank, and the problems in it.

    Whether there are the blueprints and questions that it asks for is not looked at.
    """
    file = read_file(path, path.name)
    rules, _ = _read(file)
    return rules, file.problems


@dataclass(frozen=True)
class _Meant:
    """Rules as they were probably meant; at the paths `replaced` something stands in."""

    rules: ContestRules
    replaced: set[Path]

    def telling(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The findings that do not come from what stands in."""
        return still_telling(findings, self.replaced)


def _read(file: YamlFile) -> tuple[ContestRules | None, _Meant | None]:
    """The rules if their form is right, and what they mean; all faults of their own are told."""
    if file.value is None:
        if not file.problems:
            file.report("missing-field", (1, 1), Text(N_("The file is empty.")))
        return None, None
    rules = validated(file, ContestRules, file.value, ())
    guessed, replaced = as_meant(ContestRules, file.value) if rules is None else (rules, set())
    if guessed is None or any(path[0] == "rounds" and len(path) < 3 for path in replaced):
        # Of a round that can't be read at all, nothing said about the others would be certain.
        return rules, None
    meant = _Meant(guessed, replaced)
    for finding in meant.telling(check_rules(guessed)):
        file.report(finding.code, file.place(finding.path), finding.text, finding.severity)
    return rules, meant


def _blueprint_findings(bank: LoadedBank, rules: ContestRules) -> Iterator[Finding]:
    for path, name in named_blueprints(rules):
        blueprint = bank.blueprints.get(name)
        if blueprint is None:
            text = Text(N_("There is no blueprint %(id)s."), {"id": name})
            yield Finding("unknown-blueprint", path, text)
        elif blueprint.pool != "contest":
            text = Text(
                N_(
                    "The blueprint %(id)s draws from the pool “%(pool)s”: a contest would show "
                    "what others use."
                ),
                {"id": name, "pool": blueprint.pool},
            )
            yield Finding("blueprint-pool", path, text)


def _device_findings(bank: LoadedBank, rules: ContestRules) -> Iterator[Finding]:
    """Rounds whose teams, or audience, would be asked what no device has a field for."""
    for path, name in named_blueprints(rules):
        blueprint = bank.blueprints.get(name)
        sections = blueprint.sections if blueprint else ()
        types = [s.type for s in sections if s.type not in DEVICE_TYPES]
        at = int(path[1])
        if types and _by_device(rules.rounds[at]):
            text = N_(
                "The blueprint %(id)s has questions of type %(types)s, which nobody can answer at "
                "a device: name another one, or say `answers: spoken` and ask no audience."
            )
            values = {"id": name, "types": ", ".join(types)}
            yield Finding("device-type", path, Text(text, values))


def _by_device(round_: Round) -> bool:
    if isinstance(round_, AudienceRound):
        return True
    to_audience = isinstance(round_, BuzzerRound) and round_.unanswered == "audience"
    return to_audience or round_.answers == "device"


def named_blueprints(rules: ContestRules) -> Iterator[tuple[Path, str]]:
    """The blueprints that rounds name, each with its place in the file."""
    for index, round_ in enumerate(rules.rounds):
        at = ("rounds", index)
        if isinstance(round_, WagerRound):
            for number, value in enumerate(round_.values):
                yield (*at, "values", number, "blueprint"), value.blueprint
        else:
            yield (*at, "blueprint"), round_.blueprint


def _check_pool(bank: LoadedBank, file: YamlFile, rules: ContestRules, today: date) -> None:
    """Whether the questions last, also for the most teams.

    Rules that the bank can't feed even for the fewest teams, on whatever day, are an error. That
    some of its questions are not valid today or that the most teams would be too many is not.
    """
    questions = bank.questions.values()
    valid = (question for question in questions if question.valid.covers(today))
    lacks = _lacks(bank, rules, rules.teams.max, valid)
    if lacks is None:
        return
    fewest = _lacks(bank, rules, rules.teams.min, questions)
    _report_lacks(file, rules, fewest or lacks, "error" if fewest else "warning")


def _lacks(
    bank: LoadedBank, rules: ContestRules, teams: int, questions: Iterable[Question]
) -> TooFew | None:
    candidates = [Candidate.of(number, q) for number, q in enumerate(questions)]
    try:
        draw(demands(rules, teams), bank.blueprints, candidates, bank.registry, Random(_SEED))
    except TooFew as error:
        return error
    return None


def _report_lacks(file: YamlFile, rules: ContestRules, error: TooFew, severity: Severity) -> None:
    numbers = {round_.id: index for index, round_ in enumerate(rules.rounds)}
    teams = rules.teams.min if severity == "error" else rules.teams.max
    for lack in error.lacks:
        path = ("rounds", numbers[lack.demand.round_id], "questions")
        values = {"teams": teams, "lack": lack.text}
        text = Text(N_("With %(teams)s teams: %(lack)s"), values)
        file.report("contest-short", file.place(path), text, severity)
